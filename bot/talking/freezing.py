"""A number that may be somebody else's by now: one neutral offer, without a word of who learned there before."""

from __future__ import annotations

from bot.talking import menu
from bot.talking.scene import Scene

FROZEN = "frozen"


def asked_anew(scene: Scene) -> Scene:
    """Who writes from a frozen number is told once what there is to learn. Whoever takes it up is a new person: the one
    who learned there before was taken off the thread when it was frozen."""
    if scene.record.state != FROZEN or scene.conversation.confused:
        return scene
    return menu.menu(scene.turned(learner="", confused=1))
