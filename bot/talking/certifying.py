"""Her case, by message: what was done, what comes next, and where everything stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.certifying import codes, examining, judging
from bot.certifying.cases import (
    BEFORE_PLAN,
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
from bot.learning import finishing
from bot.learning.explaining import joined
from bot.messages import Content, Heard, Inbound, Media
from bot.talking import holding
from bot.talking.joining import country_of
from bot.talking.scene import Scene
from bot.turn import CaseActed, Due, Effect, Owed, Say

CASE = "case"  # the kind of due
AGAIN = "again"  # one that says a certificate of competence once more
COMPLETION = "completion"  # how the subject of one begins that is about a finished course
ENDS = {"end-90": 90, "end-30": 30, "end-7": 7, "end": 0}  # days before a credential ends at which she hears of it
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
    middle = [each for each in (held, _dated(scene, case), *_lacks(scene, case, standard)) if each]
    last = [scene.words("case.person")]
    if case.state in (State.NOT_YET_COMPETENT, State.REVOKED, State.INELIGIBLE) and case.moved_at:
        last.insert(0, scene.words("case.how_appeal", date=day(scene, case.moved_at + APPEAL_TERM)))
    if case.pilot:
        last.insert(0, scene.words("case.pilot"))
    while middle and units(fold_text(" ".join([first, *middle, *last]), "gsm")) > _MOST:
        middle.pop()
    return " ".join([first, *middle, *last])


def _dated(scene: Scene, case: Case) -> str:
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
    return [_knowledge(scene, case, standard), _practice(scene, case, standard), _who(scene, case)]


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


def _who(scene: Scene, case: Case) -> str:
    known = case.people.assessors
    names = [known[each].name for each in case.assigned if each in known]
    if not names:
        return scene.words("case.no_assessor")
    said = scene.words("case.assessor", name=", ".join(names))
    return f"{said} {case.planned['date']}" if case.planned.get("date") else said


# --- what the clock says of a case ---


def owed(scene: Scene, due: Due) -> Scene:
    """What became of her case by somebody else's hand, or what waits for her: said once, and only while it is so. On a
    phone that several share it carries her name, and whoever was writing there goes on undisturbed."""
    after = _owed(scene, due)
    learner = scene.record.learner(due.learner)
    if not scene.shared or learner is None:
        return after
    said = len(scene.effects)
    named = tuple(_named(each, learner.name) for each in after.effects[said:])
    back = scene.knowing(after.record).standing(after.conversation).turned(learner=scene.conversation.learner)
    return back.fact(*named)


def _named(effect: Effect, name: str) -> Effect:
    if not isinstance(effect, Say) or not name:
        return effect
    said = effect.content
    content = Content(text=f"{name}: {said.text}", media=said.media, language=said.language)
    return Say(content=content, kind=effect.kind, learner=effect.learner)


def _owed(scene: Scene, due: Due) -> Scene:
    id, _, what = due.subject.partition("/")
    if id in (COMPLETION, AGAIN):
        return _completed(scene.turned(learner=due.learner), what, competence=id == AGAIN)
    case = next((each for each in scene.record.cases if each.id == id), None)
    if case is None or case.candidate != due.learner:
        return scene
    scene = scene.turned(learner=case.candidate)
    if what == "nudge":
        waits = case.state in (State.ORIENTED, State.SELF_ASSESSED) or any(
            each.case == case.id for each in scene.record.exams
        )
        said = "case.nudge.self" if case.state is State.ORIENTED else "case.nudge"
        return scene.say(said, number=case.number) if waits and case.state in OPEN else scene
    if what.startswith("again/"):
        standard = standard_of(scene, case)
        unit = standard.unit(what.removeprefix("again/")) if standard else None
        if unit is None or standard is None or unit not in examining.open_now(case, standard, scene.now):
            return scene
        return scene.say("exam.again", unit=unit_name(scene, unit))
    if what in ENDS:
        return _ends(scene, case)
    return happened(scene, case, int(what)) if what.isdecimal() else scene


def _completed(scene: Scene, what: str, *, competence: bool) -> Scene:
    """Her credential, once more or because a course is finished: its code, what it proves and what it does not, and on
    Telegram the paper itself."""
    code, _, course = what.partition("/")
    taught = scene.catalogue.courses.get(course)
    found = scene.catalogue.standards.get(course) if competence else taught
    title = found.title(scene.language) if found else course
    said = "competence.again" if competence else "completion.told"
    how = finishing.how_certified(scene, taught) if taught and not competence else ""
    text = joined(scene.words(said, course=title, code=codes.shown(code)), how)
    return scene.tell(Content(text=text, media=(paper(codes.shown(code)),)))


def paper(code: str) -> Media:
    """A credential as a document, where the channel carries documents: drawn when it leaves."""
    return Media(kind="document", made=f"credential/{code}", name=f"{code}.pdf")


def _ends(scene: Scene, case: Case) -> Scene:
    """The end of a credential comes near, or has come: entered in the case, and told with how to renew it."""
    until = case.credential.valid_until if case.credential else None
    if until is None:
        return scene
    if until <= scene.now:
        scene, case, refused = acted(scene, case, ours("expire"))
        return scene if refused else happened(scene, case, len(case.acts))
    if case.state is State.CERTIFIED:
        scene, case, _ = acted(scene, case, ours("expiring"))
    told_ = case.state is State.EXPIRING
    return scene.say("case.ending", number=case.number, date=day(scene, until)) if told_ else scene


_VISIT = ("assign", "plan")  # who comes to see her work, and when


def happened(scene: Scene, case: Case, seq: int) -> Scene:
    """What an entry means for her, and what comes next. An entry that a later move has overtaken is not said."""
    act = next((each for each in case.acts if each.seq == seq), None)
    if act is None:
        return scene
    if act.kind in _VISIT and case.state in BEFORE_PLAN | GATHERING:
        if any(each.kind in _VISIT and each.seq > seq for each in case.acts):
            return scene  # the later one tells of both
        return scene.tell(Content(text=f"{_who(scene, case)} {scene.words('case.next.practice')}"))
    to = act.data.get("to", "")
    if not to or to != case.state.value:
        return scene
    values = {
        "number": case.number,
        "ground": act.reason[:40] or "-",
        "date": day(scene, scene.now + APPEAL_TERM),
        "code": act.data.get("code", ""),
    }
    if act.kind == "certify":  # what it is, what it is not, and until when
        said = (scene.words(f"case.told.{to}", **values), _dated(scene, case))
        media = (paper(act.data["code"]),) if act.data.get("code") else ()
        return scene.tell(Content(text=" ".join(each for each in said if each), media=media))
    return scene.say(f"case.told.{to}", **values)
