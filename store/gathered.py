"""What a batch of turns leaves behind, by what becomes of it: rows that wait to be written."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.certifying.cases import Act, Case
from bot.certifying.examining import Exam
from bot.messages import Address
from bot.people import Learner
from bot.turn import (
    Due,
    Held,
    LinkOffered,
    LinkUsed,
    NoticeSent,
    PinTried,
    Say,
    Showed,
    SurveyAnswered,
    SurveyAsked,
    Turn,
)
from store.shapes import clean, dumps
from store.tables import learners

Row = dict[str, Any]

CHANGEABLE = frozenset(column.name for column in learners.c) - {"id", "created_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A turn to write: what it was decided on (thread and version), and which waiting row it answers."""

    address: Address
    sender: str
    version: int
    turn: Turn
    inbox_id: int | None = None
    due: Due | None = None


@dataclass(slots=True)
class Rows:
    """The rows of a batch, by what becomes of them."""

    now: datetime
    unlinked: list[Row] = field(default_factory=list)
    joined: list[Row] = field(default_factory=list)
    changed: defaultdict[str, Row] = field(default_factory=lambda: defaultdict(dict))
    linked: dict[tuple[str, str], Row] = field(default_factory=dict)
    consented: list[Row] = field(default_factory=list)
    words: dict[tuple[str, str], Row] = field(default_factory=dict)  # (learner, purpose) → her latest
    enrolled: list[Row] = field(default_factory=list)
    lessons: list[Row] = field(default_factory=list)
    attempts: dict[str, Row] = field(default_factory=dict)
    finished: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    answered: list[Row] = field(default_factory=list)
    settled: list[Row] = field(default_factory=list)
    forgiven: list[Row] = field(default_factory=list)
    owed: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    elsewhere: list[Row] = field(default_factory=list)
    silenced: list[Row] = field(default_factory=list)
    silenced_for: list[Row] = field(default_factory=list)
    helped: list[Row] = field(default_factory=list)
    worded: list[Row] = field(default_factory=list)  # words that belong to a request which stands open
    reviewed: dict[tuple[str, str], Row] = field(default_factory=dict)
    weeks: dict[tuple[str, str], Row] = field(default_factory=dict)
    spent: dict[str, Row] = field(default_factory=dict)  # by campaign
    notices: list[tuple[Address, NoticeSent]] = field(default_factory=list)
    tried: list[tuple[int | None, PinTried]] = field(default_factory=list)  # with the message that held the PIN
    offered: list[tuple[Address, LinkOffered]] = field(default_factory=list)
    used: list[LinkUsed] = field(default_factory=list)
    unsaid: dict[tuple[str, str], Row] = field(default_factory=dict)  # (learner, purpose) that follows learning again
    held: dict[str, Held] = field(default_factory=dict)  # by campaign
    missed: dict[tuple[str, str], Row] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    showed: list[Showed] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    acts: list[tuple[str, Act]] = field(default_factory=list)  # with the case's id
    exams: dict[str, Exam] = field(default_factory=dict)
    certifying: list[tuple[Answering, Any]] = field(default_factory=list)  # witnesses, files, finished courses
    surveyed: list[tuple[Address, SurveyAsked | SurveyAnswered]] = field(default_factory=list)
    said: list[tuple[Answering, Say]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)  # addresses of erased threads on which nobody had joined
    rejoined: list[Address] = field(default_factory=list)


def learner_row(learner: Learner) -> Row:
    """A learner as a row of `learners`."""
    return {
        "id": learner.id,
        "created_at": learner.created_at,
        **{name: stored(getattr(learner, name)) for name in CHANGEABLE},
    }


def stored(value: object) -> object:
    """A value as a column takes it."""
    if isinstance(value, str):
        return clean(value)
    return dumps(value) if isinstance(value, tuple | list) else value
