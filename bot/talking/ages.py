"""What is written where the year of birth is asked: a year, an age, two digits that may be either, or number words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bot.talking import profile
from bot.talking.understanding import fold
from bot.talking.understanding.numerals import Numerals, numerals_in

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

AGES = range(5, 100)
_WORKING = 75  # a bare 68 may be her age or her year, a bare 82 is a year
_OLD = 51  # and a bare 45 an age: who was born in 1945 is past working
_LEAST = 10  # what a single word says that is surely no name
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_DATE = re.compile(r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(\d{2})\b")
_YEARLIKE = re.compile(r"(?<!\d)\d{4}(?!\d)")
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
    younger = _not_yet(said, lists)
    if younger is not None:
        return year - younger
    if any(len(each) == 4 for each in said if each.isdigit()):
        spelled = [int(each) for each in said if len(each) == 4 and each.isdigit()]
        return _in_reach(spelled[0], year)
    age = aged(text, lists)
    if age is not None:
        return year - age
    numbers = [each for each in said if each.isdigit()]
    if len(numbers) != 1 or len(numbers[0]) > 2:
        return None
    number = int(numbers[0])
    if _speaks_of_birth(text, said, lists):
        return _in_reach(_of_century(number, year), year)
    return _of_century(number, year) if number > _WORKING else None


def aged(text: str, lists: Lists) -> int | None:
    """The age that is said; None where a year is, or nothing of the kind."""
    said = spoken(text, lists)
    numbers = [each for each in said if each.isdigit()]
    if _DATE.search(text) or any(len(each) == 4 for each in numbers):
        return None
    younger = _not_yet(said, lists)
    if younger is not None:
        return younger
    age = _age_in(said, lists)
    if age is not None:
        return age
    if len(numbers) != 1 or len(numbers[0]) > 2 or _speaks_of_birth(text, said, lists):
        return None
    if _tells_how_long(said, lists):
        return None
    return int(numbers[0]) if int(numbers[0]) in AGES and int(numbers[0]) < _OLD else None


def _not_yet(said: Sequence[str], lists: Lists) -> int | None:
    """The age of who has not reached the one that is said: "almost 16", "I will be 16 in December" is 15."""
    ages = [int(each) for each in said if each.isdigit() and len(each) <= 2 and int(each) in AGES]
    return ages[0] - 1 if len(ages) == 1 and _has(said, lists.get("joining.not_yet", ())) else None


def aged_in_any(text: str, lists: Mapping[str, Lists], language: str) -> int | None:
    """The same in her language, or else beside a word of age in any other."""
    own = lists.get(language, {})
    if (age := aged(text, own)) is not None or doubtful(text, own) or _YEARLIKE.search(text):
        return age
    return _age_in_any(text, lists)


def own_age(text: str, lists: Mapping[str, Lists]) -> int | None:
    """The age in a sentence that says it of herself: "sorry, I am 12", "mfite imyaka 12"; None in all others. In any
    language."""
    for each in lists.values():
        said = list(spoken(text, each))
        while said and said[-1] in each.get("courtesies", ()):
            said.pop()
        for pattern in each.get("joining.own_age", ()):
            age = _ends_with(said, _PIECE.findall(pattern), each.get("negations", ()))
            if age is not None:
                return age
    return None


def is_number(text: str, lists: Lists) -> bool:
    """Whether nothing is said but a number, an age or a year: "treinta", "cincuenta años", "I am nineteen eighty
    five". A single word below ten may be a name, as Gatanu is."""
    said = spoken(text, lists)
    numbers = [int(each) for each in said if each.isdigit()]
    around = (*lists.get("joining.age", ()), *lists.get("joining.born", ()), *lists.get("intros", ()))
    small = {word for each in (*around, *_small(lists)) for word in _PIECE.findall(each)}
    others = [each for each in said if not each.isdigit()]
    return bool(numbers) and small.issuperset(others) and (max(numbers) >= _LEAST or len(said) > 1)


def is_number_in_any(text: str, lists: Mapping[str, Lists], language: str) -> bool:
    """The same in her language, or else of an age in any other."""
    others = (each for each in lists.values() if _age_in(spoken(text, each), each) is not None)
    return is_number(text, lists.get(language, {})) or any(is_number(text, each) for each in others)


def _small(lists: Lists) -> tuple[str, ...]:
    return tuple(each for name in ("stop_words", "between_numbers", "courtesies") for each in lists.get(name, ()))


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
    age = _age_in_any(text, lists)
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
    if _tells_how_long(said, lists):
        return None
    for place, each in enumerate(said):
        if not each.isdigit() or len(each) > 2 or int(each) not in AGES:
            continue
        after, before = said[place + 1 : place + 3], said[max(0, place - 2) : place]
        if before and before[-1] in lists.get("joining.years", ()):
            continue  # "el año 72"
        if _has(after, words) or _has(before, words):
            return int(each)
    return None


def _age_in_any(text: str, lists: Mapping[str, Lists]) -> int | None:
    if any(tells_how_long(text, each) for each in lists.values()):
        return None
    heard = (_age_in(spoken(text, each), each) for each in lists.values())
    return next((age for age in heard if age is not None), None)


def tells_how_long(text: str, lists: Lists) -> bool:
    """Whether years are told that are no age: "trabajo desde los 10 años"."""
    return _tells_how_long(spoken(text, lists), lists)


def _tells_how_long(said: Sequence[str], lists: Lists) -> bool:
    return _has(said, lists.get("joining.since", ()))


def _ends_with(said: Sequence[str], pattern: Sequence[str], negations: Sequence[str]) -> int | None:
    """The age where the words end as the pattern does, in which a 0 stands for it, and nothing denies it."""
    start = len(said) - len(pattern)
    if start < 0 or (start and said[start - 1] in negations):
        return None
    age = next((int(each) for each in said[start:] if each.isdigit() and len(each) <= 2), 0)
    return age if age in AGES and [("0" if each == str(age) else each) for each in said[start:]] == pattern else None


def _speaks_of_birth(text: str, said: Sequence[str], lists: Lists) -> bool:
    if any(one in lists.get("joining.years", ()) and two.isdigit() for one, two in pairwise(said)):
        return True
    marked = "'" in text or "’" in text or any(each.startswith("0") for each in said)
    return marked or _has(said, lists.get("joining.born", ()))


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
