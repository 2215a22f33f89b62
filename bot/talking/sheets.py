"""An assessor's observation sheet on Telegram: one criterion after the other, with buttons, and photos as they come.

`OBS 123456 U1` without marks opens it. The sheet lives in the conversation, so that it goes on after any pause or
restart; nothing is entered before she presses Enter, and what was entered is put right by a further entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.certifying import judging
from bot.certifying.cases import NO, NOT_SEEN, YES, Act, Case
from bot.certifying.standards import Standard, Unit, told
from bot.conversation import Conversation, Prompt
from bot.messages import Inbound
from bot.talking.certifying import acted, owing, standard_of, unit_name
from bot.talking.scene import Scene
from bot.talking.understanding import interpret
from bot.turn import FileHeard

MARK, REVIEW, DONE = "obs_mark", "obs_review", "obs_done"
PROMPTS = frozenset({MARK, REVIEW, DONE})
BACK, ENTER, CHANGE, DISCARD, CORRECT = "back", "enter", "change", "discard", "correct"
MOST = 10 * 1024 * 1024  # bytes of a file
METHODS: Mapping[str, tuple[str, str]] = {
    "OBS": ("performance", "field_observation"),
    "SIM": ("performance", "simulation"),
    "PRO": ("product", "product_check"),
}
JUDGE = "JUI"
_SHORT = {YES: "S", NO: "N", NOT_SEEN: "V"}


def number_in(conversation: Conversation) -> str:
    """The case of the sheet that is open on a thread; empty where there is none."""
    prompt = conversation.prompt
    return prompt.data.get("number", "") if prompt and prompt.kind in PROMPTS else ""


def begin(scene: Scene, case: Case, unit: Unit, head: str) -> Scene:
    """A fresh sheet."""
    data = {"case": case.id, "number": str(case.number), "unit": unit.code, "head": head, "evidence": scene.new_id()}
    return _ask(scene, case, unit, {**data, "place": "0"})


def _ask(scene: Scene, case: Case, unit: Unit, data: Mapping[str, str]) -> Scene:
    place = int(data.get("place", "0"))
    if place >= len(unit.criteria):
        return _review(scene, case, unit, data)
    criterion = unit.criteria[place]
    said = "sheet.ask.critical" if criterion.critical else "sheet.ask"
    text = scene.words(said, done=place + 1, of=len(unit.criteria), text=told(criterion.text, scene.language))
    options = [(mark, scene.words(f"sheet.mark.{mark}")) for mark in (YES, NO, NOT_SEEN)]
    if place:
        options.append((BACK, scene.words("sheet.back")))
    return scene.ask(MARK, text, options, listed=False, asks_contact=False, **data)


def _review(scene: Scene, case: Case, unit: Unit, data: Mapping[str, str]) -> Scene:
    marks = _marks(data)
    listed = " ".join(f"{n}{_SHORT[marks[each.code]]}" for n, each in enumerate(unit.criteria, 1) if each.code in marks)
    text = scene.words(
        "sheet.review", number=case.number, unit=unit_name(scene, unit), topics=listed, n=data.get("files", "0")
    )
    options = [(value, scene.words(f"sheet.{value}")) for value in (ENTER, CHANGE, DISCARD)]
    return scene.ask(REVIEW, text, options, listed=False, asks_contact=False, **data)


def _marks(data: Mapping[str, str]) -> dict[str, str]:
    pairs = (each.partition("=") for each in data.get("marks", "").split(",") if each)
    return {code: mark for code, _, mark in pairs}


# --- replies ---


def typed(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """Words as a reply to a sheet; None where they are meant otherwise."""
    vocabulary = scene.catalogue.vocabulary
    reading = interpret(text, language=scene.language, options=prompt.options, vocabulary=vocabulary)
    place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
    return picked(scene, prompt, place)


def picked(scene: Scene, prompt: Prompt, place: int) -> Scene | None:
    """A button of a sheet. What has changed since it was opened (she is no assessor any more, the case is gone) is
    said when it is entered."""
    case = next((each for each in scene.record.cases if each.id == prompt.data.get("case")), None)
    standard = standard_of(scene, case) if case else None
    unit = standard.unit(prompt.data.get("unit", "")) if standard else None
    if not 0 <= place < len(prompt.values) or not scene.record.assessor or case is None or not standard or not unit:
        return None
    data = {name: held for name, held in prompt.data.items() if name not in ("shown", "listed")}
    value = prompt.values[place]
    scene = scene.turned(prompt=None)
    if prompt.kind == MARK:
        return _marked(scene, case, unit, data, value)
    if value in (CHANGE, CORRECT):
        return _ask(scene, case, unit, {**data, "place": "0"})
    if value == DISCARD:
        return scene.say("sheet.discarded", number=case.number)
    return _entered(scene, case, standard, unit, data)


def _marked(scene: Scene, case: Case, unit: Unit, data: Mapping[str, str], value: str) -> Scene:
    place = int(data.get("place", "0"))
    if value == BACK:
        return _ask(scene, case, unit, {**data, "place": str(max(0, place - 1))})
    if place >= len(unit.criteria):  # the standard has become shorter
        return _review(scene, case, unit, data)
    marks = {**_marks(data), unit.criteria[place].code: value}
    written = ",".join(f"{code}={mark}" for code, mark in marks.items())
    return _ask(scene, case, unit, {**data, "marks": written, "place": str(place + 1)})


# --- entering ---


def observation(id: str, name: str, unit: Unit, head: str, marks: Mapping[str, str]) -> Act:
    """What was observed, as one piece of evidence: it speaks for the criteria that could be seen."""
    kind, method = METHODS[head]
    data = {
        "id": id,
        "evidence": kind,
        "method": method,
        "criteria": ",".join(code for code, mark in marks.items() if mark != NOT_SEEN),
        "marks": ",".join(f"{code}={mark}" for code, mark in marks.items()),
    }
    return Act(kind="evidence", actor=name, role="assessor", unit=unit.code, data=data)


def judgements(name: str, marks: Mapping[str, str]) -> list[Act]:
    """What was judged, criterion by criterion."""
    return [Act(kind="judge", actor=name, role="assessor", criterion=code, value=mark) for code, mark in marks.items()]


def _entered(scene: Scene, case: Case, standard: Standard, unit: Unit, data: Mapping[str, str]) -> Scene:
    """All of the sheet or nothing of it; a refused one stays open, so that no work in the field is lost."""
    before, state, name, marks = scene, case.state, scene.record.assessor, _marks(data)
    seen = {code: mark for code, mark in marks.items() if mark != NOT_SEEN}
    if not seen and data["head"] != JUDGE:
        return _review(scene.say("sheet.nothing"), case, unit, data)
    acts = judgements(name, marks) if data["head"] == JUDGE else _evidence(scene, name, unit, data, marks)
    for act in acts:
        scene, case, refused = acted(scene, case, act)
        if refused:
            why = refused if refused in ("assessor", "state", "seen_not_told") else "other"
            said = before.say("obs.refused", ground=before.words(f"obs.why.{why}"))
            return _review(said, case, unit, data)
    if case.state is not state and case.candidate:
        scene = scene.fact(owing(case, str(len(case.acts)), scene.now))
    seq = next((each.seq for each in reversed(case.acts) if each.kind == "evidence"), 0)
    text = scene.words(
        "obs.noted", number=case.number, done=len(marks), of=len(judging.missing(case, standard)), seq=seq
    )
    if data["head"] == JUDGE:
        return scene.say("obs.noted", number=case.number, done=len(marks), of=0, seq=len(case.acts))
    kept = {**data, "corrects": str(seq), "files": "0"}
    return scene.ask(DONE, text, [(CORRECT, scene.words("sheet.correct"))], listed=False, asks_contact=False, **kept)


def _evidence(scene: Scene, name: str, unit: Unit, data: Mapping[str, str], marks: Mapping[str, str]) -> list[Act]:
    """The observation; and first, where this puts an earlier one right, the entry that says so."""
    wrong = int(data.get("corrects", "0") or 0)
    if not wrong:
        return [observation(data["evidence"], name, unit, data["head"], marks)]
    mends = Act(
        kind="correct", actor=name, role="assessor", corrects=wrong, reason="the sheet was wrong: a new one follows"
    )
    return [mends, observation(scene.new_id(), name, unit, data["head"], marks)]


# --- files ---


def file(scene: Scene) -> Scene | None:
    """A photo, a recording or a document while a sheet is open; None where there is no sheet."""
    event, prompt = scene.event, scene.conversation.prompt
    if prompt is None or prompt.kind not in PROMPTS or not scene.record.assessor or not isinstance(event, Inbound):
        return None
    if prompt.data.get("head") == JUDGE or not event.file:
        return None
    if event.size > MOST:
        return scene.say("sheet.file.large")
    files = int(prompt.data.get("files", "0") or 0) + 1
    heard = FileHeard(
        id=scene.new_id(),
        case=prompt.data.get("case", ""),
        evidence=prompt.data.get("evidence", ""),
        by=scene.record.assessor,
        file=event.file,
    )
    counted = prompt.changed(data={**prompt.data, "files": str(files)})
    return scene.turned(prompt=counted).fact(heard).say("sheet.file", n=files)
