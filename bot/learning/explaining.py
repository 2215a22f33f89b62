"""Say why: right or wrong, the author's reason, and what can be answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.conversation import Question
from bot.delivering.sms import fold_text, segments
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
    return _or(scene, labels(count))


def numbers(scene: Scene, count: int) -> str:
    """The numbers that can be answered: "1, 2 o 3"."""
    return _or(scene, [str(number) for number in range(1, count + 1)])


def _or(scene: Scene, named: Sequence[str]) -> str:
    if len(named) < 2:
        return "".join(named)
    return scene.words("letters.or", first=", ".join(named[:-1]), last=named[-1])


def fitting(texts: Iterable[str], policy: str) -> str:
    """The first of these texts, longest first, that is one SMS; the last one where none is."""
    text = ""
    for text in texts:
        if segments(fold_text(text, policy)) == 1:
            break
    return text


def joined(*texts: str) -> str:
    """Sentences one after the other, empty ones left out."""
    return " ".join(text for text in texts if text)
