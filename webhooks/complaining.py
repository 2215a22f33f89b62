"""Say what strangers can make us say, but seldom: anybody can make us refuse, and nobody shall fill the disk."""

from __future__ import annotations

from time import monotonic

_EVERY = 60.0  # seconds


class Seldom:
    """When another line of one kind may be written: one a minute, which tells how many were left out before it."""

    __slots__ = ("_left_out", "_next")

    def __init__(self) -> None:
        self._next, self._left_out = 0.0, 0

    def left_out(self, now: float | None = None) -> int | None:
        """How many lines were left out since the last one; None where this one is left out as well. `now`: seconds of a
        clock of the caller's, which only ever goes forward."""
        now = monotonic() if now is None else now
        if now < self._next:
            self._left_out += 1
            return None
        left_out, self._next, self._left_out = self._left_out, now + _EVERY, 0
        return left_out
