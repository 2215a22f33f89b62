"""A number that may be somebody else's by now: one neutral offer, without a word of who learned there before."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.conversation import Conversation
from bot.talking import menu
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold
from bot.turn import Forgiven, Silenced, ThreadMoved, Unlinked

FROZEN = "frozen"
_SILENT = 90 * 86_400  # seconds after which operators give a number to somebody else
_LONGEST = 60  # characters of such a question


def is_a_stranger(scene: Scene, words: str) -> bool:
    """Whether somebody asks who we are, or says that we mean another, where nobody has written for three months."""
    last = scene.conversation.last_at
    if not last or not scene.record.learners or len(words) > _LONGEST:
        return False
    if scene.now.timestamp() - last < _SILENT:
        return False
    said = " ".join(re.findall(r"\w+", fold(words)))
    vocabulary = scene.catalogue.vocabulary
    if any(said in lists.get("strangers", ()) for lists in vocabulary.lists.values()):
        return True
    ordered = command(words, language=scene.language, vocabulary=vocabulary)
    return ordered is not None and ordered.result in ("WRONG_NUMBER", "ANOTHER")


def frozen(scene: Scene) -> Scene:
    """Take everybody off this number, say nothing of them, and offer what there is to learn to whoever holds it now."""
    for learner in scene.record.learners:
        scene = scene.fact(Forgiven(learner=learner.id, kind="reminder"), Forgiven(learner=learner.id, kind="resume"))
    scene = scene.fact(Silenced(), Unlinked(), ThreadMoved(state=FROZEN))
    record = replace(scene.record, state=FROZEN, learners=(), enrolments=(), consents={})
    fresh = Conversation(language=scene.conversation.language)
    return asked_anew(replace(scene, conversation=fresh).knowing(record))


def asked_anew(scene: Scene) -> Scene:
    """Who writes from a frozen number is told once what there is to learn. Whoever takes it up is a new person: the one
    who learned there before was taken off the thread when it was frozen."""
    if scene.record.state != FROZEN or scene.conversation.confused:
        return scene
    return menu.menu(scene.turned(learner="", confused=1))
