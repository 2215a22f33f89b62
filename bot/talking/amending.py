"""A bare number right after PAUSE or HOUR is its days, or the hour, and answers nothing that is open."""

from __future__ import annotations

from bot.conversation import micros
from bot.talking import questioned, settling
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold

_SOON = 3_600_000_000  # microseconds
_LONGEST = 40  # characters of a number in words


def number(scene: Scene, words: str) -> Scene | None:
    """The days of the pause or the hour, also in words; None where the words are neither, or an hour at which nobody is
    written to."""
    awaited, question = scene.conversation.awaited, scene.conversation.question
    if awaited is None or scene.record.state != "open" or micros(scene.now) - awaited.at > _SOON:
        return None
    bare = fold(words).isdigit()
    if not bare and question and question.kind == "choice" and questioned.answers(scene, question, words):
        return None
    told = fold(words) if bare else _in_words(scene, awaited.command, words)
    if awaited.command == "PAUSE":
        return settling.pause(scene, told) if told else None
    first, end = scene.record.policy.waking
    return settling.hour(scene, told) if told and first <= int(told[:4]) < end else None


def once(before: Scene, after: Scene) -> Scene:
    """A number is awaited in the very next message, and in none behind it."""
    awaited = before.conversation.awaited
    return after.turned(awaited=None) if awaited and after.conversation.awaited == awaited else after


def _in_words(scene: Scene, name: str, words: str) -> str:
    """What the command would have read behind its own word; empty for nothing."""
    vocabulary = scene.catalogue.vocabulary
    own = vocabulary.commands.get(scene.language, {}).get(name, ())
    if not own or len(words) > _LONGEST or command(words, language=scene.language, vocabulary=vocabulary):
        return ""
    found = command(f"{own[0]} {words}", language=scene.language, vocabulary=vocabulary)
    return found.argument if found and found.result == name and found.argument.isdigit() else ""
