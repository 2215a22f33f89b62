"""Read an order that is told in the words of its steps: "despulpar, fermentar y lavar"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from bot.messages import labels
from bot.talking.understanding.folding import words as words_of

_SMALL = ("articles", "joins", "stop_words", "fillers", "label_words", "corrections", "orderly")
_COUNTED = ("ordinals.", "letters.")
_SHORTEST, _SHARE = 4, 0.6  # letters that two forms of a word begin with, and the part of the longer one that they are


def in_words(options: Sequence[str], reply: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """The letters of the steps in the order told; empty where a word names none or several of them, where a step is
    missing or comes back, or where one is told before the other ("lavar después de fermentar")."""
    said = words_of(reply)
    whole = f" {' '.join(said)} "
    if any(f" {each} " in whole for each in lists.get("disorderly", ())):
        return ""
    steps = [frozenset(words_of(option)) for option in options]
    letters = labels(len(options))
    small = {
        *_small(lists),
        *(each.casefold() for each in letters),
        *(str(place) for place, _ in enumerate(options, 1)),
    }
    told: list[int] = []
    for word in said:
        named = _named(word, steps)
        if len(named) != 1 and word in small:
            continue
        if len(named) != 1:
            return ""
        if told[-1:] != named:
            told += named
    return "".join(letters[place] for place in told) if sorted(told) == list(range(len(steps))) else ""


def _small(lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name, listed in lists.items():
        if name in _SMALL or name.startswith(_COUNTED):
            for each in listed:
                yield from words_of(each)


def _named(word: str, steps: Sequence[frozenset[str]]) -> list[int]:
    """The steps of which this is a word, or else another form of one."""
    same = [place for place, step in enumerate(steps) if word in step]
    return same or [place for place, step in enumerate(steps) if any(_is_form(word, each) for each in step)]


def _is_form(word: str, other: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return shared >= _SHORTEST and shared >= _SHARE * max(len(word), len(other))
