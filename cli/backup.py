"""`chasqui backup`, `restore` and `recover`: keep a copy, put one back, repeat nothing unseen."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from authoring.shelf import Shelf
from bot.messages import Channel, Outbound, SendFailed, masked
from cli import keeping_beside, wiring
from cli.settings import VAR, Settings, database_url
from store import backup as copying
from store import outbox, recovery
from store.database import Database

_PAGE = 200
_KEY = ".key"
_SENT_BEFORE = timedelta(minutes=5)  # a provider's clock and ours differ a little

_ON_POSTGRESQL = """This database is on a PostgreSQL server, which has its own backups:
  a copy now:       pg_dump --format=custom --file=chasqui.dump "$CHASQUI_DATABASE_URL"
  back again:       pg_restore --clean --if-exists --dbname=… chasqui.dump
  any moment:       base backups and archived WAL (pgBackRest, barman, WAL-G), so that little or nothing is lost
After a restore, and before anything is started again:  chasqui recover --begin
It holds back what waited at that moment, so that nothing is sent twice. docs/operating.md has the drill."""


def back_up(settings: Settings, target: str, *, force: bool) -> int:
    """Copy the SQLite database, and the key beside it; on PostgreSQL say how it is done there."""
    database = Database.open(database_url(settings))
    try:
        if database.path is None:
            return _refuse(_ON_POSTGRESQL)
        made = copying.back_up(database, Path(target), force=force)
    finally:
        database.close()
    print(f"{made.path}: {made.octets:,} octets, checked. {made.held} messages waited to be sent at that moment.")
    print(_keep_key(settings, made.path))
    for told in keeping_beside.keep(settings, made.path):
        print(told)
    print("It holds people's numbers and answers: keep it where only you can read it, and not on this machine alone.")
    return 0


def _keep_key(settings: Settings, target: Path) -> str:
    if settings.secret_key:
        return "CHASQUI_SECRET_KEY is not in it. Keep that one too: without it erased numbers are not recognised."
    key = VAR / "secret.key"
    if not key.exists():
        return f"There is no {key} yet; it is made when Chasqui first runs."
    beside = target.with_name(target.name + _KEY)
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_bytes(key.read_bytes())
    return f"{beside}: the key of this installation. The two belong together."


def restore(settings: Settings, source: str, *, yes: bool) -> int:
    """Put a copy in the place of the SQLite database; the old one is kept aside, and recovery begins."""
    database = Database.open(database_url(settings))
    database.close()
    if database.path is None:
        return _refuse(_ON_POSTGRESQL)
    found, path = Path(source), database.path
    copying.look_through(found)
    if not yes and not _agreed(f"Put {found} in the place of {path}? The old one is kept aside. Write YES: "):
        return _refuse("Nothing was changed.")
    aside = copying.restore(found, path, datetime.now(UTC))
    print(f"{path} is {found} from now on.{f' The old one is {aside}.' if aside else ''}")
    print(_put_key(settings, found))
    for told in keeping_beside.put_back(settings, found):
        print(told)
    print("Start it:  chasqui run      it answers what comes in new, and holds back the rest")
    print("Then look: chasqui recover  what was sent already is marked; you decide about the others")
    return 0


def _put_key(settings: Settings, source: Path) -> str:
    beside, key = source.with_name(source.name + _KEY), VAR / "secret.key"
    if settings.secret_key:
        return "The key is CHASQUI_SECRET_KEY: it must be the one of the time of the backup."
    if not beside.exists():
        return f"There is no {beside}: {key} must be the one of the time of the backup."
    if key.exists() and key.read_bytes().strip() == beside.read_bytes().strip():
        return f"{key} is the one of the backup."
    if key.exists():
        key.replace(key.with_name(f"secret.key.before-{datetime.now(UTC):%Y%m%dT%H%M%S}"))
    key.parent.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_bytes(beside.read_bytes())
    key.chmod(0o600)
    return f"{key} is the one of the backup again."


def recover(settings: Settings, *, begin: bool, release: bool, drop: bool, yes: bool) -> int:
    """Show what is held back after a restore, mark what the providers have, and let the rest go when told to."""
    database = wiring.open_database(settings)
    try:
        if begin:
            return _begin(database)
        with database.reading() as conn:
            found = recovery.state(conn)
        if found is None:
            print("This database is not in recovery: nothing is held back.")
            return 0
        print(f"In recovery since {found.since:%Y-%m-%d %H:%M} UTC: {found.why}.")
        print(f"What happened after {found.known_until:%Y-%m-%d %H:%M} UTC, this database does not know.")
        asyncio.run(_ask_providers(settings, database))
        _show(database)
        return _release(database, drop=drop, yes=yes) if release or drop else _explain()
    finally:
        database.close()


def _begin(database: Database) -> int:
    now = database.now()

    def work() -> int:
        with database.writing() as conn:
            return recovery.hold(conn, now, now, "begun by hand")

    database.do(work)
    print("In recovery: what waited is held back. Start the program, then look: chasqui recover")
    return 0


async def _ask_providers(settings: Settings, database: Database) -> None:
    """Ask every provider that can be asked for what is held, oldest first, and mark what it has."""
    channels = {each.name: each for each in wiring.channels_of(settings, Shelf(settings.content_dir))}
    after, had = 0, 0
    try:
        while True:
            with database.reading() as conn:
                page = recovery.messages(conn, after, _PAGE)
            for outbound in page:
                channel = channels.get(outbound.sender)
                if channel is not None and channel.capabilities.asks:
                    had += await _asked(database, channel, outbound)
            if len(page) < _PAGE:
                break
            after = page[-1].id
    except SendFailed as failure:
        print(f"The provider could not be asked ({failure}). Ask again later: chasqui recover")
    finally:
        for channel in channels.values():
            await channel.close()
    if had:
        print(f"{had} of the held messages had been sent: they are marked so.")


async def _asked(database: Database, channel: Channel, outbound: Outbound) -> bool:
    with database.reading() as conn:
        known = outbox.provider_ids(conn, outbound)
    found = await channel.find(outbound, outbound.created_at - _SENT_BEFORE, known=known.__contains__)
    if found is None:
        return False
    with database.writing() as conn:
        return recovery.adopt(conn, outbound.id, found, database.now())


def _show(database: Database) -> None:
    with database.reading() as conn:
        held = recovery.held(conn)
        first = recovery.messages(conn, 0, 5)
    for sender, count in sorted(held.messages.items()):
        print(f"  {count:>7} messages held for {masked(sender)}")
    for each in first:
        words = " ".join(each.content.text.split())[:60]
        print(f"          {each.created_at:%Y-%m-%d %H:%M}  {masked(each.address)}  {each.kind}: {words}")
    print(f"  {held.heard:>7} messages of learners were waiting for an answer")
    print(f"  {held.dues:>7} lessons, reminders and the like fell due since, and most were given")


def _explain() -> int:
    print("Let them go, each judged again by consent, hours and expiry:  chasqui recover --release")
    print("Or drop them, and what fell due in between:                   chasqui recover --drop")
    print("Telegram cannot be asked what it has sent: what is held for it may be said a second time.")
    return 0


def _release(database: Database, *, drop: bool, yes: bool) -> int:
    word = "drop" if drop else "send"
    if not yes and not _agreed(f"End recovery and {word} what is held? Write YES: "):
        return _refuse("Nothing was released.")

    def work() -> int:
        with database.writing() as conn:
            return recovery.release(conn, database.now(), drop=drop)

    count = database.do(work)
    print(f"Recovery has ended; {count} messages {'are dropped' if drop else 'go on their way'}.")
    print("Campaigns that were running are paused. Look at each: chasqui campaign list, chasqui campaign resume ID")
    return 0


def _agreed(question: str) -> bool:
    try:
        return input(question).strip().upper() in ("YES", "SI", "SÍ")
    except EOFError:  # nobody is there to say it
        print()
        return False


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
