"""A bare number right after PAUSE or HOUR is its days, or the hour, and answers nothing that is open."""

from __future__ import annotations

from bot.conversation import micros
from bot.talking import questioned, readings, replying, settling
from bot.talking.scene import Scene
from bot.talking.understanding import fold

_SOON = 3_600_000_000  # microseconds


def number(scene: Scene, words: str) -> Scene | None:
    """The days of the pause or the hour, also in words; None where the words are neither. A bare number outside the
    hours at which people are written to may answer a question; "a las 5 de la mañana" is refused as an hour."""
    awaited, question = scene.conversation.awaited, scene.conversation.question
    if awaited is None or scene.record.state != "open" or micros(scene.now) - awaited.at > _SOON:
        return None
    bare = fold(words).isdigit()
    if not bare and question and question.kind == "choice" and questioned.answers(scene, question, words):
        return None
    told = fold(words) if bare else readings.argument_in(scene, awaited.command, words)
    if awaited.command == "PAUSE":
        if not told and not scene.conversation.prompt and replying.said_yes(scene, words):
            return settling.pause(scene, "")  # "for how many days?" – "yes please"
        return settling.pause(scene, told) if told else None
    first, end = scene.record.policy.waking
    meant = bool(told) and (not bare or first <= int(told[:4]) < end)
    return settling.hour(scene, told) if meant else None


def once(before: Scene, after: Scene) -> Scene:
    """A number is awaited in the very next message, and in none behind it."""
    awaited = before.conversation.awaited
    return after.turned(awaited=None) if awaited and after.conversation.awaited == awaited else after
