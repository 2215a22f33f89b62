"""Say why: right or wrong, the author's reason, and which letters can be answered."""

from __future__ import annotations

from bot.conversation import Question
from bot.messages import labels
from bot.talking.scene import Scene


def reason(scene: Scene, question: Question, *, choice: int, right: bool) -> str:
    """Right or wrong, and why: the author's word on this very answer, or the reason that holds for all of them."""
    own = question.feedback[choice] if 0 <= choice < len(question.feedback) else ""
    if question.kind in ("rating", "task"):
        return scene.words("thanks")
    if right:
        return joined(scene.words("right"), own or question.why)
    key = f"{labels(8)[question.key]}) {question.options[question.key]}" if question.key >= 0 else question.answer
    return joined(scene.words("wrong.key", key=key), question.why or own)


def letters(scene: Scene, count: int) -> str:
    """The letters that can be answered, as one says them: "A, B o C"."""
    all_ = list(labels(count))
    return scene.words("letters.or", first=", ".join(all_[:-1]), last=all_[-1])


def joined(*texts: str) -> str:
    """Sentences one after the other, empty ones left out."""
    return " ".join(text for text in texts if text)
