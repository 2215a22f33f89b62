"""The code on a certificate, such as 7K4M-9QXT-HG: drawn at random, checked by itself, and read as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import mul
from random import Random

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs, without 0, O, 1, I and L, which are taken for each other on paper and by ear."""

SIGNS = 10  # nine at random, 44.6 bits, and the check sign
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_SIGNS = frozenset(ALPHABET)
_MIXED_UP = frozenset("01OIL")
_BETWEEN = re.compile(r"[\s\-_.·‐‑‒–—−]+")
_LONGEST = 40  # characters that are looked at, whatever is written
_PRINTED = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{4}[\s\-_.·‐‑–—]{0,3}[A-Z0-9]{4}[\s\-_.·‐‑–—]{0,3}[A-Z0-9]{2}(?![A-Z0-9])")
# Ten signs in any grouping. It looks ahead only, so that a code is found also behind a word that could begin one.
_LOOKS = re.compile(r"(?<![A-Z0-9])(?=((?:[A-Z0-9][\s\-_.·‐‑–—]{0,3}){9}[A-Z0-9])(?![A-Z0-9]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was written, as a code: `code` without hyphens where it can be one, and otherwise what is wrong with it.

    `wrong` is "" or "letters" (it holds 0, O, 1, I or L, which no code has), "length", "sign" (a sign that no code
    has) or "check" (a slip of the pen). `written` is what stood there, tidied for saying it back.
    """

    code: str = ""
    wrong: str = ""
    written: str = ""


def draw(chance: Random) -> str:
    """A new code without hyphens: nine signs drawn from `chance` (which must not be foretold), and the check sign."""
    while True:
        random = "".join(ALPHABET[chance.randrange(len(ALPHABET))] for _ in range(SIGNS - 1))
        # With a figure in it nobody takes it for a word; that costs a tenth of a bit.
        if any(sign.isdigit() for sign in random):
            return random + _check(random)


def shown(code: str) -> str:
    """A code as it is printed and said: 7K4M-9QXT-HG."""
    return "-".join(part for part in (code[:4], code[4:8], code[8:]) if part)


def read(written: str) -> Read:
    """Read a code as people write it: any case, with spaces, hyphens or dots anywhere. Raises nothing."""
    plain = _BETWEEN.sub("", written[:_LONGEST].upper())
    tidy = shown(plain[:SIGNS]) if plain.isascii() and plain.isalnum() else ""
    if len(plain) != SIGNS:
        return Read(wrong="length", written=tidy)
    if not _MIXED_UP.isdisjoint(plain):
        return Read(wrong="letters", written=tidy)
    if not _SIGNS.issuperset(plain):
        return Read(wrong="sign", written=tidy)
    if not _holds(plain):
        return Read(wrong="check", written=tidy)
    return Read(code=plain, written=tidy)


def code_in(text: str) -> str:
    """The first right code that stands in a text, without hyphens; empty where there is none."""
    if len(text) < SIGNS:  # nearly everything that anybody writes
        return ""
    said = text[:400].upper()
    # As it is printed, before any other grouping: "es 7K4M-9QXT-HG" has ten signs from its "es" on, too.
    found = (*_PRINTED.findall(said), *_LOOKS.findall(said))
    return next((code for each in found if (code := read(each).code)), "")


def _holds(code: str) -> bool:
    # The weights 1…10 differ modulo the prime 31, so one wrong sign, and any two that changed places, always show.
    return _weighed(code) % len(ALPHABET) == 0


def _check(random: str) -> str:
    total = _weighed(random)
    return ALPHABET[-total * pow(SIGNS, -1, len(ALPHABET)) % len(ALPHABET)]


def _weighed(code: str) -> int:
    return sum(map(mul, range(1, len(code) + 1), map(_VALUE.__getitem__, code)))
