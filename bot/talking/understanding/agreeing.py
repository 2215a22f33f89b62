"""Read the answer to a question for consent: a clear yes or a clear no, however kindly it is put."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from bot.talking.understanding.commands import LOOKED_AT
from bot.talking.understanding.folding import tokens, words
from bot.talking.understanding.lexicon import NEIGHBOURS
from bot.talking.vocabulary import Vocabulary

_BEFORE = 7  # words: "I am his father and" stands before a yes
_DRAWN_OUT = re.compile(r"(.)\1+")

_PLAIN = {
    "forbids": ("disagree", "joining.no")
}  # what says plainly what else is listed; a yes where nothing stands here

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ways:
    """How people say yes and no to a question for consent, in one language and those that are mixed with it."""

    yes: frozenset[Words]
    yes_first: frozenset[Words]  # with anything behind it that takes nothing back
    gladly: frozenset[Words]  # what opens the rest behind a lighter yes: "ok, quiero aprender"
    no: frozenset[Words]
    no_first: frozenset[Words]
    in_error: frozenset[Words]
    kind: frozenset[Words]
    doubts: frozenset[Words]
    denials: frozenset[Words]
    perhaps_if: frozenset[Words]  # "si" is yes and if
    ifs: frozenset[Words]  # what alone behind it makes it an if: "si pagan"


def agreement(reply: str, *, language: str, vocabulary: Vocabulary, foreign: bool = False) -> bool | None:
    """Whether `reply` clearly agrees or clearly refuses; None for a doubt, a condition, a question, and all else.

    Wider than `yes_or_no`: a yes with anything kind behind it, drawn-out letters, the lighter words of agreement where
    nothing else is said. Consent and nothing graver may be read so. A figure or a thumb is neither yes nor no.
    `foreign`: it is not her own language, in which the words behind a no may take it back.
    """
    if len(reply) > LOOKED_AT or any(sign.isdigit() or sign in "?¿" for sign in reply):
        return None
    found = tokens(reply)[0]
    said = tuple(_plain(token.word) for token in found)
    ways = _ways(vocabulary, language)
    agrees, refuses = _is_all(said, ways.yes, ways.kind), _is_all(said, ways.no, ways.kind)
    if agrees or refuses:
        return agrees if agrees != refuses else None
    parted = tuple(bool(token.before) for token in found)
    if _begins_with_yes(said, parted, ways):
        return True
    return False if not foreign and _begins_with_no(said, parted, ways) else None


def says_only(what: str, reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` is a plain yes (no, where `what` forbids), or what is listed under `what`, and nothing else but
    kindness and lighter words.

    For what is clear behind its own question only: "si borren todo" erases, "esa misma" is the answer asked about.
    """
    if len(reply) > LOOKED_AT or any(sign.isdigit() or sign in "?¿" for sign in reply):
        return False
    said = tuple(_plain(token.word) for token in tokens(reply)[0])
    spoken = (language, *NEIGHBOURS.get(language, ()))
    lighter = () if what in _PLAIN else ("joining.yes",)
    around = _ways(vocabulary, language).kind | _listed(vocabulary, spoken, *lighter, f"joining.{what}_around")
    return _is_all(said, _listed(vocabulary, spoken, *_PLAIN.get(what, ("agree",)), f"joining.{what}"), around)


