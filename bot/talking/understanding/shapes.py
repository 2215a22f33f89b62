"""Recognise a label by its shape or name: "b", "bb", "lab", "b2", "2da", "22", "be", "segunda"."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.talking.understanding.matching import Choices
from bot.talking.understanding.parts import PARTS, Mark, Part
from bot.talking.understanding.reading import LETTERS

_LETTERS = LETTERS.casefold()
_GLUED = re.compile(
    r"(?:es)?(?:la|el)?(?:letra|opcion|opc|alternativa|rpta|respuesta|resp|option|reponse|answer)?([a-h])"
)
_GLUED_NAME = re.compile(r"(?:es)?la(b|c|d)e")
_ORDINAL = re.compile(r"([1-8])(?:do|da|ra|ro|era|ero|er|to|ta|vo|va|mo|ma|st|nd|rd|th|e|em|eme|ieme|re|nde)")
_LETTER_DIGIT = re.compile(r"([a-h])([1-8])")
_DIGIT_LETTER = re.compile(r"(\d{1,2})([a-h])")
_NEIGHBOUR_KEYS = {"b": "vngh", "c": "xvdf", "d": "sfec", "a": "sqz"}  # a thumb between two keys


def labelled(mark: Mark, among: Choices, question: int | None) -> Mark | None:
    """The mark as a label, a number, a slip or a clash; None where it is none of them."""
    word = mark.words[0] if len(mark.words) == 1 else ""
    if word and (word.isdigit() or len(word) == 1 or word not in among.owners):
        shaped = _shaped(word, mark, among, question)
        if shaped is not None:
            return shaped
    roles = mark.roles
    if "ordinals" in roles:
        return _at(mark, int(roles["ordinals"]) - 1, among)
    if "last" in roles:
        return _at(mark, among.count - 1, among)
    if "middle" in roles and among.count % 2:
        return _at(mark, among.count // 2, among)
    if "letters" in roles:
        return _at(mark, _LETTERS.index(roles["letters"]), among)
    if "numbers" in roles:
        return replace(mark, part=Part.NUMBER, value=int(roles["numbers"]))
    if (
        "slips" in roles
        and not any(
            name in roles for name, part in PARTS if part is not Part.FUNCTION and name not in ("true", "false")
        )
        and not mark.support.options
    ):
        likely = _LETTERS.index(roles["slips"])
        return replace(mark, part=Part.SLIP, value=likely if likely < among.count else -1)
    return None


def _at(mark: Mark, index: int, among: Choices) -> Mark:
    return replace(mark, part=Part.LABEL if 0 <= index < among.count else Part.OUT, value=index)


def _shaped(word: str, mark: Mark, among: Choices, question: int | None) -> Mark | None:
    """Labels by their shape: "b", "bb", "lab", "b2", "3b", "2", "22", "abc"."""
    if word.isdigit():
        return _digits(word, mark, among)
    if len(word) == 1:
        index = _LETTERS.find(word)
        if 0 <= index < among.count:
            return replace(mark, part=Part.LABEL, value=index)
        return None if mark.roles or index < 0 else replace(mark, part=Part.OUT)
    if mark.roles:
        return None
    if len(set(word)) == 1 and word[0] in _LETTERS and len(word) <= 5:
        return _at(mark, _LETTERS.index(word[0]), among)
    glued = _GLUED_NAME.fullmatch(word) or (
        _GLUED.fullmatch(word) if word not in ("esa", "ese", "ela", "ele", "elf") else None
    )
    if glued:
        return _at(mark, _LETTERS.index(glued[1]), among)
    return _paired(word, mark, among, question)


def _paired(word: str, mark: Mark, among: Choices, question: int | None) -> Mark | None:
    place = _ORDINAL.fullmatch(word)
    if place:
        return _at(mark, int(place[1]) - 1, among)
    pair = _LETTER_DIGIT.fullmatch(word)
    if pair:
        index = _LETTERS.index(pair[1])
        return _at(mark, index, among) if index + 1 == int(pair[2]) else replace(mark, part=Part.CLASH)
    pair = _DIGIT_LETTER.fullmatch(word)
    if pair:
        index = _LETTERS.index(pair[2])
        agrees = int(pair[1]) in (index + 1, question)
        return _at(mark, index, among) if agrees else replace(mark, part=Part.CLASH)
    if len(word) <= among.count and set(word) <= set(_LETTERS[: among.count]):
        return replace(mark, part=Part.CLASH)
    if len(word) == 2:
        for letter, keys in _NEIGHBOUR_KEYS.items():
            if letter in word and set(word) <= {letter, *keys} and _LETTERS.index(letter) < among.count:
                return replace(mark, part=Part.SLIP, value=_LETTERS.index(letter))
    return None


def _digits(word: str, mark: Mark, among: Choices) -> Mark:
    """A number; a digit pressed twice or more ("22", "222") is a keypad slip where it is no option's own number."""
    number = int(word[:9])
    repeated = len(word) in (2, 3, 4) and len(set(word)) == 1 and 1 <= int(word[0]) <= among.count
    if repeated and number > among.count and not mark.support.options:
        # 222 is C on an old keypad, and 2 pressed with a heavy thumb.
        return replace(mark, part=Part.SLIP, value=-1 if word.startswith("222") else int(word[0]) - 1)
    return replace(mark, part=Part.NUMBER, value=number)
