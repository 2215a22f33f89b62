"""What only a few messages need to know besides: who may speak for a cooperative, and whose code was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.catalogue import Catalogue
from bot.certifying import witnessing
from bot.certifying.verifying import Checked
from bot.conversation import Conversation
from bot.messages import Address, Heard, Inbound
from bot.record import Policy, Record
from bot.talking import certifying, checking, holding, observing, renaming, sheets, showing, supervising
from bot.talking import linking as codes
from bot.talking import noticing as words
from bot.talking import witnessing as naming
from bot.turn import Due
from messaging.remembering import Known
from store import (
    assessors,
    cases,
    cohort_versions,
    consenting,
    credentials,
    erasure,
    exams,
    linking,
    noticing,
    offices,
    people,
    unshown,
)
from store import witnessing as codes_of_witnesses
from store.database import Connection

Event = Inbound | Due

_SHORTEST_SHEET = 4  # signs: "ID 4"; most messages are a letter
_LATE = timedelta(seconds=20)  # after which a message did not come by itself: it was found, or has waited


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
            _note(found, address, offices=tuple(held))
    found = _unshown(conn, heard, _quieted(conn, heard, found, secret, now))
    found = _certificates(conn, heard, _late(conn, heard, found, catalogue), catalogue)
    found = _observed(conn, heard, _certified(conn, events, found), secret, now)
    written = {address: code for address, event in heard if (code := codes.code_in(event))}
    for address, (learner, said_to) in linking.load(conn, written, secret, now).items():
        _note(found, address, offered=learner, offered_at=said_to)
    return found


def _note(found: dict[Address, Known], address: Address, **known: object) -> None:
    """Add what is known of a thread's people to its record."""
    talk, version, record = found[address]
    found[address] = (talk, version, replace(record, **known))


def _quieted(
    conn: Connection,
    heard: Sequence[tuple[Address, Inbound]],
    found: dict[Address, Known],
    secret: bytes,
    now: datetime,
) -> dict[Address, Known]:
    """Since when whoever is not to be written to is not, where a message of hers is found late: it may be older. And
    where something was asked that may be older."""
    old = [address for address, event in heard if now - event.received_at > _LATE]
    gone = [address for address in old if found[address][1] == 0]
    closed = {address for address in old if found[address][1] and not _is_open(found[address][2])}
    closed |= {each for each, _ in heard if found[each][2].state == "stopped" and found[each][0].prompt}
    since = erasure.erased_at(conn, gone, secret) if gone and secret else {}
    told = consenting.told_at(conn, [str(address) for address in closed]) if closed else {}
    since |= {address: told[str(address)] for address in closed if str(address) in told}
    for address, at in since.items():
        _note(found, address, quiet_since=at)
    return found


def _unshown(
    conn: Connection, heard: Sequence[tuple[Address, Inbound]], found: dict[Address, Known]
) -> dict[Address, Known]:
    """Whether a question for consent that stands open was shown at all. Asked only where one does."""
    asked = {str(address): prompt for address, _ in heard if (prompt := showing.asked(found[address][0]))}
    never = unshown.of(conn, asked) if asked else set()
    for address, _ in heard:
        if str(address) in never:
            _note(found, address, unshown=True)
    return found


def _is_open(record: Record) -> bool:
    return record.state == "open" and all(record.consents.get(each.id) for each in record.learners)


def _late(
    conn: Connection, heard: Sequence[tuple[Address, Inbound]], found: dict[Address, Known], catalogue: Catalogue
) -> dict[Address, Known]:
    """The version of the lessons with which whoever may join a course now would begin it, where her group stays on
    one. Asked only while older versions are taught at all."""
    older = {course for course, _ in catalogue.kept}
    asked = [
        address
        for address, _ in heard
        if any(found[address][2].enrolment(who.id, id) is None for who in found[address][2].learners for id in older)
    ]
    if not asked:
        return found
    staying = cohort_versions.staying(conn, {who.id for address in asked for who in found[address][2].learners})
    for address in asked:
        ids = {who.id for who in found[address][2].learners}
        hers = {key: each for key, each in staying.items() if key[0] in ids}
        _note(found, address, staying=hers)
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
        record = found[address][2]
        mine = tuple(case for each in record.learners for case in held.get(each.id, ()))
        ids = {case.id for case in mine}
        if mine:
            theirs = tuple(each for each in under_way if each.case in ids)
            hers = {each.id: seen[each.id] for each in record.learners if each.id in seen}
            _note(found, address, cases=mine, exams=theirs, history=hers)
    return found


