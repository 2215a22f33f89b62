"""Judge what a text states in numbers, in figures and in words: each must stand in a fact that the script lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from authoring.facts import Facts, numbers, values
from authoring.refusals import Refuse
from bot.talking.understanding.folding import words
from bot.talking.understanding.numerals import Numerals, numerals_in

_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans("áàâäéèêëíìîïóòôöúùûüñç", "aaaaeeeeiiiioooouuuunc", "\u0301\u0300\u0302\u0303\u0308")
LEAST_WORD = 10  # smaller numbers in words are everyday speech: one another, two weeks
_CURE = "List the fact that says it in facts = […], or a made-up example's numbers in examples = […]"
# What makes another number of the one beside it, as lists of number words end at a hundred: two thousand, por ciento.
_LARGER = frozenset(
    (
        "cien", "ciento", "cientos", "mil", "miles", "millon", "millones", "por",
        "hundred", "hundreds", "thousand", "thousands", "million", "millions", "per",
        "cent", "cents", "mille", "millier", "milliers", "pour", "igihumbi", "ibihumbi",
        "pachak", "waranqa", "pataka", "waranqha",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The numbers that a text may state, and the number words of its language. None of them where the facts cannot be
    read: then nothing is judged."""

    values: frozenset[Decimal] | None
    numerals: Numerals
    beginning: frozenset[str]  # the words with which a number from ten on may begin

    def and_those_in(self, texts: Sequence[str]) -> Known:
        """With the numbers that stand in these texts."""
        if self.values is None:
            return self
        more = {Decimal(each) for text in texts for _, each in _in_words(text, self)}
        return Known(values=self.values | values(texts) | more, numerals=self.numerals, beginning=self.beginning)


def known(listed: Iterable[str], facts: Facts, examples: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Known:
    """What these facts and made-up examples state; `lists` are the small words of the language."""
    told = None if facts is None else [*(facts[each].statement for each in listed if each in facts), *examples]
    spoken, beginning = _spoken(_Lists(lists))
    return Known(values=None if told is None else values(told), numerals=spoken, beginning=beginning)


class _Lists:
    """The small words of a language, to be remembered by which they are and not by what is in them."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = lists

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lists) and self.lists is other.lists

    def __hash__(self) -> int:
        return id(self.lists)


@lru_cache(maxsize=8)
def _spoken(lists: _Lists) -> tuple[Numerals, frozenset[str]]:
    spoken = numerals_in(lists.lists)
    return spoken, frozenset(said[0] for said, value in spoken.worth.items() if value >= LEAST_WORD)


def judge_numbers(text: str, line: int, known: Known, refuse: Refuse) -> None:
    """Refuse each number in figures that stands in no listed fact."""
    if known.values is None:
        return
    strange = [number.written for number in numbers(text) if not number.stands_in(known.values)]
    for written in dict.fromkeys(strange):
        refuse(line, f"the number {written} stands in no listed fact", _CURE)


def judge_number_words(text: str, line: int, known: Known, refuse: Refuse) -> None:
    """Warn of each number in words, from ten on, that stands in no listed fact."""
    if known.values is None:
        return
    strange = [(said, value) for said, value in _in_words(text, known) if Decimal(value) not in known.values]
    for said, value in dict.fromkeys(strange):
        refuse(line, f"the number {value} (“{said}”) stands in no listed fact", _CURE, "warning")


def _in_words(text: str, known: Known) -> Iterator[tuple[str, int]]:
    """The numbers in words from ten on, as said and their value; pieces of a larger number are passed over."""
    if known.beginning.isdisjoint(_WORD.findall(text.lower().translate(_PLAIN))):
        return  # as most texts, in a tenth of the time
    said = words(text)
    found = list(known.numerals.among(said))
    inside = {at for start, end, _ in found for at in range(start, end)}
    for start, end, value in found:
        beside = [at for at in (start - 1, end) if 0 <= at < len(said)]
        pieces = any(at in inside or said[at] in _LARGER or said[at][0].isdigit() for at in beside)
        if value >= LEAST_WORD and not pieces:
            yield " ".join(said[start:end]), value
