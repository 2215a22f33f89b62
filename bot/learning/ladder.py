"""The ladder of reminders under a question that nobody answers: when each step falls due, and where it ends.

A due's subject carries the step (`question/2`), so that one row for each step moves with every new question.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation import Question
from bot.talking.scene import Scene
from bot.turn import Due, Owed

REMINDER = "reminder"
# Between two reminders of which neither is the first. The first follows the question so closely that she still knows
# what it was about. Source: Arist's schedule, whose first step after two hours does best.
APART = timedelta(hours=20)


def begin(scene: Scene) -> Scene:
    """Owe the first reminder of the question that is open for her."""
    return owe(scene, 1, scene.now)


_HOUR = timedelta(hours=1)


def owe(scene: Scene, step: int, since: datetime, *, not_before: datetime | None = None) -> Scene:
    """Owe a step (from 1) of the ladder, counted from when she was asked or last heard: the first in waking hours,
    the others at the hour that she named. None beyond the last."""
    hours = scene.record.policy.reminder_hours
    if not 0 < step <= len(hours):
        return scene
    at = since + hours[step - 1] * _HOUR
    if not_before is not None and not_before > at:
        at = not_before
    at = scene.next_waking(at) if step == 1 else scene.when_awake(at)
    due = Due(learner=scene.conversation.learner, kind=REMINDER, subject=f"question/{step}", at=at)
    return scene.fact(Owed(due=due))


def reached(scene: Scene, since: datetime) -> int:
    """The highest step for which it is time; 0 before the first."""
    passed = scene.now - since
    return sum(passed >= timedelta(hours=hours) for hours in scene.record.policy.reminder_hours)


def since(scene: Scene, question: Question) -> datetime:
    """From when its ladder counts: it was asked, or somebody wrote on this thread since."""
    asked = datetime.fromisoformat(question.asked_at)
    return max(asked, datetime.fromtimestamp(scene.conversation.last_at, asked.tzinfo))


def is_near(scene: Scene, question: Question) -> bool:
    """Whether a reminder of this question was said today, on her own calendar, or is owed today."""
    today = scene.now.astimezone(scene.zone).date()
    if question.reminded and datetime.fromisoformat(question.reminded_at).astimezone(scene.zone).date() == today:
        return True
    hours = scene.record.policy.reminder_hours
    if not question.asked_at or question.reminded >= len(hours):
        return False
    at = since(scene, question) + hours[question.reminded] * _HOUR
    return scene.when_awake(max(at, scene.now)).astimezone(scene.zone).date() == today


def is_silent(scene: Scene, learner: str) -> bool:
    """Whether the last step was said to her and she has not written since: nothing more is sent until she does."""
    steps = len(scene.record.policy.reminder_hours)
    questions = (scene.conversation.question, *scene.conversation.earlier)
    return any(each is not None and each.learner == learner and each.reminded >= steps for each in questions)


def woken(scene: Scene) -> Scene:
    """Somebody writes: whatever was not answered may be reminded of anew, from the first step on."""
    conversation = scene.conversation
    if conversation.question and conversation.question.reminded:
        question = conversation.question
        scene = scene.turned(question=question.changed(reminded=0))
        hers = scene.turned(learner=question.learner)
        scene = scene.fact(*owe(hers, 1, scene.now).effects[len(scene.effects) :])
    if any(each.reminded for each in conversation.earlier):
        scene = scene.turned(earlier=tuple(each.changed(reminded=0) for each in conversation.earlier))
    return scene
