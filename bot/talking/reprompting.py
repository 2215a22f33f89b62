"""What is said to words that were not understood: once, and then nothing until something is understood again, or for a
day."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import GRAVE, Prompt, Question, micros
from bot.delivering import guard
from bot.learning.explaining import joined, letters, numbers
from bot.learning.offering import offer
from bot.learning.progress import is_ready
from bot.learning.serving import still_open
from bot.messages import Content
from bot.talking import applying, consenting, figuring, noticing, profile, referring, replying, surveying
from bot.talking.obeying import obey
from bot.talking.puzzling import PROMPTED as PROMPTED
from bot.talking.scene import Scene
from bot.talking.understanding import has_finished, is_put_off
from bot.talking.understanding.commands import without
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import lexicon

# Beside PROMPTED, what was said since something was last understood: a yes or no, what a consent is about.
CONFIRMED, _EXPLAINED, _LATER = 2, 4, 8
_POLITE = 120  # characters


def unclear(scene: Scene, words: str = "") -> Scene:
    """A kind word on what can be written, once; then silence until something is understood again, or for a day."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    if prompt and prompt.kind in GRAVE:
        return yes_or_no(scene, words)
    later = _later(scene, words)
    if later is not None:
        return later
    if scene.conversation.confused:
        return scene
    scene = scene.turned(confused=PROMPTED)
    if prompt and (prompt.kind == surveying.SURVEY or prompt.kind in applying.PROMPTS):
        return (surveying.unclear if prompt.kind == surveying.SURVEY else applying.how)(scene, prompt)
    if prompt and prompt.kind in replying.WHO:
        return _unclear_reply(scene, prompt)
    if question and is_polite(scene, words):
        return scene.tell(Content(text=still_open(scene, question)))
    if scene.enrolment and not prompt and is_polite(scene, words):
        return offer(scene)
    referred = referring.offered(scene, words)
    if referred is not None:
        return referred
    if prompt and question and prompt.kind in replying.PICKS and _is_newer(prompt, question):
        return _unclear_reply(scene, prompt)
    if question:
        return _unanswered(scene, question, words)
    if prompt:
        return _unclear_reply(scene, prompt)
    return _unclear_here(scene)


def _later(scene: Scene, words: str) -> Scene | None:
    """To who cannot answer now: that it waits, though a word on what can be written was said before; but once, for a
    machine may answer for her. None where she says nothing of the kind, or a list of people or a sheet is open."""
    prompt, question, confused = scene.conversation.prompt, scene.conversation.question, scene.conversation.confused
    if prompt and (prompt.kind == surveying.SURVEY or prompt.kind in applying.PROMPTS or prompt.kind in replying.WHO):
        return None
    if not scene.enrolment or (question and question.kind == "order"):
        return None
    if not is_put_off(words, language=scene.language, vocabulary=scene.catalogue.vocabulary):
        return None
    if confused & _LATER:
        return scene
    scene = scene.turned(confused=confused | PROMPTED | _LATER)
    if question:
        return scene.say("unclear.later", number=question.number)
    return scene.tell(Content(text=joined(scene.words("later.kept"), scene.words("next.how"))))


def _is_newer(prompt: Prompt, question: Question) -> bool:
    """Whether a list was shown after the open question was asked, and nobody was reminded of that since."""
    reminded = micros(datetime.fromisoformat(question.reminded_at)) if question.reminded_at else 0
    return prompt.put > max(question.put, reminded)


def _unclear_reply(scene: Scene, prompt: Prompt) -> Scene:
    if prompt.kind in replying.YES_NO:
        return scene.say("unclear.yes_no")
    if prompt.kind == noticing.CONFIRM:
        return noticing.how(scene)
    if prompt.options and prompt.kind in replying.PICKS:
        return scene.say("unclear.pick", numbers=numbers(scene, len(prompt.options)))
    if prompt.kind == "name" and "taken" in prompt.data:
        return scene.ask_again(prompt)  # it says how the two may be told apart
    if prompt.kind in profile.FREE_TEXT:
        return scene.say(f"unclear.{prompt.kind}")
    return _unclear_here(scene)


def _unclear_here(scene: Scene) -> Scene:
    if scene.learner and scene.course and scene.enrolment and is_ready(scene.course, scene.enrolment):
        return offer(scene)  # there is nothing to go on with
    # To a stranger the menu is a welcome, and no word on what she did not understand: that is still to come.
    return scene.say("unclear.menu") if scene.learner else obey(scene.turned(confused=0), "MENU")


def _unanswered(scene: Scene, question: Question, words: str) -> Scene:
    """How the open question can be answered."""
    if question.kind == "choice":
        return scene.say("unclear.letters", letters=letters(scene, len(question.options)))
    if question.kind == "order":
        return scene.say("unclear.order", option=figuring.example(question))
    if question.kind == "number" and figuring.is_a_range(
        words, scene.catalogue.vocabulary.lists.get(scene.language, {})
    ):
        return scene.say("unclear.one")
    if figuring.is_beside(question, words):
        return scene.say("unclear.beside", number=question.number)
    return scene.say("unclear.number" if question.kind == "number" else "unclear.question")


def yes_or_no(scene: Scene, words: str) -> Scene:
    """That a clear yes or no is awaited; other words that are none either hear once what the question is about."""
    confused, prompt = scene.conversation.confused, scene.conversation.prompt
    asked = prompt is not None and prompt.kind == "consent" and not confused & _LATER
    if asked and is_put_off(words, language=scene.language, vocabulary=scene.catalogue.vocabulary):
        return scene.turned(confused=confused | PROMPTED | _LATER).say("later.consent")
    if not confused:
        return scene.turned(confused=PROMPTED).say("unclear.yes_no")
    explained = confused & _EXPLAINED or guard.is_repeated(scene.conversation.heard, words)
    if explained or prompt is None or prompt.kind not in replying.CONSENTS:
        return scene
    return consenting.explained(scene.turned(confused=confused | _EXPLAINED), prompt)


def is_polite(scene: Scene, words: str) -> bool:
    """Greetings and thanks, or "I have finished": not understood as an answer, but no reason to say so."""
    vocabulary = scene.catalogue.vocabulary
    if has_finished(words, language=scene.language, vocabulary=vocabulary):
        return True
    said = words_of(words[:_POLITE])
    if not said:
        return False
    line, lists = " ".join(said), vocabulary.lists.values()
    if any(line in each.get(name, ()) for each in lists for name in ("greetings", "courtesies")):
        return True
    return not without(said, lexicon(vocabulary, scene.language), "greetings", "courtesies", "pleases", "praises")


def heeded(scene: Scene) -> Scene:
    """Something was understood, so the next thing that is not may be asked about again."""
    return scene if scene.conversation.confused == 0 or scene.puzzled else scene.turned(confused=0)
