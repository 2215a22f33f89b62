"""An assessor's observation sheet by SMS, for those without data: short codes that are the same in every language.

`OBS 123456 U1 1S 2N 3V`: case, unit, and criteria of the unit by their place: S (or Y) yes, N no, V not seen. OBS is
work that was watched, SIM a simulation, PRO a product, JUI the judgement itself, ID that the person was recognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.certifying import judging
from bot.certifying.cases import NO, NOT_SEEN, YES, Act, Case
from bot.certifying.standards import Standard, Unit
from bot.talking.certifying import acted, owing, standard_of
from bot.talking.scene import Scene

_SHEET = re.compile(r"\s*(OBS|SIM|PRO|JUI|ID)\b[\s:]*(\d{6})\b(?:[\s:]*U?(\w{1,4})\b)?(.*)", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"\s*(OBS|SIM|PRO|JUI|ID)\b", re.IGNORECASE)
_MARK = re.compile(r"(\d{1,2})\s*([SYNV])\b", re.IGNORECASE)
_MARKS: Mapping[str, str] = {"S": YES, "Y": YES, "N": NO, "V": NOT_SEEN}
_KINDS: Mapping[str, tuple[str, str]] = {
    "OBS": ("performance", "field_observation"),
    "SIM": ("performance", "simulation"),
    "PRO": ("product", "product_check"),
}


def number_in(text: str) -> str:
    """The case that a sheet names; empty where the message is none."""
    found = _SHEET.fullmatch(text)
    return found[2] if found else ""


def concerns(text: str) -> bool:
    """Whether a message may be a sheet: only then is looked up whether an assessor writes."""
    return _HEAD.match(text) is not None and any(sign.isdigit() for sign in text)


def heard(scene: Scene, text: str) -> Scene | None:
    """Enter a sheet; None where whoever writes is no assessor, or means something else."""
    name = scene.record.assessor
    if not name or not concerns(text):
        return None
    found = _SHEET.fullmatch(text)
    case = next((each for each in scene.record.cases if found and str(each.number) == found[2]), None)
    standard = standard_of(scene, case) if case else None
    if found is None or case is None or standard is None:
        return scene.say("obs.how")
    head = found[1].upper()
    if head == "ID":
        return _entered(scene, case, standard, [Act(kind="identify", actor=name, role="assessor")])
    unit = standard.unit(found[3] or "")
    marks = _marks(unit, found[4]) if unit else {}
    if unit is None or not marks:
        return scene.say("obs.how")
    if head == "JUI":
        acts = [
            Act(kind="judge", actor=name, role="assessor", criterion=code, value=mark) for code, mark in marks.items()
        ]
        return _entered(scene, case, standard, acts)
    if set(marks.values()) == {NOT_SEEN}:
        return scene.say("obs.how")  # nothing was seen, so there is no evidence
    return _entered(scene, case, standard, [_observation(scene, name, unit, head, marks)])


def _marks(unit: Unit, written: str) -> dict[str, str]:
    """Criterion → mark; empty where a place is none of the unit's, so that no half of a sheet is entered."""
    pairs = [(int(place), mark.upper()) for place, mark in _MARK.findall(written)]
    if any(not 1 <= place <= len(unit.criteria) for place, _ in pairs):
        return {}
    return {unit.criteria[place - 1].code: _MARKS[mark] for place, mark in pairs}


def _observation(scene: Scene, name: str, unit: Unit, head: str, marks: Mapping[str, str]) -> Act:
    kind, method = _KINDS[head]
    data = {
        "id": scene.new_id(),
        "evidence": kind,
        "method": method,
        "criteria": ",".join(code for code, mark in marks.items() if mark != NOT_SEEN),
        "marks": ",".join(f"{code}={mark}" for code, mark in marks.items()),
    }
    return Act(kind="evidence", actor=name, role="assessor", unit=unit.code, data=data)


def _entered(scene: Scene, case: Case, standard: Standard, acts: list[Act]) -> Scene:
    """All of a sheet or nothing of it; the candidate hears where it moved her case."""
    before, state = scene, case.state
    for act in acts:
        scene, case, refused = acted(scene, case, act)
        if refused:
            why = refused if refused in ("assessor", "state") else "other"
            return before.say("obs.refused", ground=scene.words(f"obs.why.{why}"))
    if case.state is not state and case.candidate:
        scene = scene.fact(owing(case, str(len(case.acts)), scene.now))
    left = len(judging.missing(case, standard))
    entered = max(len(acts), acts[0].data.get("marks", "").count("="))
    return scene.say("obs.noted", number=case.number, done=entered, of=left)
