"""What only a few messages need to know besides: who may speak for a cooperative, and whose code was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.catalogue import Catalogue
from bot.messages import Address, Heard, Inbound
from bot.record import Policy
from bot.talking import linking as codes
from bot.talking import noticing as words
from bot.turn import Due
from messaging.remembering import Known
from store import linking, noticing, offices
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
    written = {address: code for address, event in heard if (code := codes.code_in(event))}
    for address, (learner, said_to) in linking.load(conn, written, secret, now).items():
        talk, version, record = found[address]
        found[address] = (talk, version, replace(record, offered=learner, offered_at=said_to))
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
