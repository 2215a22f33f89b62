"""Her case, by message: what was done, what comes next, and where everything stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.certifying import examining, judging
from bot.certifying.cases import (
    CANDIDATE,
    CLOSED,
    FAILED,
    GATHERING,
    OPEN,
    PASSED,
    REFERRED,
    SYSTEM,
    Act,
    Case,
    State,
)
from bot.certifying.deciding import decide
from bot.certifying.guarding import APPEAL_TERM, RESTS, SILENCE, WINDOW
from bot.certifying.reading import stands
from bot.certifying.standards import Standard, Unit, told
from bot.conversation import Conversation
from bot.delivering.sms import GSM_PART, fold_text, units
from bot.messages import Content, Heard, Inbound
from bot.talking import holding
from bot.talking.joining import country_of
from bot.talking.scene import Scene
from bot.turn import CaseActed, Due, Owed

CASE = "case"  # the kind of due
PROMPTED = ("case_", "exam")  # how the kinds of its prompts begin
_THEN = frozenset({"STATUS", "APPLY", "EXAM", "WITHDRAW", "APPEAL", "NAME"})  # what goes on, once we know who writes
_HERS = RESTS - {State.INTERESTED, State.APPLIED, State.ELIGIBILITY_CHECK, State.PENDING_MODERATION}  # she goes on
_MOST = 2 * GSM_PART  # septets of what ESTADO says of one case


def concerns(conversation: Conversation, event: Inbound | Due) -> bool:
    """Whether a message may be about somebody's certification, so that her cases are looked up: not a bare letter to
    a lesson's question, which most messages are."""
    if isinstance(event, Due):
        return event.kind == CASE
    prompt = conversation.prompt
    if prompt and (prompt.kind.startswith(PROMPTED) or prompt.kind == "menu" or prompt.data.get("then") in _THEN):
        return True
    return len(event.text.strip()) > 3 or event.kind is Heard.PRESS


# --- acting ---


def standard_of(scene: Scene, case: Case) -> Standard | None:
    """The standard that a case is against; None where it is kept no more."""
    return scene.catalogue.standard(case.standard, case.version)


def acted(scene: Scene, case: Case, act: Act) -> tuple[Scene, Case, str]:
    """Enter an act of this moment; the scene and the case after it, or as they were with the code of the refusal."""
    standard = standard_of(scene, case)
    if standard is None:
        return scene, case, "standard"
    outcome = decide(case, act, standard, scene.now)
    if outcome.act is None:
        return scene, case, outcome.code
    scene = scene.knowing(scene.record.with_case(outcome.case))
    return scene.fact(CaseActed(case=case.id, act=outcome.act)), outcome.case, ""


def hers(kind: str, **more: object) -> Act:
    """An act of the candidate herself."""
    return Act(kind=kind, actor=CANDIDATE, role=CANDIDATE, **more)  # type: ignore[arg-type]


def ours(kind: str, **more: object) -> Act:
    """An act of the program."""
    return Act(kind=kind, actor=SYSTEM, role=SYSTEM, **more)  # type: ignore[arg-type]


def mine(scene: Scene) -> tuple[Case, ...]:
    """Her cases, the latest last."""
    return tuple(each for each in scene.record.cases if each.candidate == scene.conversation.learner)


def current(scene: Scene, states: Iterable[State] = OPEN) -> Case | None:
    """Her latest case in one of these states."""
    wanted = frozenset(states)
    return next((each for each in reversed(mine(scene)) if each.state in wanted), None)


