"""Read replies to options that are numbers: there a bare number is the text, not the place (rule R8)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talking.understanding.matching import Choices
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import NONE, Reading, letter, unclear


def amount(found: Sequence[Mark], end: str, among: Choices) -> Reading | None:
    """The reading of a reply that is one number, where the options are numbers; None where another rule decides."""
    texts = among.numbers or among.amounts
    if texts is None:
        return None
    numbers = [mark for mark in found if mark.part is Part.NUMBER or _is_amount(mark, texts)]
    if len(numbers) != 1 or any(mark.part is Part.LABEL for mark in found):
        return None
    if any(
        mark.part not in (Part.FILLER, Part.ARTICLE, Part.LABEL_WORD) for mark in found if not _belongs(mark, numbers)
    ):
        return None
    mark = numbers[0]
    said = _text(mark)
    position = found.index(mark)
    led = (
        "#" in mark.before
        or ")" in end
        or (position > 0 and found[position - 1].part in (Part.ARTICLE, Part.LABEL_WORD))
    )
    place = mark.value - 1 if mark.part is Part.NUMBER and 1 <= mark.value <= among.count else None
    if led and place is not None:
        return letter(place) if texts[place] == said else unclear(place)
    index = texts.index(said) if said in texts else None
    if index is not None:
        # With a unit behind it ("3 kilos") a bare 3 may still be the third option.
        settled = among.numbers is not None or place in (None, index) or len(found) > 1
        return letter(index) if settled else unclear(index)
    if place is None:
        return NONE
    cut_short = any(text.startswith(said) for text in texts)
    return unclear(place) if cut_short or among.numbers is None else NONE


def _belongs(mark: Mark, numbers: Sequence[Mark]) -> bool:
    return mark in numbers or bool(mark.support.options)


def _is_amount(mark: Mark, texts: Sequence[str]) -> bool:
    return mark.part is Part.SLIP and mark.words[0] in texts


def _text(mark: Mark) -> str:
    return str(mark.value) if mark.part is Part.NUMBER else mark.words[0]
