"""Read a lesson again, during the course and after its end: its card is sent once more, and nothing is graded by it."""

from __future__ import annotations

from functools import lru_cache

from bot.catalogue import Course
from bot.learning import lessons
from bot.learning.explaining import joined
from bot.learning.offering import step_name
from bot.learning.progress import lessons_in, next_step
from bot.learning.serving import still_open
from bot.messages import Content
from bot.people import Enrolment
from bot.talking import menu
from bot.talking.ages import Lists, spoken
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

_LEAST = 6  # letters that "isomo 2" and its like have at least
_LOOKED_AT = 80  # characters
_MOST = 8  # words: "quisiera leer otra vez la lección 2 por favor"


def asked(scene: Scene, words: str) -> str:
    """The number of the lesson that is to be read again: 2 in "repetir lección 2"; empty for all other words."""
    if not _LEAST <= len(words) <= _LOOKED_AT or scene.enrolment is None:
        return ""
    vocabulary = scene.catalogue.vocabulary
    said = words_of(words)
    if len(said) > _MOST or _lessons(vocabulary).isdisjoint(said):
        return ""
    found = (_number(words, lists, vocabulary) for lists in vocabulary.lists.values())
    return next((number for number in found if number), "")


@lru_cache(maxsize=8)
def _lessons(vocabulary: Vocabulary) -> frozenset[str]:
    listed = (each for lists in vocabulary.lists.values() for each in lists.get("rereading.lessons", ()))
    return frozenset(word for each in listed for word in words_of(each))


@lru_cache(maxsize=8)
def _around(vocabulary: Vocabulary) -> frozenset[str]:
    keys = ("rereading.around", "courtesies", "greetings", "pleases")
    listed = (each for lists in vocabulary.lists.values() for key in keys for each in lists.get(key, ()))
    return frozenset(word for each in listed for word in words_of(each))


def _number(words: str, lists: Lists, vocabulary: Vocabulary) -> str:
    said = spoken(words, lists)
    numbers = [each for each in said if each.isdigit()]
    others = {each for each in said if not each.isdigit()}
    named = others & _lessons(vocabulary)
    return numbers[0] if named and len(numbers) == 1 and others - named <= _around(vocabulary) else ""


def again(scene: Scene, argument: str) -> Scene:
    """REPEAT, or with the number of a lesson its card."""
    if not argument.isdecimal():
        return menu.repeat(scene)
    course, enrolment = scene.course, scene.enrolment
    if course is None or enrolment is None:
        return menu.repeat(scene)
    every = list(course.ordered_lessons())
    place = int(argument) - 1
    if not 0 <= place < len(every):
        return how(scene, course)
    lesson = course.lesson(every[place], scene.language)
    if lesson is None or not _is_begun(scene, enrolment, every[place]):
        return scene.tell(Content(text=joined(scene.words("reread.later", number=argument), _waits(scene, enrolment))))
    said = lessons.say_cards(scene, course, lesson)
    waits = _waits(scene, enrolment)
    return said.tell(Content(text=waits)) if waits else said


def how(scene: Scene, course: Course) -> Scene:
    """How a lesson is asked for."""
    return scene.say("reread.how", of=lessons_in(course))


def _is_begun(scene: Scene, enrolment: Enrolment, lesson: str) -> bool:
    asked = (scene.conversation.question, *scene.conversation.earlier)
    now = any(each and (each.learner, each.lesson) == (enrolment.learner, lesson) for each in asked)
    return now or lesson in enrolment.done


def _waits(scene: Scene, enrolment: Enrolment) -> str:
    """The open question, which stays open, or the next step; empty after the end."""
    question, course = scene.conversation.question, scene.course
    if question:
        return still_open(scene, question)
    step = next_step(course, enrolment) if course else None
    if course is None or step is None or step.kind == "finished":
        return ""
    return scene.words("next.offer", next=step_name(scene, course, step))
