"""`chasqui campaign`: make, look at, try, start, hold, change and end what goes out by plan."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import phonenumbers

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.doubting import past
from bot.delivering.forming import formed, id_for, lacks
from bot.delivering.hours import ZONES, zone_of
from bot.delivering.planning import refusal
from bot.delivering.previewing import Someone, worded
from bot.messages import Address
from bot.people import OPERATOR, Learner
from cli import campaign_showing, wiring
from cli.campaign_arguments import language as language_of
from cli.campaign_entries import entries, missing, shown
from cli.campaign_foreseeing import Foreseen, foresee, has_sms, sms_sender
from cli.campaign_showing import money
from cli.campaign_words import day, say
from cli.settings import Settings
from store import campaigns, holding, trials
from store.database import Database

_OPEN = (State.DRAFT, State.WAITING, State.RUNNING, State.PAUSED)
_MOST = 500  # in a list
_TO = {"pause": State.PAUSED, "resume": State.RUNNING, "cancel": State.CANCELLED}
_DONE = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}


class _Refused(Exception):
    """What cannot be done, in a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One command being carried out."""

    settings: Settings
    database: Database
    language: str
    actor: str

    def say(self, id: str, /, **values: object) -> str:
        return say(self.language, id, **values)

    @property
    def today(self) -> date:
        return self.database.now().astimezone(zone_of("", self.settings.country)).date()

    @property
    def currency(self) -> str:
        return wiring.policy_of(self.settings).currency

    def catalogue(self) -> Catalogue:
        return Shelf(self.settings.content_dir)()

    def foresee(self, campaign: Campaign) -> Foreseen:
        return foresee(self.settings, self.database, self.catalogue(), campaign)

    def find(self, id: str) -> Campaign:
        """The campaign of this id, or of the only id that begins so. Raises _Refused."""
        with self.database.reading() as conn:
            exact = campaigns.get(conn, id)
            listed = [] if exact else campaigns.listed(conn, OPERATOR, limit=_MOST)
        found = [exact] if exact else [each for each in listed if id and each.id.startswith(id)]
        if not found:
            raise _Refused(self.say("unknown", id=id))
        if len(found) > 1:
            raise _Refused(self.say("several", id=id, ids=", ".join(each.id for each in found)))
        return found[0]


def campaign(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    database = wiring.open_database(settings)
    actor = given.by.strip() or getpass.getuser()
    desk = _Desk(settings=settings, database=database, language=language_of(given.lang), actor=actor)
    try:
        for told in _ACTIONS[given.action](desk, given):
            print(told)
        return 0
    except _Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    finally:
        database.close()


def _new(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    base = Campaign(
        id="",
        name="",
        kind=Kind.ONCE,
        schedule=Schedule(zone=ZONES[desk.settings.country]),
        created_by=desk.actor,
        created_at=desk.database.now(),
    )
    made = _formed(desk, given, base)
    made = replace(made, id=id_for(made, desk.today))
    with desk.database.writing() as conn:
        fresh = campaigns.create(conn, made, desk.actor, desk.database.now())
        held = campaigns.get(conn, made.id) or made
    if fresh:
        return [desk.say("made", id=made.id)]
    return [desk.say("made.already", id=made.id, state=desk.say(f"state.{held.state}"))]


def _formed(desk: _Desk, given: argparse.Namespace, base: Campaign) -> Campaign:
    written, faults, unread = entries(given)
    made, wrong = formed(base, written, desk.today)
    faults += wrong
    if not faults and not unread:
        faults = [*lacks(made), *missing(desk.database, desk.catalogue(), made, desk.language)]
    if faults or unread:
        raise _Refused("\n".join([*unread, *shown(faults, desk.language), desk.say("refused")]))
    if not written:
        raise _Refused(desk.say("edited.same"))
    return made


def _list(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    with desk.database.reading() as conn:
        found = campaigns.listed(conn, OPERATOR, None if given.all else _OPEN, _MOST)
    return [campaign_showing.line(desk.language, each) for each in found] or [desk.say("none")]


def _show(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    with desk.database.reading() as conn:
        return list(
            campaign_showing.stands(
                desk.language,
                held,
                campaigns.progress(conn, held.id),
                campaigns.spent(conn, held.id, desk.database.now()),
                holding.missed(conn, held.id),
                campaigns.acts(conn, held.id),
                desk.currency,
                zone_of(held.schedule.zone, desk.settings.country),
            )
        )


def _preview(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    told = list(_foreseen(desk, held, desk.foresee(held)))
    return [*told, desk.say("p.go", id=held.id)] if held.state is State.DRAFT else told


def _foreseen(desk: _Desk, held: Campaign, found: Foreseen) -> Iterable[str]:
    return campaign_showing.foreseen(
        desk.language,
        held,
        found.preview,
        desk.currency,
        priced=found.priced,
        rate=found.rate,
        second=Decimal(desk.settings.approval_money) if found.second else None,
    )


def _test(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    if not held.texts:
        raise _Refused(desk.say("test.drip"))
    address = _own(desk, given)
    policy, now = wiring.policy_of(desk.settings), desk.database.now()
    contents = []
    for variant, texts in enumerate(held.texts):
        for spoken in texts:
            me = Learner(id="", name=desk.actor, language=spoken, created_at=now)
            content = worded(held, Someone(learner=me, address=address), variant, policy)
            if content:
                contents.append(replace(content, text=desk.say("test.mark") + content.text))
    with desk.database.writing() as conn:
        n = trials.queue(conn, sms_sender(desk.settings, address), address, contents, now)
    return [desk.say("tested", n=n, where=address.identity.rpartition(":")[2])]


def _own(desk: _Desk, given: argparse.Namespace) -> Address:
    """Where the operator wants the test; on the simulator's phones where no such channel is set."""
    if given.phone:
        try:
            number = phonenumbers.parse(given.phone, desk.settings.country)
        except phonenumbers.NumberParseException:
            raise _Refused(desk.say("test.phone", number=given.phone)) from None
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if has_sms(desk.settings):
            return Address(scheme="tel", identity=e164)
        return Address(scheme="simulator", identity=f"sms:{e164}")
    if given.telegram:
        if desk.settings.has_telegram and not given.telegram.lstrip("-").isdigit():
            raise _Refused(desk.say("test.chat", number=given.telegram))
        scheme = "telegram" if desk.settings.has_telegram else "simulator:chat"
        return Address.parse(f"{scheme}:{given.telegram}")
    raise _Refused(desk.say("test.where"))


