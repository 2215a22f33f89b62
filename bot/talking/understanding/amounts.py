"""Read replies to options that are numbers: there a bare number is the text, not the place (rule R8)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talking.understanding.matching import Choices
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import NONE, Reading, letter, unclear
from bot.talking.understanding.shortening import shortens

_MOST = 8  # options of a question
_SMALL = (Part.FILLER, Part.ARTICLE, Part.LABEL_WORD)


def amount(found: Sequence[Mark], end: str, among: Choices) -> Reading | None:
    """The reading of a reply that is one number, where the options are numbers; None where another rule decides."""
    texts = among.numbers or among.amounts
    if texts is None:
        return None
    numbers = [mark for mark in found if mark.part is Part.NUMBER or _is_amount(mark, texts)]
    if len(numbers) != 1 or any(mark.part is Part.LABEL for mark in found):
        return None
    mark = numbers[0]
    beside = [other for other in found if other is not mark and not other.support.options]
    units = [other for other in beside if _shortens_unit(other, among)]
    if any(other.part not in _SMALL for other in beside if other not in units):
        return None
    said = _text(mark)
    place = mark.value - 1 if mark.part is Part.NUMBER and 1 <= mark.value <= among.count else None
    index = texts.index(said) if said in texts else None
    if _is_led(found, mark, end) and not units and (index, place) != (None, None):
        return _led(mark, index, place)
    if index is not None:
        if among.units and any(_is_other_unit(other, among) for other in beside):
            return unclear(index)  # "5 kilos" where the options are metres
        # With a unit behind it ("3 kilos") a bare 3 may still be the third option.
        settled = among.numbers is not None or place in (None, index) or len(found) > 1
        return letter(index) if settled else unclear(index)
    if place is None:
        return NONE
    cut_short = any(text.startswith(said) for text in texts)
    return unclear(place) if cut_short or among.numbers is None else NONE


def _is_led(found: Sequence[Mark], mark: Mark, end: str) -> bool:
    """Whether a number is written like a label: "la 4", "opcion 4", "#4", "4)"."""
    position = found.index(mark)
    before = found[position - 1] if position else None
    named = before is not None and before.part in (Part.ARTICLE, Part.LABEL_WORD) and not _only_affirms(before)
    return named or "#" in mark.before or ")" in end


def _only_affirms(mark: Mark) -> bool:
    """ "Its 4", "ni 4" is no more a label than 4 alone."""
    return "fillers" in mark.roles and ("stop_words" not in mark.roles or "affirmers" in mark.roles)


def _led(mark: Mark, index: int | None, place: int | None) -> Reading:
    """ "La 4" may be the fourth one or the one that says 4: accepted where both are the same, or 4 can be no place."""
    if index is not None and (place == index or (place is None and mark.value > _MOST)):
        return letter(index)
    return unclear(index if place is None else place)


def _shortens_unit(mark: Mark, among: Choices) -> bool:
    """Whether a word is the options' unit with letters left out: "mts" for "metros"."""
    return len(mark.words) == 1 and any(shortens(mark.words[0], unit) for unit in among.units)


def _is_other_unit(mark: Mark, among: Choices) -> bool:
    word = mark.words[0]
    related = any(shortens(unit, word) or shortens(word, unit) for unit in among.units)
    return "quantities" in mark.roles and len(word) > 3 and not related


def _is_amount(mark: Mark, texts: Sequence[str]) -> bool:
    return mark.part is Part.SLIP and mark.words[0] in texts


def _text(mark: Mark) -> str:
    return str(mark.value) if mark.part is Part.NUMBER else mark.words[0]
