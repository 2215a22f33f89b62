"""Write a number of several words in digits: "cuarenta y cinco", "forty-five", "ciento veinte" as 45, 45, 120."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.talking.understanding.folding import Token
from bot.talking.understanding.lexicon import Lexicon

_BETWEEN = {"y", "i", "et", "na", "and"}
_FRENCH_TENS = (60, 80)  # "soixante quinze" is 75


def compounded(found: list[Token], known: Lexicon) -> list[Token]:
    """The words with tens and ones, or a hundred and what is beyond, as one number. Digits stay what they are."""
    said = [token.word for token in found]
    result: list[Token] = []
    at = 0
    while at < len(found):
        value, end = _number(said, at, known)
        whole, stop = value, end
        while value:
            start = stop + 1 if stop < len(said) - 1 and said[stop] in _BETWEEN else stop
            value, end = _number(said, start, known)
            if not value or not _follows(value, whole, known) or _is_parted(found, stop, start):
                break
            whole, stop = whole + value, end
        if stop - at > 1 and whole > 20 and stop > _end_of_one(said, at, known):
            result.append(replace(found[at], word=str(whole), raw=str(whole)))
            at = stop
        else:
            result.append(found[at])
            at += 1
    return result


def _number(said: Sequence[str], at: int, known: Lexicon) -> tuple[int, int]:
    """The number in words that begins at `at`, and where it ends; 0 where there is none."""
    if at >= len(said) or said[at].isdigit():
        return 0, at
    length = max(known.longest_at(said, at), 1)
    while length > 1 and not known.is_one_of(said[at : at + length], "numbers"):
        length -= 1
    roles = known.entries.get(tuple(said[at : at + length]), {})
    return int(roles.get("numbers", "0")), at + length


def _end_of_one(said: Sequence[str], at: int, known: Lexicon) -> int:
    return _number(said, at, known)[1]


def _follows(value: int, whole: int, known: Lexicon) -> bool:
    """Whether `value` can stand behind `whole` in one number: ones behind tens, tens behind a hundred."""
    if whole == 100 or (whole > 100 and whole % 10 == 0):
        return value < (100 if whole == 100 else 10)
    tens = 20 <= whole < 100 and whole % 10 == 0
    return tens and value < (20 if known.language == "fr" and whole in _FRENCH_TENS else 10)


def _is_parted(found: Sequence[Token], stop: int, start: int) -> bool:
    return any(sign in token.before for token in found[stop : start + 1] for sign in ",.;:?!\n()")
