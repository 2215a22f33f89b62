"""How long a sender goes on: numbers until the time is over, shared by all that are in flight."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

# Send for so many seconds; returns how many messages were sent.
Send = Callable[[float], Awaitable[int]]


class Until:
    """1, 2, 3 … until so many seconds have gone by; `given` is the last number that was given out."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.perf_counter() + seconds
        self.given = 0

    def __iter__(self) -> Until:
        return self

    def __next__(self) -> int:
        if time.perf_counter() >= self.ends:
            raise StopIteration
        self.given += 1
        return self.given
