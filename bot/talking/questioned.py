"""An answer in words: to the open question, to an older one by its number, or to one that was laid aside."""

from __future__ import annotations

import re

from bot.conversation import Prompt, Question, micros
from bot.learning.explaining import letters
from bot.learning.marking import understood
from bot.messages import labels
from bot.talking import answering, confirming, doubting, figuring, menu, readings, referring
from bot.talking.obeying import KNOWN, obey
from bot.talking.puzzling import PROMPTED
from bot.talking.reprompting import CONFIRMED, heeded
from bot.talking.scene import Scene
from bot.talking.understanding import command, takes_back
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.reading import NONE, Reading

_JUST_NOW = 5 * 60 * 1_000_000  # microseconds
_ORDERED = re.compile(r"\s*+(\d{1,2})\W*+([a-hA-H](?:[ ,.-]*+[a-hA-H]){2,7})\W*+")
_NUMBERED = re.compile(r"\s*+[^\W\d]{0,4}+\W*+(\d{1,2})\W*+([a-hA-H])\W*+")


def answers(scene: Scene, question: Question | None, words: str) -> bool:
    """Whether the words answer the open question, so that they are not what she wants to tell a person."""
    if question is None:
        return False
    if question.kind != "choice":
        return readings.stands_alone(scene, question, readings.plain(scene, question, words), words)
    reading = readings.letter(scene, question, words)
    return len(reading.result) == 1 or reading.result in KNOWN


def may_answer(scene: Scene, words: str) -> bool:
    """Whether the words may answer the open question, or with none open one that was laid aside, without naming it."""
    question = scene.conversation.question
    if question and question.kind != "choice":
        return understood(question, readings.plain(scene, question, words))
    named = _NUMBERED.fullmatch(words)
    if question and named and int(named[1]) == question.number:
        return False
    asked = (question,) if question else tuple(each for each in _earlier(scene) if each.kind == "choice")
    read = [readings.letter(scene, each, words) for each in asked]
    return any(each.number is None and _names_an_option(each) for each in read)


def _names_an_option(reading: Reading) -> bool:
    return len(reading.result) == 1 or (reading.result == "AMBIGUOUS" and reading.argument != "STOP")


def is_meant_for(scene: Scene, question: Question | None, words: str) -> bool:
    """Whether the words answer the open question or may be meant to: what is asked back about is no plain sentence."""
    if question is None or question.kind != "choice":
        return answers(scene, question, words)
    return readings.letter(scene, question, words).result not in ("NONE", "HELP")


def to_question(scene: Scene, question: Question, words: str) -> Scene | None:
    """The open question's answer, or a command that was written while it is open; None where it is neither."""
    if question.kind != "choice":
        return _to_open_answer(scene, question, words)
    reading = readings.letter(scene, question, words)
    if reading.result in KNOWN:
        return heeded(obey(scene, reading.result, reading.argument))
    if len(reading.result) == 1:
        return _letter(scene, question, reading, words)
    if reading.argument == "STOP":
        return heeded(doubting.stop(scene))
    if reading.result == "AMBIGUOUS":
        return _confirm(scene, question, reading, words)
    return _doubt(scene, question) if figuring.doubts(words, readings.lists_of(scene)) else None


def _doubt(scene: Scene, question: Question) -> Scene | None:
    # With something else asked since, it is that which she does not know.
    return None if scene.conversation.prompt else heeded(menu.doubt(scene, question))


def _letter(scene: Scene, question: Question, reading: Reading, words: str) -> Scene | None:
    choice = ord(reading.result) - ord("A")
    if reading.number is not None and reading.number != question.number:
        older = [each for each in _earlier(scene) if each.number == reading.number]
        if len(older) == 1 and choice < len(older[0].options):
            return heeded(answering.late(scene, older[0], choice=choice, reply=words))
        return heeded(answering.closed(scene))
    if choice >= len(question.options):
        return None
    if reading.number is None and _corrects_the_last(scene, question, words):
        return _confirm(scene, question, Reading(result="AMBIGUOUS", guess=reading.result), words)
    return heeded(answering.answer(scene, question, choice=choice, reply=words))


def _corrects_the_last(scene: Scene, question: Question, words: str) -> bool:
    """Whether "no, I meant C" may be about the answer before, which has just been marked and brought this question."""
    fresh = question.number > 1 and not question.tries and not question.hinted
    if not fresh or scene.conversation.prompt or micros(scene.now) - question.put > _JUST_NOW:
        return False
    return takes_back(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)


def to_numbered(scene: Scene, words: str) -> Scene | None:
    """ "1b": an answer that names an older question which is still open. Where it may as well mean the open one
    ("2b" says twice the second option), ask."""
    ordered = _ORDERED.fullmatch(words)
    if ordered is not None:
        return _to_ordered(scene, int(ordered[1]), ordered[2])
    named = _NUMBERED.fullmatch(words)
    question = scene.conversation.question
    if named is None or (question and question.number == int(named[1])):
        return None
    place = "ABCDEFGH".index(named[2].upper())
    older = [each for each in _earlier(scene) if each.number == int(named[1]) and len(each.options) > place]
    twice = question is not None and question.kind == "choice" and int(named[1]) == place + 1
    if len(older) != 1 or older[0].kind != "choice":
        last = max(scene.conversation.counter, question.number if question else 0)
        known = int(named[1]) <= last and not twice
        return heeded(answering.closed(scene)) if known else None
    if twice:
        return _ask_whether(scene, older[0], place, words)
    return heeded(answering.late(scene, older[0], choice=place, reply=words))


