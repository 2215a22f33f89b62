"""Bind an answer to what was open when it was sent, where that can be known.

A second tap, and a word that is found after a later one was answered, are never graded against what was asked since.
Whoever writes one answer after the other without waiting for us, or while we were away, is answered in turn.
"""

from __future__ import annotations

from functools import lru_cache

from bot.conversation import Given, Question, micros
from bot.messages import Heard, Inbound, labels
from bot.talking import answering
from bot.talking.examination import EXAM
from bot.talking.reprompting import heeded
from bot.talking.scene import Scene
from bot.talking.surveying import SURVEY
from bot.talking.understanding import fold, interpret
from bot.turn import Answered, ExamMoved, SurveyAnswered, ThreadMoved

_TOLD = 4  # of what was asked back: that her answer came before the question
_MOST = 40  # characters that are kept of a reply
_SHOWN = 20


def bound(scene: Scene, heard: Scene) -> Scene:
    """What a message has led to, unless it graded what was asked only after it was sent. The same reply as to what
    stood before is a second tap: nothing more is done or said. One that was overtaken she may send again."""
    event = scene.event
    assert isinstance(event, Inbound)  # noqa: S101 - only what was heard is bound
    taken = _taken(scene, heard)
    if event.kind is not Heard.PRESS:  # a button names its question
        sent, given = micros(event.received_at), scene.conversation.given
        before = given if given and sent < given.at else None
        if before and _again(before, taken, event.text) and not _leaves(heard):
            return scene
        if taken and sent < taken.at:
            bound_so = _put_since(scene, event.text, sent, taken) if before is None else _overtaken(scene, sent, before)
            if bound_so is not None:
                return bound_so
    at = micros(event.received_at)
    return heard.turned(given=Given(at=micros(scene.now), sent=at, replies=taken.replies)) if taken else heard


def _again(given: Given, taken: Given | None, words: str) -> bool:
    """Whether this says again what was graded after it was sent."""
    return fold(words) in given.replies or (taken is not None and taken.replies[0] in given.replies)


def _leaves(heard: Scene) -> bool:
    return any(isinstance(effect, ThreadMoved) for effect in heard.effects)


def _taken(scene: Scene, heard: Scene) -> Given | None:
    """Since when that was open which an answer was graded against now, and the ways to say that answer, its letter
    first; None where nothing that was open was graded."""
    conversation = scene.conversation
    question, prompt = conversation.question, conversation.prompt
    put = prompt.put if prompt else 0
    for effect in heard.effects:
        match effect:
            case Answered() if question and not effect.late and _is(question, effect):
                place = question.order.index(effect.choice) if effect.choice in question.order else -1
                since = max(question.put, put) if prompt and prompt.kind == "confirm" else question.put
                return _replies(scene, since, labels(8)[place] if place >= 0 else "", question.options, place)
            case SurveyAnswered() if prompt and prompt.kind == SURVEY:
                label = str(effect.choice + 1) if effect.choice >= 0 else ""
                return _replies(scene, put, label, prompt.options, effect.choice)
            case ExamMoved() if prompt and prompt.kind == EXAM:
                now = [each for each in effect.exam.served if each.answered_at == scene.now]
                if now:
                    return _replies(scene, min(micros(each.served_at) for each in now), "", (), -1)
            case _:
                continue
    return None


def _is(question: Question, effect: Answered) -> bool:
    return (question.learner, question.course, question.item) == (effect.learner, effect.course, effect.item)


def _replies(scene: Scene, since: int, label: str, options: tuple[str, ...], place: int) -> Given:
    event = scene.event
    text = fold(event.text)[:_MOST] if isinstance(event, Inbound) else ""
    option = _option(options[place]) if 0 <= place < len(options) else ""
    ways = (label.lower(), text, option, f"{label.lower()} {option}" if label and option else "")
    return Given(at=since, replies=tuple(dict.fromkeys(way for way in ways if way)) or ("",))


@lru_cache(maxsize=1024)  # a lesson's options are chosen again and again
def _option(text: str) -> str:
    return fold(text)[:_MOST]


def _put_since(scene: Scene, words: str, sent: int, taken: Given) -> Scene | None:
    """Nothing was graded since it was sent: it answers a question that was laid aside meanwhile, and never a survey's
    or "did you mean …?", which nobody can foresee."""
    older = next((each for each in scene.conversation.earlier if each.put <= sent), None)
    if older is not None and older.kind == "choice":
        vocabulary = scene.catalogue.vocabulary
        reading = interpret(words, language=scene.language, options=older.options, vocabulary=vocabulary)
        place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
        if 0 <= place < len(older.options):
            return heeded(answering.late(scene, older, choice=place, reply=words))
    prompt = scene.conversation.prompt
    return _too_early(scene) if prompt is not None and prompt.put == taken.at else None


def _overtaken(scene: Scene, sent: int, given: Given) -> Scene | None:
    """A later answer was graded before this one was found."""
    return _too_early(scene) if sent < given.sent else None


def _too_early(scene: Scene) -> Scene:
    """That it came too early, said once."""
    event = scene.event
    words = event.text.strip()[:_SHOWN] if isinstance(event, Inbound) else ""
    if scene.conversation.confused & _TOLD:
        return scene
    return scene.turned(confused=scene.conversation.confused | _TOLD).say("early", reply=words)
