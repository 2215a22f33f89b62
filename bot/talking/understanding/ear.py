"""Tell how a word sounds, roughly, so that two spellings of one word are known to be one."""

from __future__ import annotations

import re
from functools import lru_cache

# Spelling by ear, mostly Spanish: b/v, s/c/z, k/c/qu, ll/y, silent h, g/j before e and i, hu/gu/w,
# n/m before b and p.
_BY_EAR = (
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"gu(?=[ei])"), "G"),
    (re.compile(r"[hg]?u(?=[aeio])"), "w"),
    (re.compile(r"q|c(?=[^eih]|$)"), "k"),
    (re.compile(r"c(?=[ei])|z|x"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"ch"), "4"),
    (re.compile(r"v"), "b"),
    (re.compile(r"m(?=b|p)"), "n"),
    (re.compile(r"ll|y"), "i"),
    (re.compile(r"h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)

# What is heard alike besides in the words of commands. One r and two stay apart: "parrar" is no "parar".
_SPANISH = (
    (re.compile(r"^rr"), "r"),
    (re.compile(r"rr"), "R"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"ado(?=s?$)"), "ao"),
)

_FRENCH = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|q|c(?=[aoult]|$)"), "k"),
    (re.compile(r"s?c(?=[eiy])|x(?=[pt])"), "s"),
    (re.compile(r"[ae][mn](?=[bcdfgjklpqrstvxz])"), "an"),
    (re.compile(r"o[mn](?=[bcdfgjklpqrstvxz])"), "on"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=..)[dpstxz]+$"), ""),
    (re.compile(r"(?<=..)er?$"), ""),
)

_ENGLISH = (
    (re.compile(r"th"), "d"),
    (re.compile(r"wr"), "r"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu"), "kw"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"ck|c(?=[aoultrk]|$)"), "k"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=..)e$"), ""),
    (re.compile(r"w?er$|or$"), "a"),
)

_KINYARWANDA = ((re.compile(r"l"), "r"), (re.compile(r"ky"), "cy"), (re.compile(r"gy"), "jy"))

_COMMANDS = {"es": (*_SPANISH, *_BY_EAR), "en": _ENGLISH, "fr": _FRENCH, "rw": _KINYARWANDA}
_SHORTEST = 3  # letters: "se" and "ce" are too much alike
_SHORTEST_SOUND = {"fr": 4}  # what is left when the silent letters are gone: "art" is no "arrêt"


@lru_cache(maxsize=8192)
def by_ear(word: str, language: str) -> str:
    """How a word sounds, roughly; two spellings of one word have one sound."""
    if word.isascii() and not word.isalpha():
        return word
    word = _replaced(word, _BY_EAR)
    if language in ("qu", "ay"):
        word = _three_vowels(word)
    return word.replace("l", "r") if language == "rw" else word


def command_sound(word: str, language: str) -> str:
    """The sound of a word of a command, told apart more strictly; "" where its spelling says all.

    Nobody is asked whether she meant to stop: only what hardly anybody can hear apart sounds alike here.
    """
    if language in ("qu", "ay"):
        return _three_vowels(command_sound(word, "es"))
    if language not in _COMMANDS or len(word) < _SHORTEST or not word.isalpha():
        return ""
    sound = _replaced(word, _COMMANDS[language])
    return sound if len(sound) >= _SHORTEST_SOUND.get(language, 1) else ""


command_by_ear = lru_cache(maxsize=8192)(command_sound)  # for replies; what is in the lists is asked for once


def _replaced(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, sound in rules:
        word = pattern.sub(sound, word)
    return word


def _three_vowels(sound: str) -> str:
    """Quechua and Aymara have three vowels: orqo and urqu are one word."""
    return sound.replace("e", "i").replace("o", "u")
