"""What is written where a name is asked and is none, in whatever language: a yes, an "ok", "nadie"; and the name in a
request to write it down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.talking import gleaning, profile
from bot.talking.gleaning import Lists
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

_NONE = (
    "yes", "no", "weak_yes", "agree", "disagree", "courtesies", "greetings", "pleases", "joining.yes", "joining.no",
    "joining.everyday",
)  # fmt: skip
_WHOLE = 2  # words of a name that is clearly one


@lru_cache(maxsize=8)
def _none(vocabulary: Vocabulary) -> frozenset[tuple[str, ...]]:
    listed = (each for lists in vocabulary.lists.values() for key in _NONE for each in lists.get(key, ()))
    names = {words_of(each) for lists in vocabulary.lists.values() for each in lists.get("joining.also_names", ())}
    return frozenset(map(words_of, listed)) - names


def is_none(text: str, vocabulary: Vocabulary) -> bool:
    """Whether nothing is said but what is a yes, a no or a courtesy in one of our languages, or a word of every day."""
    said, none = words_of(text[:160]), _none(vocabulary)
    return said in none or (bool(said) and all((each,) in none for each in said))


def without_request(text: str, vocabulary: Vocabulary) -> str:
    """ "Ponga nomás Rosita" is Rosita."""
    pieces = text[:160].split()
    said = ["".join(words_of(each)) for each in pieces]
    for length in range(min(3, len(said) - 1), 0, -1):
        if tuple(said[:length]) in _requests(vocabulary):
            return " ".join(pieces[length:])
    return text


@lru_cache(maxsize=8)
def _requests(vocabulary: Vocabulary) -> frozenset[tuple[str, ...]]:
    return frozenset(
        words_of(each) for lists in vocabulary.lists.values() for each in lists.get("joining.requests", ())
    )


def spoken_in(text: str, every: Mapping[str, Lists], own: Lists) -> Lists:
    """The lists of the language in which she says her name: hers, unless it begins with "I am" in another."""
    if gleaning.is_introduced(text, own):
        return own
    return next((each for each in every.values() if gleaning.is_introduced(text, each)), own)


def clearly(text: str, vocabulary: Vocabulary, own: Lists) -> str | None:
    """The name, where the words are clearly one though something else was asked: "Uwimana Aline"."""
    name = gleaning.name_in(text, own)
    said = (name or "").split()
    if name is None or len(said) < _WHOLE or is_none(name, vocabulary) or not gleaning.is_name(name, own):
        return None
    written = profile.written("name", text, 0, own.get("intros", ()))
    return name if written == name and all(each[:1].isupper() for each in said) else None
