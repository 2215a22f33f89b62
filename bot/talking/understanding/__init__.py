"""Understand what a learner wrote: which option, which command, yes or no."""

from bot.talking.understanding.agreeing import agreement, begins_with_a_no, is_in_error, says_only
from bot.talking.understanding.alone import yes_or_no
from bot.talking.understanding.folding import fold
from bot.talking.understanding.interpreting import (
    command,
    has_finished,
    interpret,
    is_asked_back,
    is_put_off,
    nearly,
    takes_back,
)
from bot.talking.understanding.reading import Reading
from bot.talking.understanding.sharing import forget
from bot.talking.vocabulary import Vocabulary

__all__ = [
    "Reading",
    "agreement",
    "begins_with_a_no",
    "command",
    "fold",
    "has_finished",
    "interpret",
    "is_asked_back",
    "is_in_error",
    "is_put_off",
    "nearly",
    "prepare",
    "says_only",
    "takes_back",
    "yes_or_no",
]


def prepare(vocabulary: Vocabulary) -> None:
    """Take the word lists in now, rather than with the first word that somebody writes in each language."""
    for language in vocabulary.lists:
        command("hola otra vez", language=language, vocabulary=vocabulary)
        is_asked_back("hola otra vez", language=language, vocabulary=vocabulary)
    forget()
