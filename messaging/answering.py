"""Answer: take what waits, let the pure core decide, and write conversations and outbox in one transaction."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from msgspec import structs

from bot.catalogue import Catalogue
from bot.delivering.routing import Carrier
from bot.delivering.spending import after
from bot.messages import Address, Heard, Inbound, masked
from bot.people import SELF
from bot.record import Policy
from bot.talking.step import step
from bot.turn import Due, Say, Turn
from messaging import directing
from messaging.recognising import recognised, told_here
from messaging.remembering import Known, Memory
from messaging.tallying import Tally
from store import dues, inbox, occasions, records, recovery, turns
from store.database import Connection, Database
from store.errors import StoreError, Unavailable

log = logging.getLogger(__name__)

_BATCH = 128  # a batch costs some two dozen statements, however many turns it holds
_NO_SENDER = timedelta(hours=1)  # after which what is owed is looked at again, where nothing can carry it yet
NOBODY, ONE_WAY = "nobody could be answered", "only a sender that cannot hear reaches her"


@dataclass(slots=True, kw_only=True)
class Desk:
    """What answering needs: where things are kept, what is taught, what the operator has settled (which can change)."""

    database: Database
    catalogue: Callable[[], Catalogue]  # asked anew each round, so that an edited script is picked up
    policy: Policy
    clock: Callable[[], datetime]
    chance: Random
    buttons: Container[str] = frozenset()  # senders whose channel shows buttons
    secret: bytes = b""  # keys the hashes of erased numbers
    memory: Memory | None = None  # only where no other process writes
    tally: Tally = field(default_factory=Tally)
    carriers: Callable[[], Sequence[Carrier]] | None = None  # the senders as they stand; None: nobody chooses


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One event that waits: an inbound with its row, or a due."""

    address: Address
    sender: str
    event: Inbound | Due
    inbox_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What one batch came to, before it is written."""

    now: datetime
    turns: list[turns.Answering]
    spoiled: list[tuple[Waiting, str]]  # with the name of the error
    received: list[datetime]  # when the messages among them came in


def answer_round(desk: Desk) -> int:
    """Answer one batch, here and now; returns how many events were settled, 0 where nothing waits."""
    decided = decide(desk)
    return write(desk, decided) if decided else 0


def decide(desk: Desk) -> Decided | None:
    """Decide one batch: the oldest message of each waiting thread, then dues of learners whose thread is idle.

    None where nothing waits. It only reads. A turn that raises is marked spoiled and stops nobody. Raises Unavailable
    where the database is away.
    """
    now = desk.clock()
    with desk.database.reading() as conn:
        events = _gathered(
            inbox.waiting(conn, now, _BATCH),
            # In a restored database nobody knows what was owed and given since: a person looks first.
            lambda room: [] if recovery.is_on(conn) else _owed(desk, conn, dues.waiting(conn, now, room)),
        )
        return decided_on(desk, conn, events, now) if events else None


def decided_on(desk: Desk, conn: Connection, events: Sequence[Waiting], now: datetime) -> Decided:
    """What these come to, at most one of each thread. It only reads."""
    catalogue = desk.catalogue()
    each_with = [(each.address, each.event) for each in events]
    known = recognised(conn, each_with, _known(desk, conn, events), catalogue, desk.policy, desk.secret, now)
    about = occasions.load(conn, [each.event for each in events if isinstance(each.event, Due)], now)
    told = told_here(conn, each_with, known)
    decided: list[turns.Answering] = []
    spoiled: list[tuple[Waiting, str]] = []
    ahead: Counter[str] = Counter()  # what this batch has spent already, by campaign: its tables do not know yet
    for event in events:
        conversation, version, record = known[event.address]
        if not event.sender:
            spoiled.append((event, ONE_WAY if _is_served(desk, event.address) else NOBODY))
            continue
        try:
            if isinstance(event.event, Due):
                occasion = replace(after(about[event.event], ahead), told_here=event.event in told)
                record = structs.replace(record, occasion=occasion)
            turn = step(conversation, event.event, record, catalogue, now, desk.chance)
        except Exception as error:
            log.exception("A turn on %s was spoiled", masked(event.address), extra={"inbox": event.inbox_id or 0})
            spoiled.append((event, type(error).__name__))
            continue
        for each in turn.effects:
            if isinstance(each, Say) and each.campaign:
                ahead[each.campaign] += each.micros
        decided.append(_answering(event, version, turn))
    received = [each.event.received_at for each in events if isinstance(each.event, Inbound)]
    return Decided(now=now, turns=decided, spoiled=spoiled, received=received)


def _is_served(desk: Desk, address: Address) -> bool:
    """Whether one of our senders reaches this thread, though it may not hear what is answered."""
    return desk.carriers is not None and any(str(address).startswith(each.serves) for each in desk.carriers())


def _owed(desk: Desk, conn: Connection, found: list[directing.Owed]) -> list[directing.Owed]:
    return directing.directed(conn, found, desk.carriers()) if desk.carriers and found else found


def write(desk: Desk, decided: Decided) -> int:
    """Write what was decided, in one transaction; returns how many events are settled by it. What was overtaken waits
    for the next round."""
    settled = _write(desk, decided.now, decided.turns, decided.spoiled)
    note(desk, decided)
    return settled


def note(desk: Desk, decided: Decided) -> None:
    """Log and count what was answered, and with which errors not."""
    if log.isEnabledFor(logging.DEBUG):
        for each in decided.turns:
            log.debug("Answered %s", masked(each.address), extra={"inbox": each.inbox_id or 0, "sender": each.sender})
    desk.tally.answered(decided.received, desk.clock())
    for _, error in decided.spoiled:
        desk.tally.trouble("answering", error)


def _gathered(heard: list[inbox.Waiting], owed: Callable[[int], list[tuple[Due, Address, str]]]) -> list[Waiting]:
    """Messages first; dues fill what room is left, on threads where nobody is writing."""
    events = [
        Waiting(address=each.inbound.address, sender=each.inbound.sender, event=each.inbound, inbox_id=each.id)
        for each in heard
    ]
    if len(events) >= _BATCH:
        return events
    busy = {each.address for each in events}
    for due, address, sender in owed(_BATCH - len(events)):
        if address not in busy:
            busy.add(address)
            events.append(Waiting(address=address, sender=sender, event=due))
    return events


def _known(desk: Desk, conn: Connection, events: Sequence[Waiting]) -> dict[Address, Known]:
    """The conversation and record of each thread: remembered where we can, else read, all at once."""
    contacts = _shared_contacts(events)
    remembered: dict[Address, Known] = {}
    if desk.memory:
        for event in events:
            fresh = event.address in contacts or isinstance(event.event, Due)
            found = None if fresh else desk.memory.recall(event.address, event.sender, desk.policy)
            if found:
                remembered[event.address] = found
    unknown = {event.address: event.sender for event in events if event.address not in remembered}
    if not unknown:
        return remembered
    read = records.load(conn, SELF, unknown, desk.policy, elsewhere=contacts, buttons=desk.buttons)
    return {**remembered, **read}


def _shared_contacts(events: Sequence[Waiting]) -> Mapping[Address, str]:
    return {
        each.address: each.event.phone
        for each in events
        if isinstance(each.event, Inbound) and each.event.kind is Heard.CONTACT and each.event.phone
    }


def _answering(event: Waiting, version: int, turn: Turn) -> turns.Answering:
    return turns.Answering(
        address=event.address,
        sender=event.sender,
        version=version,
        turn=turn,
        inbox_id=event.inbox_id,
        due=event.event if isinstance(event.event, Due) else None,
    )


def _write(desk: Desk, now: datetime, decided: list[turns.Answering], spoiled: list[tuple[Waiting, str]]) -> int:
    try:
        with desk.database.writing() as conn:
            won = turns.write(conn, now, decided, secret=desk.secret)
            for event, error in spoiled:
                if event.inbox_id is not None:
                    inbox.spoil(conn, event.inbox_id, now, error)
                elif isinstance(event.event, Due) and error == NOBODY:
                    dues.owe(conn, [structs.replace(event.event, at=now + _NO_SENDER)])
                elif isinstance(event.event, Due):
                    dues.drop(conn, event.event)
        if desk.memory:
            lost = (each for index, each in enumerate(decided) if index not in won)
            desk.memory.keep((decided[index] for index in won), lost)
        return len(won) + len(spoiled)
    except Unavailable:
        raise
    except StoreError:
        if len(decided) <= 1 and not spoiled:
            return _give_up(desk, now, decided)
    # Something in the batch cannot be written: one by one, so that it hurts nobody else.
    return sum(_write(desk, now, [one], []) for one in decided) + sum(_write(desk, now, [], [one]) for one in spoiled)


def _give_up(desk: Desk, now: datetime, decided: list[turns.Answering]) -> int:
    with desk.database.writing() as conn:
        for each in decided:
            about = {"inbox": each.inbox_id or 0, "sender": each.sender}
            log.error("The turn on %s could not be written", masked(each.address), extra=about)
            if each.inbox_id is not None:
                inbox.spoil(conn, each.inbox_id, now, "write")
            elif each.due:
                dues.drop(conn, each.due)
    return len(decided)
