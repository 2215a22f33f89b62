"""Find which options the words of a reply speak of, forgiving spelling but never between two options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.talking.understanding.ear import by_ear
from bot.talking.understanding.folding import words
from bot.talking.understanding.lexicon import Lexicon, lexicon
from bot.talking.understanding.measures import parted_words
from bot.talking.understanding.numerals import joined_thousands
from bot.talking.understanding.quantities import units_of
from bot.talking.vocabulary import Vocabulary

_LABEL = re.compile(r"^\s*\(?([A-Ha-h1-8])\s?[).:\-]\)?\s+")

_ELIDED = re.compile(r"\b[lLdDnNyY]['’](\w{3,})")

# An option that says yes, no, true, false or "I do not know": the other words for it are understood too. The last list
# of each says which options mean it: "nunca" may answer No, but an option "Nunca" is more than a No.
MEANINGS = {
    "yes": ("yes", "agree"),
    "no": ("no", "disagree"),
    "true": ("true",),
    "false": ("false",),
    "dont_know": ("dont_know",),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of an open question, prepared for matching."""

    language: str
    texts: tuple[tuple[str, ...], ...]  # the folded words of each option
    content: tuple[frozenset[str], ...]  # those that carry meaning; numbers as digits
    joined: tuple[str, ...]  # the content written together, by ear
    owners: Mapping[str, frozenset[int]]  # word → the options that hold it
    sounds: Mapping[str, frozenset[int]]  # sound → the options that hold it
    meanings: Mapping[str, frozenset[int]]  # yes, no, true … → the options that say so
    telling: tuple[str, ...]  # the same of the words that carry meaning
    numbers: tuple[str, ...] | None  # the options' texts, where each is nothing but a number (R8)
    amounts: tuple[str, ...] | None  # the number in each option, where each is one number and its unit
    units: frozenset[str]  # the words beside those numbers

    @property
    def count(self) -> int:
        return len(self.texts)


@lru_cache(maxsize=4096)
def choices(options: tuple[str, ...], language: str, vocabulary: Vocabulary) -> Choices:
    """Prepare `options` (with or without "A) " in front) for matching in `language`."""
    known = lexicon(vocabulary, language)
    texts = tuple(
        parted_words(words(joined_thousands(_unlabelled(option, index))), known) for index, option in enumerate(options)
    )
    content = tuple(frozenset(meaningful(text, known)) or frozenset(text) for text in texts)
    owners: dict[str, set[int]] = {}
    sounds: dict[str, set[int]] = {}
    meanings: dict[str, set[int]] = {}
    for index, text in enumerate(texts):
        for word in {*text, *content[index], *_without_elision(options[index])}:
            owners.setdefault(word, set()).add(index)
            sounds.setdefault(by_ear(word, language), set()).add(index)
        for meaning, lists in MEANINGS.items():
            if known.is_one_of(text, lists[-1]) or _says_twice(text, lists, known):
                meanings.setdefault(meaning, set()).add(index)
    amounts = _amounts(texts, known)
    return Choices(
        language=language,
        texts=texts,
        content=content,
        joined=tuple("".join(by_ear(word, language) for word in text) for text in texts),
        owners={word: frozenset(found) for word, found in owners.items()},
        sounds={sound: frozenset(found) for sound, found in sounds.items()},
        meanings={meaning: frozenset(found) for meaning, found in meanings.items()},
        telling=tuple("".join(by_ear(word, language) for word in meaningful(text, known)) for text in texts),
        numbers=_numbers(texts, known),
        amounts=amounts,
        units=_units(texts, known, vocabulary) if amounts else frozenset(),
    )


def _units(texts: Sequence[Sequence[str]], known: Lexicon, vocabulary: Vocabulary) -> frozenset[str]:
    """The words beside the numbers of the options, and what else these units are called."""
    beside = {word for text in texts for word in text if not is_number(digits(word, known))}
    units = units_of(vocabulary)
    return frozenset(beside.union(*map(units.alike, beside)))


def _without_elision(option: str) -> tuple[str, ...]:
    """The words behind an elided one: "eau" in "l'eau", "isabune" in "n'isabune"."""
    return tuple(word for found in _ELIDED.findall(option) for word in words(found))


def _says_twice(text: Sequence[str], lists: Sequence[str], known: Lexicon) -> bool:
    """Whether an option says its yes or no and then says it again: "Sí, siempre"."""
    return len(text) == 2 and known.is_one_of(text[:1], lists[-1]) and known.is_one_of(text[1:], *lists)


def _unlabelled(option: str, index: int) -> str:
    label = _LABEL.match(option)
    if label and label[1].upper() in ("ABCDEFGH"[index : index + 1], str(index + 1)):
        return option[label.end() :]
    return option


def digits(word: str, known: Lexicon) -> str:
    """A number word as digits ("veinte" → "20"); any other word as it is."""
    if word.isdigit():
        return str(int(word)) if len(word) < 10 else word
    return known.roles(word).get("numbers", word)


