"""Who learns, where she stands, and whose data a person may touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

import msgspec
from msgspec import Struct

LONGEST_NAME = 60  # letters of a name, by whichever way it comes: an SMS, a list, a page and a card carry it whole
WANTING = ("needed", "refused")  # of Learner.guardian: nothing is said to a child unasked until a guardian has agreed


class Learner(Struct, frozen=True, kw_only=True):
    """A person who learns. Every field but `id` may be empty: nobody has to tell us anything."""

    id: str
    name: str = ""
    language: str = ""
    country: str = ""  # PE, BO, RW
    timezone: str = ""  # IANA name
    sex: str = ""  # f, m, x
    birth_year: int | None = None
    community: str = ""
    district: str = ""
    cooperative: str = ""
    operator: str = ""  # the mobile network of her phone, where it is known
    hour: int | None = None  # the local hour at which she wants lessons
    paused_until: datetime | None = None
    guardian: str = ""  # "", "needed", "refused", or the name under which a guardian consented
    asked: tuple[str, ...] = ()  # profile questions that were put to her once, answered or skipped
    created_at: datetime


class QuizResult(Struct, frozen=True, kw_only=True):
    """How a finished unit quiz went. `weak` are the lessons whose items were missed."""

    right: int
    of: int
    passed: bool
    weak: tuple[str, ...] = ()
    at: datetime


class Enrolment(Struct, frozen=True, kw_only=True):
    """Learner × course, with what is done in it."""

    id: str
    learner: str
    course: str
    content_version: str = ""
    enrolled_at: datetime
    done: Mapping[str, datetime] = msgspec.field(default_factory=dict)  # lesson id → when it was last finished
    quizzes: Mapping[str, QuizResult] = msgspec.field(default_factory=dict)  # unit id → the latest finished quiz
    passed: Mapping[str, datetime] = msgspec.field(default_factory=dict)  # unit id → when its quiz was first passed


class Attempt(Struct, frozen=True, kw_only=True):
    """A unit quiz under way: the items drawn, and how those answered so far went."""

    id: str
    learner: str
    enrolment: str
    course: str
    unit: str
    items: tuple[str, ...]
    right: tuple[bool, ...] = ()
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose data may be touched: a role, and the cooperatives it is bounded to (None: all of them).

    `rights`: what a program may do that acts with a token, whatever its role (None: what the role may).
    """

    role: str
    cooperatives: frozenset[str] | None = None
    rights: frozenset[str] | None = None


OPERATOR = Scope(role="operator")
# The bot itself, acting for the learner who writes: it touches the people of her thread and nobody else.
SELF = Scope(role="self")


def new_id(now: datetime, chance: Random) -> str:
    """A UUIDv7 in hex: ordered by time (RFC 9562 §5.7), so that rows of one day lie together on disk."""
    millis = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    tail = chance.getrandbits(74)
    value = (millis << 80) | (0x7 << 76) | ((tail >> 62) << 64) | (0b10 << 62) | (tail & ((1 << 62) - 1))
    return f"{value:032x}"
