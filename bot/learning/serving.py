"""Put a question: shuffle where a quiz wants it, keep what was served, and begin its ladder of reminders."""

from __future__ import annotations

from bot.catalogue import Course, Item
from bot.conversation import Question, kept_of, micros, moment
from bot.learning import ladder
from bot.learning.explaining import letters
from bot.messages import Choice, Content, labels
from bot.people import Enrolment
from bot.talking.scene import Scene
from bot.turn import Say

REMINDER = ladder.REMINDER


def serve(
    scene: Scene,
    course: Course,
    item: Item,
    *,
    purpose: str,
    number: int,
    lead: str = "",
    more: tuple[str, ...] = (),
) -> Scene:
    """Ask an item. In a quiz or a review the options are shuffled; `lead` stands in front of the text ("3/8"); `more`
    are the items that a review asks after this one."""
    order = list(range(len(item.options)))
    if purpose != "lesson" and item.kind == "choice":
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
        put=micros(scene.now),
        more=more,
    )
    scene = scene.standing(scene.conversation.asking(question))
    return ladder.begin(say_question(scene, question, course.sms_policy))


def translated(question: Question, item: Item) -> Question:
    """An open question as it would have been served in another language: same token, same order, same key."""
    if len(item.options) != len(question.order):
        return question
    lead = question.text.partition(" ")[0]
    return question.changed(
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


def still_open(scene: Scene, question: Question, *, named: bool = True) -> str:
    """The word on a question that waits for its answer, as a reminder or a greeting needs it. It begins with her name,
    unless that has just been said."""
    learner = scene.record.learner(question.learner)
    name = f"{learner.name}, " if named and learner and learner.name else ""
    if question.kind == "choice":
        each = letters(scene, len(question.options))
        text = scene.words("reminder.letters", name=name, number=question.number, letters=each)
    else:
        text = scene.words("reminder.open", name=name, number=question.number)
    return text[:1].upper() + text[1:]


def aside(scene: Scene) -> Scene:
    """Lay the open question aside; it stays answerable."""
    question = scene.conversation.question
    if question is None:
        return scene
    return scene.turned(question=None, earlier=kept_of((question, *scene.conversation.earlier)))


def reopen(scene: Scene, question: Question) -> Scene:
    """Bring back a question that was laid aside. The one that is open takes its place, unless it asks the same."""
    open_ = scene.conversation.question
    kept = scene.conversation.without(question.token).earlier
    if open_ and open_.token != question.token and (open_.learner, open_.item) != (question.learner, question.item):
        kept = kept_of((open_, *kept))
    question = question.changed(put=micros(scene.now))
    return scene.turned(question=question, earlier=kept, learner=question.learner, course=question.course, prompt=None)


def waiting(scene: Scene, enrolment: Enrolment) -> Question | None:
    """Her question of this course that still waits: not one that was passed over when its lesson was finished."""
    conversation = scene.conversation
    for question in (conversation.question, *conversation.earlier):
        if question and (question.learner, question.course) == (enrolment.learner, enrolment.course):
            open_ = question is conversation.question
            return question if open_ or is_awaited(scene, question) or _unfinished(question, enrolment) else None
    return None


def place_of(scene: Scene, learner: str) -> tuple[str, Question | None]:
    """Where one of a shared phone stands: the course of her question that still waits, else her latest one."""
    enrolments = scene.record.of(learner)
    for enrolment in reversed(enrolments):
        if mine := waiting(scene, enrolment):
            return mine.course, mine
    return (enrolments[-1].course if enrolments else ""), None


def turned_to(scene: Scene, learner: str) -> Scene:
    """Another of a shared phone in her course, with the question of hers that still waits; nothing is said."""
    scene = scene.turned(prompt=None)
    if learner == scene.conversation.learner:
        return scene
    course, mine = place_of(aside(scene), learner)
    scene = aside(scene).turned(learner=learner, course=course)
    return reopen(scene, mine) if mine else scene


def _unfinished(question: Question, enrolment: Enrolment) -> bool:
    return question.purpose == "lesson" and question.lesson not in enrolment.done


def is_awaited(scene: Scene, question: Question) -> bool:
    """Whether a quiz under way still waits for the answer to this very question."""
    attempt = scene.record.attempt(question.learner, question.unit) if question.purpose == "quiz" else None
    return attempt is not None and attempt.items[len(attempt.right) :][:1] == (question.item,)


def _place(course: Course, item: str) -> tuple[str, str]:
    for unit in course.units:
        if item in unit.practice:
            lesson = item.rpartition(".")[0]
            return unit.id, lesson if lesson in unit.lessons else ""
    return "", ""
