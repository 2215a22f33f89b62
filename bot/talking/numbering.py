"""Hear the number that a quiz prints in front of its questions: "1/8: B"."""

from __future__ import annotations

import re

from bot.conversation import Question
from bot.talking import answering
from bot.talking.reprompting import heeded
from bot.talking.scene import Scene

_PRINTED = re.compile(r"(\d{1,2})/(\d{1,2}) ")
_WRITTEN = re.compile(r"\s*(\d{1,2}) ?/ ?(\d{1,2})(?!\d)\W*(\w.*)", re.DOTALL)


def without_its_number(question: Question | None, words: str) -> tuple[str, bool]:
    """The words without the number under which the open question of a quiz was put in front of them; and whether they
    name another question of that quiz."""
    if question is None or question.purpose != "quiz" or "/" not in words:
        return words, False
    printed, written = _PRINTED.match(question.text), _WRITTEN.fullmatch(words)
    if printed is None or written is None or printed[2] != written[2]:
        return words, False
    return written[3], int(printed[1]) != int(written[1])


def of_another(scene: Scene) -> Scene:
    """Which question it is that waits, to the number of another one."""
    return heeded(answering.closed(scene))
