"""Numbers and a yes or no: a number in another unit is asked about, and a bare one where a yes or no is awaited says
neither and answers nothing else."""

from __future__ import annotations

from bot.conversation import GRAVE, Prompt, Question
from bot.learning.marking import numbers_in
from bot.talking import applying
from bot.talking.measuring import written
from bot.talking.puzzling import PROMPTED
from bot.talking.reprompting import CONFIRMED, unclear, yes_or_no
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.quantities import asked_in

CONFIRM = "confirm"
_SHOWN = 12  # characters of a number


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


def unit(scene: Scene, question: Question, reply: str) -> Scene | None:
    """Ask whether the number is meant in the unit of its question. At most once, until something is understood."""
    confused = scene.conversation.confused
    numbers = numbers_in(reply)
    if len(numbers) != 1 or len(written(numbers[0])) > _SHOWN:
        return None
    if confused & CONFIRMED:
        return scene
    told = written(numbers[0])
    text = scene.words("confirm.unit", unit=asked_in(question.text, scene.catalogue.vocabulary)[1], number=told)
    scene = scene.turned(confused=confused | CONFIRMED)
    named = question.token
    return scene.ask(CONFIRM, text, scene.yes_no(), listed=False, question=named, choice="-1", reply=told)
