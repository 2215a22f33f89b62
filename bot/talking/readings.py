"""How words read as the answer to a lesson's question: its letter, or its number, order or text as it is marked."""

from __future__ import annotations

from bot.conversation import Question
from bot.learning.marking import understood
from bot.talking import figuring, measuring
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold, interpret, is_asked_back
from bot.talking.understanding.reading import Reading

_LONGEST = 40  # characters of a number in words


def lists_of(scene: Scene) -> figuring.Lists:
    """The word lists of her language."""
    return scene.catalogue.vocabulary.lists.get(scene.language, {})


def ordered(scene: Scene, words: str) -> Reading | None:
    """The command that the words are, if any. Asked only where it matters: most messages are a letter, and reading
    them for a command takes a twentieth of a turn."""
    return command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)


def letter(scene: Scene, question: Question, words: str) -> Reading:
    """Which option of a choice is meant, if any."""
    return interpret(
        words,
        language=scene.language,
        options=question.options,
        vocabulary=scene.catalogue.vocabulary,
        question=question.number,
    )


def plain(scene: Scene, question: Question, words: str) -> str:
    """The words as marking reads them, where the question is no choice."""
    return figuring.plain(question, words, lists_of(scene))


def stands_alone(scene: Scene, question: Question, reply: str, words: str) -> bool:
    """Whether `reply`, which is what was read in `words`, can answer a question that is not a choice, and is no number
    in a sentence of other things."""
    around = figuring.is_among_others(question, words, scene.catalogue.vocabulary, scene.language)
    return understood(question, reply) and not around


def marked(scene: Scene, question: Question, reply: str, words: str) -> str | None:
    """The reply in the unit of its question; None where it bears one that cannot be converted into it."""
    return measuring.in_its_unit(question, words, reply, scene.catalogue.vocabulary, scene.language)


def argument_in(scene: Scene, name: str, words: str) -> str:
    """What the command `name` would have read behind its own word; empty for nothing."""
    vocabulary = scene.catalogue.vocabulary
    own = vocabulary.commands.get(scene.language, {}).get(name, ())
    if not own or len(words) > _LONGEST or ordered(scene, words):
        return ""
    found = ordered(scene, f"{own[0]} {words}")
    return found.argument if found and found.result == name and found.argument.isdigit() else ""


def asks_back(scene: Scene, words: str) -> bool:
    """Whether it is a question about a word, or says that she does not know it."""
    return is_asked_back(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)


def clear(scene: Scene, question: Question, words: str) -> str | None:
    """What is marked of a reply to a question that is not a choice; None where she is to be asked what she means."""
    reply = plain(scene, question, words)
    if not stands_alone(scene, question, reply, words) or figuring.is_beside(question, reply):
        return None
    return None if asks_back(scene, words) else marked(scene, question, reply, words)


def greets(scene: Scene, words: str) -> bool:
    """Whether she only says good day."""
    said = fold(words)
    return any(said in each.get("greetings", ()) for each in scene.catalogue.vocabulary.lists.values())
