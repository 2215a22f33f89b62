"""The words by which learners are understood: loaded from content/words/, never written in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


# eq=False: a vocabulary is compared and hashed by identity, so that what is prepared from it can be cached.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Vocabulary:
    """Command words and reply words per language. Every word is stored folded (`folding.fold`).

    `commands` are whole messages; the first word of each is the one that we print. `patterns` are whole messages with
    variants and `phrases` the same, found anywhere: `a|b` either, `x?` may be missing, `mensaj*` any ending. `lists`
    holds the small words around an answer by the part that they play (fillers, negations, letters.b, numbers.2 …).
    """

    commands: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # language → command → words
    patterns: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # language → command → patterns
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # language → command → patterns
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # language → list → words
    names: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # language → what people call it, in any language
    carrier_stops: frozenset[str] = frozenset()  # STOP, END, QUIT …: the carriers' own, they always win
    doubtful_stops: frozenset[str] = frozenset()  # PARA, FIN …: bare, while a question is open, they are asked about
    reply_marks: frozenset[str] = frozenset()  # "RV:" and its like, which a phone puts before an answer