def meaningful(said: Sequence[str], known: Lexicon) -> list[str]:
    """The words that carry meaning, numbers as digits."""
    return [digits(word, known) for word in said if "stop_words" not in known.roles(word)]


def _numbers(texts: Sequence[Sequence[str]], known: Lexicon) -> tuple[str, ...] | None:
    found = tuple(digits(text[0], known) for text in texts if len(text) == 1)
    return found if len(found) == len(texts) > 0 and all(is_number(word) for word in found) else None


def _amounts(texts: Sequence[Sequence[str]], known: Lexicon) -> tuple[str, ...] | None:
    found = []
    for text in texts:
        numbers = [word for word in (digits(word, known) for word in text) if is_number(word)]
        if len(numbers) != 1 or len(text) > 3:
            return None
        found.append(numbers[0])
    return tuple(found) if len(set(found)) == len(found) > 0 else None


def is_number(word: str) -> bool:
    """Whether a folded word is a number written in digits."""
    return word.replace(".", "", 1).replace(",", "", 1).isdigit()


NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Support:
    """The options that one word speaks of, and whether it is surely meant (not merely near)."""

    options: frozenset[int] = NOBODY
    sure: bool = True


UNSUPPORTED = Support()


def _numbers_of(word: str) -> tuple[str, ...]:
    """The same noun in another number: "taza" beside "tazas"."""
    singular = (word[:-1],) if len(word) > 3 and word.endswith("s") else ()
    return (*singular, word + "s", word + "es") if len(word) > 2 and not is_number(word) else ()


def support(word: str, among: Choices, *, exact: bool = False) -> Support:
    """The options that `word` speaks of: exactly, by ear, or by a near spelling of one option's word only.

    `exact` allows no near spelling (for words that mean something of their own, such as "gracias"). A number is only
    itself. A near spelling counts as sure when it is one slip away and no other option's word is in reach.
    """
    found = among.owners.get(word)
    if found:
        return Support(found.union(*(among.owners.get(other, NOBODY) for other in _numbers_of(word))))
    if exact or is_number(word) or not 3 <= len(word) <= 40:
        return UNSUPPORTED
    found = among.sounds.get(by_ear(word, among.language))
    if found:
        return Support(found)
    close: set[int] = set()
    near: set[int] = set()
    for candidate, owners in among.owners.items():
        likeness = _likeness(word, candidate, among.language)
        if likeness:
            (close if likeness == 2 else near).update(owners)
    if close and not (near - close):
        return Support(frozenset(close))
    return Support(frozenset(close | near), sure=False) if close or near else UNSUPPORTED


def resembles(said: Sequence[str], among: Choices) -> frozenset[int]:
    """The options that a command's words could mean instead: the same word or one like it ("baja", "bajo")."""
    found: set[int] = set()
    for word in said:
        for candidate, owners in among.owners.items():
            alike = word[:2] == candidate[:2] and len(word) > 2 and _likeness(word, candidate, among.language)
            if len(word) > 1 and (word == candidate or alike):
                found |= owners
    return frozenset(found)


@lru_cache(maxsize=8192)
def _likeness(said: str, meant: str, language: str) -> int:
    """2: a slip or another ending of the same word; 1: near enough to ask; 0: another word."""
    shorter = min(len(said), len(meant))
    if shorter < 3 or is_number(meant):
        return 0
    heard, sound = by_ear(said, language), by_ear(meant, language)
    slips = min(OSA.distance(said, meant), OSA.distance(heard, sound))
    same_start = heard[:1] == sound[:1]
    if shorter >= 4 and slips == 1 and (same_start or len(heard) != len(sound)):
        # Four letters leave little: "mesa" and "pesa", "casa" and "cama" are other words, "watr" is not.
        if shorter >= 5 or len(heard) != len(sound) or sorted(said) == sorted(meant):
            return 2
        return 1
    if shorter >= 7 and slips == 2 and heard[:2] == sound[:2]:
        return 2
    if _same_stem(said, meant, language) or _is_led(said, meant, language):
        return 2
    if shorter >= 4 and OSA.normalized_similarity(heard, sound) >= 0.67:
        return 1
    return 1 if shorter >= 4 and (meant.startswith(said) or said.startswith(meant)) else 0


def _is_led(said: str, meant: str, language: str) -> bool:
    """Whether `said` is `meant` with an article written to it ("leau" is "l'eau"), or with a noun's vowel ("inzu")."""
    leads = "aiu" if language == "rw" else "ld"
    return len(meant) >= 3 and said[1:] == meant and said[0] in leads


def _same_stem(said: str, meant: str, language: str) -> bool:
    """Cut short ("plast") or with another ending ("hormigas", "yakuyawan")."""
    shorter, longer = sorted((said, meant), key=len)
    if longer in (shorter + "s", shorter + "es"):
        return len(shorter) >= 3
    if longer.startswith(shorter):
        return len(shorter) >= 4 and len(shorter) >= (0.6 if said == shorter else 0.7) * len(longer)
    return False
