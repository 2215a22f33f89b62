"""The people of the console: who they are, which passwords they may have, and how often somebody may try to be them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from unicodedata import combining

from bot.cooperating.roles import ROLES
from bot.people import Scope

SHORTEST = 8  # characters. Source: OWASP ASVS 5.0, 6.2.1
LONGEST = 1024  # octets: what is longer would only keep the machine busy
STEP = 30  # seconds for which a code of the second factor is good. Source: RFC 6238 §4.1
RECOVERY_CODES = 10
LONGEST_LOGIN = 60
PUT_OFF = timedelta(hours=24)  # for so long an administrator may put off her second factor


class Standing(StrEnum):
    """Where an account stands: `invited` has no password yet, `disabled` opens nothing."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who works in the console. `cooperatives` are those whose people she may touch; None: all of them."""

    id: str
    login: str  # folded: small letters, no spaces
    name: str
    role: str
    cooperatives: frozenset[str] | None = frozenset()
    language: str = ""
    timezone: str = ""  # IANA name
    state: Standing = Standing.INVITED
    second_factor: bool = False
    put_off_at: datetime | None = None  # when the second factor was last put off
    assessor: str = ""  # which assessor she is, if she is one
    created_at: datetime
    seen_at: datetime | None = None  # when she last signed in

    @property
    def scope(self) -> Scope:
        """What she may do, and to whose data."""
        return Scope(role=self.role, cooperatives=self.cooperatives)

    def owes_second_factor(self, now: datetime) -> bool:
        """Whether she has to set up a second factor before anything else: an administrator who has none, and has not
        put it off within the last day."""
        if self.role != "administrator" or self.second_factor:
            return False
        return self.put_off_at is None or now - self.put_off_at >= PUT_OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which somebody is signed in. `id` names it to people; the token that opens it is kept nowhere."""

    id: str
    account: Account
    csrf: str  # what every form of this session carries
    opened_at: datetime
    seen_at: datetime  # to the minute: not every page view is written down
    stepped_up_at: datetime | None = None  # when the second factor or the password was last shown
    address: str = ""
    agent: str = ""  # what the browser calls itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often something may be tried: `burst` times at once, and `burst` times in every `per` for ever."""

    burst: int
    per: timedelta


# Source: the programme's security checklist (ASVS 5.0, 6.3.1). Nobody is ever shut out: after the burst one try is
# free every 90 s, and a browser that was signed in before has tries of its own, so no stranger can use them up.
BY_LOGIN = Pace(burst=10, per=timedelta(minutes=15))
BY_ADDRESS = Pace(burst=30, per=timedelta(minutes=15))


def tried(full_at: datetime | None, now: datetime, pace: Pace) -> tuple[datetime | None, timedelta]:
    """Count one try: when the allowance will be full again, and how long to wait (zero: go ahead).

    `full_at` is what the last call returned. A try that has to wait counts for nothing, so whoever is slow is let in.
    The generic cell rate algorithm: one time per key says it all, and rows whose time is over may be thrown away.
    """
    each = pace.per / pace.burst
    begun = max(full_at or now, now)
    wait = begun + each - pace.per - now
    return (full_at, wait) if wait > timedelta() else (begun + each, timedelta())


def steps(now: datetime, last: int) -> tuple[int, ...]:
    """The steps of the second factor whose code is good now: this one and its neighbours (clocks differ), and none up
    to `last`, the last that was used: each opens once. Source: RFC 6238 §5.2."""
    current = int(now.astimezone(UTC).timestamp()) // STEP
    return tuple(each for each in (current, current - 1, current + 1) if each > last)


def folded_login(written: str) -> str:
    """A login as it is kept and compared: NFKC, small letters, nothing around it."""
    return unicodedata.normalize("NFKC", written).strip().casefold()


def wrong_login(login: str) -> str:
    """What is wrong with a folded login, as one word; empty for a good one. `short`, `long`, `signs`."""
    if len(login) < 3:
        return "short"
    if len(login) > LONGEST_LOGIN:
        return "long"
    return "" if all(sign.isalnum() or sign in "._-@+" for sign in login) else "signs"


def weak(password: str, *, about: Collection[str] = (), common: Collection[str] = ()) -> str:
    """Why this password would be guessed, as one word; empty for a good one. Nothing is asked of its signs.

    `short`, `long`; `same`: hardly any different signs; `run`: 12345678; `about`: the name, the login or the programme
    with little else; `common`: among those that everybody tries first. Source: ASVS 5.0, 6.2.1-6.2.12.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST:
        return "long"
    plain = password.casefold()
    if len(set(plain)) <= 3:
        return "same"
    apart = {ord(after) - ord(before) for before, after in pairwise(plain)}
    if apart in ({1}, {-1}):
        return "run"
    if plain in common or plain.rstrip("0123456789!.*#") in common:
        return "common"
    return "about" if any(_mostly(plain, word.casefold()) for word in about) else ""


def _mostly(plain: str, word: str) -> bool:
    return len(word) >= 3 and word in plain and len(plain) - len(word) < SHORTEST - 2


def wrong_reach(role: str, cooperatives: Collection[str] | None) -> str:
    """What is wrong with a role and the cooperatives it is bounded to, as one word; empty where they go together.

    `role`: no such role; `all`: an officer speaks for a cooperative, never for all; `none`: none is named;
    `bounded`: an administrator of one cooperative could give herself the others.
    """
    if role not in ROLES:
        return "role"
    if cooperatives is None:
        return "all" if role == "officer" else ""
    if role == "administrator":
        return "bounded"
    return "" if cooperatives else "none"


def login_for(name: str, taken: Collection[str] = ()) -> str:
    """A login for somebody of this name that nobody has: rosa.huaman, rosa.huaman2."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in plain if not combining(sign)).split()
    base = ".".join(words[:2])[: LONGEST_LOGIN - 4] or "persona"
    base = base if len(base) >= 3 else f"{base}.persona"
    return next(each for each in (base, *(f"{base}{n}" for n in range(2, 10_000))) if each not in taken)
