"""What the clock says of a case: what became of it by somebody else's hand, or what waits for her."""

from __future__ import annotations

from bot.certifying import codes, examining
from bot.certifying.cases import BEFORE_PLAN, GATHERING, OPEN, Case, State
from bot.certifying.guarding import APPEAL_TERM
from bot.learning import finishing
from bot.learning.explaining import joined
from bot.messages import Content, Media
from bot.talking import certifying
from bot.talking.scene import Scene
from bot.turn import Due, Effect, Say

AGAIN = "again"  # one that says a certificate of competence once more
COMPLETION = "completion"  # how the subject of one begins that is about a finished course
ENDS = {"end-90": 90, "end-30": 30, "end-7": 7, "end": 0}  # days before a credential ends at which she hears of it
_VISIT = ("assign", "plan")  # who comes to see her work, and when


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
        standard = certifying.standard_of(scene, case)
        unit = standard.unit(what.removeprefix("again/")) if standard else None
        if unit is None or standard is None or unit not in examining.open_now(case, standard, scene.now):
            return scene
        return scene.say("exam.again", unit=certifying.unit_name(scene, unit))
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
        scene, case, refused = certifying.acted(scene, case, certifying.ours("expire"))
        return scene if refused else happened(scene, case, len(case.acts))
    if case.state is State.CERTIFIED:
        scene, case, _ = certifying.acted(scene, case, certifying.ours("expiring"))
    told_ = case.state is State.EXPIRING
    return scene.say("case.ending", number=case.number, date=certifying.day(scene, until)) if told_ else scene


def happened(scene: Scene, case: Case, seq: int) -> Scene:
    """What an entry means for her, and what comes next. An entry that a later move has overtaken is not said."""
    act = next((each for each in case.acts if each.seq == seq), None)
    if act is None:
        return scene
    if act.kind in _VISIT and case.state in BEFORE_PLAN | GATHERING:
        if any(each.kind in _VISIT and each.seq > seq for each in case.acts):
            return scene  # the later one tells of both
        return scene.tell(Content(text=f"{certifying.who_comes(scene, case)} {scene.words('case.next.practice')}"))
    to = act.data.get("to", "")
    if not to or to != case.state.value:
        return scene
    values = {
        "number": case.number,
        "ground": act.reason[:40] or "-",
        "date": certifying.day(scene, scene.now + APPEAL_TERM),
        "code": act.data.get("code", ""),
    }
    if act.kind == "certify":  # what it is, what it is not, and until when
        said = (scene.words(f"case.told.{to}", **values), certifying.dated(scene, case))
        media = (paper(act.data["code"]),) if act.data.get("code") else ()
        return scene.tell(Content(text=" ".join(each for each in said if each), media=media))
    return scene.say(f"case.told.{to}", **values)
