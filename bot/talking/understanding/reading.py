"""What a reply was understood as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A letter, AMBIGUOUS, NONE or a command.

    A wrong letter harms a grade silently, a question back costs one message: what is not clear is AMBIGUOUS.
    """

    result: str  # "A".."H", "AMBIGUOUS", "NONE", or a command: STOP, START, HELP, MENU …
    argument: str = (
        ""  # PAUSE, HOUR: the number, UNREAD where there is one that we cannot read; LANGUAGE: a code, if one is named;
        # VERIFY: the code; NOTICE: the text; PAUSE, HOUR, WRONG_NUMBER: PERHAPS, where it may mean something else ("not
        # today", an hour at which not to be written to); AMBIGUOUS: STOP, where only that is in doubt
    )
    guess: str = ""  # AMBIGUOUS: the letter worth confirming with one yes or no, "" when none stands out
    number: int | None = None  # the question number that the reply named ("p3 b"), when it named one


PERHAPS = "perhaps"
UNREAD = "?"

NONE = Reading(result="NONE")
AMBIGUOUS = Reading(result="AMBIGUOUS")

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # a question has at most eight options; a list in a menu may be longer


def letter(index: int, number: int | None = None) -> Reading:
    """The option at `index`, as an answer to question `number` where the reply named one."""
    return Reading(result=LETTERS[index], number=number)


def unclear(index: int | None = None) -> Reading:
    """Something was said about the options, but not which one; `index` is the one worth confirming."""
    return AMBIGUOUS if index is None else Reading(result="AMBIGUOUS", guess=LETTERS[index])
