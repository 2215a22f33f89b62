"""`chasqui notice`: see, send, approve and stop what cooperatives tell their members."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from authoring.shelf import Shelf
from bot.cooperating import notices
from bot.cooperating.notices import Proposed
from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.hours import zone_of
from bot.delivering.planning import refusal
from bot.delivering.sms import fold_text, segments
from bot.people import OPERATOR
from bot.record import Policy
from cli import naming, wiring
from cli.settings import Settings
from store import campaigns, offices, organisations
from store.database import Database

_MOST = 500  # in a list
_SEND = "SEND"


def notice(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    database = wiring.open_database(settings)
    try:
        return _ACTIONS[given.action](given, settings, database)
    finally:
        database.close()


# --- looking ---


def _list(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    with database.reading() as conn:
        found = [each for each in campaigns.listed(conn, OPERATOR, limit=_MOST) if each.kind is Kind.NOTICE]
    found = [each for each in found if given.cooperative in ("", each.cooperative)]
    if given.json:
        print(json.dumps([_row(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        urgent = "URGENT " if each.urgent else ""
        print(f"{each.id}  {_local(each.created_at, settings)}  {each.state.value:<9}  {urgent}{each.name}")
    if not found:
        print(
            'No notices. An officer writes AVISO and the text. Or: chasqui notice send --cooperative WORD --text es="…"'
        )
    return 0


def _row(each: Campaign) -> Mapping[str, object]:
    return {
        "id": each.id,
        "cooperative": each.cooperative,
        "state": each.state.value,
        "urgent": each.urgent,
        "texts": dict(each.texts[0]) if each.texts else {},
        "by": each.created_by,
        "approved_by": each.approved_by,
        "at": each.created_at.isoformat(timespec="seconds"),
    }


def _show(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    held = _found(database, given.id)
    with database.reading() as conn:
        how = campaigns.progress(conn, held.id)
        acts = campaigns.acts(conn, held.id)
    print(f"{held.id}  {held.cooperative}  {held.state.value}{'  URGENT' if held.urgent else ''}")
    for language, text in (held.texts[0] if held.texts else {}).items():
        print(f"  {language}: {text}")
    sent = how.sent + how.delivered + how.failed + how.unknown
    print(f"  to {how.planned} people: {how.waiting + how.queued} wait, {sent} sent, {how.delivered} delivered,")
    print(f"  {how.failed} failed, {how.unknown} not known, {how.cancelled + how.expired} not sent")
    print(f"  {how.opted_out} stopped after it, {wiring.policy_of(settings).currency} {how.money:.2f} by estimate")
    for act in acts:
        print(f"  {_local(act.at, settings)}  {act.act} by {act.actor}{f': {act.reason}' if act.reason else ''}")
    return 0


# --- sending ---


def _send(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    texts, policy, now = _texts(given.text), wiring.policy_of(settings), database.now()
    with database.reading() as conn:
        cooperative = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR), given.cooperative)
        office = offices.of(conn, cooperative.id, now, policy)
    if office is None:
        raise ValueError(f"{cooperative.name} is closed: nobody speaks for it any more.")
    for text in texts.values():
        refused = notices.refused(office, text, now, policy, urgent=given.urgent)
        if refused:
            # As the officer would hear it, in the language of the operator's own terminal.
            raise ValueError(Shelf(settings.content_dir)().wording.say("en", refused.sentence, **refused.values))
    longest = max(texts.values(), key=lambda text: segments(fold_text(f"{office.cooperative.name}: {text}", "gsm")))
    proposal = notices.proposed(office, longest, policy, urgent=given.urgent)
    print(_read_back(proposal, policy))
    if not given.yes and not _confirmed():
        return _refuse("Nothing was sent.")
    return _begin(database, _campaign(proposal, texts, given.by, now, policy), proposal.reached)


def _texts(written: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in written:
        language, sign, text = each.partition("=")
        if not sign or len(language) != 2 or not text.strip():
            raise ValueError(f'{each!r} is no text in a language. Write it like --text es="Reunión el sábado".')
        found[language.casefold()] = text.strip()
    return found


def _read_back(proposal: Proposed, policy: Policy) -> str:
    money = "cost not settled" if proposal.money is None else f"{policy.currency} {proposal.money:.2f}"
    kind = "URGENT notice" if proposal.urgent else "Notice"
    waits = (
        "\nIt waits for a second person's word before it goes out." if notices.needs_approval(proposal, policy) else ""
    )
    return (
        f"{kind} of {proposal.office.cooperative.name}: reaches {proposal.reached}, "
        f"{proposal.by_sms} of them by SMS = {proposal.segments} segments, {money}.\n"
        f"It begins: {proposal.first_words}{waits}"
    )


def _confirmed() -> bool:
    print(f"Send it? Write {_SEND}: ", end="", flush=True)
    return sys.stdin.readline().strip() == _SEND


def _campaign(proposal: Proposed, texts: Mapping[str, str], by: str, now: datetime, policy: Policy) -> Campaign:
    cooperative = proposal.office.cooperative
    first = next(iter(texts))
    made = notices.campaign(
        proposal,
        id=f"notice-{cooperative.id}-{now:%y%m%d%H%M}-{proposal.digest[:6]}",
        language=first,
        actor=by.strip() or getpass.getuser(),
        now=now,
        policy=policy,
    )
    worded = {language: f"{cooperative.name}: {text}" for language, text in texts.items()}
    return replace(made, texts=(worded,), fallback=tuple(texts))


def _begin(database: Database, made: Campaign, reached: int) -> int:
    with database.writing() as conn:
        fresh = campaigns.create(conn, made, made.created_by, database.now())
    if not fresh:
        return _refuse(f"{made.id} exists already: nothing was sent twice.")
    if made.state is State.WAITING:
        print(f"{made.id} waits. Somebody else than {made.created_by} writes:")
        print(f"  chasqui notice approve {made.id} --by NAME")
    else:
        print(f"{made.id} is on its way to {reached}. How it goes: chasqui notice show {made.id}")
    return 0


# --- a second person, and stopping ---


def _approve(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    held = _found(database, given.id)
    if held.state is not State.WAITING:
        return _refuse(f"{held.id} is {held.state.value}: there is nothing to approve.")
    with database.writing() as conn:
        authors = campaigns.authors(conn, held.id)
        if refusal(held.state, State.RUNNING, given.by, authors):
            return _refuse(f"{given.by} wrote this notice, and somebody else has to approve it.")
        campaigns.move(conn, held.id, State.RUNNING, actor=given.by, now=database.now())
    print(f"{held.id} was approved by {given.by} and is on its way.")
    return 0


def _stop(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    held = _found(database, given.id)
    actor = given.by.strip() or getpass.getuser()
    with database.writing() as conn:
        done = campaigns.move(conn, held.id, State.CANCELLED, actor=actor, reason=given.why, now=database.now())
    if not done:
        return _refuse(f"{held.id} is {held.state.value}: there is nothing left to stop.")
    print(f"{held.id} is stopped: what has not left does not leave. If an officer wrote it, she is told.")
    return 0


def _found(database: Database, id: str) -> Campaign:
    """The notice of this id, or of the only id that begins so. Raises ValueError."""
    with database.reading() as conn:
        exact = campaigns.get(conn, id)
        listed = [] if exact else campaigns.listed(conn, OPERATOR, limit=_MOST)
    found = [each for each in ([exact] if exact else listed) if each.kind is Kind.NOTICE and each.id.startswith(id)]
    if len(found) != 1:
        several = ", ".join(each.id for each in found)
        raise ValueError(
            f"{id!r} is the beginning of several: {several}."
            if found
            else f"There is no notice {id!r}. The list: chasqui notice list"
        )
    return found[0]


def _local(at: datetime, settings: Settings) -> str:
    return at.astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d %H:%M")


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Settings, Database], int]] = {
    "list": _list,
    "show": _show,
    "send": _send,
    "approve": _approve,
    "stop": _stop,
}
