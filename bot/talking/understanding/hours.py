"""The words for hours of the day and for parts of an hour, of all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.talking.understanding.numerals import Numerals
from bot.talking.understanding.sharing import words
from bot.talking.vocabulary import Vocabulary

HOUR = "hour_"  # hour_12: words for noon
LISTS = ("halves", "mornings")

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The words for hours of all languages. A half or a quarter of an hour is not kept: at half past seven is at 7."""

    named: Mapping[Said, int]  # "noon", "(saa) moya": the hour of the day
    halves: frozenset[Said]
    evenings: frozenset[Said]
    mornings: frozenset[Said]
    small: frozenset[Said]  # what may stand beside, in whichever language
    numerals: Numerals


def hours_of(vocabulary: Vocabulary, numerals: Numerals) -> Hours:
    """The hours of all languages, from the lists `hour_<hour>`, `halves`, `mornings`, `pm` and `units`."""
    named: dict[Said, int] = {}
    for lists in vocabulary.lists.values():
        for name, listed in lists.items():
            if name.startswith(HOUR):
                named.update((words(each), int(name.removeprefix(HOUR))) for each in listed)

    def together(name: str) -> frozenset[Said]:
        return frozenset(words(each) for lists in vocabulary.lists.values() for each in lists.get(name, ()))

    evenings, mornings = together("pm"), together("mornings")
    small = together("units") | evenings | mornings
    return Hours(named, together("halves"), evenings, mornings, small, numerals)
