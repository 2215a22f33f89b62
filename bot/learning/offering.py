"""Say what comes next, and offer to go on."""

from __future__ import annotations

from bot.catalogue import Course
from bot.delivering.sms import segments, sms_text
from bot.learning import finishing
from bot.learning.explaining import joined
from bot.learning.progress import NextStep, next_step
from bot.learning.serving import still_open
from bot.messages import Choice, Content
from bot.talking.scene import Scene
from bot.turn import Say


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


def pointed(scene: Scene, lead: str, policy: str = "gsm", *, named: bool = True) -> Scene:
    """`lead`, and after it what waits: what was asked of her, the open question, or the next step. In one SMS where
    both fit. Not `named`: where the lead has said her name."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    if prompt and prompt.data.get("shown"):
        return scene.tell(Content(text=lead, policy=policy)).ask_again(prompt)
    if question:
        waits = still_open(scene, question, named=named or question.learner != scene.conversation.learner)
        together = scene.tell(Content(text=joined(lead, waits), policy=policy))
        apart = scene.tell(Content(text=lead, policy=policy)).tell(Content(text=waits))
    elif scene.course and scene.enrolment:
        together = offer(scene, lead)
        apart = offer(scene.tell(Content(text=lead, policy=policy)))
    else:
        return scene.tell(Content(text=lead, policy=policy))
    said = next(each for each in reversed(together.effects) if isinstance(each, Say))
    return together if segments(sms_text(said.content)) == 1 else apart


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
