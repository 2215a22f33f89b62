"""A warm word before the week begins, and a heads-up before a group meets."""

from __future__ import annotations

from datetime import timedelta

from bot.catalogue import Course
from bot.learning import ladder
from bot.learning.explaining import fitting, joined
from bot.learning.offering import step_name, with_next
from bot.learning.progress import lessons_done, lessons_in, next_step
from bot.messages import Content
from bot.people import Enrolment
from bot.talking import profile
from bot.talking.scene import Scene
from bot.turn import Due

SUNDAY, SESSION = "sunday", "session"  # kinds of due
EVE, DAY = "eve", "day"  # the second part of a session's subject

_GONE = 28 * 86_400  # seconds without a word from her: who left before her first lesson is not asked for ever
_WARM = 4  # sentences sunday.warm.1 and so on, in turn


def sunday(scene: Scene, due: Due) -> Scene:
    """Where she stands, what comes next and one warm sentence; nothing where nothing is under way, to who is reminded
    of her open question on the same day or has not written for four weeks, nor while another on her phone is asked for
    something."""
    learner = scene.record.learner(due.learner)
    found = _under_way(scene, due.learner)
    if learner is None or found is None or learner.guardian in ("needed", "refused"):
        return scene
    last = scene.conversation.last_at
    if last and scene.now.timestamp() - last >= _GONE:
        return scene
    course, enrolment = found
    asked, now = scene.conversation.question, scene.conversation.learner
    if scene.conversation.prompt and now not in ("", learner.id):
        return scene  # her answer would be taken for that of whom this is told
    before, scene = scene, scene.turned(learner=learner.id)
    if asked and asked.learner == learner.id and ladder.is_near(scene, asked):
        return scene
    if asked is None and profile.name_comes_first(scene.turned(course=course.id)):
        return profile.ask(scene.turned(course=course.id), "name", then="start")
    local = scene.now.astimezone(scene.zone)
    warm = scene.words(f"sunday.warm.{local.isocalendar().week % _WARM + 1}")
    values = {
        "name": f"{learner.name}: " if learner.name else "",
        "done": lessons_done(course, enrolment),
        "of": lessons_in(course),
    }
    question = scene.conversation.question
    if question and question.learner == learner.id:
        text = scene.words("sunday.open", **values, number=question.number, warm=warm)
        return scene.tell(Content(text=_capital(text)), kind=SUNDAY)
    values["next"] = step_name(scene, course, next_step(course, enrolment))
    texts = (_capital(scene.words("sunday.next", **values, warm=each)).strip() for each in (warm, ""))
    text = fitting(texts, course.sms_policy)
    if scene.conversation.question:  # of somebody else on this phone: a button would be pressed for her
        return before.tell(Content(text=text, policy=course.sms_policy), kind=SUNDAY)
    return scene.turned(course=course.id).tell(with_next(scene, text, course.sms_policy), kind=SUNDAY)


def _under_way(scene: Scene, learner: str) -> tuple[Course, Enrolment] | None:
    """Her course that is not finished: the one where she is, else the latest."""
    held = [
        (scene.catalogue.courses[each.course], each)
        for each in scene.record.of(learner)
        if each.course in scene.catalogue.courses
    ]
    going = [pair for pair in held if next_step(*pair).kind != "finished"]
    here = [pair for pair in going if pair[0].id == scene.conversation.course]
    return next(iter(here or going[-1:]), None)


def session(scene: Scene, due: Due) -> Scene:
    """Tell her the evening before, and for an afternoon that morning too, where and when her group meets.

    The subject is session/eve or session/day. A session that was cancelled, moved or is over is not spoken of.
    """
    occasion, learner = scene.record.occasion, scene.record.learner(due.learner)
    session = occasion.session if occasion else None
    part = due.subject.rpartition("/")[2]
    if session is None or learner is None or part not in (EVE, DAY) or session.cancelled or session.at <= scene.now:
        return scene
    scene = scene.turned(learner=learner.id) if not scene.conversation.question else scene
    hers = scene.turned(learner=learner.id)
    local, today = session.at.astimezone(hers.zone), scene.now.astimezone(hers.zone).date()
    if local.date() != (today if part == DAY else today + timedelta(days=1)):
        return scene
    name = f"{learner.name}, " if learner.name else ""
    where = hers.words("session.place", place=session.place) if session.place else ""
    what = hers.words("session.topic", topic=session.topic) if session.topic else ""
    time = local.strftime("%H:%M")
    texts = (
        hers.words(f"session.{part}", name=name, time=time, details=each).strip()
        for each in (joined(where, what), where, "")
    )
    return scene.tell(Content(text=_capital(fitting(texts, "gsm")), language=hers.language), kind=SESSION)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
