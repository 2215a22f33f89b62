"""Is it right? A reply against a question as it was served."""

from __future__ import annotations

import re
from decimal import Decimal

from rapidfuzz.distance import Indel

from bot.conversation import Question
from bot.messages import labels
from bot.talking.understanding import fold

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
# 2,500 and 2.500 and 2 500: thousands to some, a decimal to others.
_GROUPED = re.compile(r"-?\d{1,3}(?:[ .,'\u00a0]\d{3})+(?!\d)")
# One slip in a word of six letters (0.83) is still the word; two are not.
_CLOSE = 0.83


def numbers_in(reply: str) -> tuple[Decimal, ...]:
    """How the one number in a reply can be read (1,5 and 1.5 alike, a unit may follow); empty for none or several.

    2,500 is two thousand five hundred to one and two and a half to another, so it has two readings.
    """
    grouped = _GROUPED.findall(reply)
    plain = _NUMBER.findall(_GROUPED.sub("", reply) if grouped else reply)
    if len(grouped) + len(plain) != 1:
        return ()
    if not grouped:
        return (Decimal(plain[0].replace(",", ".")),)
    readings = [Decimal(re.sub(r"[ .,'\u00a0]", "", grouped[0]))]
    if re.fullmatch(r"-?\d+[.,]\d+", grouped[0]):
        readings.append(Decimal(grouped[0].replace(",", ".")))
    return tuple(readings)


def order_in(reply: str, count: int) -> str:
    """The letters of an ordering such as BAC, b-a-c or 2 1 3; empty where not every option stands in it once."""
    digits = {str(place): letter for place, letter in enumerate(labels(count), 1)}
    written = "".join(digits.get(sign, sign) for sign in fold(reply).upper() if sign.isalnum())
    return written if sorted(written) == sorted(labels(count)) else ""


def understood(question: Question, reply: str) -> bool:
    """Whether a typed reply can be an answer to a question that is not a choice."""
    match question.kind:
        case "number" | "rating":
            return bool(numbers_in(reply))
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
            wanted, tolerance = Decimal(question.answer), Decimal(question.tolerance)
            return any(abs(given - wanted) <= tolerance for given in numbers_in(reply))
        case "order":
            return order_in(reply, len(question.options)) == question.answer.upper()
        case "text":
            accepted = [fold(word) for word in question.answer.split("|")]
            return any(_close(fold(reply), word) for word in accepted)
        case _:
            return True


def _close(given: str, wanted: str) -> bool:
    return given == wanted or (len(wanted) > 4 and Indel.normalized_similarity(given, wanted) >= _CLOSE)
