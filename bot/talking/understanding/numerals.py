"""Read a number that is written in words: "cuarenta y cinco", "forty-five", "ciento veinte" are 45, 45 and 120."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.talking.understanding.folding import Token, words

LISTS = ("numbers_apart", "between_numbers")  # read here only; those of [numbers] name options as well

_PARTED = 20  # up to here several words stay several: "hora diez y cinco" is past ten, "uno solo" may be a place
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")
_SPACED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ \xa0\u202f]\d{3})+(?![\d.,])")
_NUMBERS = ("numbers.", "numbers_apart.")
_PARTING = frozenset(",.;:?!\n()")


@dataclass(frozen=True, slots=True)
class Numerals:
    """The number words of a language. `worth` is keyed by the words of each expression."""

    worth: Mapping[tuple[str, ...], int]
    longest: Mapping[str, int]  # first word → words in the longest expression that starts with it
    between: frozenset[str]  # what stands between the parts of one number: "y", "and"

    def at(self, said: Sequence[str], start: int) -> tuple[int, int]:
        """The number that begins at `start` and where it ends: ones behind tens and what is behind a hundred taken
        together; 0 and `start` where none begins there. Digits are no words. Raises nothing."""
        whole, end = self.single(said, start)
        while whole:
            value, stop = self._beyond(said, end, whole)
            if not value:
                break
            whole, end = whole + value, stop
        return whole, end

    def among(self, said: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Every number among the words: where it begins, where it ends, and its value. Raises nothing."""
        start = 0
        while start < len(said):
            value, end = self.at(said, start)
            if value:
                yield start, end, value
            start = end if value else start + 1

    def _beyond(self, said: Sequence[str], end: int, whole: int) -> tuple[int, int]:
        """What is added behind `whole`, which ended at `end`, and where that ends; 0 where the number is over."""
        word = said[end] if end < len(said) else ""
        joined = word in self.between
        value, stop = self.single(said, end + joined)
        if not value and word[:1] in self.between:  # "n'itanu" is one word
            value, stop, joined = self.worth.get((word[1:],), 0), end + 1, True
        return (value, stop) if _follows(value, whole, joined=joined) else (0, end)

    def single(self, said: Sequence[str], start: int) -> tuple[int, int]:
        """As `at`, but nothing is added: the longest expression that is one number by itself."""
        first = said[start] if start < len(said) else ""
        for length in range(self.longest.get(first, 0), 0, -1):
            value = self.worth.get(tuple(said[start : start + length]))
            if value:
                return value, min(start + length, len(said))
        return 0, start


def numerals_in(*languages: Mapping[str, Sequence[str]]) -> Numerals:
    """The number words of these languages, from their lists `numbers.<value>`, `numbers_apart.<value>` and
    `between_numbers`; digits among them are left out. Where two know a word, the last decides. Raises nothing."""
    worth: dict[tuple[str, ...], int] = {}
    longest: dict[str, int] = {}
    for lists in languages:
        for name, listed in lists.items():
            for said in map(words, listed if name.startswith(_NUMBERS) else ()):
                if said and not said[0].isdigit():
                    worth[said] = int(name.rpartition(".")[2])
                    longest[said[0]] = max(longest.get(said[0], 1), len(said))
    return Numerals(worth, longest, frozenset(word for lists in languages for word in lists.get("between_numbers", ())))


def ungrouped(word: str) -> str:
    """A number without the signs between its thousands ("1,000", "1.500"); any other word as it is."""
    return re.sub(r"[.,]", "", word) if _GROUPED.fullmatch(word) else word


def joined_thousands(text: str) -> str:
    """A text in which a space between thousands is left out: "1 000", as the French write it."""
    return _SPACED.sub(lambda found: found[0].replace(" ", "").replace("\xa0", "").replace("\u202f", ""), text)


def compounded(found: Sequence[Token], known: Numerals, *, amounts: bool = False) -> list[Token]:
    """The words with each number of several words in digits. A sign parts two numbers: "treinta, cinco".

    With `amounts`, of which options may speak, the thousands of a number are not parted ("1,000").
    """
    if amounts:
        found = [replace(token, word=ungrouped(token.word)) for token in found]
    result: list[Token] = []
    cuts = [at for at, token in enumerate(found) if at and not _PARTING.isdisjoint(token.before)]
    for first, last in pairwise((0, *cuts, len(found))):
        kept = first
        for start, end, value in known.among([token.word for token in found[first:last]]):
            if end - start > 1 and value > _PARTED:
                raw = " ".join(token.raw for token in found[first + start : first + end])
                one = replace(found[first + start], word=str(value), raw=raw)
                result += [*found[kept : first + start], one]
                kept = first + end
        result += found[kept:last]
    return result


def _follows(value: int, whole: int, *, joined: bool) -> bool:
    """Whether `value` can stand behind `whole` in one number: anything less behind a thousand or a hundred, ones behind
    tens; behind ten only with a word between, as "ten six" are two."""
    if whole % 1000 == 0:
        return value < 1000
    tens = whole % 100
    if not tens:
        return value < 100
    return tens % 10 == 0 and value < 10 and (joined or tens > 10)
