"""`chasqui campaign new`, list, show, preview, test: make one, look at it, try it on one's own phone."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace

from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.forming import formed, id_for, lacks
from bot.delivering.hours import ZONES, zone_of
from bot.delivering.trying import own_chat, own_phone, trials
from bot.messages import Address
from bot.people import OPERATOR
from cli import campaign_showing
from cli.campaign_desk import Desk, Refused
from cli.campaign_entries import entries, missing, shown
from store import campaigns, holding, launching, progressing
from store import trials as trying
from store.foreseeing import Foreseen

_MOST = 500  # in a list


def new(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """A draft; asked for twice on one day it is one."""
    base = Campaign(
        id="",
        name="",
        kind=Kind.ONCE,
        schedule=Schedule(zone=ZONES[desk.settings.country]),
        created_by=desk.actor,
        created_at=desk.database.now(),
    )
    made = formed_by(desk, given, base)
    made = replace(made, id=id_for(made, desk.today))
    with desk.database.writing() as conn:
        fresh = campaigns.create(conn, OPERATOR, made, desk.actor, desk.database.now())
        held = campaigns.get(conn, OPERATOR, made.id) or made
    if fresh:
        return [desk.say("made", id=made.id)]
    return [desk.say("made.already", id=made.id, state=desk.say(f"state.{held.state}"))]


def formed_by(desk: Desk, given: argparse.Namespace, base: Campaign) -> Campaign:
    """`base` with what was written in the form and the flags. Raises Refused with every fault."""
    written, faults, unread = entries(given)
    made, wrong = formed(base, written, desk.today)
    faults += wrong
    if not faults and not unread:
        faults = [*lacks(made), *missing(desk.database, desk.catalogue(), made, desk.language)]
    if faults or unread:
        raise Refused("\n".join([*unread, *shown(faults, desk.language), desk.say("refused")]))
    if not written:
        raise Refused(desk.say("edited.same"))
    return made


def listing(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Those that have not ended, or all."""
    with desk.database.reading() as conn:
        found = campaigns.listed(conn, OPERATOR, None if given.all else launching.OPEN, _MOST)
    return [campaign_showing.line(desk.language, each) for each in found] or [desk.say("none")]


def show(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """How it stands."""
    held = desk.find(given.id)
    with desk.database.reading() as conn:
        return list(
            campaign_showing.stands(
                desk.language,
                held,
                progressing.progress(conn, OPERATOR, held.id),
                progressing.spent(conn, OPERATOR, held.id, desk.database.now()),
                holding.missed(conn, OPERATOR, held.id),
                campaigns.acts(conn, OPERATOR, held.id),
                desk.policy.currency,
                zone_of(held.schedule.zone, desk.settings.country),
            )
        )


def preview(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """What it will do."""
    held = desk.find(given.id)
    told = list(foreseen(desk, held, desk.foresee(held)))
    return [*told, desk.say("p.go", id=held.id)] if held.state is State.DRAFT else told


def foreseen(desk: Desk, held: Campaign, found: Foreseen) -> Iterable[str]:
    """A preview as lines."""
    return campaign_showing.foreseen(
        desk.language,
        held,
        found.preview,
        desk.policy.currency,
        priced=found.priced,
        rate=found.rate,
        second=desk.policy.notice_money if found.second else None,
    )


def test(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Every text of it to oneself."""
    held = desk.find(given.id)
    if not held.texts:
        raise Refused(desk.say("test.drip"))
    address, now = _own(desk, given), desk.database.now()
    contents = list(trials(held, address, desk.actor, desk.say("test.mark"), desk.policy, now))
    try:
        with desk.database.writing() as conn:
            n = trying.queue(conn, OPERATOR, desk.carrying.sender(address), address, contents, now)
    except trying.NotWanted:
        raise Refused(desk.say("test.closed", number=given.phone or given.telegram)) from None
    return [desk.say("tested", n=n, where=address.identity.rpartition(":")[2])]


def _own(desk: Desk, given: argparse.Namespace) -> Address:
    """Where the operator wants the test; on the simulator's phones where no such channel is set."""
    try:
        if given.phone:
            return own_phone(given.phone, desk.settings.country, desk.carrying)
        if given.telegram:
            return own_chat(given.telegram, desk.carrying)
    except ValueError as error:
        key, number = ("test.phone", given.phone) if given.phone else ("test.chat", given.telegram)
        key = f"test.{error}" if given.phone and str(error) in ("abroad", "landline") else key
        raise Refused(desk.say(key, number=number)) from None
    raise Refused(desk.say("test.where"))
