"""Say of each expression in a reply which part it plays around an answer: label, number, negation, filler …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.talking.lexicon import Lexicon, Roles
from bot.talking.matching import MEANINGS, NOBODY, UNSUPPORTED, Choices, Support, digits, support
from bot.talking.quoting import Heard
from bot.talking.reading import LETTERS

_LETTERS = LETTERS.casefold()
_GLUED = re.compile(
    r"(?:es)?(?:la|el)?(?:letra|opcion|opc|alternativa|rpta|respuesta|resp|option|reponse|answer)?([a-h])"
)
_GLUED_NAME = re.compile(r"(?:es)?la(b|c|d)e")
_ORDINAL = re.compile(r"([1-8])(?:do|da|ra|ro|era|ero|er|to|ta|vo|va|mo|ma|st|nd|rd|th|e|em|eme|ieme|re|nde)")
_LETTER_DIGIT = re.compile(r"([a-h])([1-8])")
_DIGIT_LETTER = re.compile(r"(\d{1,2})([a-h])")
_NEIGHBOUR_KEYS = {"b": "vngh", "c": "xvdf", "d": "sfec", "a": "sqz"}  # a thumb between two keys


class Part(StrEnum):
    """The part that an expression plays around an answer."""

    LABEL = "label"  # `value` is the index of the option
    NUMBER = "number"  # `value` is the number
    SLIP = "slip"  # a keypad or hearing slip; `value` is the likely option, or -1
    OUT = "out"  # a label that no option has
    CLASH = "clash"  # two labels in one word: "a2", "abc"
    NEGATION = "negation"
    CORRECTION = "correction"
    ALTERNATIVE = "alternative"
    BECAUSE = "because"
    EXCEPTION = "exception"
    WRONG = "wrong"
    ALL = "all"
    NONE = "none"
    MEANING = "meaning"  # yes, no, true, false, "I do not know", where an option says so
    WEAK_YES = "weak yes"  # "ok" to a question of yes and no
    ARTICLE = "article"
    LABEL_WORD = "label word"
    INTRODUCTION = "introduction"  # "soy Rosa": a name follows
    FILLER = "filler"
    FUNCTION = "function"  # de, en, las: neutral beside a letter, telling beside a number ("a las 2")
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """One expression of the reply with its part and the options that its words speak of."""

    part: Part
    words: tuple[str, ...]
    raw: str
    before: str
    roles: Roles
    value: int = -1
    support: Support = UNSUPPORTED

    @property
    def parted(self) -> bool:
        """Whether punctuation or a line break stands before it."""
        return bool(self.before.strip("¿¡\"'*"))


# In this order: the first list that holds an expression decides what it is.
_PARTS = (
    ("idioms", Part.UNKNOWN),
    ("idioms", Part.UNKNOWN),
    ("exceptions", Part.EXCEPTION),
    ("alls", Part.ALL),
    ("nones", Part.NONE),
    ("corrections", Part.CORRECTION),
    ("negations", Part.NEGATION),
    ("ors", Part.ALTERNATIVE),
    ("becauses", Part.BECAUSE),
    ("wrongs", Part.WRONG),
    ("label_words", Part.LABEL_WORD),
    ("introductions", Part.INTRODUCTION),
    ("articles", Part.ARTICLE),
    *(
        (name, Part.FILLER)
        for name in ("greetings", "courtesies", "fillers", "wants", "affirmers", "joins", "agree", "yes", "weak_yes")
    ),
    *((name, Part.FILLER) for name in ("dont_know", "question_words", "instructions", "quantities")),
    ("no", Part.NEGATION),
    ("disagree", Part.NEGATION),
    ("true", Part.FILLER),
    ("false", Part.WRONG),
    *((name, Part.FUNCTION) for name in ("stop_words", "spelled", "units", "pm")),
)


def marks(this: Heard, known: Lexicon, among: Choices, question: int | None) -> list[Mark]:
    """The reply as a row of marks; what was spelt out or introduced as a name is already resolved."""
    said = this.words
    found: list[Mark] = []
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position, _end_of_part(this, position)), 1)
        found.append(_mark(this, position, length, known, among, question))
        position += length
    return _without_introductions(_spelt(_weak_names(found, among), among))


def _end_of_part(this: Heard, start: int) -> int:
    """Where the next comma or full stop is: "a no, c" holds "a no" and "c", never "no c"."""
    for position in range(start + 1, len(this.tokens)):
        if any(sign in this.tokens[position].before for sign in ",.;:?!\n()"):
            return position
    return len(this.tokens)


def _mark(this: Heard, start: int, length: int, known: Lexicon, among: Choices, question: int | None) -> Mark:
    token = this.tokens[start]
    said = this.words[start : start + length]
    roles = known.roles(said[0]) if length == 1 else known.entries[said]
    raw = " ".join(item.raw for item in this.tokens[start : start + length])
    mark = Mark(Part.UNKNOWN, said, raw, token.before, roles, support=_supports(said, roles, known, among))
    labelled = _label(mark, known, among, question)
    if labelled is not None:
        return labelled
    meaning = next((name for name in among.meanings if any(role in roles for role in MEANINGS[name])), None)
    if meaning and not ("weak_yes" in roles and "yes" not in roles):
        return replace(mark, part=Part.MEANING, support=Support(among.meanings[meaning]))
    if "weak_yes" in roles and "yes" in among.meanings:
        return replace(mark, part=Part.WEAK_YES)
    return replace(mark, part=next((part for name, part in _PARTS if name in roles), Part.UNKNOWN))


def _supports(said: Sequence[str], roles: Roles, known: Lexicon, among: Choices) -> Support:
    """The options that the words speak of together; known words must be an option's word exactly."""
    if len(said) > 1 and not roles.keys() & {"alls", "nones"} and not _stands_in(said, among):
        return UNSUPPORTED  # an expression is no option's words one by one: "no se" is not "No"
    exact = bool(roles) and not roles.keys() & {"alls", "nones"}
    exact = bool(roles) and not roles.keys() & {"alls", "nones"}
    supported = [support(digits(word, known), among, exact=exact) for word in said if _carries(word, known)]
    found = [each for each in supported if each.options]
    if not found:
        return UNSUPPORTED
    options = frozenset.intersection(*(each.options for each in found))
    return Support(options, sure=all(each.sure for each in found) and len(found) == len(supported))


