"""Surveys: a few questions on three-step scales, yes or no, a number or free words, and how answers are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.delivering.sms import fold_text, segments
from bot.reporting.rounding import LEAST, half_up, percent

# Kind of question → how many steps it has, in the order of the source (programme-and-facts §5, S3-36 to S3-40): very
# productive, productive, unproductive; yes, partially, no; very relevant, relevant, not relevant. How each step reads
# stands in content/wording under `survey.<kind>.<step from 1>`.
SCALES: Mapping[str, int] = {
    "impression": 3,
    "objectives": 3,
    "relevance": 3,
    "yes_no": 2,
    "work": 3,  # employed, on one's own account, neither (I12)
    "change": 3,  # more, the same, less (I13)
}
NUMBER, FREE = "number", "free"
KINDS = (*SCALES, NUMBER, FREE)

# What a question may measure → of which kind it has to be, and which steps count.
COUNTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "I12": ("work", (0, 1)),
    "I13": ("change", (0,)),
    "I14": ("yes_no", (0,)),
    "I15": ("yes_no", (0,)),
}
SATISFACTION = ("impression", "objectives", "relevance")  # I26

MOST_QUESTIONS = 10
MOST_LETTERS = 140  # of a question: with three steps under it, it is still two SMS
MOST_REPLY = 640  # characters kept of free words
LARGEST = 1_000_000  # number


class State(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in the languages in which it is put; `measures` is the indicator that it answers, if any."""

    kind: str
    texts: Mapping[str, str]  # language → text
    measures: str = ""

    @property
    def steps(self) -> int:
        """How many answers there are to choose from; 0 where it is a number or free words."""
        return SCALES.get(self.kind, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey as its coordinator made it. Once it runs, its questions stay as they are."""

    id: str
    title: str
    purpose: str  # what the answers are for, in one sentence: said to whoever is asked
    questions: tuple[Question, ...]
    languages: tuple[str, ...] = ("es",)  # the first one stands in where hers is missing
    state: State = State.DRAFT
    cooperative: str = ""  # on whose behalf; empty: the programme's
    campaign: str = ""  # by which it goes out
    created_by: str = ""
    created_at: datetime
    closed_at: datetime | None = None

    def in_language(self, language: str) -> str:
        """The language in which somebody is asked: hers, or the survey's first."""
        return language if language in self.languages else self.languages[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a survey cannot be kept as it is: a word for what is wrong, and the question (from 1; 0: the survey)."""

    what: str  # title, purpose, none, many, kind, text, long, last, measures, languages
    question: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How one question was answered so far: `counts` by step, `skipped` by SIGUE. n counts answers, not skips."""

    place: int
    kind: str
    counts: tuple[int, ...] = ()
    skipped: int = 0
    answered: int = 0  # of a number or free words
    total: Decimal = Decimal(0)  # of the numbers

    @property
    def n(self) -> int:
        """How many answered it."""
        return sum(self.counts) if self.counts else self.answered

    def percent(self, step: int) -> int | None:
        """Per cent who took this step, half up; None for fewer than five answers."""
        return percent(self.counts[step], self.n)

    @property
    def mean(self) -> Decimal | None:
        """The mean of the numbers with one place, half up; None for fewer than five."""
        return half_up(self.total / self.n, 1) if self.kind == NUMBER and self.n >= LEAST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Where a survey stands: to how many it was put, how many began to answer, how many came to its end."""

    asked: int = 0
    began: int = 0
    ended: int = 0
    questions: tuple[Tally, ...] = ()

    @property
    def response(self) -> int | None:
        """Per cent of those asked who answered something."""
        return percent(self.began, self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A survey as it comes from a form or a file, before it is looked at."""

    title: str
    purpose: str
    questions: tuple[Question, ...] = field(default_factory=tuple)


def faults(written: Written) -> list[Fault]:
    """What is wrong with it, in the order in which it stands on the page; empty where it can be kept."""
    found = []
    if not written.title.strip() or len(written.title) > 60:
        found.append(Fault(what="title"))
    if not written.purpose.strip() or len(written.purpose) > 120:
        found.append(Fault(what="purpose"))
    if not written.questions:
        found.append(Fault(what="none"))
    if len(written.questions) > MOST_QUESTIONS:
        found.append(Fault(what="many", value=str(MOST_QUESTIONS)))
    for number, question in enumerate(written.questions, 1):
        found += _of_question(number, question, last=number == len(written.questions))
    if written.questions and not _languages(written.questions):
        found.append(Fault(what="languages"))
    return found


def _of_question(number: int, question: Question, *, last: bool) -> list[Fault]:
    found = []
    if question.kind not in KINDS:
        found.append(Fault(what="kind", question=number, value=question.kind))
    if question.kind == FREE and not last:
        found.append(Fault(what="last", question=number))
    if not any(text.strip() for text in question.texts.values()):
        found.append(Fault(what="text", question=number))
    for text in question.texts.values():
        if len(text) > MOST_LETTERS or segments(fold_text(text, "gsm")) > 1:
            found.append(Fault(what="long", question=number, value=str(MOST_LETTERS)))
    wanted = COUNTS.get(question.measures, ("",))[0]
    if question.measures and wanted != question.kind:
        found.append(Fault(what="measures", question=number, value=question.measures))
    return found


def _languages(questions: tuple[Question, ...]) -> tuple[str, ...]:
    """The languages in which every question has a text, in the order of the first one."""
    return tuple(
        language for language in questions[0].texts if all(each.texts.get(language, "").strip() for each in questions)
    )


def made(written: Written, *, id: str, cooperative: str, by: str, now: datetime) -> Survey:
    """The survey that was written, as a draft. Call `faults` first."""
    languages = _languages(written.questions)
    questions = tuple(
        Question(
            kind=each.kind,
            texts={language: each.texts[language].strip() for language in languages},
            measures=each.measures,
        )
        for each in written.questions
    )
    return Survey(
        id=id,
        title=written.title.strip(),
        purpose=written.purpose.strip(),
        questions=questions,
        languages=languages,
        cooperative=cooperative,
        created_by=by,
        created_at=now,
    )
