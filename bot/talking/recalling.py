"""Ask what was learnt once more: a review slot, a booster months after the course, and the answers to both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.catalogue import Course
from bot.conversation import Question
from bot.learning import reviewing
from bot.learning.explaining import fitting, joined, reason
from bot.learning.offering import with_next
from bot.learning.progress import next_step
from bot.learning.serving import serve
from bot.messages import Content
from bot.occasion import Review
from bot.talking.scene import Scene
from bot.turn import Due, Owed, Reviewed

REVIEW, BOOSTER = "review", "booster"  # kinds of due
PURPOSE = "review"  # of a question: its answers are noted, and never touch progress

_ASLEEP = timedelta(days=90)  # the longest interval after a course
_BOOSTERS = (91, 182, 273)  # days after a course was finished: months 3, 6 and 9


def reviewed(scene: Scene, due: Due) -> Scene:
    """Ask one or two of the items that are due, what is nearest to being forgotten first."""
    occasion = scene.record.occasion
    loaded = occasion.reviews if occasion else ()
    # After a course only its boosters ask; and of what is not due yet it is now known when it is.
    found = tuple(replace(each, due_at=scene.now + _ASLEEP) if _is_over(scene, due, each) else each for each in loaded)
    scene = scene.fact(*(Reviewed(review=each) for each in found if each.due_at > scene.now))
    ranked = reviewing.ranked(found, scene.now)
    first = ranked[0].course if ranked else ""
    return _ask(scene, due, first, [each.item for each in ranked if each.course == first], reviewing.SLOT)


def _is_over(scene: Scene, due: Due, review: Review) -> bool:
    course, enrolment = scene.catalogue.courses.get(review.course), scene.record.enrolment(due.learner, review.course)
    return course is None or enrolment is None or next_step(course, enrolment).kind == "finished"


def boosted(scene: Scene, due: Due) -> Scene:
    """Ask three items of a course that she finished months ago; the subject is course/month."""
    occasion, course = scene.record.occasion, due.subject.rpartition("/")[0]
    found = [each for each in occasion.reviews if each.course == course] if occasion else []
    ranked = reviewing.ranked(found, scene.now, early=True)
    return _ask(scene, due, course, [each.item for each in ranked], reviewing.BOOST)


def owe_boosters(scene: Scene, course: Course) -> Scene:
    """Owe the three boosters of a course that has just been finished, at her hour."""
    return scene.fact(
        *(
            Owed(
                due=Due(
                    learner=scene.conversation.learner,
                    kind=BOOSTER,
                    subject=f"{course.id}/{place * 3}",
                    at=scene.at_her_hour(scene.now + timedelta(days=days)),
                )
            )
            for place, days in enumerate(_BOOSTERS, 1)
        )
    )


def _ask(scene: Scene, due: Due, course_id: str, items: list[str], most: int) -> Scene:
    course, learner = scene.catalogue.courses.get(course_id), scene.record.learner(due.learner)
    enrolment = scene.record.enrolment(due.learner, course_id)
    if course is None or enrolment is None or learner is None or scene.conversation.question:
        return scene  # nothing is piled on a question that is open
    scene = scene.turned(learner=learner.id, course=course.id)
    known = tuple(each for each in items if course.item(each, scene.language))[:most]
    return _serve(scene, course, known) if known else scene


def _serve(scene: Scene, course: Course, items: tuple[str, ...]) -> Scene:
    item = course.item(items[0], scene.language)
    if item is None:  # an edit took it away since
        return _serve(scene, course, items[1:]) if items[1:] else scene
    number = scene.conversation.counter % 99 + 1
    lead = f"{number}. {scene.words('review.lead')}"
    return serve(scene, course, item, purpose=PURPOSE, number=number, lead=lead, more=items[1:])


def answered(scene: Scene, course: Course, question: Question, *, choice: int, right: bool) -> Scene:
    """Say why, then the next question of the review, or what comes next in the course."""
    said = reason(scene, question, choice=choice, right=right)
    scene = scene.turned(question=None)
    if question.more:
        asked = _serve(scene.tell(Content(text=said, policy=course.sms_policy)), course, question.more)
        if asked.conversation.question:
            return asked
    return over(scene, course, said)


def over(scene: Scene, course: Course, said: str = "") -> Scene:
    """The end of a review: thanks, and how to go on where there is something to go on with."""
    enrolment = scene.record.enrolment(scene.conversation.learner, course.id)
    thanks = scene.words("review.done")
    if enrolment is None or next_step(course, enrolment).kind == "finished":
        text = fitting((joined(said, thanks), said or thanks), course.sms_policy)
        return scene.tell(Content(text=text, policy=course.sms_policy))
    how = scene.words("next.how")
    text = fitting((joined(said, thanks, how), joined(said, how), said or how), course.sms_policy)
    return scene.tell(with_next(scene, text, course.sms_policy))
