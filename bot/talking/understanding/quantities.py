"""Know the unit that a question asks in and the one that a reply names: "8 semanas", "150 mm", "ibyumweru 8"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.talking.understanding.folding import words
from bot.talking.understanding.numerals import Numerals, numerals_in
from bot.talking.vocabulary import Vocabulary

UNIT = "unit_"  # unit_cm: words for centimetres
LISTS = ("how_many", "in_units")

# What one of these is in the least of its kind. Units without a common measure are not converted: a month is no number
# of weeks.
_WORTH: Mapping[str, tuple[str, int]] = {
    "mm": ("length", 1),
    "cm": ("length", 10),
    "m": ("length", 1000),
    "km": ("length", 1_000_000),
    "g": ("weight", 1),
    "kg": ("weight", 1000),
    "ml": ("volume", 1),
    "l": ("volume", 1000),
    "day": ("days", 1),
    "week": ("days", 7),
}
_WHOLE = "days"  # 8 days are no number of weeks
_GLUED = re.compile(r"\d[\d.,]*([a-z]+)")

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """The words for units in any language, and what stands beside the unit that a question asks in."""

    named: Mapping[Said, str]
    longest: int
    how_many: frozenset[Said]
    within: frozenset[Said]  # "in"
    greetings: frozenset[Said]
    numerals: Mapping[str, Numerals]

    def at(self, said: Said, start: int) -> tuple[str, int]:
        """The unit whose words begin at `start`, and where they end; empty where none does."""
        for end in range(min(start + self.longest, len(said)), start, -1):
            if unit := self.named.get(said[start:end], ""):
                return unit, end
        return "", start

    def alike(self, word: str) -> frozenset[str]:
        """The words for the same unit, this one among them: "kilos" and "kg"; none for what is no unit."""
        unit = self.named.get((word,), "")
        return frozenset(said[0] for said, other in self.named.items() if unit and other == unit and len(said) == 1)

    def before(self, said: Said, end: int) -> str:
        """The unit whose words end before `end`; empty for none, and for a greeting."""
        for start in range(max(end - self.longest, 0), end):
            if unit := self.named.get(said[start:end], ""):
                return "" if said[max(start - 1, 0) : end] in self.greetings else unit
        return ""


@lru_cache(maxsize=8)
def units_of(vocabulary: Vocabulary) -> Units:
    """The lists `unit_<unit>`, `how_many`, `in_units` and the greetings of all languages."""
    named: dict[Said, str] = {}
    for lists in vocabulary.lists.values():
        for name, listed in lists.items():
            if name.startswith(UNIT):
                named.update((words(each), name.removeprefix(UNIT)) for each in listed)

    def together(name: str) -> frozenset[Said]:
        return frozenset(words(each) for lists in vocabulary.lists.values() for each in lists.get(name, ()))

    return Units(
        named=named,
        longest=max(map(len, named), default=0),
        how_many=together("how_many"),
        within=together("in_units"),
        greetings=together("greetings"),
        numerals={language: numerals_in(lists) for language, lists in vocabulary.lists.items()},
    )


@lru_cache(maxsize=512)  # a lesson's questions are asked again and again
def asked_in(question: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The unit that a question asks in, and how it writes it: beside "how many", or behind "in"; empty for none."""
    units = units_of(vocabulary)
    said = _words(question)
    starts = list(_beside(said, units.how_many))
    for start, end in starts or _beside(said, units.within):
        unit, stop = units.at(said, end)
        if unit:
            return unit, _written(said[end:stop], question)
        if starts and (unit := units.before(said, start)):
            return unit, _written(said[start - 1 : start], question)
    return "", ""


def told_in(reply: str, language: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The units beside the numbers of a reply."""
    units = units_of(vocabulary)
    said = _words(reply)
    found: set[str] = set()
    for start, end in _numbers(said, units.numerals.get(language)):
        glued = _GLUED.fullmatch(said[end - 1])
        unit = units.named.get((glued[1],), "") if glued else units.at(said, end)[0] or units.before(said, start)
        found.add(unit)
    return frozenset(found - {""})


def converted(number: Decimal, told: str, asked: str) -> Decimal | None:
    """The number in the unit asked for; None where that is no exact number."""
    if told not in _WORTH or asked not in _WORTH or _WORTH[told][0] != _WORTH[asked][0]:
        return None
    kind, worth = _WORTH[told]
    least = number * worth
    if kind == _WHOLE and least % _WORTH[asked][1]:
        return None
    return least / _WORTH[asked][1]


def _words(text: str) -> Said:
    return words(text.replace("%", " percent "))


def _written(said: Said, question: str) -> str:
    return "%" if said == ("percent",) and "%" in question else " ".join(said)


def _beside(said: Said, phrases: frozenset[Said]) -> Iterator[tuple[int, int]]:
    for start in range(len(said)):
        for end in range(start + 1, min(start + 4, len(said)) + 1):
            if said[start:end] in phrases:
                yield start, end


def _numbers(said: Said, numerals: Numerals | None) -> Iterator[tuple[int, int]]:
    """Where each number begins and ends, in figures or in letters."""
    for start, word in enumerate(said):
        if word[0].isdigit():
            yield start, start + 1
    for start, end, _ in numerals.among(said) if numerals else ():
        yield start, end
