"""What only a few messages need to know besides: who may speak for a cooperative, and whose code was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.catalogue import Catalogue
from bot.certifying.verifying import Checked
from bot.messages import Address, Heard, Inbound
from bot.record import Policy
from bot.talking import certifying, checking, observing
from bot.talking import linking as codes
from bot.talking import noticing as words
from bot.turn import Due
from messaging.remembering import Known
from store import assessors, cases, counters, credentials, exams, linking, noticing, offices
from store.database import Connection

Event = Inbound | Due


def recognised(
    conn: Connection,
    events: Iterable[tuple[Address, Event]],
    known: Mapping[Address, Known],
    catalogue: Catalogue,
    policy: Policy,
    secret: bytes,
    now: datetime,
) -> dict[Address, Known]:
    """The threads of a batch with what these messages need. Nothing is asked of the tables for anybody else."""
    found = dict(known)
    events = list(events)
    heard = [(address, event) for address, event in events if isinstance(event, Inbound)]
    spoken = [
        address
        for address, event in heard
        if event.kind in (Heard.TEXT, Heard.PRESS, Heard.MEDIA)
        and words.concerns(known[address][0], event.text, catalogue.vocabulary)
    ]
    if spoken:
        for address, held in offices.load(conn, spoken, now, policy).items():
            talk, version, record = found[address]
            found[address] = (talk, version, replace(record, offices=tuple(held)))
    found = _certificates(conn, heard, found, catalogue, now)
    found = _observed(conn, heard, _certified(conn, events, found))
    written = {address: code for address, event in heard if (code := codes.code_in(event))}
    for address, (learner, said_to) in linking.load(conn, written, secret, now).items():
        talk, version, record = found[address]
        found[address] = (talk, version, replace(record, offered=learner, offered_at=said_to))
    return found


def _certified(
    conn: Connection, events: Iterable[tuple[Address, Event]], found: dict[Address, Known]
) -> dict[Address, Known]:
    """The cases of whoever may be asking about hers, and of dues that are about one."""
    asked = [address for address, event in events if certifying.concerns(found[address][0], event)]
    people = {each.id for address in asked for each in found[address][2].learners}
    having = cases.having(conn, people) if people else set()
    if not having:
        return found
    held = cases.load(conn, having)
    under_way = exams.under_way(conn, [each.id for mine in held.values() for each in mine])
    seen = exams.histories(conn, having)
    for address in asked:
        talk, version, record = found[address]
        mine = tuple(case for each in record.learners for case in held.get(each.id, ()))
        ids = {case.id for case in mine}
        if mine:
            theirs = tuple(each for each in under_way if each.case in ids)
            hers = {each.id: seen[each.id] for each in record.learners if each.id in seen}
            found[address] = (talk, version, replace(record, cases=mine, exams=theirs, history=hers))
    return found


def _observed(
    conn: Connection, heard: Sequence[tuple[Address, Inbound]], found: dict[Address, Known]
) -> dict[Address, Known]:
    """The assessors among who wrote what may be a sheet, and the case that it names."""
    sheets = {address: event for address, event in heard if observing.concerns(event.text)}
    names = assessors.at(conn, [str(address) for address in sheets]) if sheets else {}
    for address, event in sheets.items():
        name = names.get(str(address), "")
        case = cases.find(conn, observing.number_in(event.text)) if name else None
        if name:
            talk, version, record = found[address]
            held = (case,) if case else ()
            found[address] = (talk, version, replace(record, assessor=name, cases=held))
    return found


def _certificates(
    conn: Connection,
    heard: Sequence[tuple[Address, Inbound]],
    found: dict[Address, Known],
    catalogue: Catalogue,
    now: datetime,
) -> dict[Address, Known]:
    """Certificates whose code was written, and those of who wants to share hers."""
    asked = {address: code for address, event in heard if (code := checking.code_in(event))}
    if asked:
        held = credentials.by_codes(conn, set(asked.values()))
        in_vain = counters.on(conn, checking.IN_VAIN, now.date().isoformat())
        for address, code in asked.items():
            talk, version, record = found[address]
            checked = Checked(code=code, found=held.get(code), in_vain_today=in_vain)
            found[address] = (talk, version, replace(record, checked=checked))
    for address, event in heard:
        talk, version, record = found[address]
        if record.learners and event.kind is Heard.TEXT and checking.concerns(event.text, catalogue.vocabulary):
            own = credentials.of(conn, [talk.learner] if talk.learner else [each.id for each in record.learners])
            mine = tuple(each for who in own.values() for each in who)
            found[address] = (talk, version, replace(record, credentials=mine))
    return found


def told_here(
    conn: Connection, events: Iterable[tuple[Address, Event]], known: Mapping[Address, Known]
) -> frozenset[Due]:
    """Dues of a notice that somebody else on the same phone has been told already."""
    shared = [
        (address, event)
        for address, event in events
        if isinstance(event, Due) and event.subject.startswith("notice-") and len(known[address][2].learners) > 1
    ]
    said = noticing.said_here(conn, noticing.due_to(shared))
    return frozenset(due for address, due in shared if (address, due.subject.partition("/")[0]) in said)
