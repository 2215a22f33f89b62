"""Resolve what several marks say together: "b de burro", "soy Rosa Quispe", a letter's name that is a small word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.talking.understanding.matching import NOBODY, UNSUPPORTED, Choices
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import LETTERS

_THOUSAND = ("1000",)


def resolved(found: list[Mark], among: Choices) -> list[Mark]:
    """The marks with spelt-out letters and introductions taken together."""
    found = _without_thousand_thanks(_without_pronouns(found))
    return _without_introductions(_spelt(_without_counted(_weak_names(found, among)), among))


def _without_pronouns(found: Sequence[Mark]) -> list[Mark]:
    """A number that only stands for what was just named, in words of one option, is none: "the black one"."""
    return [
        replace(mark, part=Part.FILLER) if index and _stands_for(mark, found[index - 1]) else mark
        for index, mark in enumerate(found)
    ]


def _without_thousand_thanks(found: Sequence[Mark]) -> list[Mark]:
    """A thousand beside a thanks counts nothing: "a thousand times thank you", "mil bendiciones"."""
    return [
        replace(mark, part=Part.FILLER, support=UNSUPPORTED)
        if mark.words == _THOUSAND and _is_beside_thanks(found, index)
        else mark
        for index, mark in enumerate(found)
    ]


def _is_beside_thanks(found: Sequence[Mark], index: int) -> bool:
    if found[index].raw.isdigit():
        return False
    before = found[index - 1] if index and not found[index].parted else None
    after = next((mark for mark in found[index + 1 :] if "quantities" not in mark.roles), None)
    near = [each for each in (before, None if after is None or after.parted else after) if each is not None]
    return any("courtesies" in each.roles for each in near)


def _stands_for(mark: Mark, before: Mark) -> bool:
    named = len(before.support.options) == 1 and before.part is Part.UNKNOWN and not mark.parted
    return mark.part is Part.NUMBER and "fillers" in mark.roles and named and not mark.support.options


def _without_counted(found: list[Mark]) -> list[Mark]:
    """Places that count something else are no labels: "la primera cosecha", "the last time", "ikibazo cya mbere"."""
    return [
        replace(mark, part=Part.UNKNOWN, value=-1) if _counts(mark, found[:index], found[index + 1 :]) else mark
        for index, mark in enumerate(found)
    ]


def _counts(mark: Mark, before: Sequence[Mark], after: Sequence[Mark]) -> bool:
    if mark.part not in (Part.LABEL, Part.OUT) or not mark.roles.keys() & {"ordinals", "last", "middle"}:
        return False
    if before and not mark.parted and (_is_counted(before[-1]) or "indefinites" in before[-1].roles):
        return True  # "un segundo" is a while
    of = next((at for at, each in enumerate(after) if _is_counted(each) or "stop_words" not in each.roles), None)
    if of is None or any(each.parted for each in after[: of + 1]):
        return False
    counted = after[of]
    stranger = counted.part is Part.UNKNOWN and not counted.support.options and len(counted.words[0]) > 2
    return _is_counted(counted) or (stranger and not counted.raw.istitle())


def _is_counted(mark: Mark) -> bool:
    return bool(mark.roles.keys() & {"question_words", "quantities", "pm"}) and not mark.support.options


def _weak_names(found: list[Mark], among: Choices) -> list[Mark]:
    """Letter names that are small words as well (de, ce, be) are labels only where nothing they govern follows."""
    result: list[Mark] = []
    for index, mark in enumerate(found):
        if mark.part in (Part.LABEL, Part.OUT) and "letters" in mark.roles and len(mark.words) == 1:
            after = found[index + 1] if index + 1 < len(found) else None
            previous = result[-1] if result else None
            free = (
                after is None or after.parted or after.part in (Part.FILLER, Part.BECAUSE) or "spelled" in after.roles
            )
            led = previous is None or previous.part in (Part.ARTICLE, Part.LABEL_WORD, Part.FILLER, Part.CORRECTION)
            owners = among.owners.get(mark.words[0], NOBODY)
            if not free or not led:
                mark = replace(mark, part=Part.FUNCTION if "stop_words" in mark.roles else Part.UNKNOWN, value=-1)
            elif owners - {mark.value}:  # "de" where every option begins with "De"
                mark = replace(mark, part=Part.SLIP)
            else:
                mark = replace(mark, support=UNSUPPORTED)
        result.append(mark)
    return result


def _spelt(found: list[Mark], among: Choices) -> list[Mark]:
    """Resolve "b de burro" to b; "b de vaca" is unclear, because b and v sound the same."""
    result: list[Mark] = []
    index = 0
    while index < len(found):
        mark = found[index]
        result.append(mark)
        index += 1
        if mark.part is not Part.LABEL or "ordinals" in mark.roles or index + 1 >= len(found):
            continue
        how, word = found[index], found[index + 1]
        if "spelled" not in how.roles or how.parted or len(word.words) != 1 or word.words[0].isdigit():
            continue
        if word.words[0].startswith(LETTERS[mark.value].casefold()) and len(word.words[0]) > 1:
            if not word.support.options or mark.value in word.support.options:
                index += 2
        elif word.part is Part.UNKNOWN and not word.support.options:
            result[-1] = replace(mark, part=Part.SLIP)
            index += 2
    return result


def _without_introductions(found: list[Mark]) -> list[Mark]:
    """Take out "soy Rosa Quispe" and "atte pedro": the introduction and up to four unknown words behind it."""
    result: list[Mark] = []
    index = 0
    while index < len(found):
        mark = found[index]
        index += 1
        if mark.part is not Part.INTRODUCTION:
            result.append(mark)
            continue
        end = index
        while end - index < 4 and _goes_on(found, end, index):
            end += 1
        result.append(replace(mark, part=Part.FILLER if end > index or _neutral(mark) else Part.UNKNOWN))
        index = end
    return result


def _goes_on(found: Sequence[Mark], position: int, start: int) -> bool:
    if position >= len(found) or (position > start and found[position].parted):
        return False
    titled = found[position].part is Part.FILLER and "courtesies" in found[position].roles  # "soy doña Juana"
    if found[position].part is Part.ARTICLE or (titled and position == start):
        return position + 1 < len(found) and _could_be_name(found[position + 1])
    return _could_be_name(found[position])


def _could_be_name(mark: Mark) -> bool:
    spoken = mark.support.options and (mark.support.sure and not mark.raw.istitle())
    return mark.part in (Part.UNKNOWN, Part.FUNCTION) and not spoken and len(mark.words[0]) > 1


def _neutral(mark: Mark) -> bool:
    return bool(mark.roles.keys() & {"fillers", "courtesies", "greetings"})


def without_replaced(row: list[Mark]) -> list[Mark]:
    """Take off the label that another one stands instead of: "b instead of a" is b."""
    at = next((index for index, mark in enumerate(row) if "instead" in mark.roles), None)
    if at is None:
        return row
    end = at + 1
    while end < len(row) and row[end].part in (Part.ARTICLE, Part.LABEL_WORD):
        end += 1
    if end == len(row) or row[end].part is not Part.LABEL:
        return row
    rest = row[:at] + row[end + 1 :]
    others = {mark.value for mark in rest if mark.part is Part.LABEL}
    return rest if others and row[end].value not in others else row
