"""The unit quiz: practice items drawn and shuffled, one try each, and at the end what to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from msgspec.structs import replace

from bot.catalogue import Course, Unit
from bot.conversation import Question
from bot.learning import finishing
from bot.learning.explaining import fitting, reason
from bot.learning.offering import offer, step_name, with_next
from bot.learning.progress import is_ready, next_step, to_repeat
from bot.learning.serving import serve
from bot.messages import Content
from bot.people import Attempt, Enrolment, QuizResult
from bot.talking import recalling
from bot.talking.scene import Scene
from bot.turn import QuizDone, QuizMoved

_FEWEST = 6


def drawn(items: Sequence[str], most: int, chance: Random) -> tuple[str, ...]:
    """Six to eight of a unit's practice items (all of them where there are fewer), in random order."""
    return tuple(chance.sample(list(items), min(max(_FEWEST, most), len(items))))


def begin(scene: Scene, course: Course, enrolment: Enrolment, unit_id: str) -> Scene:
    """Begin a unit's quiz, or go on with the one under way."""
    unit = next(each for each in course.units if each.id == unit_id)
    attempt = scene.record.attempt(enrolment.learner, unit_id)
    if attempt is None:
        items = [item for item in unit.practice if course.item(item, scene.language)]
        attempt = Attempt(
            id=scene.new_id(),
            learner=enrolment.learner,
            enrolment=enrolment.id,
            course=course.id,
            unit=unit_id,
            items=drawn(items, min(course.quiz_items, 8), scene.chance),
            started_at=scene.now,
        )
        scene = scene.knowing(scene.record.with_attempt(attempt)).fact(QuizMoved(attempt=attempt))
        scene = scene.say("quiz.begins", n=len(attempt.items))
    return _ask(scene, course, enrolment, attempt)


def answered(
    scene: Scene, course: Course, enrolment: Enrolment, question: Question, *, choice: int, right: bool
) -> Scene:
    """Say why, then the next question or the result."""
    attempt = scene.record.attempt(enrolment.learner, question.unit)
    scene = scene.turned(question=None)
    said = reason(scene, question, choice=choice, right=right)
    if attempt is None:  # the quiz was finished elsewhere, on her other phone
        return offer(scene.tell(Content(text=said, policy=course.sms_policy)))
    attempt = replace(attempt, right=(*attempt.right, right))
    scene = scene.knowing(scene.record.with_attempt(attempt)).fact(QuizMoved(attempt=attempt))
    scene = scene.tell(Content(text=said, policy=course.sms_policy))
    return _ask(scene, course, enrolment, attempt)


def _ask(scene: Scene, course: Course, enrolment: Enrolment, attempt: Attempt) -> Scene:
    """The next question of the quiz; items that an edit took away are passed over and do not count."""
    place = len(attempt.right)
    while place < len(attempt.items) and course.item(attempt.items[place], scene.language) is None:
        attempt = replace(attempt, items=(*attempt.items[:place], *attempt.items[place + 1 :]))
    if place >= len(attempt.items):
        return _finish(scene, course, enrolment, attempt)
    item = course.item(attempt.items[place], scene.language)
    assert item is not None  # noqa: S101 - the loop above has just looked
    of = f"{place + 1}/{len(attempt.items)}"
    return serve(scene, course, item, purpose="quiz", number=place + 1, lead=of)


def _finish(scene: Scene, course: Course, enrolment: Enrolment, attempt: Attempt) -> Scene:
    unit = next(each for each in course.units if each.id == attempt.unit)
    right, of = sum(attempt.right), len(attempt.right)
    result = QuizResult(
        right=right,
        of=of,
        passed=of > 0 and right * 100 >= course.pass_mark * of,
        weak=_weak(unit, attempt),
        at=scene.now,
    )
    scene = scene.knowing(scene.record.with_quiz(enrolment, unit.id, result)).fact(
        QuizDone(attempt=attempt.id, enrolment=enrolment.id, unit=unit.id, result=result)
    )
    return _say_result(scene, course, unit, attempt, result)


def _weak(unit: Unit, attempt: Attempt) -> tuple[str, ...]:
    missed = {item.rpartition(".")[0] for item, right in zip(attempt.items, attempt.right, strict=False) if not right}
    return tuple(lesson for lesson in unit.lessons if lesson in missed)


def _say_result(scene: Scene, course: Course, unit: Unit, attempt: Attempt, result: QuizResult) -> Scene:
    title = unit.titles.get(course.in_language(scene.language), unit.id)
    outcome = "quiz.passed" if result.passed else "quiz.failed"
    need = -(-course.pass_mark * result.of // 100)
    values = {"unit": title, "right": result.right, "of": result.of, "need": need}
    topics = (_by_topic(scene, course, unit, attempt, brief=brief) for brief in (False, True))
    text = fitting((scene.words(outcome, **values, topics=each) for each in topics), course.sms_policy)
    scene = scene.tell(Content(text=text, policy=course.sms_policy))
    enrolment = scene.record.enrolment(attempt.learner, course.id)
    if enrolment and is_ready(course, enrolment):
        scene = recalling.owe_boosters(scene, course)
        return finishing.ended(scene, course, enrolment)
    if enrolment is None:
        return scene
    step = next_step(course, enrolment)
    if step.again:
        return scene.tell(with_next(scene, _to_repeat(scene, course, to_repeat(unit, enrolment))))
    return scene.tell(with_next(scene, scene.words("next.offer", next=step_name(scene, course, step))))


def _to_repeat(scene: Scene, course: Course, lessons: Sequence[str]) -> str:
    """Which lessons are to be repeated before the quiz comes again: all of them by name, or how many from where."""
    found = [course.lesson(each, scene.language) for each in lessons]
    titles = [lesson.title if lesson else id for id, lesson in zip(lessons, found, strict=True)]
    if len(titles) == 1:
        return scene.words("quiz.repeat", next=titles[0])
    named = scene.words("quiz.repeat.all", n=len(titles), topics=", ".join(titles))
    return fitting((named, scene.words("quiz.repeat.first", n=len(titles), next=titles[0])), "gsm")


def _by_topic(scene: Scene, course: Course, unit: Unit, attempt: Attempt, *, brief: bool) -> str:
    """The quiz by lesson: "Elegir planta 2/2, Sombra 0/1"; `brief`: "Sombra 0/1, lo demás bien"."""
    tally: dict[str, list[bool]] = {}
    for item, right in zip(attempt.items, attempt.right, strict=False):
        tally.setdefault(item.rpartition(".")[0], []).append(right)
    topics: list[tuple[str, list[bool]]] = []
    for lesson_id in unit.lessons:
        lesson = course.lesson(lesson_id, scene.language)
        if lesson and lesson_id in tally:
            topics.append((lesson.title, tally[lesson_id]))
    other = [mark for topic, marks in tally.items() if topic not in unit.lessons for mark in marks]
    if other:
        topics.append((scene.words("quiz.other"), other))
    shown = [topic for topic in topics if not (brief and all(topic[1]))]
    named = [f"{title} {sum(marks)}/{len(marks)}" for title, marks in shown]
    if brief and len(shown) < len(topics):
        named.append(scene.words("quiz.rest" if named else "quiz.all"))
    return ", ".join(named)
