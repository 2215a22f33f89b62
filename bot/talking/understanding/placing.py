"""Tell numbers that name an option's place from those that name the question, or count something (rules R2 and R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.talking.understanding.matching import Choices
from bot.talking.understanding.parts import Mark, Part


def without_number(row: list[Mark], among: Choices, question: int | None) -> tuple[list[Mark], int | None]:
    """Take off a question's number in front ("3.b", "3 b"); it is named only where its form is unmistakable."""
    if _answers_numbered(row, question):
        return row[2:], question  # "rpta 3: b"
    if len(row) < 2 or row[0].part is not Part.NUMBER or not row[0].words[0].isdigit():
        return row, None
    number, following = row[0].value, row[1]
    others = [mark for mark in row[1:] if mark.part is Part.NUMBER and mark.words[0].isdigit()]
    if following.part is Part.ARTICLE and len(row) > 2 and number == question:
        following = row[2]
    if following.part is not Part.LABEL or others:
        out_of_range = number == question and number > among.count
        return (row[1:], number) if out_of_range else (row, None)
    parted = any(sign in following.before for sign in ".):-–")
    if following.value == number - 1:
        return row[1:], None
    if number == question or (question is None and parted):
        return row[1:], number
    if parted and number <= 30:
        return row[1:], number
    return row, None


def _answers_numbered(row: Sequence[Mark], question: int | None) -> bool:
    if len(row) < 3 or row[0].part is not Part.LABEL_WORD or row[1].part is not Part.NUMBER:
        return False
    return row[1].value == question and row[2].part is Part.LABEL and row[2].parted


def numbers_resolved(row: list[Mark], among: Choices) -> list[Mark]:
    """Turn numbers into labels where they name an option's place, and into strangers where they count something."""
    row = [mark for index, mark in enumerate(row) if not _is_number_sign(row, index)]
    result: list[Mark] = []
    numbers = [mark for mark in row if mark.part is Part.NUMBER]
    lettered = any(mark.part is Part.LABEL for mark in row)
    counted = any(mark.part in (Part.UNKNOWN, Part.FUNCTION) and not mark.support.options for mark in row)
    for index, mark in enumerate(row):
        if mark.part is not Part.NUMBER:
            result.append(mark)
            continue
        measured = any(_measures(near, among) for near in row[max(index - 1, 0) : index + 2])
        led = "#" in mark.before or (index > 0 and row[index - 1].part in (Part.ARTICLE, Part.LABEL_WORD))
        if not led and _is_quoted(row, index, among):
            result.append(replace(mark, part=Part.UNKNOWN))
            continue
        result.append(
            _number_resolved(
                mark, among, led=led, counted=counted or measured, lettered=lettered, many=len(numbers) > 1
            )
        )
    return result


def _is_quoted(row: Sequence[Mark], index: int, among: Choices) -> bool:
    """Whether a number stands beside the same word in just one option: "tres candados", "ingufuri eshatu"."""
    if among.amounts is not None:
        return False
    near = [(row[at], row[at + 1]) for at in (index - 1, index) if 0 <= at < len(row) - 1]
    near = [(one, two) for one, two in near if not two.parted]
    pairs = {(one.words[-1], two.words[0]) for one, two in near}
    holds = [at for at, text in enumerate(among.texts) if not pairs.isdisjoint(pairwise(text))]
    own = row[index].support.options
    return len(holds) == 1 or (len(own) == 1 and any(one.support.options == two.support.options for one, two in near))


def _measures(mark: Mark, among: Choices) -> bool:
    """Whether a word beside a number counts something, and not one option's only: "2 kilos", "bs 2", "trois fois"."""
    telling = 0 < len(mark.support.options) < among.count
    return "quantities" in mark.roles and not telling and mark.part is not Part.LABEL_WORD


def _is_number_sign(row: Sequence[Mark], index: int) -> bool:
    """Whether "no" stands for "number": "option no 2"."""
    if row[index].words != ("no",) or not 0 < index < len(row) - 1:
        return False
    return row[index - 1].part is Part.LABEL_WORD and row[index + 1].part is Part.NUMBER


def _number_resolved(mark: Mark, among: Choices, *, led: bool, counted: bool, lettered: bool, many: bool) -> Mark:
    written = mark.words[0].isdigit()
    if "fillers" in mark.roles and lettered:
        return replace(mark, part=Part.FILLER)  # "the second one"
    if mark.support.options and (many or lettered or not 1 <= mark.value <= among.count):
        return replace(mark, part=Part.UNKNOWN)  # a word of an option: "20-25"
    if mark.before.endswith("-") and written and not led and len(mark.before) == 1 and not many and not lettered:
        return replace(mark, part=Part.UNKNOWN)  # -1
    if counted and not led:
        return replace(mark, part=Part.UNKNOWN)  # "tengo 1 pregunta"
    if 1 <= mark.value <= among.count:
        return replace(mark, part=Part.LABEL, value=mark.value - 1)
    return replace(mark, part=Part.OUT)
