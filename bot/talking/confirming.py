"""A bare number where a yes or no is awaited: it says neither, and answers nothing else."""

from __future__ import annotations

from bot.conversation import GRAVE, Prompt, Question
from bot.talking import applying
from bot.talking.reprompting import PROMPTED, unclear, yes_or_no
from bot.talking.scene import Scene
from bot.talking.understanding import fold

CONFIRM = "confirm"


def number(scene: Scene, prompt: Prompt, question: Question | None, words: str) -> Scene | None:
    """That a clear yes or no is awaited, to a number that may have been meant for a list or for a question; None where
    it is no number, or answers a question that asks for one."""
    counts = prompt.kind == CONFIRM and question is not None and question.kind != "choice"
    if counts or not fold(words).isdigit():
        return None
    if prompt.kind in GRAVE:
        return yes_or_no(scene, words)
    if prompt.kind in applying.GRAVE:
        return unclear(scene, words)
    return _once_more(scene) if prompt.kind == CONFIRM else None


def _once_more(scene: Scene) -> Scene:
    confused = scene.conversation.confused
    return scene if confused & PROMPTED else scene.turned(confused=confused | PROMPTED).say("unclear.yes_no")
