"""Hear what is written where no answer can be: that she cannot now ("no tengo saldo", "estoy en la chacra"), and behind
a stop that it was a mistake ("fue sin querer"). In any language: whoever has no time writes in the one that is nearest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.talking.understanding.folding import words
from bot.talking.understanding.patterns import Patterns, compiled
from bot.talking.vocabulary import Vocabulary

_LOOKED_AT = 160  # characters
_BUSY, _LATER, _REGRETS = "busy", "later", "regrets"


@dataclass(frozen=True, slots=True)
class _Meanwhile:
    busy: Patterns  # anywhere
    later: Patterns  # as a whole message
    regrets: Patterns


@lru_cache(maxsize=8)
def _meanwhile_of(vocabulary: Vocabulary) -> _Meanwhile:
    listed = (
        compiled(
            [(name, each) for own in vocabulary.lists.values() for each in own.get(f"meanwhile.{name}", ())], ("",)
        )
        for name in (_BUSY, _LATER, _REGRETS)
    )
    return _Meanwhile(*listed)


def is_busy(reply: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` says that she cannot answer now, or "later" and nothing else."""
    said, meanwhile = words(reply[:_LOOKED_AT]), _meanwhile_of(vocabulary)
    if not said:
        return False
    return bool(meanwhile.busy.anywhere(said)) or any(meanwhile.later.at(said, 0, whole=True))


def regrets(reply: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply`, written behind a stop, says that it was a mistake or asks how to come back."""
    return bool(_meanwhile_of(vocabulary).regrets.anywhere(words(reply[:_LOOKED_AT])))
