"""What the last turns left of the threads that people are writing on, so that the next turn need not read it again.

Reading a thread's people and progress costs more than deciding; whoever answers one question mostly answers the next.
It holds only where one process writes (SQLite). It can be stale and do no harm: a turn is written only if its thread
has still the version it was decided on, and whatever else changes a thread gives it a new version.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot.conversation import Conversation
from bot.messages import Address
from bot.people import Attempt, Enrolment, Learner
from bot.record import Policy, Record
from bot.turn import Say
from store.turns import Answering

Known = tuple[Conversation, int, Record]

_MOST = 3 * 2**20  # octets, and half as many for finding them: 2,200 threads when a course begins, 1,200 in its middle


class _Held(Struct, frozen=True, kw_only=True):
    """What is kept of a thread: its dialogue and, under the names that they have there, the fields of its record that
    outlast a message."""

    conversation: Conversation
    state: str
    buttons: bool
    learners: tuple[Learner, ...]
    enrolments: tuple[Enrolment, ...]
    attempts: tuple[Attempt, ...]
    consents: Mapping[str, bool]
    consent_dates: Mapping[str, datetime]
    purposes: Mapping[tuple[str, str], bool]


class _Entry(NamedTuple):
    sender: str
    version: int
    held: bytes  # packed: as objects it would be six times as large, and all of them the collector's to look through
    learners: tuple[str, ...]


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Held).decode


class Memory:
    """Threads by address, the longest unused forgotten first."""

    def __init__(self, most: int = _MOST) -> None:
        """It keeps `most` octets of what it packs."""
        self._most = most
        self._held = 0
        self._known: OrderedDict[Address, _Entry] = OrderedDict()
        self._threads: dict[str, tuple[Address, ...]] = {}  # learner → where she is known, mostly one place

    def recall(self, address: Address, sender: str, policy: Policy) -> Known | None:
        """What is known of a thread, under this policy, if the same sender of ours hears it again."""
        known = self._known.get(address)
        if known is None or known.sender != sender:
            return None
        try:
            held = _unpack(known.held)
        except msgspec.MsgspecError:  # something in it is not what its noun says: the tables know better
            self.forget(address)
            return None
        record = Record(
            address=address,
            sender=sender,
            policy=policy,
            state=held.state,
            buttons=held.buttons,
            learners=held.learners,
            enrolments=held.enrolments,
            attempts=held.attempts,
            consents=held.consents,
            consent_dates=held.consent_dates,
            purposes=held.purposes,
        )
        return held.conversation, known.version, record

    def keep(self, written: Iterable[Answering], lost: Iterable[Answering]) -> None:
        """Remember what turns left that were written; forget the threads of those that lost."""
        for each in lost:
            self.forget(each.address)
        turns = list(written)
        for each in turns:
            record = each.turn.leaves
            if record is None or record.elsewhere or record.occasion or _looked_up(record):
                self.forget(each.address)
            else:
                self._remember(each.address, each.turn.conversation, each.version + 1, record)
        # After all of them are remembered: two phones of one learner in one batch know nothing of each other.
        for each in turns:
            self._forget_elsewhere(each)

    def forget(self, address: Address) -> None:
        """Read this thread anew the next time."""
        known = self._known.pop(address, None)
        if known is None:
            return
        self._held -= len(known.held)
        for learner in known.learners:
            where = tuple(each for each in self._threads.pop(learner, ()) if each != address)
            if where:
                self._threads[learner] = where

    def clear(self) -> None:
        """Read every thread anew: what all turns know besides has changed."""
        self._held = 0
        self._known.clear()
        self._threads.clear()

    def _remember(self, address: Address, conversation: Conversation, version: int, record: Record) -> None:
        self.forget(address)
        try:
            held = _pack(_held(conversation, record))
        except (UnicodeEncodeError, OverflowError, TypeError):
            return  # half a surrogate pair, say: the tables hold it otherwise
        people = tuple(learner.id for learner in record.learners)
        self._known[address] = _Entry(record.sender, version, held, people)
        self._held += len(held)
        for learner in people:
            self._threads[learner] = (*self._threads.get(learner, ()), address)
        while self._held > self._most:
            self.forget(next(iter(self._known)))

    def _forget_elsewhere(self, each: Answering) -> None:
        """What she did here is not yet known on her other phone."""
        record = each.turn.record
        if record is None or all(isinstance(effect, Say) for effect in each.turn.effects):
            return
        for learner in record.learners:
            for address in self._threads.get(learner.id, ()):
                if address != each.address:
                    self.forget(address)


def _held(conversation: Conversation, record: Record) -> _Held:
    return _Held(
        conversation=conversation,
        state=record.state,
        buttons=record.buttons,
        learners=record.learners,
        enrolments=record.enrolments,
        attempts=record.attempts,
        consents=record.consents,
        consent_dates=record.consent_dates,
        purposes=record.purposes,
    )


def _looked_up(record: Record) -> bool:
    """Whether it holds what this one message needed, which the next one must not find in it."""
    return bool(
        record.offices or record.offered or record.checked or record.credentials or record.cases or record.assessor
    )
