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

_SHARE = 4  # of all connections, what one stranger may hold at most: a quarter

_NEAR = ipaddress.ip_network("100.64.0.0/10")  # addresses that are shared behind one: a private network's, too


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
    """The connections that are open, in all and of each stranger, who may hold a quarter of them: an address, and of
    IPv6 a network of 64 bits. A machine of our own network, such as a proxy that speaks for everybody, counts in the
    whole only."""

    def __init__(self, most: int, each: int = 0) -> None:
        self.most, self.each = most, each or max(_FEWEST, most // _SHARE)
        self._all = 0
        self._of: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether one more of `address` is let in; whoever is has to `leave`."""
        stranger = _stranger(address)
        if self._all >= self.most or self._of.get(stranger, 0) >= self.each:
            return False
        self._all += 1
        if stranger:
            self._of[stranger] += 1
        return True

    def leave(self, address: str) -> None:
        """A connection of `address` that was let in has ended."""
        self._all -= 1
        stranger = _stranger(address)
        if self._of.get(stranger, 0) > 1:
            self._of[stranger] -= 1
        else:
            self._of.pop(stranger, None)


@lru_cache(maxsize=1024)
def _stranger(address: str) -> str:
    """Who is counted for an address; empty for a machine of our own network and for a socket of this machine."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        if mapped is None:
            near = parsed.is_loopback or parsed.is_private
            return "" if near else str(ipaddress.ip_network((parsed, 64), strict=False))
        parsed = mapped
    return "" if parsed.is_loopback or parsed.is_private or parsed in _NEAR else str(parsed)
