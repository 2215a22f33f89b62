"""`chasqui doctor`: try every setting and every connection, and say what to mend."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from authoring.loading import load
from bot.messages import Address, masked
from cli import doctoring_lengths, doctoring_senders, watching
from cli.finding import LOOK, MEND, OK, Finding
from cli.settings import VAR, Settings, database_url
from store import backup, counters, migrating, recovery, ticks, unreachable
from store.database import Database
from store.errors import StoreError
from store.health import Figures, figures, probe, server, stranded
from store.metrics import given_up_numbers

_ROOM = 500 * 1024 * 1024  # octets of disk below which nobody should go on
_SAFE_SQLITE = (3, 51, 3)
_QUICK = frozenset((*watching.LOOPS, "campaigns", "content", "dues", "leases"))
_SHOWN = 10  # numbers at which nobody is reached
_FULL = " left out: full week"  # with which such a counter ends: see bot.talking.owing
_OLD = 36 * 3600  # seconds: a day's backup that is half a day late


async def examine(settings: Settings, *, as_json: bool = False) -> int:
    """Print what was found, one line each; 1 where something has to be mended, else 0."""
    checks: list[Callable[[Settings], Awaitable[list[Finding]]]] = [
        _content,
        doctoring_lengths.examine,
        _database,
        _secrets,
        _data,
        _backups,
        doctoring_senders.examine,
    ]
    findings = [finding for check in checks for finding in await check(settings)]
    if as_json:
        print(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2))
    else:
        for each in findings:
            print(f"{each.level:<4}  {each.what}: {each.said}")
            if each.cure:
                print(f"      {each.cure}")
    return int(any(each.level == MEND for each in findings))


async def _content(settings: Settings) -> list[Finding]:
    loaded = await asyncio.to_thread(load, settings.content_dir)
    if loaded.catalogue is None:
        said = f"errors in {settings.content_dir}: {len(loaded.errors)}"
        return [Finding(what="lesson scripts", level=MEND, said=said, cure="The list: chasqui check")]
    return [Finding(what="lesson scripts", level=OK, said=f"{len(loaded.catalogue.courses)} courses")]


async def _database(settings: Settings) -> list[Finding]:
    what, url = "database", database_url(settings)
    try:
        database = Database.open(url)
    except ValueError as error:
        return [Finding(what=what, level=MEND, said=str(error), cure="Mend CHASQUI_DATABASE_URL.")]
    try:
        if database.path and not database.path.exists():
            said = f"SQLite {sqlite3.sqlite_version}, {database.path} (made by the first chasqui run)"
            return [Finding(what=what, level=OK, said=said), *_engine(database)]
        speed, missing = settings.clock_speed if settings.rehearsal else 1.0, doctoring_senders.missing(settings)
        return await asyncio.to_thread(_look_into, database, speed, missing)
    except StoreError as error:
        cure = "Is the server running, and are host, name, user and password of CHASQUI_DATABASE_URL right?"
        if database.path:
            cure = "Can this user read and write the file and its folder? A copy of it: chasqui restore FILE"
        return [Finding(what=what, level=MEND, said=str(error), cure=cure)]
    finally:
        database.close()


def _look_into(database: Database, speed: float, missing: Sequence[str] = ()) -> list[Finding]:
    database.do(lambda: None)
    with database.reading() as conn:
        found = migrating.revision(conn)
        if found != migrating.HEAD:
            said = f"{database.url} has schema {found or '(none)'}, this program {migrating.HEAD}"
            newer = bool(found) and found not in migrating.REVISIONS
            cure = "Install the newer program." if newer else "Back it up, then: chasqui migrate"
            return [Finding(what="database", level=MEND, said=said, cure=cure)]
    if speed != 1:
        database.rehearse(speed)
    with database.reading() as conn:
        now = database.now()
        waiting, seen, held = figures(conn, now), ticks.freshest(conn), recovery.state(conn)
        lost, said_by_server = given_up_numbers(conn), server(conn)
        week = counters.since(conn, (now - timedelta(days=7)).date().isoformat())
        newest = unreachable.suppressed(conn, _SHOWN)
        alone = {prefix: stranded(conn, now, prefix, missing) for prefix in missing}
    try:
        with database.writing() as conn:
            probe(conn)
    except StoreError as error:
        cure = "Nothing can be kept. Is the disk full, or the server a standby?"
        return [Finding(what="database", level=MEND, said=f"takes nothing: {error}", cure=cure)]
    engine = f"SQLite {sqlite3.sqlite_version}" if database.path else f"PostgreSQL {said_by_server['server_version']}"
    findings = [Finding(what="database", level=OK, said=f"{engine}, {database.path or database.url}")]
    findings += [*_engine(database), *_durable(said_by_server), *_clock(database), *_jobs(seen, now, database.speed)]
    findings += [*_queues(waiting, database.speed), *_full_weeks(week)]
    findings += [each for prefix, n in alone.items() for each in doctoring_senders.waiting_for(prefix, n)]
    if lost:
        cure = "Ask their cooperatives for new ones; nothing is sent and nothing is paid to these."
        shown = ", ".join(f"{masked(Address.parse(each.address))} ({each.reason})" for each in newest)
        said = f"{lost} that nobody can be reached at; the latest: {shown}"
        findings.append(Finding(what="numbers", level=LOOK, said=said, cure=cure))
    if held:
        said = f"in recovery since {held.since:%Y-%m-%d %H:%M} UTC: {held.why}"
        findings.append(Finding(what="recovery", level=MEND, said=said, cure="Look and decide: chasqui recover"))
    return findings


def _engine(database: Database) -> list[Finding]:
    if database.path is None:
        return []
    findings = []
    if sqlite3.sqlite_version_info < _SAFE_SQLITE:
        said = f"SQLite {sqlite3.sqlite_version} can damage a file that two programs write and fold back at once"
        cure = "Chasqui's one writer avoids it. Open the file with nothing else while it runs; 3.51.3 mends it."
        findings.append(Finding(what="SQLite", level=LOOK, said=said, cure=cure))
    folder = database.path.parent if database.path.parent.exists() else Path()
    free = shutil.disk_usage(folder).free
    well = free > _ROOM
    cure = "" if well else "Make room: at the end of the disk nothing that learners write can be kept."
    findings.append(
        Finding(what="disk", level=OK if well else MEND, said=f"{free / 1e9:.1f} GB free in {folder}", cure=cure)
    )
    if database.path.exists() and database.path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        said = f"everybody on this machine may read {database.path}"
        findings.append(Finding(what="database file", level=LOOK, said=said, cure=f"chmod 600 {database.path}"))
    return findings


def _durable(said: dict[str, str]) -> list[Finding]:
    """Whether the server writes to the disk before it says that something is kept."""
    off = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if said.get(name) == "off"]
    if not off:
        return []
    cure = f"In postgresql.conf: {', '.join(f'{name} = on' for name in off)}. A power cut loses what was answered 200."
    return [Finding(what="durability", level=MEND, said=f"switched off: {', '.join(off)}", cure=cure)]


def _clock(database: Database) -> list[Finding]:
    if database.path:
        return []
    if abs(database.skew) > 5:
        return [Finding(what="clock", level=MEND, said=watching.skewed(database.skew), cure="timedatectl set-ntp true")]
    return [Finding(what="clock", level=OK, said=f"{database.skew:+.2f} s from the database's")]


def _jobs(seen: dict[str, datetime], now: datetime, speed: float) -> list[Finding]:
    if not seen:
        return [Finding(what="jobs", level=LOOK, said="nothing has run here yet", cure="Start it: chasqui run")]
    # The running program knows each job's interval; from outside, what comes round within seconds tells enough.
    allowed = {job: 300.0 if job in _QUICK else 3 * 3600.0 + 300 for job in seen}
    silent = ticks.stopped(seen, allowed, now, speed)
    if not silent:
        return [Finding(what="jobs", level=OK, said=f"{len(seen)} loops and jobs are running")]
    age = min(silent.values())
    said = f"silent for {age / 60:.0f} minutes or more: {', '.join(sorted(silent))}"
    return [Finding(what="jobs", level=LOOK, said=said, cure="Is `chasqui run` running, with every role?")]


def _queues(found: Figures, speed: float) -> list[Finding]:
    said = f"{found.inbox_waiting} to answer, {found.outbox_waiting} to send, {found.dues_waiting} due"
    slow = max(found.inbox_oldest, found.outbox_oldest) / speed > 300
    cure = "The oldest waits longer than five minutes: is `chasqui run` running?" if slow else ""
    findings = [Finding(what="queues", level=MEND if slow else OK, said=said, cure=cure)]
    if found.outbox_unknown:
        said = f"{found.outbox_unknown} messages of which the provider has not said whether they left"
        cure = "They are asked about, or said once more after 60 s, while `chasqui run` is running."
        findings.append(Finding(what="unknown outcome", level=MEND, said=said, cure=cure))
    if found.inbox_spoiled:
        said = f"{found.inbox_spoiled} messages whose turn failed five times"
        findings.append(Finding(what="spoiled", level=MEND, said=said, cure="The log of `chasqui run` says why."))
    if found.help_open:
        said = f"{found.help_open} wait for a person"
        findings.append(Finding(what="questions", level=LOOK, said=said, cure="Read and answer: chasqui inbox"))
    given_up = found.counters.get("outbox given up", 0)
    if given_up:
        findings.append(Finding(what="given up", level=LOOK, said=f"{given_up} messages after asking twice, so far"))
    return findings


def _full_weeks(counted: Mapping[str, int]) -> list[Finding]:
    """What her weekly budget of messages has left out: nobody hears of it otherwise."""
    left = {name.removesuffix(_FULL): n for name, n in counted.items() if name.endswith(_FULL) and n}
    if not left:
        return []
    said = f"left out in the last 7 days: {', '.join(f'{kind} {n}' for kind, n in left.items())}"
    cure = "Their weeks were full. Fewer campaigns and notices leave room for it."
    return [Finding(what="full weeks", level=LOOK, said=said, cure=cure)]


async def _secrets(settings: Settings) -> list[Finding]:
    findings = []
    for path in (Path(".env"), VAR / "secret.key"):
        if path.exists() and os.name == "posix":
            loose = path.stat().st_mode & 0o077
            said = "others may read it" if loose else "only you can read it"
            cure = f"chmod 600 {path}" if loose else ""
            findings.append(Finding(what=str(path), level=MEND if loose else OK, said=said, cure=cure))
    if settings.public_url and not settings.metrics_token:
        cure = "To read them from another machine set CHASQUI_METRICS_TOKEN to 32 random characters."
        findings.append(Finding(what="metrics", level=OK, said="for this machine alone", cure=cure))
    elif settings.metrics_token and len(settings.metrics_token) < 20:
        cure = "Set CHASQUI_METRICS_TOKEN to 32 random characters: openssl rand -hex 16"
        findings.append(Finding(what="metrics", level=LOOK, said="the token is short", cure=cure))
    return findings


async def _data(settings: Settings) -> list[Finding]:
    """Time zones and public holidays, by which waking hours are told."""
    from bot.delivering.hours import holidays_of, zone_of

    year = datetime.now(UTC).year
    try:
        zone = zone_of("", settings.country)
        known = await asyncio.to_thread(holidays_of, settings.country, year)
    except (ImportError, KeyError, OSError) as error:
        cure = "Install what the lock file names again: make run"
        return [Finding(what="calendar", level=MEND, said=f"{type(error).__name__}", cure=cure)]
    if date(year, 1, 1) not in known:
        cure = "Install a newer `holidays`: pip install --upgrade holidays"
        return [Finding(what="calendar", level=LOOK, said=f"no holidays of {settings.country} in {year}", cure=cure)]
    said = f"{zone.key}, {len(known)} holidays in {year} (holidays {version('holidays')}, tzdata {version('tzdata')})"
    return [Finding(what="calendar", level=OK, said=said)]


async def _backups(settings: Settings) -> list[Finding]:
    if not database_url(settings).startswith("sqlite"):
        said = "PostgreSQL's own; this program cannot see whether they are made"
        return [Finding(what="backups", level=LOOK, said=said, cure="docs/operating.md says what to ask of them.")]
    if not settings.backup_dir:
        cure = "Set CHASQUI_BACKUP_DIR, best on another disk; one is made a day and seven are kept."
        return [Finding(what="backups", level=LOOK, said="none are made by themselves", cure=cure)]
    made = backup.made_in(Path(settings.backup_dir))
    if not made:
        cure = "It is made within ten minutes of `chasqui run`."
        return [Finding(what="backups", level=LOOK, said=f"none yet in {settings.backup_dir}", cure=cure)]
    newest = made[-1]
    try:
        await asyncio.to_thread(backup.look_through, newest)
    except StoreError as error:
        cure = f"Delete {newest.name}; another one is made within ten minutes."
        return [Finding(what="backups", level=MEND, said=str(error), cure=cure)]
    old = datetime.now(UTC).timestamp() - newest.stat().st_mtime > _OLD
    cure = "The newest is older than a day and a half: is `chasqui run` running?" if old else ""
    said = f"{len(made)} in {settings.backup_dir}, the newest {newest.name}, whole"
    return [Finding(what="backups", level=LOOK if old else OK, said=said, cure=cure)]
