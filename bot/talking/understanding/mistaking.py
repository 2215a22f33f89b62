"""Tell a number that belongs to somebody else from all else that a person is not: "no soy Juan", "no soy socia"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.talking.understanding.folding import Token
from bot.talking.understanding.reading import PERHAPS, Reading
from bot.talking.understanding.sharing import words
from bot.talking.vocabulary import Vocabulary

MISTAKEN = "WRONG_NUMBER"
# They are read here and play no part around an answer.
LISTS = ("people", "states", "phones", "mistakes", "ledgers", "alike")

_SHORTEST = 3  # letters of a name
_ANSWER = 4  # digits: a telephone number has more
_ENDINGS = ("chu", "ti", "kti", "qa", "x", "xa")  # Quechua and Aymara write the denial to the name: "Juanchu"


@dataclass(frozen=True, slots=True)
class Stems:
    """Words, and beginnings of words ("peruan*")."""

    plain: frozenset[str]
    begun: tuple[str, ...]

    def hold(self, word: str) -> bool:
        return word in self.plain or (bool(self.begun) and word.startswith(self.begun))


@lru_cache(maxsize=8)
def strangers_of(vocabulary: Vocabulary) -> Mapping[str, Stems]:
    """What people are called and may be besides; words for a number, for what else has one, and for a mistake: of all
    languages."""
    return {name: stems_of(vocabulary, name) for name in LISTS}


def stems_of(vocabulary: Vocabulary, name: str) -> Stems:
    """A list of all languages together."""
    listed = [written for lists in vocabulary.lists.values() for written in lists.get(name, ())]
    plain = (words(written)[0] for written in listed if not written.endswith("*"))
    return Stems(frozenset(plain), tuple(sorted({each[:-1] for each in listed if each.endswith("*")})))


def is_named(tokens: Sequence[Token], at: int, strangers: Mapping[str, Stems]) -> bool:
    """Whether the word at `at` is what a person is called: a known name, or one that alone is written like a name.

    "I am not hungry", "no soy agricultor" and "no soy de Puno" are true of the one whom we mean as well.
    """
    word = tokens[at].word
    if len(word) < _SHORTEST or strangers["states"].hold(word):
        return False
    people = strangers["people"]
    if people.hold(word) or any(word.endswith(end) and people.hold(word.removesuffix(end)) for end in _ENDINGS):
        return True
    return tokens[at].raw.istitle() and any(token.raw.islower() for token in tokens[:at])


def weighed(
    found: Reading | None, said: Sequence[str], strangers: Mapping[str, Stems], denials: frozenset[str]
) -> Reading | None:
    """The reading; a wrong number is PERHAPS one unless the number is spoken of, and called wrong or denied.

    "Wrong number" says it; "no soy Juan", "se equivoco" may be said by the one whom we mean, and so may "sorry, wrong
    number, it is 15": that corrects an answer.
    """
    if found is None or found.result != MISTAKEN:
        return found
    spoken = any(strangers["phones"].hold(word) for word in said)
    called_wrong = any(word in denials or strangers["mistakes"].hold(word) for word in said)
    another = any(strangers["ledgers"].hold(word) or (word.isdigit() and len(word) <= _ANSWER) for word in said)
    sure = spoken and called_wrong and not another
    return found if sure else replace(found, argument=PERHAPS)
