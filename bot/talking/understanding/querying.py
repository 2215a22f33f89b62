"""Tell a question about a word from an answer: "¿qué es tercio medio?", "I don't know what a share-out is"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import LETTERS, NONE, Reading
from bot.talking.understanding.sharing import words
from bot.talking.vocabulary import Vocabulary

_AHEAD = ("greetings", "courtesies", "pleases", "chatter", "joins")

_HARMLESS = ("REPEAT", "STATUS", "HINT")

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queries:
    """How questions about a word begin and end, in any language."""

    first: frozenset[Said]  # "what is"
    last: frozenset[Said]  # "ni iki"
    asking: frozenset[Said]  # "what", which asks where a question mark ends the message or "I do not know" leads it
    unknowing: frozenset[Said]  # "I do not know"
    longest: int

    def begins(self, said: Said, phrases: frozenset[Said]) -> int:
        """How many words at the beginning are one of the phrases; 0 where they are none."""
        return next((length for length in range(self.longest, 0, -1) if said[:length] in phrases), 0)


@lru_cache(maxsize=8)
def queries_of(vocabulary: Vocabulary) -> Queries:
    """The lists `asks_first`, `asks_last`, `asking` and `dont_know` of all languages."""

    def listed(name: str) -> frozenset[Said]:
        return frozenset(words(each) for lists in vocabulary.lists.values() for each in lists.get(name, ()))

    first, last, asking, unknowing = map(listed, ("asks_first", "asks_last", "asking", "dont_know"))
    longest = max(map(len, first | last | asking | unknowing), default=0)
    return Queries(first=first, last=last, asking=asking, unknowing=unknowing, longest=longest)


def asked_back(this: Heard, known: Lexicon, among: Choices | None, vocabulary: Vocabulary) -> Reading | None:
    """HELP for a question about a word, NONE for "I do not know what that is"; None where the message is neither.

    An option's own text is none, nor what begins as an option does, nor what ends with a letter or a number.
    """
    said = this.words
    start = _ahead(said, known)
    rest = said[start:]
    if len(rest) < 2 or _is_label(said[-1], among) or (among is not None and _is_an_options(said, rest, among)):
        return None
    queries = queries_of(vocabulary)
    unknowing = queries.begins(rest, queries.unknowing)
    if unknowing and _asks(queries, rest[unknowing:], marked=True):
        return NONE
    return Reading(result="HELP") if _asks(queries, rest, marked="?" in this.end) else None


def asks_again(this: Heard, commands: Commands, vocabulary: Vocabulary) -> bool:
    """Whether what stands behind a label is a question of its own, so that the label may be none: "c como era?"."""
    rest = this.words[1:]
    if "?" not in this.end or len(rest) < 2 or len(this.words[0]) > 1:
        return False
    if queries_of(vocabulary).begins(rest, queries_of(vocabulary).asking):
        return True
    return any(found.command in _HARMLESS for found in commands.patterns.at(rest, 0, whole=True))


def _asks(queries: Queries, said: Said, *, marked: bool) -> bool:
    if queries.begins(said, queries.first) or (marked and queries.begins(said, queries.asking)):
        return True
    return any(said[-length:] in queries.last for length in range(1, min(queries.longest, len(said) - 1) + 1))


def _ahead(said: Sequence[str], known: Lexicon) -> int:
    """Where the message begins behind its greeting."""
    start = 0
    while start < len(said):
        length = max(known.longest_at(said, start), 1)
        if not known.is_one_of(said[start : start + length], *_AHEAD):
            break
        start += length
    return start


def _is_label(word: str, among: Choices | None) -> bool:
    count = among.count if among is not None else len(LETTERS)
    return word.isdigit() or (len(word) == 1 and word in LETTERS[:count].casefold())


def _is_an_options(said: Said, rest: Said, among: Choices) -> bool:
    """Whether the words are an option's text, or begin as one does: "cuando esté seca"."""
    return any(text in (said, rest) or text[:1] == rest[:1] for text in among.texts)
