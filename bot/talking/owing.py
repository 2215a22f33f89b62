"""What time owes a learner, judged when it is said: consent, pause, hours, her week, and whether it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivering import campaigns
from bot.delivering.hours import next_waking
from bot.learning.explaining import joined
from bot.learning.offering import offer
from bot.learning.serving import REMINDER, still_open
from bot.messages import Choice, Content, labels
from bot.talking.campaigning import announced
from bot.talking.inviting import INVITATION, invited, may_be_invited
from bot.talking.scene import Scene
from bot.talking.settling import RESUME
from bot.turn import Due, Owed, Say


def owed(scene: Scene, due: Due) -> Scene:
    """Answer a due. Nothing is said to who has not agreed, has paused, or sleeps; what is said is marked unasked."""
    learner = scene.record.learner(due.learner)
    if learner is None or scene.record.state != "open":
        return scene
    # An invitation is the one word that may come before a yes; it never follows a no.
    agreed = scene.record.consents.get(learner.id)
    if not agreed and not (due.kind == INVITATION and may_be_invited(scene, learner)):
        return scene
    scene = scene.turned(learner=learner.id) if not scene.shared else scene
    awake = next_waking(scene.now, scene.zone, scene.record.policy.waking)
    if awake > scene.now:
        return scene.fact(Owed(due=replace(due, at=awake)))
    if due.kind != RESUME and learner.paused_until and learner.paused_until > scene.now:
        return scene
    answer = _BY_KIND.get(due.kind)
    return _unasked(answer(scene, due)) if answer else scene


def _unasked(scene: Scene) -> Scene:
    effects = tuple(replace(each, unasked=True) if isinstance(each, Say) else each for each in scene.effects)
    return replace(scene, effects=effects)


def _resumed(scene: Scene, due: Due) -> Scene:
    learner = scene.record.learner(due.learner)
    if learner is None or learner.paused_until is None:
        return scene
    scene = scene.changed(learner, paused_until=None)
    question = scene.conversation.question
    if question and question.learner == learner.id:
        return scene.tell(
            Content(text=joined(scene.words("pause.over", name=""), still_open(scene, question))), kind=REMINDER
        )
    over = scene.words("pause.over", name=f", {learner.name}" if learner.name else "")
    if scene.conversation.learner == learner.id and question is None:
        return offer(scene, over, kind=REMINDER)
    return scene.tell(Content(text=over), kind=REMINDER)


def _reminded(scene: Scene, due: Due) -> Scene:
    """One gentle word on the open question. A question asked since moves the reminder on to its own day."""
    question = scene.conversation.question
    if question is None or question.learner != due.learner:
        return scene
    asked = datetime.fromisoformat(question.asked_at)
    day = timedelta(hours=scene.record.policy.reminder_hours)
    if scene.now - asked < day:
        return scene.fact(Owed(due=replace(due, at=scene.when_awake(asked + day))))
    scene = scene.turned(learner=due.learner)  # on a shared phone, her language and her name
    text = still_open(scene, question)
    if question.kind != "choice":
        return scene.tell(Content(text=text), kind=REMINDER)
    count = len(question.options)
    choices = tuple(Choice(label=label, text=each) for label, each in zip(labels(count), question.options, strict=True))
    content = Content(text=text, rich=f"{text}\n\n{question.text}", choices=choices, listed=False, token=question.token)
    return scene.tell(content, kind=REMINDER)


# Kind of due → who answers it. Further kinds are added here.
_BY_KIND: Mapping[str, Callable[[Scene, Due], Scene]] = {
    RESUME: _resumed,
    REMINDER: _reminded,
    INVITATION: invited,
    campaigns.DUE: announced,
}
