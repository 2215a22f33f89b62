"""Find the one letter that holds where several stand: one is corrected, or denied and another affirmed (rule R5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.talking.understanding.parts import SPOILERS, Mark, Part

_ASKS = {"affirmers", "question_words", "dont_know", "becauses"}


def corrected(row: Sequence[Mark]) -> int | None:
    """The option that stands after an explicit correction of another (R5); None where two labels just stand there."""
    row = _denied_alike(row)
    if any(mark.part in SPOILERS or mark.part is Part.UNKNOWN for mark in row):
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
    before, between = after[: at[0]], after[at[0] + 1 : at[-1]]
    told = bool(before) and all(mark.part is Part.FILLER and not mark.roles.keys() & _ASKS for mark in before)
    affirmed = any("affirmers" in mark.roles and mark.parted for mark in between)
    return after[at[-1]].value if told and affirmed and len(at) == 2 else None


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
    if pending:
        return None  # "mana A chu, B chu": the second may be denied as well, or asked
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
    if at < index - 1 and "affirmers" in row[index - 1].roles:
        return False  # "A siyo ni B"
    if at > 0 and "deniers" in row[at].roles and row[at - 1].part is Part.LABEL:
        return all(mark.part is Part.FILLER for mark in row[index + 1 :])  # "b not a"
    said_first = at == 2 and row[1].part is Part.LABEL and "affirmers" in row[0].roles and len(row[at].words) == 1
    if said_first and index == len(row) - 1 and not row[at].parted and not row[index].parted:
        return True  # "es c no b"
    if index != len(row) - 1 or index < 4:
        return False
    denial, article = row[index - 2], row[index - 1]
    joined = "joins" in row[index - 3].roles
    kept = index - 4 if joined else index - 3
    led = kept > 0 and row[kept].part is Part.LABEL and row[kept - 1].part in (Part.ARTICLE, Part.FILLER)
    return led and article.part is Part.ARTICLE and denial.part is Part.NEGATION and (joined or denial.parted)
