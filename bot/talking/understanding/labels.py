"""Decide which option a row of marks claims by letter, number or place (rules R2 and R4 to R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.talking.understanding.matching import Choices, is_number
from bot.talking.understanding.parts import SPOILERS, Mark, Part
from bot.talking.understanding.placing import numbers_resolved, without_number
from bot.talking.understanding.reading import NONE, Reading, letter, unclear
from bot.talking.understanding.resolving import without_replaced
from bot.talking.understanding.retracting import corrected

_BESIDE_ITS_WORDS = 3  # words that we do not know, beside a letter and words of its option
_WITHOUT = frozenset({"rw"})  # languages in which "a" is no small word of its own
_QUIET = (Part.FILLER, Part.ARTICLE, Part.LABEL_WORD, Part.INTRODUCTION)


def claimed(found: Sequence[Mark], end: str, among: Choices, question: int | None, named: int | None) -> Reading | None:
    """The reading of a reply that names an option by its label; None where it names none.

    `question` is the open question's number and `named` the one that the reply gave. Source: rules R2, R4–R8.
    """
    row, number = without_number(list(found), among, question)
    number = named if named is not None else number
    row = without_replaced(numbers_resolved(row, among))
    row, questioned = _before_reason(row, end)
    row = _without_initials(row)
    labels = [mark for mark in row if mark.part is Part.LABEL]
    if any(mark.part is Part.CLASH for mark in row):
        return unclear()
    if not labels:
        return _without_label(row)
    chosen = {mark.value for mark in labels}
    if len(chosen) > 1:
        index = corrected(row)
        return unclear() if index is None or questioned or "?" in end else letter(index, number)
    return _single(row, labels, chosen.pop(), among, number, questioned)


def _single(
    row: Sequence[Mark], labels: Sequence[Mark], index: int, among: Choices, number: int | None, questioned: bool
) -> Reading | None:
    """One label was claimed, perhaps several times: accepted unless something around it speaks against it."""
    rest = [mark for mark in row if mark.part is not Part.LABEL]
    if _is_preposition(row, labels, among):
        return None
    if any(mark.part is Part.NEGATION for mark in rest) and not _corrected_once(row):
        return unclear(index) if _only_before(row, labels[0]) else unclear()
    if any(mark.support.options not in (frozenset(), {index}) for mark in _bare_numbers(row)):
        return unclear(index)
    spoken = [
        mark.support for mark in rest if mark.support.options and mark.part not in (Part.ARTICLE, Part.CORRECTION)
    ]
    if any(index not in each.options for each in spoken) or _says_another(rest, index, among):
        return unclear()
    if any(_spoils(mark) for mark in rest) or questioned:
        return unclear(index)
    strangers = [mark for mark in rest if mark.part in (Part.UNKNOWN, Part.NUMBER) and not mark.support.options]
    told = any(each.options == {index} and each.sure for each in spoken) and all(len(mark.raw) == 1 for mark in labels)
    own = told and labels[0].raw.isalpha() and len(strangers) <= _BESIDE_ITS_WORDS
    if not strangers or own or _is_tail(row, strangers) or _is_head(row, strangers):
        return letter(index, number)
    return unclear(index)


def _without_initials(row: Sequence[Mark]) -> list[Mark]:
    """The row, where a capital within a name behind the answer is no second one: "b, Mary A.", "b Luis C. Quispe"."""
    out = list(row)
    answered = False
    for at, mark in enumerate(row):
        named = answered and mark.part is Part.LABEL and len(mark.raw) == 1 and mark.raw.isupper()
        if named and _is_name(row[at - 1]) and all(_is_name(each) for each in row[at + 1 :]):
            out[at] = replace(mark, part=Part.UNKNOWN)
        answered = answered or mark.part is Part.LABEL
    return out


def _is_name(mark: Mark) -> bool:
    return mark.part is Part.UNKNOWN and mark.raw.istitle() and len(mark.raw) > 1


def _spoils(mark: Mark) -> bool:
    """Whether a mark beside one label makes it doubtful; a slip that is a small word as well ("for") does not."""
    small = mark.part is Part.SLIP and "stop_words" in mark.roles
    return mark.part in SPOILERS and not mark.support.options and not small


def _bare_numbers(row: Sequence[Mark]) -> list[Mark]:
    """Labels that are numbers with no label word before them: they may be a word of an option as well ("2 a 8")."""
    return [
        mark
        for index, mark in enumerate(row)
        if mark.part is Part.LABEL
        and (mark.words[0].isdigit() or "numbers" in mark.roles)
        and not (index > 0 and row[index - 1].part is Part.LABEL_WORD)
    ]


def _is_preposition(row: Sequence[Mark], labels: Sequence[Mark], among: Choices) -> bool:
    """Whether the only label is a bare "a" that governs other words: "a mi casa", "a lot", "à midi"."""
    if len(labels) != 1 or labels[0].words != ("a",) or among.language in _WITHOUT:
        return False
    position = row.index(labels[0])
    before = row[position - 1] if position else None
    after = row[position + 1] if position + 1 < len(row) else None
    if before is not None and before.part in (Part.ARTICLE, Part.LABEL_WORD):
        return False
    if after is None or after.parted:
        return False
    if "prepositions" in after.roles and labels[0].raw in ("a", "A"):
        return False  # nobody writes "a en": here the letter is a label
    counted = "quantities" in row[-1].roles and not row[-1].support.options
    if counted or (after.part is Part.FILLER and "stop_words" in after.roles):
        return True  # "a buena hora", "a que"
    pairs = {("a", after.words[0]), ("a", str(after.value))}
    if any(pair in pairs for text in among.texts for pair in pairwise(text)):
        return True
    # "A podar después de la cosecha": the small words of an option's text are that text's.
    spoken = [mark.support.options for mark in row if mark.support.options]
    meant: frozenset[int] = frozenset.intersection(*spoken) if spoken else frozenset()
    own = {word for index in meant for word in among.texts[index]}
    strange = (Part.UNKNOWN, Part.FUNCTION)
    return any(mark.part in strange and not mark.support.options and not own.issuperset(mark.words) for mark in row)


def _only_before(row: Sequence[Mark], label: Mark) -> bool:
    """Whether the message begins with a no of its own, and nothing denies the label: "no, la A", "no. es a"."""
    at = row.index(label)
    last = max(index for index, mark in enumerate(row) if mark.part is Part.NEGATION)
    return last < at and any(mark.parted for mark in row[last + 1 : at + 1])


def _corrected_once(row: Sequence[Mark]) -> bool:
    """Whether a correction takes back what was denied: "no, perdon, la b"."""
    last = max((index for index, mark in enumerate(row) if mark.part is Part.NEGATION), default=-1)
    repaired = [index for index, mark in enumerate(row) if mark.part is Part.CORRECTION]
    label = next(index for index, mark in enumerate(row) if mark.part is Part.LABEL)
    return bool(repaired) and last < repaired[-1] < label


def _says_another(rest: Sequence[Mark], index: int, among: Choices) -> bool:
    """Whether the words beside the label are another option's whole text ("b agua" where A is "Agua")."""
    said = {word for mark in rest if mark.support.options for word in mark.words}
    return any(said == content for other, content in enumerate(among.content) if other != index and content)


