"""Read what stands alone and is no answer about options: a yes, a no, a greeting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.talking.understanding.commands import LOOKED_AT
from bot.talking.understanding.folding import REPEATED, tokens
from bot.talking.understanding.lexicon import Lexicon, lexicon
from bot.talking.understanding.quoting import Heard
from bot.talking.vocabulary import Vocabulary

_LONGEST_YES = 12  # words, courtesies included


def yes_or_no(reply: str, *, language: str, vocabulary: Vocabulary) -> bool | None:
    """Whether `reply` agrees: True for an explicit yes or "1", False for an explicit no or "2", None for all else.

    Strict, because consent hangs on it: a thumb, "ok" and "ya" are None, and so is a yes with more behind it than
    courtesies. Hard stop words are no agreement.
    """
    said = _agreed_before if len(reply) <= REPEATED else _agreed
    return said(reply, language, vocabulary)


def _agreed(reply: str, language: str, vocabulary: Vocabulary) -> bool | None:
    known = lexicon(vocabulary, language)
    said = tuple(token.word for token in tokens(reply[:LOOKED_AT])[0])
    if said in (("1",), ("2",)):
        return said == ("1",)
    if known.is_one_of(said, "agree", "disagree"):
        return known.is_one_of(said, "agree")
    if len(said) > _LONGEST_YES:
        return None
    for start in range(len(said) + 1):
        for end in range(len(said), start, -1):
            around = (*said[:start], *said[end:])
            if around and _all_courtesies(said[:start], known) and _all_courtesies(said[end:], known):
                part = said[start:end]
                if known.is_one_of(part, "agree", "disagree"):
                    return known.is_one_of(part, "agree")
                if part in (("1",), ("2",)):
                    return part == ("1",)
    return None


# A reply to a prompt is held against the words of every language in which she may have said it.
_agreed_before = lru_cache(maxsize=4096)(_agreed)


def _all_courtesies(said: Sequence[str], known: Lexicon) -> bool:
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        if not known.is_one_of(said[position : position + length], "greetings", "courtesies"):
            return False
        position += length
    return True


def is_greeting(this: Heard, known: Lexicon) -> bool:
    """Whether the message greets and says nothing else."""
    said = this.words
    position = 0
    greeted = False
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        part = said[position : position + length]
        greeted = greeted or known.is_one_of(part, "greetings")
        if not known.is_one_of(part, "greetings", "courtesies"):
            return False
        position += length
    return greeted
