"""How many connections may be open at once: what the process can hold less what it needs itself, and few of a stranger.

Without a bound, whoever opens connections and says nothing takes the files by which everything else is done.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from functools import lru_cache

_OURS = 256  # files: the database, the channels' connections, and what one round of accepting may take beyond the bound
_FEWEST = 32
_UNBOUNDED = 8192  # where the system names no limit

EACH = 256
"""Connections of one address. A provider's servers hold a few dozen."""


def most() -> int:
    """How many connections this process may hold, by the files that it may open."""
    try:
        import resource
    except ImportError:  # not on Windows
        return _UNBOUNDED
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _UNBOUNDED if files == resource.RLIM_INFINITY else max(_FEWEST, files - _OURS)


def open_more() -> None:
    """Let this process open as many files as the system allows it. A shell gives it about a thousand."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _UNBOUNDED if hard == resource.RLIM_INFINITY else min(hard, _UNBOUNDED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Crowd:
    """The connections that are open, in all and of each address. A machine of our own network, such as a proxy that
    speaks for everybody, counts in the whole only."""

    def __init__(self, most: int, each: int = EACH) -> None:
        self.most, self.each = most, each
        self._all = 0
        self._of: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether one more of `address` is let in; whoever is has to `leave`."""
        if self._all >= self.most or self._of.get(address, 0) >= self.each:
            return False
        self._all += 1
        if not _is_near(address):
            self._of[address] += 1
        return True

    def leave(self, address: str) -> None:
        """A connection of `address` that was let in has ended."""
        self._all -= 1
        if self._of.get(address, 0) > 1:
            self._of[address] -= 1
        else:
            self._of.pop(address, None)


@lru_cache(maxsize=1024)
def _is_near(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return True  # a socket of this machine
    return parsed.is_loopback or parsed.is_private
