"""What the commands on people and organisations say, in the language of the terminal or the one asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from cli import cohort_words, greeting, notice_words, organisation_words, token_words, user_words

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {**organisation_words.EN, **cohort_words.EN, **notice_words.EN, **user_words.EN, **token_words.EN},
    "es": {**organisation_words.ES, **cohort_words.ES, **notice_words.ES, **user_words.ES, **token_words.ES},
}
_asked: ContextVar[str] = ContextVar("asked", default="")  # by --lang, for the command that runs


def speak(asked: str) -> None:
    """From now on say everything in this language; empty: in that of the terminal."""
    _asked.set(asked)


def language() -> str:
    """The language spoken: es or en."""
    return _asked.get() or greeting.language()


def say(id: str, /, **values: object) -> str:
    """The sentence `id` filled in; where `n` is one thing, in its singular."""
    words = WORDS[language()]
    return words[f"{id}.one" if values.get("n") == 1 and f"{id}.one" in words else id].format(**values)
