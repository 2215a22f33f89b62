"""Hear the option that is set against one that is denied: "no del suelo, del medio", "not the tip but the middle"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.matching import Choices
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import LETTERS, Reading

_LABELS = (Part.LABEL, Part.SLIP, Part.OUT, Part.NUMBER)

Reader = Callable[[Sequence[Mark]], Reading | None]


def contrasted(found: Sequence[Mark], read: Reader, known: Lexicon, among: Choices) -> Reading | None:
    """The one option that stands in a clause without a denial, where each other clause denies just one option.

    None where it is not so clear, where an option itself denies ("no regar" may then be an answer), and of letters:
    "b, no c" may deny either.
    """
    if not any(mark.part is Part.NEGATION for mark in found):
        return None
    if any(len(word) == 1 for mark in found if mark.part in _LABELS for word in mark.words):
        return None
    if any("negations" in known.roles(word) for word in chain.from_iterable(among.texts)):
        return None
    denied: set[str] = set()
    meant: list[Reading] = []
    for clause in _clauses(found):
        said = [mark for mark in clause if mark.part is not Part.NEGATION]
        if not said:
            continue  # "no, del suelo no, del medio"
        reading = read(said)
        if reading is None or reading.result not in LETTERS:
            return None
        if len(said) == len(clause):
            meant.append(reading)
        elif clause[0] in said and clause[-1] in said:
            return None  # "del suelo no medio": it is not told which of them is denied
        else:
            denied.add(reading.result)
    return meant[0] if denied and len(meant) == 1 and meant[0].result not in denied else None


def _clauses(found: Sequence[Mark]) -> Iterator[Sequence[Mark]]:
    """The marks between commas, and before and behind a word such as "sino"."""
    begun = 0
    for at, mark in enumerate(found):
        if at > begun and (mark.parted or "affirmers" in mark.roles):
            yield found[begun:at]
            begun = at
    yield found[begun:]