def begins_with_a_no(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether the first word of `reply` is a no that denies no verb ("no he must study"; Spanish "no tengo" does), and
    no yes stands behind it."""
    said = tuple(_plain(token.word) for token in tokens(reply[:LOOKED_AT])[0])
    bare = _listed(vocabulary, (language,), "joining.bare_no")
    return "?" not in reply and said[:1] in bare and not _has(said[1:], _ways(vocabulary, language).yes_first)


def is_in_error(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` says nothing but that it was a mistake to write: "disculpe, me equivoqué de número"."""
    said = tuple(_plain(token.word) for token in tokens(reply[:LOOKED_AT])[0])
    ways = _ways(vocabulary, language)
    return "?" not in reply and _is_all(said, ways.in_error, ways.kind)


def _plain(word: str) -> str:
    """ "siii" and "yess" as "si" and "yes"; the lists are read in the same way."""
    return _DRAWN_OUT.sub(r"\1", word)


def _is_all(said: Words, meant: frozenset[Words], around: frozenset[Words]) -> bool:
    """Whether the words are expressions of `meant`, at least one, and of `around`, and nothing else."""
    reached = {(0, False)}
    for start in range(len(said)):
        for told in (True, False):
            if (start, told) not in reached:
                continue
            for end in range(start + 1, len(said) + 1):
                part = said[start:end]
                if part in meant:
                    reached.add((end, True))
                if part in around:
                    reached.add((end, told))
    return (len(said), True) in reached


def _begins_with_yes(said: Words, parted: tuple[bool, ...], ways: _Ways) -> bool:
    for start, end in _heads(said, ways.yes_first | ways.yes, ways.kind):
        rest = said[end:]
        if _has(rest, ways.doubts | ways.denials):
            return False
        if said[start:end] not in ways.yes_first:
            return _is_glad(rest, ways)
        if said[start:end] in ways.perhaps_if and not parted[end]:
            named = len(rest) == 1 and rest not in ways.ifs  # "si juan"
            return named or _is_glad(rest, ways)
        ifs = (at for at in range(end, len(said)) if said[at : at + 1] in ways.perhaps_if)
        return all(_is_glad(said[at + 1 :], ways) for at in ifs)
    return False


def _begins_with_no(said: Words, parted: tuple[bool, ...], ways: _Ways) -> bool:
    for start, end in _heads(said, ways.no_first | {each for each in ways.no if len(each) == 1}, ways.kind):
        rest = said[end:]
        if _has(rest, ways.doubts | ways.yes_first):
            return False
        if said[start:end] in ways.no_first or parted[end]:
            return True
    return False


def _heads(said: Words, heads: frozenset[Words], kind: frozenset[Words]) -> Iterator[tuple[int, int]]:
    """Where a head stands at the beginning, behind nothing but courtesies, with something behind it; longest first."""
    for start in range(min(_BEFORE, len(said))):
        if start and not _is_all(said[:start], kind, kind):
            continue
        for end in range(min(len(said) - 1, start + 5), start, -1):
            if said[start:end] in heads:
                yield start, end


def _is_glad(rest: Words, ways: _Ways) -> bool:
    """Whether what stands behind a yes says it again, or what she wishes."""
    kindly = ways.yes | ways.kind
    starts = [at for at in range(len(rest) + 1) if at == 0 or _is_all(rest[:at], kindly, kindly)]
    return any(at == len(rest) or _at(rest, at, ways.gladly) for at in starts)


def _has(rest: Words, expressions: frozenset[Words]) -> bool:
    return any(_at(rest, place, expressions) for place in range(len(rest)))


def _at(said: Words, place: int, expressions: frozenset[Words]) -> bool:
    return any(said[place:end] in expressions for end in range(place + 1, min(len(said), place + 5) + 1))


def _spelt_out(written: str) -> Iterator[str]:
    """ "soy su|la mama" as "soy su mama" and "soy la mama"."""
    return (" ".join(each) for each in product(*(part.split("|") for part in written.split())))


@lru_cache(maxsize=256)
def _listed(vocabulary: Vocabulary, among: tuple[str, ...], *names: str) -> frozenset[Words]:
    """What the lists of these names hold in these languages, spelt out."""
    found = (vocabulary.lists.get(each, {}).get(name, ()) for each in among for name in names)
    spelt = (each for lists in found for written in lists for each in _spelt_out(written))
    return frozenset(tuple(map(_plain, words(each))) for each in spelt) - {()}


@lru_cache(maxsize=64)
def _ways(vocabulary: Vocabulary, language: str) -> _Ways:
    spoken = (language, *NEIGHBOURS.get(language, ()))

    def listed(*names: str, among: tuple[str, ...] = spoken) -> frozenset[Words]:
        return _listed(vocabulary, among, *names)

    doubts = listed("joining.doubts", "dont_know", among=(*spoken, "es", "en"))
    denials = {each for each in listed("negations", among=(language,)) if len(each) == 1}
    # Of the neighbours' only the longer ones: French "ni" stands in "yego ni byo".
    denials |= {each for each in listed("negations") if len(each) == 1 and len(each[0]) > 2}
    first = listed("joining.yes_first")
    return _Ways(
        yes=listed("agree", "joining.yes") | first,
        yes_first=first,
        gladly=listed("joining.gladly", "wants"),
        no=listed("disagree", "joining.no", "joining.no_first"),
        no_first=listed("joining.no_first"),
        in_error=listed("joining.in_error"),
        kind=listed("courtesies", "greetings", "pleases", "joining.guardians") - doubts,
        doubts=doubts,
        denials=frozenset(denials),
        perhaps_if=listed("joining.perhaps_if"),
        ifs=listed("joining.ifs"),
    )
