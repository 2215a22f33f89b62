"""A cohort's lesson slot: the next step of its course, as if she had written that she wants to go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.learning import lessons
from bot.learning.progress import next_step
from bot.talking import profile
from bot.talking.recalling import PURPOSE
from bot.talking.scene import Scene
from bot.turn import Due, Owed

LESSON = "lesson"  # the kind of the due; its subject is cohort/local date/slot

_A_WHILE = timedelta(hours=1)
_OTHERS = timedelta(hours=3)  # how long somebody else's question on a shared phone is left in peace


def lesson(scene: Scene, due: Due) -> Scene:
    """Begin the next step of the cohort's course. Nothing is piled on a question that is open (its reminders see to
    it), a finished course says nothing, and one who has gone on by herself since the slot has had her lesson."""
    occasion, learner = scene.record.occasion, scene.record.learner(due.learner)
    cohort = occasion.cohort if occasion else None
    course = scene.catalogue.courses.get(cohort.course) if cohort else None
    enrolment = scene.record.enrolment(due.learner, course.id) if course else None
    if learner is None or course is None or enrolment is None or learner.guardian in ("needed", "refused"):
        return scene
    if next_step(course, enrolment).kind == "finished":
        return scene
    if any(at >= due.at - _A_WHILE for at in enrolment.done.values()):
        return scene
    question = scene.conversation.question
    if question and question.learner == learner.id and question.purpose != PURPOSE:
        return scene  # a review does not hold up the course: it stays answerable, laid aside
    if question and question.learner != learner.id and _is_fresh(question.asked_at, scene.now):
        return scene.fact(Owed(due=replace(due, at=scene.now + _A_WHILE)))
    prompt = scene.conversation.prompt
    asked = prompt is not None and prompt.kind == "birth_year" and scene.conversation.learner == learner.id
    if asked and profile.year_comes_first(learner):
        return scene  # nor on the question that the law puts before every lesson
    return lessons.go_on(scene.turned(learner=learner.id, course=course.id, prompt=None))


def _is_fresh(asked_at: str, now: datetime) -> bool:
    return bool(asked_at) and now - datetime.fromisoformat(asked_at) < _OTHERS
