"""What other programs are told when something happens here: which events, how they are signed, when tried again."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

EVENTS = ("learner.joined", "unit.passed", "credential.issued", "learner.opted_out")
PING = "ping"  # sent by hand, to try a subscription

# From the first try to the last a little more than a day.
RETRIES = tuple(
    timedelta(seconds=each) for each in (10, 60, 300, 900, 1800, 3600, 7200, 14_400, 14_400, 21_600, 22_200)
)
GIVEN_UP = timedelta(days=3)  # of nothing but failure: then it is switched off
OVERLAP = timedelta(hours=24)  # for which a rotated secret still signs beside the new one
LONGEST_URL = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A subscription: where to, for which events, of which cooperatives (None: all). Its secret is derived."""

    id: str
    name: str
    url: str
    events: frozenset[str]
    cooperatives: frozenset[str] | None = None
    generation: int = 1  # of its secret
    rotated_at: datetime | None = None
    created_by: str = ""
    created_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str = ""  # failing, gone, person

    @property
    def live(self) -> bool:
        """Whether anything is sent to it."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: `id` is the same however often it is told. It names nobody by name or number."""

    id: str
    kind: str
    at: datetime
    learner: str = ""
    cooperative: str = ""
    course: str = ""
    unit: str = ""
    credential: str = ""
    purpose: str = ""

    def body(self) -> str:
        """As JSON."""
        names = ("learner", "cooperative", "course", "unit", "credential", "purpose")
        data = {name: value for name in names if (value := getattr(self, name))}
        at = self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        told = {"id": self.id, "type": self.kind, "at": at, "data": data}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def secret_of(master: bytes, hook: str, generation: int) -> str:
    """The secret of a subscription, derived from the installation's key, so that no copy of the tables holds it."""
    return "whsec_" + hmac.new(master, f"hook:{hook}:{generation}".encode(), hashlib.sha256).hexdigest()


def signed(secrets: tuple[str, ...], at: datetime, body: bytes) -> str:
    """The signature's header: `t=` the Unix time, and for each secret `v1=` HMAC-SHA256 over "time.body" in hex."""
    stamp = str(int(at.timestamp()))
    over = stamp.encode() + b"." + body
    marks = [hmac.new(each.encode(), over, hashlib.sha256).hexdigest() for each in secrets]
    return ",".join([f"t={stamp}", *(f"v1={mark}" for mark in marks)])


def signing(hook: Hook, master: bytes, now: datetime) -> tuple[str, ...]:
    """The secrets that sign now: for a day after it was rotated, the one before as well."""
    current = secret_of(master, hook.id, hook.generation)
    if hook.rotated_at and now - hook.rotated_at < OVERLAP:
        return (current, secret_of(master, hook.id, hook.generation - 1))
    return (current,)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after `tries` in vain; None: it is given up."""
    return now + RETRIES[tries - 1] if tries <= len(RETRIES) else None


def wrong_url(url: str, *, private: bool) -> str:
    """What is wrong with an address to send to, as one word; empty for a good one. `private` lets plain http and this
    machine's own network through, for trying things out."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "url"
    if parts.scheme not in ("http", "https") or not host or len(url) > LONGEST_URL or not url.isascii():
        return "url"
    if any(sign.isspace() or not sign.isprintable() for sign in url) or "\\" in url:
        return "url"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "url"
    if private:
        return ""
    if parts.scheme != "https":
        return "https"
    if port not in (None, 443, 8443):
        return "port"
    return "private" if _named_private(host) else ""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also where one is written inside another (6to4, NAT64)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _named_private(host: str) -> bool:
    bare = host.rstrip(".").casefold()
    if bare == "localhost" or bare.endswith((".localhost", ".local", ".internal", ".home.arpa")) or "." not in bare:
        return ":" not in bare or not is_public(bare)
    # 127.1, 0x7f.1 and 017700000001 are numbers to some resolvers: what ends in a number has to be a plain one.
    if bare.rpartition(".")[2][:1].isdigit():
        return not is_public(bare)
    return False
