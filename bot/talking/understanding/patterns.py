"""Patterns of words with variants, as content/words/ writes them, found in a message by their first word."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.talking.understanding.sharing import once, remembered

_END = " ."


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern that fits from word `start` up to before word `end`."""

    rank: int
    start: int
    command: str
    end: int
    closed: bool  # nothing may follow that it does not speak of: "quiero cancelar", and not "quiero cancelar mi deuda"

    def meets(self, other: Found) -> bool:
        """Whether the two have a word in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns, as regular expressions, by the words they can begin with: a message of ten words is not tried against a
    thousand."""

    beginning: Mapping[str, tuple[tuple[int, str, str, bool], ...]]
    stems: Mapping[str, tuple[tuple[str, int, str, str, bool], ...]]  # `mensaj*`, by the first two letters

    def at(self, said: Sequence[str], start: int, *, whole: bool = False) -> Iterator[Found]:
        """The patterns that fit `said` from word `start` on; with `whole`, up to its last word."""
        candidates = list(self.beginning.get(said[start], ()))
        stems = self.stems.get(said[start][:2], ())
        candidates += [each[1:] for each in stems if said[start].startswith(each[0])]
        if not candidates:
            return
        text = "".join(f"{word} " for word in said[start:])
        for rank, command, written, closed in candidates:
            pattern = _made(written)
            match = pattern.fullmatch(text) if whole else pattern.match(text)
            if match:
                yield Found(rank, start, command, start + match[0].count(" "), closed)

    def anywhere(self, said: Sequence[str]) -> list[Found]:
        """The patterns found in `said`, by rank of their command and then by place."""
        found = {each for start in range(len(said)) for each in self.at(said, start)}
        return sorted(found, key=lambda each: (each.rank, each.start))


def compiled(source: Sequence[tuple[str, str]], order: Sequence[str]) -> Patterns:
    """Prepare (command, pattern) pairs; commands rank as in `order`, those that it does not name at its "" place."""
    beginning: dict[str, list[tuple[int, str, str, bool]]] = {}
    stems: dict[str, list[tuple[str, int, str, str, bool]]] = {}
    for command, written in dict.fromkeys(source):
        rank = order.index(command if command in order else "")
        entry = once((rank, command, expression(written), written.endswith(_END)))
        for word in _first_words(written):
            if "*" in word:
                stem = word.split("*")[0]
                stems.setdefault(stem[:2], []).append(once((stem, *entry)))
            else:
                beginning.setdefault(word, []).append(entry)
    return Patterns(
        {word: once(tuple(sorted(found, key=lambda each: each[0]))) for word, found in beginning.items()},
        {stem: once(tuple(sorted(found, key=lambda each: each[1]))) for stem, found in stems.items()},
    )


@remembered
def _first_words(written: str) -> tuple[str, ...]:
    """Every word with which a match can begin: those of the first elements, up to one that may not be missing."""
    found: dict[str, None] = {}
    for element in written.removesuffix(_END).split():
        found.update(dict.fromkeys(map(_bare, element.removesuffix("?").split("|"))))
        if not element.endswith("?"):
            break
    return tuple(map(sys.intern, found))


@remembered
def whole_words(written: str) -> tuple[str, ...]:
    """Every word that a pattern names in full."""
    elements = (element.removesuffix("?").split("|") for element in written.split())
    found = dict.fromkeys(word for element in elements for word in map(_bare, element))
    return tuple(sys.intern(word) for word in found if word and "*" not in word)


@lru_cache(maxsize=4096)
def _made(expression: str) -> re.Pattern[str]:
    # Only when a message begins like it: all of them at once take a seventh of a second, in each language anew.
    return re.compile(expression)


@lru_cache(maxsize=4096)
def expression(written: str) -> str:
    """A pattern as a regular expression over words that each have one space behind them.

    Raises ValueError on a pattern that would be found in every message: one in which every word may be missing, or
    that begins with a gap or with fewer than two letters before a star.
    """
    parts = []
    required = False
    for element in written.removesuffix(_END).split():
        if element == "...":
            if not required:
                raise ValueError("this pattern begins with a gap")
            parts.append(r"(?:\S+ ){0,4}")
            continue
        optional = element.endswith("?")
        choices = "|".join(_word(word) for word in element.removesuffix("?").split("|"))
        parts.append(f"(?:(?:{choices}) )" + ("?" if optional else ""))
        required = required or not optional
    if not required:
        raise ValueError("every word of this pattern may be missing")
    if any("*" in word[:2] for word in _first_words(written)):
        raise ValueError("this pattern begins with a star")
    return "".join(parts)


def _bare(word: str) -> str:
    if word.isalnum():
        return word
    return "".join(character for character in word if character.isalnum() or character == "*")


def _word(word: str) -> str:
    plain = _bare(word)
    return r"\S+" if plain == "*" else re.escape(plain).replace(r"\*", r"\S*")
