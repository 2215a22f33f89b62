"""Hear that somebody is in danger, wishes to die, or has died, in any of the languages: whoever is afraid writes in the
one that comes first.

What happened counts where it happened to somebody: a word for a person stands within a few words of it, or nothing else
is said. "El veneno se guarda lejos" speaks of no one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.talking.understanding.folding import words
from bot.talking.understanding.lexicon import NEIGHBOURS
from bot.talking.understanding.mistaking import Stems, stems_of
from bot.talking.understanding.patterns import Found, Patterns, compiled
from bot.talking.vocabulary import Vocabulary

DANGER, DEATH = "danger", "death"
_SURE = ("alone", "passed")  # lists whose patterns tell of a person by themselves
_KINDS = {"alone": DANGER, "mishaps": DANGER, "passed": DEATH, "deaths": DEATH}
_ORDER = ("alone", "mishaps", "passed", "deaths")
_LOOKED_AT = 480  # characters: three SMS
_SHORTEST = 6  # characters of "me pega"
_NAME = 3  # letters of a name
_NEAR = 4  # words between a person and what happened


@dataclass(frozen=True, slots=True)
class Peril:
    """What a message tells of: danger or a death; the words that say so, and the language of those words."""

    kind: str
    said: tuple[str, ...]  # the whole message
    told: tuple[str, ...]  # what happened
    language: str
    of_others: bool = False  # of a neighbour, a friend: nobody of the house


@dataclass(frozen=True, slots=True)
class _Words:
    patterns: Patterns
    kin: Stems
    others: Stems
    beasts: Stems


@lru_cache(maxsize=8)
def _words_of(vocabulary: Vocabulary) -> _Words:
    ordered = dict.fromkeys((*NEIGHBOURS, *vocabulary.lists))
    pairs = [
        (f"{name} {language}", pattern)
        for language in ordered
        for name in _KINDS
        for pattern in vocabulary.lists.get(language, {}).get(f"danger.{name}", ())
    ]
    listed = (stems_of(vocabulary, f"danger.{name}") for name in ("kin", "others", "beasts"))
    return _Words(compiled(pairs, ("",)), *listed)


def peril(text: str, vocabulary: Vocabulary, names: Collection[str] = ()) -> Peril | None:
    """The danger or the death that a message tells of; None for nearly all of them. Danger comes before a death.
    `names`: what those of the phone are called."""
    if len(text) < _SHORTEST:
        return None
    known = _words_of(vocabulary)
    said = words(text[:_LOOKED_AT])
    beginning, stems = known.patterns.beginning, known.patterns.stems
    if not any(word in beginning or word[:2] in stems for word in said):
        return None
    perils = list(_perils(said, known, names_in(names)))
    return min(perils, key=lambda each: each.kind) if perils else None


def names_in(names: Collection[str]) -> frozenset[str]:
    """The words of these names that are long enough to tell somebody by."""
    return frozenset(word for name in names for word in words(name) if len(word) >= _NAME)


def _perils(said: Sequence[str], known: _Words, named: Collection[str]) -> Iterator[Peril]:
    for found in known.patterns.anywhere(said):
        name, _, language = found.command.partition(" ")
        if _KINDS[name] == DEATH and any(known.beasts.hold(word) for word in said):
            continue
        near = _near(said, found)
        kin = any(word in named or known.kin.hold(word) for word in near)
        others = any(known.others.hold(word) for word in near)
        everything = found.end - found.start == len(said)
        if name in _SURE or kin or others or everything:
            told = tuple(said[found.start : found.end])
            yield Peril(_KINDS[name], tuple(said), told, language, others and not kin)


def _near(said: Sequence[str], found: Found) -> Sequence[str]:
    return said[max(0, found.start - _NEAR) : found.end + _NEAR]
