"""Take a number in the unit of its question, and convert what can be converted exactly."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation import Question
from bot.learning.marking import numbers_in
from bot.talking.understanding.quantities import asked_in, converted, told_in
from bot.talking.vocabulary import Vocabulary


def in_its_unit(question: Question, words: str, reply: str, vocabulary: Vocabulary, language: str) -> str | None:
    """The reply as its question is marked, whose unit it bears or none; None where it bears another one that is no
    exact number of it. `reply` is what was read in the words."""
    asked = asked_in(question.text, vocabulary)[0] if question.kind == "number" else ""
    told = told_in(words, language, vocabulary) if asked else frozenset()
    if not told or asked in told:
        return reply
    numbers = numbers_in(reply)
    number = converted(numbers[0], next(iter(told)), asked) if len(told) == len(numbers) == 1 else None
    return None if number is None else written(number)


def written(number: Decimal) -> str:
    """A number without an exponent and without zeros at its end: 15, 0.8."""
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
