"""What somebody without schooling writes for her name, her year of birth and her years of work, before a case opens."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.talking import profile
from bot.talking.ages import spoken
from bot.talking.understanding import fold

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

_MOST_YEARS = 80  # of work
_AGES = range(10, 100)
_LONGEST_NAME = 6  # words
_NUMBER = re.compile(r"\d+")


def is_unknown(text: str, lists: Lists) -> bool:
    """Whether she says that she does not know."""
    return fold(text) in lists.get("dont_know", ())


def name_in(text: str, lists: Lists) -> str | None:
    """Her name as it goes on the certificate; None for a question, a figure or a whole sentence."""
    if "?" in text or _NUMBER.search(text) or len(text.split()) > _LONGEST_NAME or is_unknown(text, lists):
        return None
    found = profile.written("name", text, 0, lists.get("intros", ()))
    return str(found) if found else None


def year_in(text: str, year: int, lists: Lists) -> int | None:
    """The year in which she was born, by the year or by her age ("58 años"); None where it is neither. A bare "68" may
    be the one or the other, and so may "el 68"."""
    found = profile.written("birth_year", text, year, ())
    if found:
        return int(found)
    numbers = _NUMBER.findall(text)
    others = set(re.findall(r"[^\W\d_]+", fold(text))) - set(lists.get("stop_words", ()))
    if len(numbers) == 1 and int(numbers[0]) in _AGES and others:
        return year - int(numbers[0])
    return None


def years_in(text: str, year: int, lists: Lists) -> int | None:
    """For how many years she has worked: "unos 30", "20 o 25" (the fewer), "treinta y cinco", "desde 1990"; None where
    none is said."""
    spelled = [each for each in spoken(text, lists) if each.isdigit()]
    # Beside another number "un" and "une" are articles.
    written = _NUMBER.findall(text) or [each for each in spelled if each != "1"] or spelled
    numbers = [int(each) for each in written if len(each) <= 4]
    since = [year - each for each in numbers if 0 <= year - each <= _MOST_YEARS]
    counts = [each for each in numbers if each <= _MOST_YEARS]
    return min(since or counts, default=None)
