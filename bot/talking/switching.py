"""Another of a shared phone takes it: her bare name asks who writes, and while that is asked nothing is graded."""

from __future__ import annotations

from bot.conversation import Prompt, Question
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content
from bot.people import Learner
from bot.talking import called, joining, questioned, whose
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
    if prompt.kind not in _PLACES or scene.learner in (named := _named(scene, words)) or not named:
        return None
    return joining.ask_who(scene, then="REPEAT")


def _named(scene: Scene, words: str) -> list[Learner]:
    """Whose name it is, whole or as far as it is said."""
    if len(words) < _SHORTEST:
        return []
    first = {words_of(each.name)[:1] for each in scene.record.learners if each.name}
    if not any((word,) in first for word in words_of(words[:_LOOKED_AT])):
        return []  # as with most messages, whose reading would cost ten times the turn
    said = words_of((called.said_to_be(scene, words) or words)[:_LOOKED_AT])
    if not 0 < len(said) <= _LONGEST_NAME or "?" in words:
        return []
    named = [each for each in scene.record.learners if each.name and words_of(each.name)[: len(said)] == said]
    if named and command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary):
        return []
    return named


def _is_free(scene: Scene, prompt: Prompt | None) -> bool:
    """Whether no name is awaited; while a second person is asked for consent, the first may take the phone back."""
    return prompt is None or prompt.kind in _GIVES_WAY or whose.joins_beside(scene)


def _is_answer(question: Question, words: str) -> bool:
    given = fold(words)
    return given in map(fold, (*question.options, *question.answer.split("|")))
