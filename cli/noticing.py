"""`chasqui notice`: see, send, approve and stop what cooperatives tell their members."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from authoring.shelf import Shelf
from bot.cooperating import notices
from bot.cooperating.notices import Proposed
from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.hours import zone_of
from bot.delivering.planning import Act
from bot.people import OPERATOR
from bot.record import Policy
from bot.reporting.rounding import half_up
from cli import naming, wiring
from cli.people_words import language, say, speak
from cli.settings import Settings
from store import campaigns, launching, notice_drafts, organisations, progressing
from store.database import Database
from store.launching import NotDone
from store.notice_drafts import Draft

_MOST = 500  # in a list
_SEND = frozenset(("SEND", "ENVIAR"))


def notice(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    speak(given.lang)
    database = wiring.open_database(settings)
    try:
        return _ACTIONS[given.action](given, settings, database)
    finally:
        database.close()


# --- looking ---


def _list(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    with database.reading() as conn:
        found = campaigns.listed(conn, OPERATOR, limit=_MOST, kinds=(Kind.NOTICE,))
    found = [each for each in found if given.cooperative in ("", each.cooperative)]
    if given.json:
        print(json.dumps([_row(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        urgent = f"{say('notice.urgent')} " if each.urgent else ""
        print(f"{each.id}  {_local(each.created_at, settings)}  {_state(each):<9}  {urgent}{each.name}")
    if not found:
        print(say("notice.none"))
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
        how = progressing.progress(conn, OPERATOR, held.id)
        acts = campaigns.acts(conn, OPERATOR, held.id)
    urgent = f"  {say('notice.urgent')}" if held.urgent else ""
    print(f"{held.id}  {held.cooperative}  {_state(held)}{urgent}")
    for code, text in (held.texts[0] if held.texts else {}).items():
        print(f"  {code}: {text}")
    sent = how.sent + how.delivered + how.failed + how.unknown
    counts = {"waiting": how.waiting + how.queued, "sent": sent, "delivered": how.delivered, "failed": how.failed}
    rest = {"unknown": how.unknown, "unsent": how.cancelled + how.expired, "stopped": how.opted_out}
    money = f"{wiring.policy_of(settings).currency} {half_up(how.money, 2)}"
    print(say("notice.tally", n=how.planned, money=money, **counts, **rest))
    for act in acts:
        print(f"  {_local(act.at, settings)}  {_done(act)}{f': {act.reason}' if act.reason else ''}")
    return 0


# --- sending ---


def _send(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    texts, policy, now = _texts(given.text), wiring.policy_of(settings, database), database.now()
    with database.reading() as conn:
        cooperative = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR), given.cooperative)
        office = notice_drafts.office(conn, OPERATOR, cooperative.id, policy, now)
    if office is None:
        raise ValueError(say("notice.closed", name=cooperative.name, id=cooperative.id))
    draft = notice_drafts.drafted(office, texts, policy, now, urgent=given.urgent)
    if draft.refused:
        # As the officer would hear it, in the language of the operator's own terminal.
        wording = Shelf(settings.content_dir)().wording
        raise ValueError(wording.say(language(), draft.refused.sentence, **draft.refused.values))
    print(_read_back(draft.proposal, policy))
    if not given.yes and not _confirmed():
        return _refuse(say("notice.not_sent"))
    return _begin(database, draft, given.by.strip() or getpass.getuser(), policy)


def _texts(written: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in written:
        language, sign, text = each.partition("=")
        if not sign or len(language) != 2 or not text.strip():
            raise ValueError(say("notice.text", text=each))
        found[language.casefold()] = text.strip()
    return found


def _read_back(proposal: Proposed, policy: Policy) -> str:
    money = say("notice.cost") if proposal.money is None else f"{policy.currency} {half_up(proposal.money, 2)}"
    held = {
        "kind": say("notice.kind.urgent" if proposal.urgent else "notice.kind"),
        "cooperative": proposal.office.cooperative.name,
        "reached": proposal.reached,
        "sms": proposal.by_sms,
        "words": proposal.first_words,
    }
    waits = f"\n{say('notice.second')}" if notices.needs_approval(proposal, policy) else ""
    return say("notice.back", n=proposal.segments, money=money, **held) + waits


def _confirmed() -> bool:
    print(say("notice.ask"), end="", flush=True)
    return sys.stdin.readline().strip() in _SEND


def _begin(database: Database, draft: Draft, by: str, policy: Policy) -> int:
    with database.writing() as conn:
        made, fresh = notice_drafts.send(conn, OPERATOR, draft, actor=by, policy=policy, now=database.now())
    if not fresh:
        return _refuse(say("notice.twice", id=made.id))
    if made.state is State.WAITING:
        print(say("notice.waits", id=made.id, author=made.created_by))
    else:
        print(say("notice.leaves", id=made.id, reached=draft.proposal.reached))
    return 0


# --- a second person, and stopping ---


def _approve(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    held = _found(database, given.id)
    try:
        with database.writing() as conn:
            launching.approve(conn, OPERATOR, held.id, actor=given.by, now=database.now())
    except NotDone as refused:
        key = "notice.other" if refused.name == "second" else "notice.nothing"
        return _refuse(say(key, id=held.id, state=_state(held), actor=given.by))
    print(say("notice.approved", id=held.id, actor=given.by))
    return 0


def _stop(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    held = _found(database, given.id)
    actor, now = given.by.strip() or getpass.getuser(), database.now()
    try:
        with database.writing() as conn:
            done = launching.change(conn, OPERATOR, held.id, "cancel", actor=actor, reason=given.why, now=now)
    except NotDone:
        done = False
    if not done:
        return _refuse(say("notice.over", id=held.id, state=_state(held)))
    print(say("notice.stopped", id=held.id))
    return 0


def _found(database: Database, id: str) -> Campaign:
    """The notice of this id, or of the only id that begins so. Raises ValueError."""
    with database.reading() as conn:
        found = [each for each in campaigns.beginning(conn, OPERATOR, id) if each.kind is Kind.NOTICE]
    if len(found) != 1:
        several = ", ".join(each.id for each in found)
        raise ValueError(say("notice.several" if found else "notice.missing", id=id, ids=several))
    return found[0]


def _state(held: Campaign) -> str:
    return say(f"state.{held.state.value}")


def _done(act: Act) -> str:
    return say("notice.act", act=say(f"act.{act.act}"), actor=act.actor)


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
