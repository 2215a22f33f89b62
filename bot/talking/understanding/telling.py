"""Hear at what hour somebody wants to be written to: "19h30", "siete y media de la noche", "saa moya", "noon"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.talking.understanding.hours import Hours, Said
from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.numerals import Numerals

_WRITTEN = re.compile(r"(\d{1,4})(?:(?:[a-z]{1,4}|[.,])\d{0,2})?")
_SMALL = {"units", "pm", "courtesies", "stop_words", "articles", "fillers"}
_LONGEST = 4  # words of one expression
_NOON = 12


def hour(said: Said, known: Lexicon, hours: Hours) -> str | None:
    """The hour that the words behind HOUR tell, the evening's counted from noon; "" where they tell none, and None
    where other words stand."""
    found: int | None = None
    position = 0
    while position < len(said):
        value, end = _value(said, position, known, hours)
        if end == position:
            end = position + _small(said, position, known, hours)
        elif found is None:
            found = value
        if end == position:
            return None
        position = end
    if found is None:
        return ""
    if found < _NOON and (_holds(said, hours.evenings) or any(re.fullmatch(r"\d{1,2}pm", word) for word in said)):
        return str(found + _NOON)
    return str(found - _NOON if _NOON < found < 2 * _NOON and _holds(said, hours.mornings) else found)


def _value(said: Said, start: int, known: Lexicon, hours: Hours) -> tuple[int, int]:
    """The number or named hour that begins at `start`, and where it ends; `start` where none does."""
    written = _WRITTEN.fullmatch(said[start])
    if written:
        return int(written[1]), start + 1
    for part in _parts(said, start):
        if part in hours.named:
            return hours.named[part], start + len(part)
    value, end = _number(said, start, known.numerals)
    return _number(said, start, hours.numerals) if not value and not known.roles(said[start]) else (value, end)


def _number(said: Said, start: int, numerals: Numerals) -> tuple[int, int]:
    """A number in words; "diez y cinco" is five past ten, "diez y siete" is 17."""
    first, end = numerals.single(said, start)
    whole, stop = numerals.at(said, start)
    return (first, end) if (first, whole) == (10, 15) else (whole, stop)


def _small(said: Said, start: int, known: Lexicon, hours: Hours) -> int:
    """How many words from `start` on are a half hour or say nothing of their own."""
    part = next((part for part in _parts(said, start) if part in hours.halves or part in hours.small), None)
    return len(part) if part else int(bool(known.roles(said[start]).keys() & _SMALL))


def _parts(said: Sequence[str], start: int) -> Iterator[Said]:
    """The words from `start` on, the longest expression first."""
    for end in range(min(start + _LONGEST, len(said)), start, -1):
        yield tuple(said[start:end])


def _holds(said: Said, expressions: Iterable[Said]) -> bool:
    return any(part in expressions for start in range(len(said)) for part in _parts(said, start))
