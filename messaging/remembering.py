"""What the last turns left of the threads that people are writing on, so that the next turn need not read it again.

Reading a thread's people and progress costs more than deciding; whoever answers one question mostly answers the next.
It holds only where one process writes (SQLite). It can be stale and do no harm: a turn is written only if its thread
has still the version it was decided on, and whatever else changes a thread gives it a new version.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from bot.conversation import Conversation
from bot.messages import Address
from bot.record import Record
from bot.turn import Say
from store.turns import Answering

Known = tuple[Conversation, int, Record]

_MOST = 1024  # threads: some 10 kB each, and whoever is in the middle of a lesson is among the latest


class Memory:
    """Threads by address, the longest unused forgotten first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: OrderedDict[Address, Known] = OrderedDict()
        self._threads: dict[str, set[Address]] = {}  # learner → where she is known

    def recall(self, address: Address, sender: str) -> Known | None:
        """What is known of a thread, if the same sender of ours hears it again."""
        known = self._known.get(address)
        return known if known and known[2].sender == sender else None

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
                self._remember(each.address, (each.turn.conversation, each.version + 1, record))
        # After all of them are remembered: two phones of one learner in one batch know nothing of each other.
        for each in turns:
            self._forget_elsewhere(each)

    def forget(self, address: Address) -> None:
        """Read this thread anew the next time."""
        known = self._known.pop(address, None)
        for learner in known[2].learners if known else ():
            self._threads.get(learner.id, set()).discard(address)

    def clear(self) -> None:
        """Read every thread anew: what all turns know besides has changed."""
        self._known.clear()
        self._threads.clear()

    def _remember(self, address: Address, known: Known) -> None:
        self.forget(address)
        self._known[address] = known
        for learner in known[2].learners:
            self._threads.setdefault(learner.id, set()).add(address)
        while len(self._known) > self._most:
            oldest = next(iter(self._known))
            people: Sequence[str] = [learner.id for learner in self._known[oldest][2].learners]
            self.forget(oldest)
            for learner_id in people:
                if not self._threads.get(learner_id):
                    self._threads.pop(learner_id, None)

    def _forget_elsewhere(self, each: Answering) -> None:
        """What she did here is not yet known on her other phone."""
        record = each.turn.record
        if record is None or all(isinstance(effect, Say) for effect in each.turn.effects):
            return
        for learner in record.learners:
            for address in self._threads.get(learner.id, set()) - {each.address}:
                self.forget(address)


def _looked_up(record: Record) -> bool:
    """Whether it holds what this one message needed, which the next one must not find in it."""
    return bool(
        record.offices or record.offered or record.checked or record.credentials or record.cases or record.assessor
    )
