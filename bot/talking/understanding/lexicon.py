"""Prepare a vocabulary for fast look-up: which part each word plays in a language, and which command it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.talking.understanding import hours, postponing, quantities, spans
from bot.talking.understanding.fields import FIELD, Field, fields_of
from bot.talking.understanding.mistaking import LISTS, Stems, strangers_of
from bot.talking.understanding.numerals import LISTS as OF_NUMBERS
from bot.talking.understanding.numerals import Numerals, numerals_in
from bot.talking.understanding.patterns import Patterns, compiled
from bot.talking.understanding.sharing import joined, roles, words
from bot.talking.understanding.shortening import shortens
from bot.talking.understanding.writing import NO_STOP as NO_STOP
from bot.talking.understanding.writing import by_sound, command_words
from bot.talking.vocabulary import Vocabulary

# Whose small words a learner mixes with her own: Quechua and Aymara are written with much Spanish in between. Commands
# are heard in every language; fillers are not, because "si" is yes in Spanish and not in Kinyarwanda.
NEIGHBOURS = {
    "es": (),
    "en": (),
    "fr": (),
    "rw": ("fr", "en"),
    "qu": ("es",),
    "ay": ("es",),
}

Roles = Mapping[str, str]  # list → the value behind its dot ("letters" → "b"), or an empty string

_NO_ROLES: Roles = {}
_SPOKEN = {"courtesies", "fillers", "greetings", "label_words", "pleases", "ordinals", "last"}
# These lists have readers of their own.
_READ_ELSEWHERE = (
    "intros",
    "short",
    "stopping",
    "finished",
    "joining",
    "danger",
    "meanwhile",
    "consults",
    "too_hard",
    "tongues",
    "puzzles",
    "rereading",
    "estimates",
    "asks_first",
    "asks_last",
    "asking",
    "orderly",
    "disorderly",
    "endings",
    "beginnings",
    *postponing.LISTS,
    *LISTS,
    *OF_NUMBERS,
    *spans.LISTS,
    *hours.LISTS,
    *quantities.LISTS,
)
_REPEATED = re.compile(r"(.)\1{2,}")
_VOWEL = re.compile(r"[aeiou]")
_VOWEL_WITHIN = re.compile(r".[aeiou].")
_DOUBLED_END = re.compile(r"(.)\1$")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words by the part they play. `entries` is keyed by the words of each expression."""

    language: str
    entries: Mapping[tuple[str, ...], Roles]
    longest: Mapping[str, int]  # first word → words in the longest expression that starts with it
    numerals: Numerals
    partings: postponing.Partings
    plain: Mapping[str, str]  # "q" → "que": short forms, undone before a command is looked for
    chatter: tuple[str, ...]  # single words around an answer, for undoing their typing slips
    label_words: tuple[str, ...]  # the long ones: what "rsta" and "altern" may be short for
    endings: frozenset[str]  # what verbs end in, and nothing: "podo", "podar"
    beginnings: frozenset[str]  # what they begin with, where the language inflects there: "nzigama", "kuzigama"
    signatures: Mapping[
        str, tuple[tuple[str, ...], ...]
    ]  # by their first word; "enviado desde": from here on it is not the learner who speaks

    def roles(self, word: str) -> Roles:
        """The parts that a single word can play; drawn-out spellings ("siii") are read as the plain word."""
        found = self.entries.get((word,))
        if found is None and len(word) > 2:
            short = _REPEATED.sub(r"\1", word)
            found = self.entries.get((short,)) or self.entries.get((_DOUBLED_END.sub(r"\1", short),))
        return found or _NO_ROLES

    def slip_of(self, word: str) -> Roles:
        """The parts of the filler or label word that an unknown word is one slip away from ("respueta"), if any."""
        if not 6 <= len(word) <= 20:  # five letters are too few: "maria" is no "marca"
            return _NO_ROLES
        found = extractOne(word, self.chatter, scorer=OSA.distance, score_cutoff=1)
        return self.entries[(found[0],)] if found else _NO_ROLES

    def short_of(self, word: str) -> Roles:
        """The parts of the label word that an unknown word is short for: "altern", "rsta", "numr"."""
        if len(word) < 3 or not word.isalpha():
            return _NO_ROLES
        bare = not _VOWEL_WITHIN.search(word) and len(_VOWEL.findall(word)) < 2
        for meant in self.label_words:
            begun = meant.startswith(word) and len(word) > 0.6 * len(meant)  # "casi" is no "casilla"
            little_missing = len(word) > 3 and len(meant) > 5 and len(meant) - len(word) <= 2
            if begun or ((little_missing or (bare and 3 * len(word) >= len(meant))) and shortens(word, meant)):
                return self.entries[(meant,)]
        return _NO_ROLES

    def longest_at(self, said: Sequence[str], start: int, stop: int | None = None) -> int:
        """How many words from `start` to before `stop` form the longest known expression; 0 where it is unknown."""
        stop = len(said) if stop is None else stop
        for length in range(min(self.longest.get(said[start], 1), stop - start), 1, -1):
            if tuple(said[start : start + length]) in self.entries:
                return length
        return 1 if self.roles(said[start]) else 0

    def is_one_of(self, said: Sequence[str], *lists: str) -> bool:
        """Whether the whole expression stands in one of `lists`."""
        roles = self.entries.get(tuple(said), _NO_ROLES) if len(said) != 1 else self.roles(said[0])
        return any(name in roles for name in lists)


