"""An assessor opens a test before a person: `SUP 123456 U1`. It runs on the candidate's own phone, once she writes
EXAMEN there, and is recorded with the name of whoever looked on."""

from __future__ import annotations

import re

from bot.certifying import examining
from bot.certifying.cases import Act
from bot.talking.certifying import acted, standard_of, unit_name
from bot.talking.scene import Scene
from bot.turn import ExamMoved

_FORM = re.compile(r"\s*SUP\b[\s:]*(\d{6})\b[\s:]*U?(\w{1,4})\s*", re.IGNORECASE)
_HEAD = re.compile(r"\s*SUP\b", re.IGNORECASE)


def number_in(text: str) -> str:
    """The case that is named; empty where the message is none of these."""
    found = _FORM.fullmatch(text)
    return found[1] if found else ""


def concerns(text: str) -> bool:
    """Whether a message may open a test."""
    return _HEAD.match(text) is not None and any(sign.isdigit() for sign in text)


def heard(scene: Scene, text: str) -> Scene | None:
    """Open the test of a unit; None where whoever writes is no assessor, or means something else."""
    if not scene.record.assessor or not concerns(text):
        return None
    found = _FORM.fullmatch(text)
    case = next((each for each in scene.record.cases if found and str(each.number) == found[1]), None)
    standard = standard_of(scene, case) if case else None
    unit = standard.unit(found[2]) if found and standard else None
    if case is None or standard is None or unit is None:
        return scene.say("sup.how")
    name, id, before = scene.record.assessor, scene.new_id(), scene
    act = Act(kind="supervise", actor=name, role="assessor", unit=unit.code, data={"exam": id})
    scene, case, refused = acted(scene, case, act)
    if refused:
        why = "state" if refused == "state" else "assessor"
        return before.say("obs.refused", ground=scene.words(f"obs.why.{why}"))
    for exam in examining.opened(case, unit, name, id, scene.record.exams, scene.now):
        scene = scene.fact(ExamMoved(exam=exam))
    hours = examining.SITTING.seconds // 3600
    return scene.say("sup.open", number=case.number, unit=unit_name(scene, unit), n=hours)
