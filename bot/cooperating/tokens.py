"""Tokens with which other programs come in: what one may do, to whose data, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cooperating.roles import Right
from bot.people import Scope

GRANTABLE = frozenset(Right) - {
    # What asks for a second person or for a person's own judgement is never done by a program.
    Right.APPROVE,
    Right.PUBLISH,
    Right.ASSESS,
    Right.DECIDE,
    # A token that could make tokens would never expire, and settings are changed where they can be undone.
    Right.ACCOUNTS,
    Right.SETTINGS,
    Right.SEE_SETTINGS,
    Right.AUDIT,
    Right.WRITE_CONTENT,
}
"""The rights that a token can have."""

LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)
PREFIX = "chasqui"
ACTOR = "token:"  # before its id, where a token signs what it does
ALL = "*"

_ID, _SECRET = 12, 43  # signs: 48 bits that name it, and 256 in base64url that nobody guesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is kept: all but its secret. `cooperatives` None: all of them."""

    id: str
    name: str
    rights: frozenset[str]
    cooperatives: frozenset[str] | None
    created_by: str = ""
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""

    @property
    def scope(self) -> Scope:
        """What its bearer may do, and to whose data."""
        return Scope(role="token", cooperatives=self.cooperatives, rights=self.rights)

    @property
    def actor(self) -> str:
        """How it signs what it does."""
        return f"{ACTOR}{self.id}"

    def opens(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


def written(id: str, secret: str) -> str:
    """A token as its bearer gets it, once."""
    return f"{PREFIX}_{id}_{secret}"


def id_of(token: str) -> str:
    """The id of what may be a token; empty for what is none."""
    prefix, _, rest = token.partition("_")
    id, _, secret = rest.partition("_")
    plain = len(id) == _ID and len(secret) == _SECRET and token.isascii()
    return id if prefix == PREFIX and plain and all(sign in "0123456789abcdef" for sign in id) else ""


def wrong(rights: frozenset[str], expires_at: datetime, now: datetime) -> str:
    """What is wrong with a wished token, as one word; empty for a good one. `rights`: none, or one that no token can
    have; `expired`, `long`: its end."""
    if not rights or not rights <= {each.value for each in GRANTABLE}:
        return "rights"
    if expires_at <= now:
        return "expired"
    return "long" if expires_at > now + LONGEST else ""


def spread(cooperatives: frozenset[str] | None) -> str:
    """Cooperatives as one text: with a space between them, `*` for all."""
    return ALL if cooperatives is None else " ".join(sorted(cooperatives))


def gathered(kept: str) -> frozenset[str] | None:
    """The cooperatives that `spread` wrote."""
    return None if kept == ALL else frozenset(kept.split())


def reaches(maker: Scope, cooperatives: frozenset[str] | None) -> bool:
    """Whether somebody may hand out these cooperatives: nobody gives away more than she has."""
    if maker.cooperatives is None:
        return True
    return cooperatives is not None and cooperatives <= maker.cooperatives
