"""Another of a shared phone takes it: her bare name asks who writes, and while that is asked nothing is graded."""

from __future__ import annotations

from bot.conversation import Prompt, Question
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content
from bot.people import Learner
from bot.talking import called, joining, questioned, readings, whose
from bot.talking.obeying import KNOWN
from bot.talking.puzzling import PROMPTED
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold
from bot.talking.understanding.folding import words as words_of

_LOOKED_AT = 80  # characters
_SHORTEST, _LONGEST_NAME = 2, 6  # letters, and words
_GIVES_WAY = frozenset({"menu", "language", "sex", "confirm"})  # prompts to which a bare name is no reply
_PLACES = frozenset({"community", "cooperative"})  # which may bear a name themselves, but hardly that of a sister


def held(scene: Scene, words: str) -> Scene | None:
    """While it is asked who writes, an answer may be anybody's: it waits until that is known, and it is asked again,
    once. A number in front of the letter says whose question is meant."""
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind != whose.WHO:
        return None
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered and ordered.result == "NEXT":
        return scene.ask_again(prompt)  # it would pass over somebody's question
    if (ordered and ordered.result in KNOWN) or not questioned.may_answer(scene, words):
        return None
    prompt = prompt.changed(data={**prompt.data, whose.ANSWER: words})
    scene, said_before = scene.turned(prompt=prompt), scene.conversation.confused
    return scene if said_before else scene.turned(confused=PROMPTED).ask_again(prompt)


def by_name(scene: Scene, words: str) -> Scene | None:
    """Nothing but the name of one who learns on this phone. An option that is that very name is an answer."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    named = _named(scene, words)
    if not named or not _is_free(scene, prompt) or (question and _is_answer(question, words)):
        return None
    if scene.learner not in named or len(named) > 1:
        return whose.introduced(scene, words) or joining.ask_who(scene, then="REPEAT")
    if question and any(set(words_of(words)) <= set(words_of(option)) for option in question.options):
        return None  # her own name, and a word of what she may choose
    if prompt is not None:
        return scene.ask_again(prompt)
    return scene.tell(Content(text=still_open(scene, question))) if question else offer(scene)


def instead_of_a_place(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """The name of another on this phone where a village or a cooperative is asked."""
    named = _named(scene, words) if prompt.kind in _PLACES else []
    # A village may be called like somebody's second name, hardly like the first of her whole name.
    named = [each for each in named if words_of(each.name)[0] in words_of(words)]
    if not named or scene.learner in named:
        return None
    return joining.ask_who(scene, then="REPEAT")


def _named(scene: Scene, words: str) -> list[Learner]:
    """Whose name it is, whole or a part of it: in Rwanda the given name stands behind the other."""
    if len(words) < _SHORTEST:
        return []
    parts = {part for each in scene.record.learners for part in words_of(each.name)}
    if not any(word in parts for word in words_of(words[:_LOOKED_AT])):
        return []  # as with most messages, whose reading would cost ten times the turn
    said = _without_backs(scene, words_of((called.said_to_be(scene, words) or words)[:_LOOKED_AT]))
    if not 0 < len(said) <= _LONGEST_NAME or "?" in words:
        return []
    named = [each for each in scene.record.learners if _bears(each, said)]
    if named and command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary):
        return []
    return named


def _bears(learner: Learner, said: tuple[str, ...]) -> bool:
    name = words_of(learner.name)
    return any(name[at : at + len(said)] == said for at in range(len(name)))


def _without_backs(scene: Scene, said: tuple[str, ...]) -> tuple[str, ...]:
    """The words in front of "is back", "otra vez" and their like."""
    backs = {word for each in readings.lists_of(scene).get("joining.backs", ()) for word in words_of(each)}
    end = len(said)
    while end > 1 and said[end - 1] in backs:
        end -= 1
    return said[:end]


def _is_free(scene: Scene, prompt: Prompt | None) -> bool:
    """Whether no name is awaited; while a second person is asked for consent, the first may take the phone back."""
    return prompt is None or prompt.kind in _GIVES_WAY or whose.joins_beside(scene)


def _is_answer(question: Question, words: str) -> bool:
    given = fold(words)
    return given in map(fold, (*question.options, *question.answer.split("|")))
