"""Let a list of numbers be over once the question beneath it has been put again, or a day has gone by."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import Prompt, Question, micros
from bot.talking import applying, linking, noticing, questioned
from bot.talking.scene import Scene
from bot.turn import Say

# Erasing and stopping are no such lists: they close in ways of their own.
LISTS = frozenset(
    {"menu", "language", "who", "phone_who", "sex", linking.WHO, noticing.WHICH}
    | {applying.PICK, applying.SELF, applying.PLAN}
)
_A_DAY = 86_400_000_000  # microseconds


def without_old_list(scene: Scene, words: str) -> Scene:
    """The scene without a list that is over, where the words answer the open question. A button of it stays good."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    if prompt is None or question is None or prompt.kind not in LISTS or prompt.hides:
        return scene
    if not _is_over(scene, prompt, question) or not questioned.answers(scene, question, words):
        return scene
    return scene.turned(prompt=None)


def _is_over(scene: Scene, prompt: Prompt, question: Question) -> bool:
    if micros(scene.now) - prompt.put >= _A_DAY or question.put > prompt.put > 0:
        return True
    return bool(question.reminded_at) and micros(datetime.fromisoformat(question.reminded_at)) > prompt.put


def repeated(before: Scene, after: Scene) -> Scene:
    """The turn without a list that stood open before it, where the question was said again: in writing, a number
    answers what was said last."""
    prompt, now = before.conversation.prompt, after.conversation.prompt
    if prompt is None or now is None or now.token != prompt.token or prompt.kind not in LISTS or prompt.hides:
        return after
    said = any(isinstance(effect, Say) and effect.kind == "question" for effect in after.effects)
    return after.turned(prompt=None) if said and not after.record.buttons else after