def _observed(
    conn: Connection,
    heard: Sequence[tuple[Address, Inbound]],
    found: dict[Address, Known],
    secret: bytes,
    now: datetime,
) -> dict[Address, Known]:
    """The assessors among who wrote what may be about a case, with the case that it names; and the codes of witnesses
    that what was written may be one of."""
    about = {address: event for address, event in heard if _may_assess(found[address], event.text)}
    names = assessors.at(conn, [str(address) for address in about]) if about else {}
    for address, event in about.items():
        name = names.get(str(address), "")
        if name:
            talk, _, record = found[address]
            _note(found, address, assessor=name, **_case_named(conn, talk, event.text, record))
    for address, event in heard:
        named, code = witnessing.code_in(event.text) if event.kind is Heard.TEXT else ("", "")
        if code:
            talk, version, record = found[address]
            found[address] = (talk, version, _testified(conn, record, named, code, secret, now))
    return found


def _may_assess(known: Known, text: str) -> bool:
    if sheets.number_in(known[0]):
        return True
    names = (observing.concerns, supervising.concerns, naming.concerns)
    return len(text) >= _SHORTEST_SHEET and any(each(text) for each in names)


def _case_named(conn: Connection, talk: Conversation, text: str, record: Record) -> dict[str, Any]:
    """The case that an assessor's message or her open sheet is about, and who its candidate is."""
    written = observing.number_in(text) or supervising.number_in(text) or naming.number_in(text)
    number = written or sheets.number_in(talk)
    case = cases.find(conn, number) if number else None
    if case is None:
        return {"cases": ()}
    phone = naming.number_of(text, record.policy.country)
    return {
        "cases": (case,),
        "exams": exams.under_way(conn, [case.id]),
        "candidate": people.names(conn, [case.candidate]).get(case.candidate, "") if case.candidate else "",
        "witness_tie": codes_of_witnesses.tie(conn, phone, case) if phone else "",
    }


def _testified(conn: Connection, record: Record, named: str, code: str, secret: bytes, now: datetime) -> Record:
    """The record with what a code may confirm: at this address, in her own case, or in the one that is named."""
    hers = {each.candidate for each in record.cases} & {each.id for each in record.learners}
    of = [each.id for each in record.cases if each.candidate in hers or (record.assessor and str(each.number) == named)]
    if any(str(each.number) == code for each in record.cases):
        return record  # her case's own number is no code
    waiting = codes_of_witnesses.waiting(conn, code, [str(record.address)], of, secret, now)
    if not waiting:
        return record
    known = {each.id: each for each in (*record.cases, *(case for _, case in waiting))}
    return replace(record, testimonies=tuple(each for each, _ in waiting), cases=tuple(known.values()))


def _certificates(
    conn: Connection,
    heard: Sequence[tuple[Address, Inbound]],
    found: dict[Address, Known],
    catalogue: Catalogue,
) -> dict[Address, Known]:
    """Certificates whose code was written, and those of who wants to share hers, asks how she stands, or corrects her
    name."""
    asked = {address: code for address, event in heard if (code := checking.code_in(event))}
    if asked:
        held = credentials.by_codes(conn, set(asked.values()))
        for address, code in asked.items():
            _note(found, address, checked=Checked(code=code, found=held.get(code)))
    for address, event in heard:
        talk, _, record = found[address]
        if not record.learners:
            continue
        everybody = [each.id for each in record.learners]
        shares = event.kind is Heard.TEXT and checking.concerns(event.text, catalogue.vocabulary)
        asks = event.kind is Heard.TEXT and holding.concerns(event.text, catalogue.vocabulary)
        if shares or asks or renaming.concerns(talk, event, catalogue.vocabulary):
            own = credentials.of(conn, [talk.learner] if shares and talk.learner else everybody)
            mine = tuple(each for who in own.values() for each in who)
            _note(found, address, credentials=mine)
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