def _is_tail(row: Sequence[Mark], strangers: Sequence[Mark]) -> bool:
    """Whether the unknown words can be left aside: one word behind the label ("b seño"), or a name ("B Rosa Quispe").

    A label of digits or a bare "a" never has such a tail: "2 vacas", "a Juan".
    """
    first = next(index for index, mark in enumerate(row) if mark.part is Part.LABEL)
    label = row[first]
    led = first > 0 and row[first - 1].part in (Part.ARTICLE, Part.LABEL_WORD)
    positions = [row.index(mark) for mark in strangers]
    counted = label.words[0].isdigit() or "numbers" in label.roles
    if (counted or label.words == ("a",)) and not led:
        return False
    if counted and positions[0] != first + 1:
        return False  # "el 2 de mayo"
    if min(positions) < first or any(is_number(word) for mark in strangers for word in mark.words):
        return False
    if len(strangers) == 1:
        ends = all(mark.part is Part.FILLER for mark in row[positions[0] + 1 :])
        return len(strangers[0].words[0]) >= 3 and ends
    return len(strangers) <= 4 and all(mark.raw.istitle() for mark in strangers) and positions[-1] == len(row) - 1


def _is_head(row: Sequence[Mark], strangers: Sequence[Mark]) -> bool:
    """Whether the unknown words only lead to the letter at the end: "de Juana: b", "Juana Mamani b"."""
    last = row[-1]
    if last.part is not Part.LABEL or len(last.words[0]) > 1 or last.words[0].isdigit() or len(strangers) > 3:
        return False
    if any(is_number(word) for mark in strangers for word in mark.words):
        return False
    return last.before.strip() == ":" or (len(strangers) > 1 and all(mark.raw.istitle() for mark in strangers))


def _without_label(row: Sequence[Mark]) -> Reading | None:
    """No label, but perhaps a slip of one, or a label that no option has; None where words must decide."""
    if any(mark.support.options for mark in row if mark.part not in (Part.SLIP, Part.ARTICLE)):
        return None
    rest = [mark for mark in row if mark.part not in _QUIET and mark.part is not Part.CORRECTION]
    slips = [mark for mark in rest if mark.part is Part.SLIP]
    if slips and all(mark.part in (Part.SLIP, Part.OUT, Part.NEGATION) for mark in rest):
        return unclear(slips[0].value if len(rest) == 1 and slips[0].value >= 0 else None)
    if rest and all(mark.part is Part.OUT for mark in rest):
        return NONE
    return None


def _before_reason(row: list[Mark], end: str) -> tuple[list[Mark], bool]:
    """Cut the reason behind a label ("b porque …"). The second value: the reason takes back, or is itself asked."""
    for index, mark in enumerate(row):
        if mark.part is Part.BECAUSE and any(earlier.part is Part.LABEL for earlier in row[:index]):
            tail = row[index + 1 :]
            repaired = any(later.part is Part.CORRECTION for later in tail)
            retold = repaired and any(later.part is Part.LABEL for later in tail)
            return row[:index], retold or (not tail and "?" in end)
        if mark.part is Part.BECAUSE and "?" in end:
            return row, True  # "¿por qué la b?"
    return row, False
