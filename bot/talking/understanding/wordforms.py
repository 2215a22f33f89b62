"""Hear an option told in another form of its words: "podo después de la cosecha", "don't mix it", "nzigama mbere"."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA, Postfix, Prefix

from bot.talking.understanding.commands import without
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, digits, is_number
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import Reading, letter

_STEM = 3  # letters that two forms of a word share
_LONG = 4  # letters of a word in which one may be wrong
_DENIED = "not"
_LETTERS = "abcdefgh"


def in_other_words(this: Heard, commands: Commands, known: Lexicon, among: Choices) -> Reading | None:
    """The one option whose words these are, one by one and in their order, where some have another ending ("podo",
    "podar") or a letter wrong, and a denial is written otherwise; None where none is, or more than one."""
    if this.numbers or among.numbers is not None:
        return None
    said = _told(without(this.words, known, "greetings", "courtesies", "pleases"), known, among)
    if len(said) < 2:
        return None
    texts = [_told(text, known, among) for text in among.texts]
    found = [index for index, text in enumerate(texts) if _is_form(said, text, commands, known)]
    if len(found) != 1 or (said == texts[found[0]] and not _denies_otherwise(this.words, among.texts[found[0]], known)):
        return None  # small words that differ are weighed elsewhere: "con y sin guantes" is not "sin guantes"
    return letter(found[0])


def _denies_otherwise(said: Sequence[str], text: Sequence[str], known: Lexicon) -> bool:
    """Whether the reply has other words for a denial than the option."""
    apart = set(said) ^ set(text)
    return any("negations" in known.roles(word) for word in apart)


def _told(said: Sequence[str], known: Lexicon, among: Choices) -> tuple[str, ...]:
    """The words that carry meaning, each denial as the same one ("dont", "do not"), and whatever may be a letter."""
    told: list[str] = []
    at = 0
    while at < len(said):
        length = max(known.longest_at(said, at), 1)
        if known.is_one_of(said[at : at + length], "negations"):
            told.append(_DENIED)
        else:
            length = 1
            if "stop_words" not in known.roles(said[at]) or said[at] in _LETTERS[: among.count]:
                told.append(digits(said[at], known))
        at += length
    return tuple(told)


def _is_form(said: Sequence[str], text: Sequence[str], commands: Commands, known: Lexicon) -> bool:
    """Whether one is the other, word for word, with something that is told in both of them alike."""
    if len(said) != len(text):
        return False
    other = [(one, two) for one, two in zip(said, text, strict=True) if one != two]
    same = {
        one for one, two in zip(said, text, strict=True) if one == two and known.roles(one).keys() <= {"quantities"}
    }
    if not same - {_DENIED} or any(one in commands.whole for one, _ in other):
        return False
    if not all(_is_same_word(one, two, known) for one, two in other):
        return False
    return sum(not _is_inflected(one, two, known) for one, two in other) < 2  # one slip; a second is another sentence


def _is_same_word(said: str, meant: str, known: Lexicon) -> bool:
    if is_number(said) or is_number(meant) or _DENIED in (said, meant) or known.roles(said):
        return False
    slips = max(len(said), len(meant)) >= _LONG and said[0] == meant[0] and OSA.distance(said, meant) == 1
    return slips or _is_inflected(said, meant, known)


def _is_inflected(said: str, meant: str, known: Lexicon) -> bool:
    """Whether two words are one with two endings, or with two beginnings where the language inflects there."""
    shared = Prefix.similarity(said, meant)
    if any({said[stem:], meant[stem:]} <= known.endings for stem in range(_STEM, shared + 1)):
        return True
    end = Postfix.similarity(said, meant)
    return end > _STEM and {said[:-end], meant[:-end]} <= known.beginnings
