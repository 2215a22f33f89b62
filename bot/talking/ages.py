"""What is written where the year of birth is asked: a year, an age, two digits that may be either, or number words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.talking import profile
from bot.talking.understanding import fold
from bot.talking.understanding.numerals import Numerals, numerals_in

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

AGES = range(5, 100)
_WORKING = 75  # a bare 68 may be her age or her year, a bare 82 is a year
_OLD = 51  # and a bare 45 an age: who was born in 1945 is past working
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_DATE = re.compile(r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(\d{2})\b")
_CENTURIES = {"joining.years_1900": 1900, "joining.years_2000": 2000}


def born(text: str, year: int, lists: Lists) -> int | None:
    """The year of birth that is said, by itself or by an age; None where none is, or where two are as likely.

    `year` is the current one. A bare number below 51 is an age, one above 75 a year of the last century.
    """
    found = profile.written("birth_year", text, year, ())
    if found:
        return int(found)
    dated = _DATE.search(text)
    if dated:
        return _in_reach(_of_century(int(dated[1]), year), year)
    said = spoken(text, lists)
    if any(len(each) == 4 for each in said if each.isdigit()):
        spelled = [int(each) for each in said if len(each) == 4 and each.isdigit()]
        return _in_reach(spelled[0], year)
    age = _age_in(said, lists)
    if age is not None:
        return year - age
    numbers = [each for each in said if each.isdigit()]
    if len(numbers) != 1 or len(numbers[0]) > 2:
        return None
    number = int(numbers[0])
    if _has(said, lists.get("joining.born", ())) or "'" in text or "’" in text or numbers[0].startswith("0"):
        return _in_reach(_of_century(number, year), year)
    if number in AGES and number < _OLD:
        return year - number
    return _of_century(number, year) if number > _WORKING else None


def born_in_any(text: str, year: int, lists: Mapping[str, Lists], language: str) -> int | None:
    """The same in her language, or else by an age in any other."""
    found = born(text, year, lists.get(language, {}))
    if found is not None or doubtful(text, lists.get(language, {})):
        return found
    return told_in_any(text, year, lists)


def doubtful(text: str, lists: Lists) -> int | None:
    """The bare number that may be her age or her year: 68. None where there is none."""
    said = spoken(text, lists)
    numbers = [int(each) for each in said if each.isdigit()]
    return numbers[0] if len(numbers) == 1 and _OLD <= numbers[0] <= _WORKING else None


def told_in_any(text: str, year: int, lists: Mapping[str, Lists]) -> int | None:
    """The year of birth of somebody who names her age beside something else: "me llamo Rosa y tengo 45 años"."""
    heard = (_age_in(spoken(text, each), each) for each in lists.values())
    age = next((age for age in heard if age is not None), None)
    return None if age is None else year - age


def spoken(text: str, lists: Lists) -> tuple[str, ...]:
    """The words of the text with its number words and years as digits: "quince años" is "15 anos". Raises nothing."""
    return tuple(_in_digits(_PIECE.findall(fold(text[:160])), lists))


def _of_century(number: int, year: int) -> int:
    return 2000 + number if number <= year - 2000 - AGES[0] else 1900 + number


def _in_reach(born_in: int, year: int) -> int | None:
    return born_in if year - born_in in AGES else None


def _age_in(said: Sequence[str], lists: Lists) -> int | None:
    """The number beside a word of age: "15 years", "tengo 45", "imyaka 15"; not that beside a word of birth."""
    words = lists.get("joining.age", ())
    for place, each in enumerate(said):
        if not each.isdigit() or len(each) > 2 or int(each) not in AGES:
            continue
        after, before = said[place + 1 : place + 3], said[max(0, place - 2) : place]
        if _has(after, words) or _has(before, words):
            return int(each)
    return None


def _has(said: Sequence[str], expressions: Sequence[str]) -> bool:
    text = f" {' '.join(said)} "
    return any(f" {' '.join(_PIECE.findall(expression))} " in text for expression in expressions)


def _in_digits(said: Sequence[str], lists: Lists) -> Iterator[str]:
    known = numerals_in(lists)
    place = 0
    while place < len(said):
        value, end = _year(said, place, lists, known)
        yield str(value) if value else said[place]
        place = end if value else place + 1


def _year(said: Sequence[str], place: int, lists: Lists, known: Numerals) -> tuple[int, int]:
    """The number that begins at `place`, or the year with its century said first, and where it ends; 0 for none."""
    for name, century in _CENTURIES.items():
        for expression in sorted(lists.get(name, ()), key=len, reverse=True):
            behind = place + len(expression.split())
            if list(said[place:behind]) == expression.split():
                value, end = known.at(said, behind)
                if value or century == 2000:
                    return century + value, end
    return known.at(said, place)
