"""How a name is written: on a certificate, whichever way it came."""

from __future__ import annotations

import re

# What stays small inside a name, in Spanish, French and Portuguese: María de los Ángeles, Rosa y Mamani.
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y", "e", "du", "des", "da", "do", "dos"})
_INITIALS = 2  # letters
_FIRST_LETTERS = re.compile(r"(?:(?<=^)|(?<=[-(.]))[^\W\d_]")  # of Ana-María and J.P., not the second of T'ika


def as_written(name: str) -> str:
    """A name with the capitals of a name, where it came without any, or in nothing else: "rosa de la cruz", "ROSA".
    Initials ("JP"), and whatever has both, stay as they are."""
    if not (name.islower() or name.isupper()) or all(len(each) <= _INITIALS for each in re.findall(r"\w+", name)):
        return name
    words = enumerate(name.lower().split())
    return " ".join(each if place and each in _PARTICLES else _capital(each) for place, each in words)


def _capital(word: str) -> str:
    return _FIRST_LETTERS.sub(lambda found: found[0].upper(), word)
