"""A witness by message: an assessor names her, she gets a code on her own phone, and the code confirms what she saw.

`TES 123456 U1 900000009 injerto 200 plantas`: case, unit, the witness's number, and the task in a few words. The
witness answers the code; the candidate writes it where the witness has told it to her, and the assessor as
`TES 123456 482913`.
"""

from __future__ import annotations

import re

from bot.certifying import witnessing
from bot.certifying.cases import CANDIDATE, Case
from bot.certifying.credentials import short_name
from bot.certifying.standards import Standard
from bot.certifying.witnessing import Asked, Testimony
from bot.cooperating.numbers import BadNumber, e164
from bot.talking.certifying import acted, owing, standard_of
from bot.talking.scene import Scene
from bot.turn import CodeTried, WitnessAsked

_ASKS = re.compile(
    r"\s*TES\b[\s:]*(\d{6})\b[\s:]*U?(\w{1,4})\s+(\+?\d[\d \-]{5,16}\d)\b\s*(.{0,80})", re.IGNORECASE | re.DOTALL
)
_HEAD = re.compile(r"\s*TES\b", re.IGNORECASE)


def number_in(text: str) -> str:
    """The case that an assessor's message about a witness names; empty where it is none."""
    found = _ASKS.fullmatch(text)
    return found[1] if found else witnessing.code_in(text)[0]


def concerns(text: str) -> bool:
    """Whether a message may name a witness."""
    return _HEAD.match(text) is not None and any(sign.isdigit() for sign in text)


def number_of(text: str, country: str) -> str:
    """The witness's number, E.164; empty where none is named."""
    found = _ASKS.fullmatch(text)
    try:
        return e164(found[3], country)[0] if found else ""
    except BadNumber:
        return ""


def heard(scene: Scene, text: str) -> Scene | None:
    """A witness who is named, or the code of one; None where the message is something else."""
    if scene.record.assessor and concerns(text) and not witnessing.code_in(text)[1]:
        return _named(scene, text)
    if scene.record.testimonies:
        return _coded(scene)
    return scene.say("obs.how") if scene.record.assessor and concerns(text) else None


def _named(scene: Scene, text: str) -> Scene:
    found = _ASKS.fullmatch(text)
    case = next((each for each in scene.record.cases if found and str(each.number) == found[1]), None)
    standard = standard_of(scene, case) if case else None
    unit = standard.unit(found[2]) if found and standard else None
    if found is None or case is None or standard is None or unit is None:
        return scene.say("case.witness.how")
    number = number_of(text, scene.country)
    if not number:
        return scene.say("case.witness.number")
    id, name = scene.new_id(), scene.record.assessor
    act = witnessing.told(unit, id, by=name, role="assessor", task=found[4].strip(), tie=scene.record.witness_tie)
    before = scene
    scene, case, refused = acted(scene, case, act)
    if refused:
        return before.say("obs.refused", ground=scene.words(f"obs.why.{_why(refused)}"))
    scene = scene.fact(WitnessAsked(asked=asking(scene, case, standard, id, number, name)))
    return scene.say("case.witness.asked", number=case.number)


def _why(refused: str) -> str:
    if refused == "free_witness":
        return "witness"
    return refused if refused in ("assessor", "state") else "other"


def asking(scene: Scene, case: Case, standard: Standard, evidence: str, number: str, by: str) -> Asked:
    """What the witness is asked, and the code that it is asked with."""
    act = witnessing.recorded(case, evidence)
    code, language = witnessing.draw(scene.chance), scene.default_language
    who = next((each.name for each in scene.record.learners if each.id == case.candidate), scene.record.candidate)
    given, initial = short_name(who)
    text = scene.catalogue.wording.say(
        language,
        "case.witness.ask",
        name=f"{given} {initial}.".strip() if initial else given or f"{case.number}",
        ground=witnessing.task_of(act, standard, language) if act else "",
        code=code,
    )
    digest = act.digest if act else ""
    return Asked(case=case.id, evidence=evidence, digest=digest, number=number, code=code, by=by, text=text)


def _coded(scene: Scene) -> Scene:
    """A code was written: it confirms, or it was tried in vain, and neither says which case it belongs to."""
    testimonies = scene.record.testimonies
    right = next((each for each in testimonies if each.good), None)
    if right is None:
        scene = scene.fact(CodeTried(keys=tuple(each.key for each in testimonies)))
        return scene.say("case.witness.wrong", n=max(0, witnessing.TRIES - 1 - max(each.tries for each in testimonies)))
    case = next((each for each in scene.record.cases if each.id == right.case), None)
    if case is None:
        return scene.say("case.witness.late")
    scene = scene.fact(CodeTried(keys=(right.key,), used=True))
    state = case.state
    scene, case, refused = acted(scene, case, witnessing.confirmed(right, _who(scene, case, right)))
    if refused:
        return scene.say("case.witness.late")
    if case.state is not state and case.candidate:
        scene = scene.fact(owing(case, str(len(case.acts)), scene.now))
    return scene.say("case.witness.done")


def _who(scene: Scene, case: Case, testimony: Testimony) -> str:
    """Who brought the code: the witness herself, the candidate, or the assessor."""
    if scene.record.assessor:
        return scene.record.assessor
    return CANDIDATE if any(each.id == case.candidate for each in scene.record.learners) else witnessing.WITNESS
