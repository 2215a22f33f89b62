"""Is it right? A reply against a question as it was served."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from rapidfuzz.distance import Indel

from bot.conversation import Question
from bot.messages import labels
from bot.talking.understanding import fold

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
# One slip in a word of six letters (0.83) is still the word; two are not.
_CLOSE = 0.83


def number_in(reply: str) -> Decimal | None:
    """The one number that a reply holds (1,5 and 1.5 alike, a unit may follow); None where there is none or several."""
    found = _NUMBER.findall(reply)
    if len(found) != 1:
        return None
    try:
        return Decimal(found[0].replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern admits nothing else
        return None


def order_in(reply: str, count: int) -> str:
    """The letters of an ordering such as BAC, b-a-c or 2 1 3; empty where not every option stands in it once."""
    digits = {str(place): letter for place, letter in enumerate(labels(count), 1)}
    written = "".join(digits.get(sign, sign) for sign in fold(reply).upper() if sign.isalnum())
    return written if sorted(written) == sorted(labels(count)) else ""


def understood(question: Question, reply: str) -> bool:
    """Whether a typed reply can be an answer to a question that is not a choice."""
    match question.kind:
        case "number" | "rating":
            return number_in(reply) is not None
        case "order":
            return bool(order_in(reply, len(question.options)))
        case _:
            return bool(fold(reply))


def is_right(question: Question, *, choice: int = -1, reply: str = "") -> bool:
    """Mark an answer: `choice` is the served index for a choice, `reply` what was typed for every other kind.

    A number is right within the tolerance, both in the unit of the question. A rating and a task are never wrong.
    """
    match question.kind:
        case "choice":
            return choice == question.key
        case "number":
            given = number_in(reply)
            return given is not None and abs(given - Decimal(question.answer)) <= Decimal(question.tolerance)
        case "order":
            return order_in(reply, len(question.options)) == question.answer.upper()
        case "text":
            accepted = [fold(word) for word in question.answer.split("|")]
            return any(_close(fold(reply), word) for word in accepted)
        case _:
            return True


def _close(given: str, wanted: str) -> bool:
    return given == wanted or (len(wanted) > 4 and Indel.normalized_similarity(given, wanted) >= _CLOSE)