def owing(case: Case, what: str, at: datetime) -> Owed:
    """The clock comes back to her about this."""
    return Owed(due=Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{what}", at=at))


def day(scene: Scene, at: datetime) -> str:
    """A date as she reads it."""
    return at.astimezone(scene.zone).strftime("%d/%m/%Y")


def unit_name(scene: Scene, unit: Unit) -> str:
    """How a unit is called, in her language."""
    return told(unit.titles, scene.language)


def offered(scene: Scene) -> list[Standard]:
    """The standards against which she may be assessed where she is."""
    here = scene.country
    if scene.learner is None:
        here = country_of(scene.record.address.phone, here)
    return [each for each in scene.catalogue.standards.values() if each.scheme(here)]


# --- ESTADO ---


def status(scene: Scene) -> Scene:
    """Where every case of hers stands, each in at most two SMS: the latest two, and none that was put away."""
    shown = [each for each in mine(scene) if each.state not in CLOSED] or list(mine(scene)[-1:])
    for case in shown[-2:]:
        scene = scene.tell(Content(text=in_words(scene, case)))
    return scene


def in_words(scene: Scene, case: Case) -> str:
    """State, what is missing, by when, who to talk to and how to object; what does not fit in two SMS is left out from
    the end of the middle, so that the state and the way to a person always stand there."""
    standard = standard_of(scene, case)
    title = standard.title(scene.language) if standard else case.standard
    case = replace(case, state=stands(case, scene.now))
    state = scene.words(f"case.state.{case.state.value}")
    first = scene.words("case.status", course=title, number=case.number, text=state)
    held = holding.code_told(scene, case.standard) if case.state in (State.CERTIFIED, State.EXPIRING) else ""
    middle = [each for each in (held, dated(scene, case), *_lacks(scene, case, standard)) if each]
    last = [scene.words("case.person")]
    if case.state in (State.NOT_YET_COMPETENT, State.REVOKED, State.INELIGIBLE) and case.moved_at:
        last.insert(0, scene.words("case.how_appeal", date=day(scene, case.moved_at + APPEAL_TERM)))
    if case.pilot:
        last.insert(0, scene.words("case.pilot"))
    while middle and units(fold_text(" ".join([first, *middle, *last]), "gsm")) > _MOST:
        middle.pop()
    return " ".join([first, *middle, *last])


def dated(scene: Scene, case: Case) -> str:
    """The day that counts in its state: until when it holds, by when an answer is due; empty where there is none."""
    if case.credential and case.credential.valid_until and case.state in (State.CERTIFIED, State.EXPIRING):
        return scene.words("case.until", date=day(scene, case.credential.valid_until))
    if case.state is State.APPEALED and case.appeal and case.appeal.due_at:
        return scene.words("case.appeal.due", date=day(scene, case.appeal.due_at))
    if case.state is State.PENDING_MODERATION and case.moderation and not case.moderation.sampled and case.moved_at:
        return scene.words("case.appeal.due", date=day(scene, case.moved_at + WINDOW + timedelta(days=1)))
    if case.state in _HERS and case.acts and case.acts[-1].at:
        return scene.words("case.due", date=day(scene, case.acts[-1].at + SILENCE))
    return ""


def _lacks(scene: Scene, case: Case, standard: Standard | None) -> list[str]:
    if standard is None:
        return []
    if case.state in (State.ORIENTED,):
        return [scene.words("case.lacks.self")]
    if case.state in (State.SELF_ASSESSED, State.TRAINING_ADVISED):
        return [scene.words("case.lacks.plan")]
    if case.state is State.NOT_YET_COMPETENT:
        return [_units(scene, case, standard)]
    if case.state not in GATHERING:
        return []
    return [_knowledge(scene, case, standard), _practice(scene, case, standard), who_comes(scene, case)]


def _units(scene: Scene, case: Case, standard: Standard) -> str:
    """After a decision that says not yet: which units are kept, and which are still to be shown."""
    units = [each.code for each in standard.mandatory() if each.offered]
    kept = ", ".join(f"U{each}" for each in units if each in case.achieved) or "0"
    left = ", ".join(f"U{each}" for each in units if each not in case.achieved)
    return scene.words("case.lacks.units", done=kept, topics=left) if left else ""


def _knowledge(scene: Scene, case: Case, standard: Standard) -> str:
    scheme = standard.scheme(case.country)
    marks = []
    for unit in judging.at_stake(case, standard):
        if not unit.asks_by_message:
            continue
        held = case.knowledge.get(unit.code, "")
        if held == FAILED:
            free = examining.free_from(case, unit.code, scheme)
            again = free and free > scene.now
            marks.append(scene.words("case.unit.again", number=unit.code, date=day(scene, free or scene.now)))
            if not again:
                marks[-1] = scene.words("case.unit.open", number=unit.code)
        else:
            name = {PASSED: "case.unit.passed", REFERRED: "case.unit.referred"}.get(held, "case.unit.open")
            marks.append(scene.words(name, number=unit.code))
    said = scene.words("case.lacks.knowledge", topics=", ".join(marks)) if marks else ""
    return f"{said} {scene.words('case.exam.how')}" if examining.open_now(case, standard, scene.now) else said


def _practice(scene: Scene, case: Case, standard: Standard) -> str:
    """What is still to be seen, by kind and unit: "observacion U1, U2; producto U2"."""
    found = []
    for kind in ("performance", "product", "attitude"):
        codes = dict.fromkeys(each.unit for each in judging.missing(case, standard, kind))
        if codes:
            found.append(f"{scene.words(f'case.kind.{kind}')} {', '.join(f'U{code}' for code in codes)}")
    return scene.words("case.lacks.seen", topics="; ".join(found)) if found else ""


def who_comes(scene: Scene, case: Case) -> str:
    """Who assesses her, and on which day; or that nobody is named yet."""
    known = case.people.assessors
    names = [known[each].name for each in case.assigned if each in known]
    if not names:
        return scene.words("case.no_assessor")
    said = scene.words("case.assessor", name=", ".join(names))
    return f"{said} {case.planned['date']}" if case.planned.get("date") else said