def _to_ordered(scene: Scene, number: int, letters: str) -> Scene | None:
    """ "5 BCA": the order that an older question asks for; None where it is the open one's number, or no question's."""
    question = scene.conversation.question
    if question is not None and question.number == number:
        return None
    older = [each for each in _earlier(scene) if each.number == number and each.kind == "order"]
    if len(older) == 1 and understood(older[0], letters):
        return heeded(answering.late(scene, older[0], choice=-1, reply=letters))
    asked = max(scene.conversation.counter, question.number if question else 0)
    return heeded(answering.closed(scene)) if question is not None and 0 < number <= asked else None


def denied(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """To "did you choose C?": the other answer behind her no ("no, la B"), the hint to who does not know, and to any
    other no how to answer. None where the words begin with no no, or another question was asked about."""
    question, lists = scene.conversation.question, readings.lists_of(scene)
    said = words_of(words)
    if question is None or question.kind != "choice" or prompt.data.get("question") != question.token or not said:
        return None
    if figuring.doubts(words, lists):
        return menu.doubt(scene.turned(prompt=None), question)
    if said[0] not in lists.get("no", ()):
        return None
    meant = readings.letter(scene, question, " ".join(said[1:])) if said[1:] else NONE
    if len(meant.result) == 1 and str(ord(meant.result) - ord("A")) != prompt.data.get("choice"):
        return _letter(scene.turned(prompt=None), question, meant, words)
    return scene.turned(prompt=None).say("how.letters", letters=letters(scene, len(question.options)))


def to_older(scene: Scene, words: str) -> Scene | None:
    """With nothing open, an answer may still belong to a question that was laid aside: by its number, or we ask."""
    if _is_joining(scene):
        return None  # what is laid aside is another's: she has not been asked anything yet
    for older in _earlier(scene):
        reading = readings.letter(scene, older, words) if older.kind == "choice" else NONE
        place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
        if 0 <= place < len(older.options):
            if reading.number == older.number:
                return heeded(answering.late(scene, older, choice=place, reply=words))
            return _ask_whether(scene, older, place, words) if reading.number is None else None
    return None


def _earlier(scene: Scene) -> list[Question]:
    """What was laid aside, but for questions of somebody on this phone who has stopped."""
    consents = scene.record.consents
    return [each for each in scene.conversation.earlier if consents.get(each.learner, True) or not scene.shared]


def _is_joining(scene: Scene) -> bool:
    """Whether she is asked for her name or her year of birth before her first lesson."""
    prompt = scene.conversation.prompt
    return prompt is not None and prompt.kind in ("name", "birth_year") and prompt.data.get("then") == "start"


def _ask_whether(scene: Scene, question: Question, place: int, words: str) -> Scene | None:
    prompt = scene.conversation.prompt
    asking = prompt is not None and prompt.kind == "confirm" and prompt.data.get("question") == question.token
    if asking and prompt is not None and prompt.data.get("choice") == str(place):
        return heeded(answering.late(scene.turned(prompt=None), question, choice=place, reply=words))  # said twice
    if scene.conversation.confused & CONFIRMED and not asking:
        return None
    asked = scene.words("confirm.late", letter=labels(8)[place], number=question.number)
    return _confirming(scene, question, place, words, asked)


def _confirm(scene: Scene, question: Question, reading: Reading, words: str) -> Scene:
    """Ask one short yes or no rather than guess. At most one, until something is understood again."""
    confused = scene.conversation.confused
    place = ord(reading.guess) - ord("A") if reading.guess else -1
    if not 0 <= place < len(question.options):
        if figuring.doubts(words, readings.lists_of(scene)):
            return heeded(menu.doubt(scene, question))
        consulted = None if confused else referring.offered(scene, words, surely=True)
        if consulted is not None:
            return consulted
        said = scene.turned(confused=confused | PROMPTED)
        return scene if confused else said.say("how.letters", letters=letters(scene, len(question.options)))
    if confused & CONFIRMED:
        return scene
    asked = scene.words("confirm", option=f"{reading.guess}) {question.options[place]}")
    return _confirming(scene, question, place, words, asked)


def _confirming(scene: Scene, question: Question, place: int, words: str, asked: str) -> Scene:
    return scene.turned(confused=scene.conversation.confused | CONFIRMED).ask(
        "confirm",
        asked,
        scene.yes_no(),
        listed=False,
        question=question.token,
        choice=str(place),
        reply=words[:160],
    )


def _to_open_answer(scene: Scene, question: Question, words: str) -> Scene | None:
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    greeted = ordered is not None and ordered.result == "MENU" and readings.greets(scene, words)
    if ordered and ordered.result in KNOWN and not greeted:  # a greeting opens the menu only while nothing is asked
        return heeded(obey(scene, ordered.result, ordered.argument))
    if figuring.is_a_clock(question, words, readings.lists_of(scene)):
        hour = readings.argument_in(scene, "HOUR", words)
        return heeded(obey(scene, "HOUR", hour)) if hour else None
    reply = readings.plain(scene, question, words)
    free = question.kind not in ("number", "order", "rating")  # whatever is written may be the answer
    if (free or not understood(question, reply)) and figuring.doubts(words, readings.lists_of(scene), only=free):
        return _doubt(scene, question)
    if not readings.stands_alone(scene, question, reply, words) or figuring.is_beside(question, reply):
        return None
    if readings.asks_back(scene, words):
        return heeded(obey(scene, "HELP"))
    marked = readings.marked(scene, question, reply, words)
    if marked is None:
        return confirming.unit(scene, question, reply)
    return heeded(answering.answer(scene, question, reply=marked))
