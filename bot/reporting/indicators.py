"""The closed list of indicators (programme-and-facts §5): what each counts, of what, by which groups, or why it cannot.

What an indicator is called and how it is worded for a donor stands in content/console under `results.<code>…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an indicator is answered."""

    SHARE = "share"  # so many of so many
    DAYS = "days"  # a median
    COUNT = "count"  # of things that are no people: nothing is hidden
    SURVEY = "survey"  # answers of a survey whose question names it
    MONEY = "money"
    MISSING = "missing"  # not collected


class Level(StrEnum):
    """Where it stands in a logframe."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"
    NONE = ""


_PEOPLE = ("sex", "age", "place", "country", "cooperative", "channel", "month")
_LEARNING = (*_PEOPLE[:5], "occupation", *_PEOPLE[5:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One line of the list.

    - `base` names what the denominator counts, `measures` what is counted of it; the first is the numerator.
    - `groups`: by what it can be parted.
    """

    code: str
    kind: Kind
    level: Level = Level.NONE
    base: str = ""
    measures: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether small cells of it are hidden."""
        return self.kind in (Kind.SHARE, Kind.DAYS, Kind.SURVEY)


def _share(code: str, base: str, *measures: str, level: Level, groups: tuple[str, ...] = _LEARNING) -> Indicator:
    return Indicator(code=code, kind=Kind.SHARE, level=level, base=base, measures=measures, groups=groups)


def _missing(code: str, level: Level = Level.NONE) -> Indicator:
    return Indicator(code=code, kind=Kind.MISSING, level=level)


def _asked(code: str, level: Level) -> Indicator:
    return Indicator(code=code, kind=Kind.SURVEY, level=level, base="answers", measures=("yes",), groups=_PEOPLE[:-1])


INDICATORS: tuple[Indicator, ...] = (
    _share("I1", "contacts", "reached", level=Level.OUTPUT, groups=_PEOPLE),
    _missing("I2", Level.OUTPUT),
    _share("I3", "registered", "enrolled", level=Level.OUTPUT),
    _share("I4", "enrolled", "active", level=Level.OUTPUT),
    _share("I5", "enrolled", "completed", level=Level.OUTPUT),
    _missing("I6"),
    _share("I7", "applied", "competent_first", level=Level.OUTCOME),
    _share("I8", "certified", "in_force", "expired", "suspended", "revoked", level=Level.OUTCOME),
    Indicator(code="I9", kind=Kind.DAYS, base="decided", measures=("days",), groups=_LEARNING),
    _share("I10", "decided", "appealed", "overturned", level=Level.NONE),
    Indicator(code="I11", kind=Kind.COUNT, base="assessors", groups=("occupation",)),
    _asked("I12", Level.OUTCOME),
    _asked("I13", Level.IMPACT),
    _asked("I14", Level.IMPACT),
    _asked("I15", Level.IMPACT),
    _missing("I16", Level.OUTCOME),
    Indicator(code="I17", kind=Kind.COUNT, level=Level.OUTPUT, base="sessions", groups=("cooperative", "month")),
    _missing("I18", Level.OUTCOME),
    _missing("I19", Level.OUTCOME),
    _missing("I20"),
    _missing("I21"),
    _missing("I22"),
    _missing("I23", Level.OUTCOME),
    _missing("I24"),
    _missing("I25"),
    Indicator(code="I26", kind=Kind.SURVEY, base="answers"),
    Indicator(code="I27", kind=Kind.MONEY),
    _missing("I28"),
)

BY_CODE: Mapping[str, Indicator] = {each.code: each for each in INDICATORS}

MEASURED_BY_SURVEY = tuple(each.code for each in INDICATORS if each.kind is Kind.SURVEY)
"""What a question of a survey may say that it measures."""


def chosen(written: str) -> tuple[Indicator, ...]:
    """The indicators of "I3,i5"; all that are collected where nothing is written. Raises ValueError with the word that
    is no code."""
    codes = [each.strip().upper() for each in written.split(",") if each.strip()]
    for code in codes:
        if code not in BY_CODE:
            raise ValueError(code)
    return tuple(BY_CODE[code] for code in dict.fromkeys(codes)) or COUNTED


COUNTED = tuple(each for each in INDICATORS if each.kind in (Kind.SHARE, Kind.DAYS, Kind.COUNT))
"""Those that the tables answer by themselves."""

UNCOLLECTED = tuple(each for each in INDICATORS if each.kind is Kind.MISSING)
