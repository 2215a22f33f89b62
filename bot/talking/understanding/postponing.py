"""Hear who will answer later or takes leave: "mañana le respondo" is no answer "En la mañana", "gracias, tesorero" none
"El tesorero"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.talking.understanding.sharing import words

LISTS = ("later", "moments", "titles", "clock", "goes_on", "for_now", "for_ever", "a_while", "not_even")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partings:
    """How people put something off or take leave, the words for a time, and those by which somebody is addressed."""

    later: frozenset[Words]
    longest: int  # words in the longest of `later`
    moments: frozenset[str]
    titles: frozenset[str]
    clock: frozenset[Words]  # what stands before the number of an hour
    goes_on: frozenset[str]  # to go on, behind "I cannot"
    for_now: frozenset[str]
    for_ever: frozenset[str]
    a_while: tuple[str, ...]  # expressions: "for a moment"
    not_even: frozenset[str]  # what makes none of them: "ni un momento"

    def holds(self, word: str) -> bool:
        """Whether it is a time, or one of the words of `later`."""
        return word in self.moments or any(word in run for run in self.later)

    def beside_a_while(self, said: Sequence[str]) -> Words | None:
        """The words beside one for a time: "quiero salir" in "quiero salir un rato"; None where there is none."""
        line = f" {' '.join(said)} "
        found = next((each for each in self.a_while if each in line and not self._is_not_even(line, each)), None)
        return tuple(line.replace(found, " ", 1).split()) if found else None

    def _is_not_even(self, line: str, while_: str) -> bool:
        """Whether a time is none: "ni un momento"."""
        return any(f" {each}{while_}" in line for each in self.not_even)

    def until_an_hour(self, said: Sequence[str]) -> bool:
        """Whether she puts it off to an hour: the number in "nos vemos a la 1" is no option's."""
        clock = [at for at in range(2, len(said)) if tuple(said[at - 2 : at]) in self.clock and said[at].isdigit()]
        return bool(clock) and self.puts_off(said, ())

    def puts_off(self, said: Sequence[str], meant: Sequence[str]) -> bool:
        """Whether `said` holds one of `later` that `meant`, an option's text, does not hold."""
        own = set(_runs(meant, self.longest))
        return any(run in self.later and run not in own for run in _runs(said, self.longest))


def partings_in(*lists: Mapping[str, Sequence[str]]) -> Partings:
    """Those of all these lists together."""
    later = frozenset(words(each) for own in lists for each in own.get("later", ()))
    return Partings(
        later=later,
        longest=max(map(len, later), default=0),
        moments=_single("moments", lists),
        titles=_single("titles", lists),
        clock=frozenset(words(each) for own in lists for each in own.get("clock", ())),
        goes_on=_single("goes_on", lists),
        for_now=_single("for_now", lists),
        for_ever=_single("for_ever", lists),
        not_even=_single("not_even", lists),
        a_while=tuple(f" {' '.join(words(each))} " for own in lists for each in own.get("a_while", ())),
    )


def _single(name: str, lists: Sequence[Mapping[str, Sequence[str]]]) -> frozenset[str]:
    return frozenset(word for own in lists for each in own.get(name, ()) for word in words(each))


def _runs(said: Sequence[str], longest: int) -> list[Words]:
    places = range(len(said))
    return [tuple(said[at : at + length]) for at in places for length in range(1, min(longest, len(said) - at) + 1)]
