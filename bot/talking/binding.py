"""Bind an answer to what was open when it was sent: it is never graded against what was asked after that."""

from __future__ import annotations

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
    stood before is a second tap: nothing more is done or said. Another one she may send again."""
    event = scene.event
    assert isinstance(event, Inbound)  # noqa: S101 - only what was heard is bound
    taken = _taken(scene, heard)
    if event.kind is not Heard.PRESS:  # a button names its question
        sent, given = micros(event.received_at), scene.conversation.given
        before = given if given and sent < given.at else None
        if before and _again(before, taken, event.text) and not _leaves(heard):
            return scene
        if taken and sent < taken.at:
            return _unasked(scene, event.text, sent, laid_aside=before is None)
    return heard.turned(given=Given(at=micros(scene.now), replies=taken.replies)) if taken else heard


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
    option = fold(options[place])[:_MOST] if 0 <= place < len(options) else ""
    ways = (label.lower(), text, option, f"{label.lower()} {option}" if label and option else "")
    return Given(at=since, replies=tuple(dict.fromkeys(way for way in ways if way)) or ("",))


def _unasked(scene: Scene, words: str, sent: int, *, laid_aside: bool) -> Scene:
    """An answer to something that was open before this was asked: to a question that was laid aside for it, or we say
    that it came too early, once."""
    older = next((each for each in scene.conversation.earlier if each.put <= sent), None)
    if older and laid_aside and older.kind == "choice":
        vocabulary = scene.catalogue.vocabulary
        reading = interpret(words, language=scene.language, options=older.options, vocabulary=vocabulary)
        place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
        if 0 <= place < len(older.options):
            return heeded(answering.late(scene, older, choice=place, reply=words))
    if scene.conversation.confused & _TOLD:
        return scene
    told = scene.turned(confused=scene.conversation.confused | _TOLD)
    return told.say("early", reply=words.strip()[:_SHOWN])