@lru_cache(maxsize=64)
def lexicon(vocabulary: Vocabulary, language: str) -> Lexicon:
    """The words of `language` and its neighbours; where both know a word, the learner's own language decides."""
    entries: dict[tuple[str, ...], Roles] = {}
    sources = (*NEIGHBOURS.get(language, ("es", "en")), language)
    for source in sources:
        entries.update(_entries_of(vocabulary, source))
    entries.pop((), None)
    longest: dict[str, int] = {}
    for said in entries:
        longest[said[0]] = max(longest.get(said[0], 1), len(said))
    signatures = {words(line) for lists in vocabulary.lists.values() for line in lists.get("signatures", ())}
    chatter = {
        said[0] for said, roles in entries.items() if len(said) == 1 and len(said[0]) > 4 and roles.keys() & _SPOKEN
    }
    return Lexicon(
        language=language,
        entries=entries,
        longest=longest,
        numerals=numerals_in(*(vocabulary.lists.get(source, {}) for source in sources)),
        partings=postponing.partings_in(*(vocabulary.lists.get(source, {}) for source in sources)),
        plain=_short_forms(vocabulary, language),
        chatter=tuple(sorted(chatter)),
        label_words=tuple(
            said[0] for said, roles in entries.items() if len(said) == 1 and len(said[0]) > 4 and "label_words" in roles
        ),
        endings=frozenset(("", *vocabulary.lists.get(language, {}).get("endings", ()))),
        beginnings=frozenset(("", *vocabulary.lists.get(language, {}).get("beginnings", ()))),
        signatures={
            first[0]: tuple(each for each in signatures if each[:1] == first[:1]) for first in signatures if first
        },
    )


def _entries_of(vocabulary: Vocabulary, source: str) -> dict[tuple[str, ...], Roles]:
    """The expressions of one language, with the parts that they play."""
    own: dict[tuple[str, ...], dict[str, str]] = {}
    for name, listed in vocabulary.lists.get(source, {}).items():
        role, _, value = name.partition(".")
        if role in _READ_ELSEWHERE or role.startswith((FIELD, spans.SPAN, hours.HOUR, quantities.UNIT)):
            continue
        for written in listed:
            own.setdefault(words(written), {})[role] = value
    return {said: roles(tuple(parts.items())) for said, parts in own.items()}


def _short_forms(vocabulary: Vocabulary, language: str) -> dict[str, str]:
    """The short forms of `language` and its neighbours."""
    found: dict[str, str] = {}
    for source in (*NEIGHBOURS.get(language, ("es", "en")), language):
        for name, listed in vocabulary.lists.get(source, {}).items():
            role, _, meant = name.partition(".")
            if role == "short":
                found.update(dict.fromkeys(listed, meant))
    return found


@dataclass(frozen=True, slots=True)
class Commands:
    """Every command of every language, ready to be found."""

    hard: frozenset[str]  # the carriers' own stop words, also written apart or together
    doubtful: frozenset[str]
    whole: Mapping[str, str]  # a whole message → its command; the key has its words joined by one space
    patterns: Patterns  # must be the whole message
    phrases: Patterns  # found anywhere
    heads: Mapping[str, tuple[tuple[str, ...], ...]]  # PAUSE, HOUR, VERIFY, NOTICE, LANGUAGE: what an argument follows
    names: Mapping[tuple[str, ...], str]  # a language's name → its code
    negations: frozenset[str]
    stopping: frozenset[str]  # to stop, to leave …: behind "I do not want" they mean the contrary
    spelt: frozenset[str]  # the words of the commands of the learner's own language and its neighbours
    closing: frozenset[str]  # those of them that may stand behind a wish to stop without changing what it is about
    sounds: Mapping[str, tuple[str, ...]]  # how they sound → those that sound so
    fields: tuple[Field, ...]  # of the learner's own language and its neighbours
    strangers: Mapping[str, Stems]  # names of people, words for a number and for a mistake, in any language
    spans: spans.Spans
    hours: hours.Hours
    printed_heads: Mapping[str, str]  # PAUSA, HORA …, the words that we print for what an argument follows
    printed: tuple[str, ...]  # the short words of such commands that we print, of the own language and its neighbours
    forgiven: tuple[str, ...]  # the long single words of commands that do no harm, in which a slip is undone


