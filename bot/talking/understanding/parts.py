"""The parts that the words of a reply can play around an answer, and one marked expression of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.talking.understanding.lexicon import Roles
from bot.talking.understanding.matching import UNSUPPORTED, Support


class Part(StrEnum):
    """The part that an expression plays around an answer."""

    LABEL = "label"  # `value` is the index of the option
    NUMBER = "number"  # `value` is the number
    SLIP = "slip"  # a keypad or hearing slip; `value` is the likely option, or -1
    OUT = "out"  # a label that no option has
    CLASH = "clash"  # two labels in one word: "a2", "abc"
    NEGATION = "negation"
    CORRECTION = "correction"
    ALTERNATIVE = "alternative"
    BECAUSE = "because"
    EXCEPTION = "exception"
    WRONG = "wrong"
    ALL = "all"
    NONE = "none"
    MEANING = "meaning"  # yes, no, true, false, "I do not know", where an option says so
    WEAK_YES = "weak yes"  # "ok" to a question of yes and no
    ARTICLE = "article"
    LABEL_WORD = "label word"
    INTRODUCTION = "introduction"  # "soy Rosa": a name follows
    FILLER = "filler"
    FUNCTION = "function"  # de, en, las: neutral beside a letter, telling beside a number ("a las 2")
    UNKNOWN = "unknown"


SPOILERS = (Part.EXCEPTION, Part.WRONG, Part.ALL, Part.NONE, Part.ALTERNATIVE, Part.CLASH, Part.SLIP, Part.OUT)
"""What makes a label beside it doubtful."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One expression of the reply with its part and the options that its words speak of."""

    part: Part
    words: tuple[str, ...]
    raw: str
    before: str
    roles: Roles
    value: int = -1
    support: Support = UNSUPPORTED

    @property
    def parted(self) -> bool:
        """Whether punctuation or a line break stands before it."""
        return bool(self.before.strip("¿¡\"'*"))


# In this order: the first list that holds an expression decides what it is.
PARTS = (
    ("idioms", Part.UNKNOWN),
    ("instead", Part.EXCEPTION),
    ("exceptions", Part.EXCEPTION),
    ("alls", Part.ALL),
    ("nones", Part.NONE),
    ("corrections", Part.CORRECTION),
    ("negations", Part.NEGATION),
    ("deniers", Part.NEGATION),
    ("ors", Part.ALTERNATIVE),
    ("becauses", Part.BECAUSE),
    ("wrongs", Part.WRONG),
    ("label_words", Part.LABEL_WORD),
    ("introductions", Part.INTRODUCTION),
    ("articles", Part.ARTICLE),
    *(
        (name, Part.FILLER)
        for name in (
            "greetings",
            "courtesies",
            "chatter",
            "pleases",
            "fillers",
            "wants",
            "affirmers",
            "joins",
            "agree",
            "yes",
            "weak_yes",
        )
    ),
    *((name, Part.FILLER) for name in ("dont_know", "question_words", "instructions", "quantities")),
    ("no", Part.NEGATION),
    ("disagree", Part.NEGATION),
    ("true", Part.FILLER),
    ("false", Part.WRONG),
    *((name, Part.FUNCTION) for name in ("stop_words", "spelled", "units", "pm")),
)
