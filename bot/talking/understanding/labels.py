"""Decide which option a row of marks claims by letter, number or place (rules R2 and R4 to R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.talking.understanding.matching import Choices, is_number
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import NONE, Reading, letter, unclear
from bot.talking.understanding.resolving import without_replaced

_BESIDE_ITS_WORDS = 3  # words that we do not know, beside a letter and words of its option
_WITHOUT = frozenset({"rw"})  # languages in which "a" is no small word of its own
_QUIET = (Part.FILLER, Part.ARTICLE, Part.LABEL_WORD, Part.INTRODUCTION)
_SPOILERS = (Part.EXCEPTION, Part.WRONG, Part.ALL, Part.NONE, Part.ALTERNATIVE, Part.CLASH, Part.SLIP, Part.OUT)


def claimed(found: Sequence[Mark], end: str, among: Choices, question: int | None, named: int | None) -> Reading | None:
    """The reading of a reply that names an option by its label; None where it names none.

    `question` is the open question's number and `named` the one that the reply gave. Source: rules R2, R4–R8.
    """
    row, number = _without_number(list(found), among, question)
    number = named if named is not None else number
    row = without_replaced(_numbers_resolved(row, among))
    row, questioned = _before_reason(row, end)
    row = _without_initials(row)
    labels = [mark for mark in row if mark.part is Part.LABEL]
    if any(mark.part is Part.CLASH for mark in row):
        return unclear()
    if not labels:
        return _without_label(row)
    chosen = {mark.value for mark in labels}
    if len(chosen) > 1:
        index = _corrected(row)
        return unclear() if index is None or questioned else letter(index, number)
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
    return mark.part in _SPOILERS and not mark.support.options and not small


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
    return any(mark.part in (Part.UNKNOWN, Part.FUNCTION) and _is_no_options(mark, among) for mark in row)


def _is_no_options(mark: Mark, among: Choices) -> bool:
    return not mark.support.options and not all(word in among.owners for word in mark.words)


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


def _corrected(row: Sequence[Mark]) -> int | None:
    """The option that stands after an explicit correction of another (R5); None where two labels just stand there."""
    row = _denied_alike(row)
    if any(mark.part in _SPOILERS or mark.part is Part.UNKNOWN for mark in row):
        return None
    last = max((index for index, mark in enumerate(row) if mark.part is Part.CORRECTION), default=-1)
    if last >= 0:
        after = row[last + 1 :]
        chosen = {mark.value for mark in after if mark.part is Part.LABEL}
        denied = any(mark.part is Part.NEGATION for mark in after)
        if denied and len(chosen) > 1:
            return _affirmed(after)  # "no wait, not B, it is C"
        if not denied and len(chosen) == 2:
            return _said_instead(after)
        return chosen.pop() if len(chosen) == 1 and not denied else None
    return _affirmed(row)


def _said_instead(after: Sequence[Mark]) -> int | None:
    """The second of two labels behind a correction, where it is affirmed: "perdon puse b, es c"."""
    at = [index for index, mark in enumerate(after) if mark.part is Part.LABEL]
    between = after[at[0] + 1 : at[-1]]
    affirmed = any("affirmers" in mark.roles and mark.parted for mark in between)
    return after[at[-1]].value if affirmed and len(at) == 2 else None


def _denied_alike(row: Sequence[Mark]) -> Sequence[Mark]:
    """The row, where an "or" behind a denied label denies the next one too: "not B or C, A"."""
    out = list(row)
    for index in range(2, len(out) - 1):
        denied = out[index - 2].part is Part.NEGATION and out[index - 1].part is Part.LABEL
        if "ors" in out[index].roles and denied and out[index + 1].part is Part.LABEL:
            out[index] = replace(out[index], part=Part.NEGATION)
    return out


def _affirmed(row: Sequence[Mark]) -> int | None:
    """The last label of "a no, b", "no es a es b": one denied, one affirmed, and a clear joint between them."""
    affirmed: list[int] = []
    denied: list[int] = []
    pending = joint = False
    for index, mark in enumerate(row):
        after = row[index + 1] if index + 1 < len(row) else None
        if mark.part is Part.NEGATION:
            if _is_repeated(row, index, denied):
                continue
            if affirmed and after is not None and after.parted:
                denied.append(affirmed.pop())  # "a no, b"
                joint = True
            else:
                pending = True
        elif mark.part is Part.LABEL and pending:
            if _kept(row, index) and len(set(affirmed)) == 1 and mark.value not in affirmed:
                return affirmed[0]
            denied.append(mark.value)
            pending = joint = False
        elif mark.part is Part.LABEL:
            joint = joint or mark.parted
            if not denied or not joint:
                joint = False
            affirmed.append(mark.value)
            if denied and not joint:
                return None
        elif denied and (mark.parted or "affirmers" in mark.roles):
            joint = True
    last = [mark.value for mark in row if mark.part is Part.LABEL][-1]
    return last if denied and set(affirmed) == {last} and last not in denied else None


def _is_repeated(row: Sequence[Mark], index: int, denied: Sequence[int]) -> bool:
    """Whether a denial stands behind the label that was just denied, and only closes it: "mana A chu, C"."""
    before, after = row[index - 1], row[index + 1] if index + 1 < len(row) else None
    closes = after is not None and after.parted and not row[index].parted
    return bool(denied) and before.part is Part.LABEL and before.value == denied[-1] and closes


def _kept(row: Sequence[Mark], index: int) -> bool:
    """Whether the denied label at `index` ends "es la b, no la c": an article on both sides and a joint between."""
    at = index - 2 if row[index - 1].part is Part.ARTICLE else index - 1
    if at > 0 and "deniers" in row[at].roles and row[at - 1].part is Part.LABEL:
        return all(mark.part is Part.FILLER for mark in row[index + 1 :])  # "b not a"
    said_first = at > 1 and row[at - 1].part is Part.LABEL and "affirmers" in row[at - 2].roles
    if said_first and index == len(row) - 1 and not row[at].parted and not row[index].parted:
        return True  # "es c no b"
    if index != len(row) - 1 or index < 4:
        return False
    denial, article = row[index - 2], row[index - 1]
    joined = "joins" in row[index - 3].roles
    kept = index - 4 if joined else index - 3
    led = kept > 0 and row[kept].part is Part.LABEL and row[kept - 1].part in (Part.ARTICLE, Part.FILLER)
    return led and article.part is Part.ARTICLE and denial.part is Part.NEGATION and (joined or denial.parted)


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


def _without_number(row: list[Mark], among: Choices, question: int | None) -> tuple[list[Mark], int | None]:
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


def _numbers_resolved(row: list[Mark], among: Choices) -> list[Mark]:
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
