"""Say what comes next, and offer to go on."""

from __future__ import annotations

from bot.catalogue import Course
from bot.learning import finishing
from bot.learning.explaining import joined
from bot.learning.progress import NextStep, next_step
from bot.messages import Choice, Content
from bot.talking.scene import Scene


def offer(scene: Scene, lead: str = "", *, kind: str = "reply") -> Scene:
    """Say what comes next, without beginning it; `lead` stands in front."""
    course, enrolment = scene.course, scene.enrolment
    if course is None or enrolment is None:
        return scene.tell(Content(text=joined(lead, scene.words("menu.none"))), kind=kind)
    step = next_step(course, enrolment)
    if step.kind == "finished":
        told = scene.tell(Content(text=finishing.over(scene, course, lead)), kind=kind)
        return finishing.completed(told, course, enrolment)
    offered = scene.words("next.offer", next=step_name(scene, course, step))
    return scene.tell(with_next(scene, joined(lead, offered)), kind=kind)


def step_name(scene: Scene, course: Course, step: NextStep) -> str:
    """The next step in words: the lesson's title, or the unit's quiz."""
    if step.kind == "lesson":
        lesson = course.lesson(step.lesson, scene.language)
        return lesson.title if lesson else step.lesson
    unit = next((each for each in course.units if each.id == step.unit), None)
    title = unit.titles.get(course.in_language(scene.language), "") if unit else ""
    return scene.words("quiz.name", unit=title)


def with_next(scene: Scene, text: str, policy: str = "gsm") -> Content:
    """A text with a button that goes on; on SMS the text itself says the word."""
    button = Choice(label="", text=scene.words("next.button"))
    return Content(text=text, choices=(button,), listed=False, token="next", policy=policy)  # noqa: S106
