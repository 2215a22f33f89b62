"""Part a number from the unit that is written to it: "20mts", "15kg", "30min"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.talking.understanding.folding import Token
from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.numerals import compounded, ungrouped
from bot.talking.understanding.reading import LETTERS
from bot.talking.understanding.shortening import shortens

_GLUED = re.compile(r"(\d+)([a-z]{1,12})")
_ROUND = re.compile(r"(\d+)[.,]00")


def parted(found: Sequence[Token], known: Lexicon, units: Iterable[str], labels: int) -> list[Token]:
    """Numbers and their units as two words: "20mts", "15kg". A letter of one of `labels` options is no unit: "2b".

    Where the options have `units`, money without its cents: "50.00" is 50.
    """
    result: list[Token] = []
    units = tuple(units)
    for token in found:
        if not token.word[0].isdigit() or token.word.isdigit():
            result.append(token)
            continue
        glued, whole = _GLUED.fullmatch(token.word), _ROUND.fullmatch(token.word) if units else None
        if glued and _is_unit(glued[2], known, units, labels):
            number, unit = glued[1], glued[2]
            result += [
                replace(token, word=number, raw=token.raw[: len(number)]),
                Token(unit, token.raw[len(number) :], ""),
            ]
        else:
            result.append(replace(token, word=whole[1]) if whole else token)
    return result


def _is_unit(word: str, known: Lexicon, units: Sequence[str], labels: int) -> bool:
    if len(word) == 1 and word in LETTERS[:labels].casefold():
        return False
    return "quantities" in known.roles(word) or any(word == unit or shortens(word, unit) for unit in units)


def parted_words(said: tuple[str, ...], known: Lexicon) -> tuple[str, ...]:
    """The same for the words of an option, numbers of several words in digits."""
    plain = [Token(ungrouped(word), word, "") for word in said]
    said = tuple(token.word for token in compounded(plain, known.numerals))
    if all(word.isdigit() or not word[0].isdigit() for word in said):
        return said
    return tuple(token.word for token in parted([Token(word, word, "") for word in said], known, (), len(LETTERS)))
