"""Count what happens while it happens, in memory; every few seconds the counts go into the database, so that any
machine can tell them for all. What is lost when a process is killed is a few seconds of statistics.

A count is named `metric:` and its labels, `metric:sends sender=telegram:…11 outcome=sent`. No label names a person.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache

from bot.messages import Outbound, Receipt, masked
from store import counters
from store.database import Connection
from store.settling import Settled

log = logging.getLogger(__name__)

# Upper ends in seconds: an answer should take less than one, a bulk message may wait an hour.
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)


@dataclass(slots=True)
class Tally:
    """What this process has counted since it last wrote it down."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)  # sums of lags; only whole seconds are written

    def count(self, metric: str, n: int = 1, **labels: str) -> None:
        """One more of `metric` with these labels."""
        self.counts[_named(metric, labels)] += n

    def lag(self, metric: str, seconds: float) -> None:
        """Something took so long."""
        lasted = max(0.0, seconds)
        buckets, total = _lags(metric)
        self.counts[buckets[bisect_left(BUCKETS, lasted)]] += 1
        self.seconds[total] += lasted  # type: ignore[assignment]

    def answered(self, received: Iterable[datetime], now: datetime) -> None:
        """These messages were answered, by the time they came in."""
        for at in received:
            self.lag("answer", (now - at).total_seconds())

    def trouble(self, where: str, error: str) -> None:
        """Something failed: of which kind, never with what words."""
        self.count("errors", where=where, kind=error.split(" ")[0] or "unknown")

    def settled(self, claimed: Iterable[Outbound], results: Iterable[Settled], now: datetime) -> None:
        """How sending these went."""
        by_id = {each.id: each for each in claimed}
        told = log.isEnabledFor(logging.DEBUG)
        for result in results:
            outbound = by_id.get(result.id)
            if outbound is None:
                continue
            self.counts[_sends(outbound.sender, result.status.value)] += 1
            if told:
                about = {"outbox": result.id, "sender": outbound.sender}
                log.debug("Sending ended: %s", result.status.value, extra=about)
            if result.segments:
                self.count("segments", result.segments, sender=masked(outbound.sender))
            if result.provider_id:
                self.lag("send", (now - outbound.not_before).total_seconds())
            elif result.error:
                self.trouble("sending", result.error)

    def receipt(self, receipt: Receipt) -> None:
        """A provider has said what became of a message."""
        self.count("receipts", sender=masked(receipt.sender), status=receipt.status.value)

    def take(self) -> dict[str, int]:
        """What is to be written; it is not counted here any longer."""
        taken, self.counts = dict(self.counts), Counter()
        for name in list(self.seconds):
            whole = int(self.seconds[name])
            self.seconds[name] -= whole
            if whole:
                taken[name] = whole
        return taken

    def give_back(self, taken: dict[str, int]) -> None:
        """It could not be written: it is counted here again."""
        self.counts.update(taken)


def write(conn: Connection, taken: dict[str, int], now: datetime) -> None:
    """Write what was taken."""
    counters.add(conn, taken, now)


# A name is put together once, and not for each of the thousands of messages that are counted under it.
@lru_cache(maxsize=512)
def _sends(sender: str, outcome: str) -> str:
    return _named("sends", {"sender": masked(sender), "outcome": outcome})


@cache
def _lags(metric: str) -> tuple[tuple[str, ...], str]:
    """The names of the counts by `BUCKETS` and above them, and of the sum."""
    ends = (*(f"{each:g}" for each in BUCKETS), "inf")
    return tuple(_named(f"{metric}_lag", {"le": end}) for end in ends), _named(f"{metric}_lag", {"le": "sum"})


def _named(metric: str, labels: dict[str, str]) -> str:
    return " ".join((f"metric:{metric}", *(f"{name}={value}" for name, value in sorted(labels.items()))))
