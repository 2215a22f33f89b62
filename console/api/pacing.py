"""How often a program may ask: so many at once, so many a minute; counted in this process, forgotten when it ends."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cooperating.accounts import Pace, tried

_MOST = 10_000  # who are remembered: whoever comes next pushes out who came first

_BY_TOKEN = Pace(burst=600, per=timedelta(minutes=1))
_BY_ADDRESS = Pace(burst=30, per=timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one token may ask, and what one address may try with tokens that open nothing."""

    token: Pace = _BY_TOKEN
    address: Pace = _BY_ADDRESS


class Meter:
    """Counts by key."""

    def __init__(self, name: str, pace: Pace) -> None:
        self.name = name
        self.pace = pace
        self._full_at: OrderedDict[str, datetime] = OrderedDict()

    def count(self, key: str, now: datetime) -> tuple[int, dict[str, str]]:
        """Count one request: whole seconds to wait (0: go ahead), and the headers that say how things stand.

        Source: draft-ietf-httpapi-ratelimit-headers-10.
        """
        full_at, wait = tried(self._full_at.get(key), now, self.pace)
        if full_at is not None:
            self._full_at[key] = full_at
            self._full_at.move_to_end(key)
            while len(self._full_at) > _MOST:
                self._full_at.popitem(last=False)
        seconds = math.ceil(wait.total_seconds())
        owed = max(timedelta(), (full_at or now) - now)
        left = 0 if seconds else int((self.pace.per - owed) / (self.pace.per / self.pace.burst))
        window = int(self.pace.per.total_seconds())
        headers = {
            "RateLimit-Policy": f'"{self.name}";q={self.pace.burst};w={window}',
            "RateLimit": f'"{self.name}";r={left};t={math.ceil(owed.total_seconds())}',
        }
        return seconds, headers | ({"Retry-After": str(seconds)} if seconds else {})
