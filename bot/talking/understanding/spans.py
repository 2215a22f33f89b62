"""The words for spans of time and for a pause, of all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.talking.understanding.mistaking import Stems, stems_of
from bot.talking.understanding.numerals import Numerals, numerals_in
from bot.talking.understanding.sharing import words
from bot.talking.vocabulary import Vocabulary

SPAN = "span_"  # span_30: words for a month
TIMES = ("times", "sends", "always")  # read by bot.talking.understanding.timing
LISTS = ("spans", "pauses", *TIMES)


@dataclass(frozen=True, slots=True)
class Spans:
    """The words for a span of time, in days, in any language; `many` tell of several ("unas semanas"): not how many."""

    days: Mapping[str, int]
    many: frozenset[str]
    pauses: Stems
    numerals: Numerals


def spans_of(vocabulary: Vocabulary) -> Spans:
    """The spans of all languages, from the lists `span_<days>`, `spans` (of several) and `pauses`."""
    days: dict[str, int] = {}
    for lists in vocabulary.lists.values():
        for name, listed in lists.items():
            if name.startswith(SPAN):
                days.update((words(each)[0], int(name.removeprefix(SPAN))) for each in listed)
    numerals = numerals_in(*vocabulary.lists.values())
    return Spans(days, stems_of(vocabulary, "spans").plain, stems_of(vocabulary, "pauses"), numerals)