def _stands_in(said: Sequence[str], among: Choices) -> bool:
    sought = f" {' '.join(said)} "
    return any(sought in f" {' '.join(text)} " for text in among.texts)


def _carries(word: str, known: Lexicon) -> bool:
    return "stop_words" not in known.roles(word)


def _label(mark: Mark, known: Lexicon, among: Choices, question: int | None) -> Mark | None:
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
            name in roles for name, part in _PARTS if part is not Part.FUNCTION and name not in ("true", "false")
        )
        and not mark.support.options
    ):
        likely = _LETTERS.index(roles["slips"])
        return replace(mark, part=Part.SLIP, value=likely if likely < among.count else -1)
    return None


def _at(mark: Mark, index: int, among: Choices) -> Mark:
    return replace(mark, part=Part.LABEL if index < among.count else Part.OUT, value=index)


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
            elif owners and mark.value not in owners:
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
        if word.words[0].startswith(_LETTERS[mark.value]) and len(word.words[0]) > 1:
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
    if found[position].part is Part.ARTICLE:
        return position + 1 < len(found) and _could_be_name(found[position + 1])
    return _could_be_name(found[position])


def _could_be_name(mark: Mark) -> bool:
    return mark.part in (Part.UNKNOWN, Part.FUNCTION) and not mark.support.options and len(mark.words[0]) > 1


def _neutral(mark: Mark) -> bool:
    return bool(mark.roles.keys() & {"fillers", "courtesies", "greetings"})
