"""Remind her of what is open: the ladder under an unanswered question, and the word that ends a pause."""

from __future__ import annotations

import re
from datetime import datetime

from bot.conversation import Question, moment
from bot.learning import ladder
from bot.learning.explaining import joined, letters
from bot.learning.ladder import REMINDER
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Choice, Content, labels
from bot.talking.scene import Scene
from bot.turn import Due, HelpAsked

_HEAD = re.compile(r"\w")  # Spanish opens a question with ¿
# Step of the ladder → its sentence, from the second one on; a longer ladder repeats the one before the last.
_WORDS = ("reminder.second", "reminder.third")


def resumed(scene: Scene, due: Due) -> Scene:
    """The one word that ends a pause, with what was open: that is asked anew, and the word is its first reminder."""
    learner = scene.record.learner(due.learner)
    if learner is None or learner.paused_until is None or learner.paused_until > scene.now:
        return scene
    scene = scene.changed(learner, paused_until=None)
    question = scene.conversation.question
    if question and question.learner == learner.id:
        now = moment(scene.now)
        asked = question.changed(asked_at=now, reminded=1, reminded_at=now)
        scene = scene.turned(learner=learner.id, question=asked)
        scene = ladder.owe(scene, 2, scene.now)
        return scene.tell(
            Content(text=joined(scene.words("pause.over", name=""), still_open(scene, question))), kind=REMINDER
        )
    over = scene.words("pause.over", name=f", {learner.name}" if learner.name else "")
    if scene.conversation.learner == learner.id and question is None:
        return offer(scene, over, kind=REMINDER)
    return scene.tell(Content(text=over), kind=REMINDER)


def reminded(scene: Scene, due: Due) -> Scene:
    """One gentle word on the open question, each time another. A question asked since, or a word of hers, begins the
    ladder anew; steps that nobody said in time are passed over; after the last one a person is told that she is silent.
    """
    question = scene.conversation.question
    if question is None or question.learner != due.learner or not question.asked_at:
        return scene
    scene = scene.turned(learner=due.learner)  # on a shared phone, her language and her name
    steps = len(scene.record.policy.reminder_hours)
    if question.reminded >= steps:
        return scene
    since = ladder.since(scene, question)
    step = ladder.reached(scene, since)
    if step <= question.reminded:
        return ladder.owe(scene, question.reminded + 1, since)
    if question.reminded > 1 and scene.now - datetime.fromisoformat(question.reminded_at) < ladder.APART:
        last = datetime.fromisoformat(question.reminded_at)
        return ladder.owe(scene, step, since, not_before=last + ladder.APART)
    scene = _say(scene, question, step, last=step == steps)
    scene = scene.turned(question=question.changed(reminded=step, reminded_at=moment(scene.now)))
    if step == steps:
        return scene.fact(HelpAsked(learner=due.learner, kind="silent", text=question.item))
    apart = scene.now + ladder.APART if step > 1 else None
    return ladder.owe(scene, step + 1, since, not_before=apart)


def _say(scene: Scene, question: Question, step: int, *, last: bool) -> Scene:
    text = _text(scene, question, step, last=last)
    if question.kind != "choice":
        return scene.tell(Content(text=text), kind=REMINDER)
    count = len(question.options)
    choices = tuple(Choice(label=label, text=each) for label, each in zip(labels(count), question.options, strict=True))
    content = Content(text=text, rich=f"{text}\n\n{question.text}", choices=choices, listed=False, token=question.token)
    return scene.tell(content, kind=REMINDER)


def _text(scene: Scene, question: Question, step: int, *, last: bool) -> str:
    if step == 1 and not last:
        return still_open(scene, question)
    learner = scene.record.learner(question.learner)
    how = scene.words("how.write")
    if question.kind == "choice":
        how = scene.words("how.reply", letters=letters(scene, len(question.options)))
    id = "reminder.last" if last else _WORDS[min(step - 2, len(_WORDS) - 1)]
    name = f"{learner.name}, " if learner and learner.name else ""
    text = scene.words(id, name=name, number=question.number, how=how)
    return _HEAD.sub(lambda found: found[0].upper(), text, count=1)