# STOP comes first: a wish to stop beats whatever else the same message holds.
_ORDER = ("STOP", "ERASE", "WRONG_NUMBER", "HELP")

# Commands that answer and change nothing. A stop word is never guessed at, nor is what begins, erases or pauses.
_HARMLESS = ("HELP", "MENU", "NEXT", "REPEAT", "STATUS", "HINT", "LANGUAGE", "PERSON")


@lru_cache(maxsize=64)
def commands_of(vocabulary: Vocabulary, language: str) -> Commands:
    """The commands of all languages; where two languages know a word, the learner's own decides, then es, en, …"""
    ordered = (language, *(name for name in vocabulary.commands if name != language))
    whole: dict[str, str] = {}
    heads: dict[str, set[tuple[str, ...]]] = {}
    for name in ordered:
        for command, listed in vocabulary.commands.get(name, {}).items():
            for written in listed:
                said = words(written)
                whole.setdefault(joined(said, " "), command)
                if len(said) > 1:
                    whole.setdefault(joined(said, ""), command)  # "DARMEDEBAJA"
                heads.setdefault(command, set()).add(said)
    hard = frozenset(" ".join(words(stop)) for stop in vocabulary.carrier_stops)
    near = (language, *NEIGHBOURS.get(language, ("es", "en")))
    spelt = command_words(vocabulary, near)
    found_spans = spans.spans_of(vocabulary)
    return Commands(
        hard=hard,
        doubtful=frozenset(" ".join(words(stop)) for stop in vocabulary.doubtful_stops),
        whole=whole,
        patterns=compiled(_pairs(vocabulary.patterns, ordered), ("STOP", "", "HELP", "WRONG_NUMBER")),
        phrases=compiled(_pairs(vocabulary.phrases, ordered), (*_ORDER, "")),
        heads={command: tuple(sorted(found, key=len, reverse=True)) for command, found in heads.items()},
        names={words(name): code for code, listed in vocabulary.names.items() for name in listed},
        # "si" negates in Kinyarwanda only
        negations=_single(vocabulary, "negations", ordered)
        - ({"si", "ni", "n"} - _single(vocabulary, "negations", ordered[:1])),
        stopping=_single(vocabulary, "stopping", ordered),
        spelt=frozenset(spelt),
        closing=frozenset(command_words(vocabulary, near, narrowly=True)),
        sounds=by_sound([word for word in spelt if word not in hard], language),
        fields=fields_of(vocabulary, (language, *NEIGHBOURS.get(language, ()))),
        strangers=strangers_of(vocabulary),
        spans=found_spans,
        hours=hours.hours_of(vocabulary, found_spans.numerals),
        printed_heads={
            words(listed[0])[0]: command
            for own in vocabulary.commands.values()
            for command, listed in own.items()
            if command in ("PAUSE", "HOUR")
        },
        printed=tuple(
            word
            for name in (language, *NEIGHBOURS.get(language, ()))
            for command, listed in vocabulary.commands.get(name, {}).items()
            for word in listed[:1]
            if command in _HARMLESS and 4 <= len(word) <= 5 and whole.get(word) == command
        ),
        forgiven=tuple(word for word, command in whole.items() if command in _HARMLESS and len(word) > 5),
    )


def _single(vocabulary: Vocabulary, role: str, languages: Sequence[str]) -> frozenset[str]:
    """The single words of a list in these languages."""
    found = (words(written) for name in languages for written in vocabulary.lists.get(name, {}).get(role, ()))
    return frozenset(said[0] for said in found if len(said) == 1)


def _pairs(source: Mapping[str, Mapping[str, tuple[str, ...]]], ordered: Sequence[str]) -> list[tuple[str, str]]:
    """(command, pattern) of all languages, the learner's own first."""
    return [
        (command, pattern) for name in ordered for command, listed in source.get(name, {}).items() for pattern in listed
    ]