def _start(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    if held.state is State.RUNNING:
        return [desk.say("started.already", id=held.id)]
    if held.state is State.PAUSED:
        return _move(desk, held, "resume", "")
    if held.state not in (State.DRAFT, State.WAITING):
        raise _Refused(_cannot(desk, held, "start"))
    _refuse_past(desk, held)
    found = desk.foresee(held)
    if not found.preview.people and held.kind in (Kind.ONCE, Kind.NOTICE):
        raise _Refused(desk.say("nobody", id=held.id))
    asked = desk.say("asked", id=held.id, **_size(desk, held, found))
    if held.state is State.WAITING:
        return [asked]
    if not given.yes:
        _ask(desk, held, found)
    to = State.WAITING if found.second else State.RUNNING
    if not _moved(desk, held, to, ""):
        return _start(desk, given)  # somebody was quicker: say how it stands now
    return [asked] if found.second else [desk.say("started", id=held.id, people=found.preview.people)]


def _size(desk: _Desk, held: Campaign, found: Foreseen) -> dict[str, object]:
    with desk.database.reading() as conn:
        authors = campaigns.authors(conn, held.id)
    cost = money(found.preview.money_in_all, desk.currency)
    return {"people": found.preview.people, "money": cost, "authors": ", ".join(authors)}


def _refuse_past(desk: _Desk, held: Campaign) -> None:
    gone = past(held, desk.database.now())
    if gone:
        key = "past.recurring" if held.kind is Kind.RECURRING else "past"
        today = desk.today.isoformat()
        raise _Refused(desk.say(key, day=day(desk.language, gone), id=held.id, today=today))


def _ask(desk: _Desk, held: Campaign, found: Foreseen) -> None:
    for told in _foreseen(desk, held, found):
        print(told)
    try:
        typed = input(desk.say("ask")) if sys.stdin.isatty() else ""
    except EOFError:
        typed = ""
    if typed.strip().upper() != desk.say("ask.word"):
        raise _Refused(desk.say("not_started", id=held.id))


def _approve(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    if held.state is not State.WAITING:
        raise _Refused(desk.say("not_asked", id=held.id, state=desk.say(f"state.{held.state}")))
    with desk.database.reading() as conn:
        authors = campaigns.authors(conn, held.id)
    if refusal(held.state, State.RUNNING, desk.actor, authors) == "second":
        raise _Refused(desk.say("second", id=held.id, actor=desk.actor))
    _refuse_past(desk, held)
    if not _moved(desk, held, State.RUNNING, given.reason):
        raise _Refused(desk.say("overtaken", id=held.id))
    return [desk.say("approved", id=held.id, actor=desk.actor)]


def _change(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    return _move(desk, desk.find(given.id), given.action, given.reason)


def _move(desk: _Desk, held: Campaign, action: str, reason: str) -> Iterable[str]:
    if held.state is _TO[action]:
        return [desk.say(f"done.{action}", id=held.id)]
    if (action == "resume" and held.state is not State.PAUSED) or not _moved(desk, held, _TO[action], reason):
        raise _Refused(_cannot(desk, held, action))
    return [desk.say(_DONE[action], id=held.id)]


def _moved(desk: _Desk, held: Campaign, to: State, reason: str) -> bool:
    with desk.database.writing() as conn:
        return campaigns.move(conn, held.id, to, actor=desk.actor, reason=reason, now=desk.database.now())


def _cannot(desk: _Desk, held: Campaign, action: str) -> str:
    return desk.say("move", id=held.id, state=desk.say(f"state.{held.state}"), wish=desk.say(f"wish.{action}"))


def _edit(desk: _Desk, given: argparse.Namespace) -> Iterable[str]:
    held = desk.find(given.id)
    if held.state not in _OPEN:
        raise _Refused(_cannot(desk, held, "edit"))
    changed = _formed(desk, given, held)
    if changed == held:
        raise _Refused(desk.say("edited.same"))
    with desk.database.writing() as conn:
        kept = campaigns.edit(conn, changed, desk.actor, desk.database.now())
    if kept is None:
        raise _Refused(desk.say("overtaken", id=held.id))
    told = [desk.say("edited", id=held.id, version=kept.version, before=held.version)]
    if held.state in (State.RUNNING, State.PAUSED):
        told += _asked_anew(desk, held, kept)
    return told


def _asked_anew(desk: _Desk, held: Campaign, kept: Campaign) -> list[str]:
    """A running campaign that an edit made larger, beyond what one person may start, waits for a second one."""
    before, after = desk.foresee(held).preview, desk.foresee(kept)
    larger = after.preview.people > before.people or after.preview.money_in_all > before.money_in_all
    if not (after.second and larger and _moved(desk, kept, State.WAITING, "")):
        return []
    return [desk.say("asked", id=kept.id, **_size(desk, kept, after))]


_ACTIONS = {
    "new": _new,
    "list": _list,
    "show": _show,
    "preview": _preview,
    "test": _test,
    "start": _start,
    "approve": _approve,
    "pause": _change,
    "resume": _change,
    "cancel": _change,
    "edit": _edit,
}
