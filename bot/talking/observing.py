"""An assessor's observation sheet by SMS, for those without data: short codes that are the same in every language.

`OBS 123456 U1 1S 2N 3V`: case, unit, and criteria of the unit by their place: S (or Y) yes, N no, V not seen. OBS is
work that was watched, SIM a simulation, PRO a product, JUI the judgement itself, ID that the person was recognised.
`COR 123456 17 …` puts her entry 17 right. Where there are buttons, a sheet without marks is asked (bot.talking.sheets).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.certifying import judging
from bot.certifying.cases import NO, NOT_SEEN, YES, Act, Case
from bot.certifying.standards import Standard, Unit
from bot.talking import sheets
from bot.talking.certifying import acted, owing, standard_of
from bot.talking.scene import Scene

_SHEET = re.compile(r"\s*(OBS|SIM|PRO|JUI|ID)\b[\s:]*(\d{6})\b(?:[\s:]*U?(\w{1,4})\b)?(.*)", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"\s*(OBS|SIM|PRO|JUI|ID|COR)\b", re.IGNORECASE)
_MARK = re.compile(r"(\d{1,2})\s*([SYNV])\b", re.IGNORECASE)
_MARKS: Mapping[str, str] = {"S": YES, "Y": YES, "N": NO, "V": NOT_SEEN}
_MENDS = re.compile(r"\s*COR\b[\s:]*(\d{6})[\s:]+(\d{1,4})\b[\s:]+(\S.*)", re.IGNORECASE | re.DOTALL)


def number_in(text: str) -> str:
    """The case that a sheet names; empty where the message is none."""
    found = _SHEET.fullmatch(text)
    if found:
        return found[2]
    mends = _MENDS.fullmatch(text)
    return mends[1] if mends else ""


def concerns(text: str) -> bool:
    """Whether a message may be a sheet: only then is looked up whether an assessor writes."""
    return _HEAD.match(text) is not None and any(sign.isdigit() for sign in text)


def heard(scene: Scene, text: str) -> Scene | None:
    """Enter a sheet; None where whoever writes is no assessor, or means something else."""
    name = scene.record.assessor
    if not name or not concerns(text):
        return None
    mends = mended(scene, text)
    if mends is not None:
        return mends
    found = _SHEET.fullmatch(text)
    case = next((each for each in scene.record.cases if found and str(each.number) == found[2]), None)
    standard = standard_of(scene, case) if case else None
    if found is None or case is None or standard is None:
        return scene.say("obs.how")
    head = found[1].upper()
    if head == "ID":
        return _entered(scene, case, standard, [Act(kind="identify", actor=name, role="assessor")])
    unit = standard.unit(found[3] or "")
    if unit is not None and scene.record.buttons and not found[4].strip():
        return sheets.begin(scene, case, unit, head)
    marks = _marks(unit, found[4]) if unit else {}
    if unit is None or not marks:
        return scene.say("obs.how")
    if head == sheets.JUDGE:
        return _entered(scene, case, standard, sheets.judgements(name, marks))
    if set(marks.values()) == {NOT_SEEN}:
        return scene.say("obs.how")  # nothing was seen, so there is no evidence
    return _entered(scene, case, standard, [sheets.observation(scene.new_id(), name, unit, head, marks)])


def mended(scene: Scene, text: str) -> Scene | None:
    """`COR 123456 17 otra persona`: her own entry was wrong. It stays, and a further one says so; None where the
    message is something else."""
    found = _MENDS.fullmatch(text) if scene.record.assessor else None
    if found is None:
        return None
    case = next((each for each in scene.record.cases if str(each.number) == found[1]), None)
    standard = standard_of(scene, case) if case else None
    if case is None or standard is None:
        return scene.say("obs.how")
    act = Act(
        kind="correct",
        actor=scene.record.assessor,
        role="assessor",
        corrects=int(found[2]),
        reason="wrong, by her own word",
        note=found[3][:160],
        salt=scene.token(),
    )
    return _entered(scene, case, standard, [act])


def _marks(unit: Unit, written: str) -> dict[str, str]:
    """Criterion → mark; empty where a place is none of the unit's, so that no half of a sheet is entered."""
    pairs = [(int(place), mark.upper()) for place, mark in _MARK.findall(written)]
    if any(not 1 <= place <= len(unit.criteria) for place, _ in pairs):
        return {}
    return {unit.criteria[place - 1].code: _MARKS[mark] for place, mark in pairs}


def _entered(scene: Scene, case: Case, standard: Standard, acts: list[Act]) -> Scene:
    """All of a sheet or nothing of it; the candidate hears where it moved her case."""
    before, state = scene, case.state
    for act in acts:
        scene, case, refused = acted(scene, case, act)
        if refused:
            why = refused if refused in ("assessor", "state", "seen_not_told") else "other"
            return before.say("obs.refused", ground=scene.words(f"obs.why.{why}"))
    if case.state is not state and case.candidate:
        scene = scene.fact(owing(case, str(len(case.acts)), scene.now))
    left = len(judging.missing(case, standard))
    entered = max(len(acts), acts[0].data.get("marks", "").count("="))
    return scene.say("obs.noted", number=case.number, done=entered, of=left, seq=len(case.acts))
