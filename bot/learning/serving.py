"""Put a question: shuffle where a quiz wants it, keep what was served, and owe a reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.catalogue import Course, Item
from bot.conversation import Question, moment
from bot.delivering.hours import next_waking
from bot.messages import Choice, Content, labels
from bot.talking.scene import Scene
from bot.turn import Due, Owed, Say

REMINDER = "reminder"


def serve(scene: Scene, course: Course, item: Item, *, purpose: str, number: int, lead: str = "") -> Scene:
    """Ask an item. In a quiz the options are shuffled; `lead` stands in front of the text ("3/8")."""
    order = list(range(len(item.options)))
    if purpose == "quiz" and item.kind == "choice":
        scene.chance.shuffle(order)
    unit, lesson = _place(course, item.id)
    question = Question(
        token=scene.token(),
        number=number,
        purpose=purpose,
        kind=item.kind,
        course=course.id,
        unit=unit,
        lesson=lesson,
        item=item.id,
        digest=item.digest,
        text=f"{lead or f'{number}.'} {item.text}",
        options=tuple(item.options[place].text for place in order),
        order=tuple(order),
        key=order.index(item.key) if item.key >= 0 else -1,
        answer=item.answer,
        tolerance=item.tolerance,
        feedback=tuple(item.options[place].feedback for place in order),
        hint=item.hint,
        why=item.why,
        learner=scene.conversation.learner,
        asked_at=moment(scene.now),
    )
    scene = replace(scene, conversation=replace(scene.conversation.asking(question), prompt=None))
    return remind_later(say_question(scene, question, course.sms_policy))


def translated(question: Question, item: Item) -> Question:
    """An open question as it would have been served in another language: same token, same order, same key."""
    if len(item.options) != len(question.order):
        return question
    lead = question.text.partition(" ")[0]
    return replace(
        question,
        digest=item.digest,
        text=f"{lead} {item.text}",
        options=tuple(item.options[place].text for place in question.order),
        feedback=tuple(item.options[place].feedback for place in question.order),
        answer=item.answer,
        hint=item.hint,
        why=item.why,
    )


def say_question(scene: Scene, question: Question, policy: str) -> Scene:
    """Say a question as it was served. On a shared phone it begins with the name of the one who is asked."""
    learner = scene.learner
    name = f"{learner.name}: " if learner and learner.name and scene.shared else ""
    choices = tuple(
        Choice(label=label, text=text)
        for label, text in zip(labels(len(question.options)), question.options, strict=True)
    )
    hint = f" {scene.words('how.order')}" if question.kind == "order" else ""
    content = Content(
        text=f"{name}{question.text}{hint}",
        choices=choices,
        token=question.token if question.kind == "choice" else "",
        policy=policy,
        language=scene.language,
    )
    return scene.fact(Say(content=content, kind="question", learner=scene.conversation.learner))


def remind_later(scene: Scene) -> Scene:
    """Owe one reminder of whatever is open a day from now, in waking hours; it moves with every new question."""
    policy = scene.record.policy
    at = next_waking(scene.now + timedelta(hours=policy.reminder_hours), scene.zone, policy.waking)
    due = Due(learner=scene.conversation.learner, kind=REMINDER, subject="question", at=at)
    return scene.fact(Owed(due=due))


def _place(course: Course, item: str) -> tuple[str, str]:
    for unit in course.units:
        if item in unit.practice:
            lesson = item.rpartition(".")[0]
            return unit.id, lesson if lesson in unit.lessons else ""
    return "", ""
