"""What is said once to a reply that is none, by who asked; after it there is silence until something is understood."""

from __future__ import annotations

from msgspec.structs import replace

from bot.talking.scene import Scene

# What was asked back since something was last understood: a re-prompt; that a question is not skipped.
PROMPTED, STAYS = 1, 8


def once(before: Scene, said: Scene, mark: int = PROMPTED) -> Scene:
    """`said`, where nothing of the kind was said since something was last understood; else silence."""
    confused = before.conversation.confused
    if confused & mark:
        return replace(before, puzzled=True)
    return replace(said.turned(confused=confused | mark), puzzled=True)
