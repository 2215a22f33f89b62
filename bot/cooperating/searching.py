"""Find people by what somebody types: the words under which each is kept, and what a line of typing asks for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cooperating.members import folded

_LONGEST = 30  # letters of a word that are kept: nobody types more
_MOST = 12  # words of one person, and of one line
_FEWEST_DIGITS = 4  # fewer would fit half of a country
_NATIONAL = {"51": 9, "591": 8, "250": 9}  # country code → digits of a mobile number without it
_COUNTRY_CODES = {"PE": "51", "BO": "591", "RW": "250"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed: words that names begin with, the longest first, or the digits with which a number begins."""

    words: tuple[str, ...] = ()
    digits: str = ""

    @property
    def nothing(self) -> bool:
        """Whether nothing was asked for that could be looked up."""
        return not self.words and not self.digits


def words_of(*said: str) -> tuple[str, ...]:
    """The words under which somebody is found: of her name and her places, without case and accents."""
    held = dict.fromkeys(word[:_LONGEST] for text in said for word in folded(text).split())
    return tuple(held)[:_MOST]


def wanted(typed: str) -> Wanted:
    """What a line of typing asks for. A line of digits and the signs between them is a number."""
    text = typed.strip()[:200]
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    if digits and not any(sign.isalpha() for sign in text):
        return Wanted(digits=digits[:15] if len(digits) >= _FEWEST_DIGITS else "")
    words = dict.fromkeys(word[:_LONGEST] for word in folded(text).split()[:_MOST])
    return Wanted(words=tuple(sorted(words, key=len, reverse=True)))


def numbers(digits: str, country: str = "") -> tuple[str, ...]:
    """The beginnings of E.164 numbers that these digits may mean: with their country's code, or without it."""
    own = digits.removeprefix("00") if digits.startswith("00") else digits
    found = [own] if any(own.startswith(code) for code in _NATIONAL) else []
    local = own.removeprefix("0")
    codes = [_COUNTRY_CODES[country]] if country in _COUNTRY_CODES else []
    for code in (*codes, *(each for each in _NATIONAL if each not in codes)):
        if local and len(local) <= _NATIONAL[code]:
            found.append(code + local)
    return tuple(dict.fromkeys(f"+{each}" for each in found))


def is_whole(digits: str) -> bool:
    """Whether somebody who types this knows the number already: nothing of it is missing."""
    return any(
        len(digits) == length or (digits.startswith(code) and len(digits) == len(code) + length)
        for code, length in _NATIONAL.items()
    )
