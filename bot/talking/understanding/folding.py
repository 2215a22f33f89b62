"""Fold what a learner typed into plain words: no case, accents, emoji, invisible or look-alike characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters of other scripts that look like ours: a phone set to Cyrillic or Greek, or a copied text.
_LOOKALIKES = str.maketrans("авсеорхукмнтαβγεοсϲ", "abceopxykmhtabgeocc")

# Apostrophes are dropped, not parted at: "t'aqsakuy", "t’aqsakuy" and "taqsakuy" are one word to a learner.
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´′＇ꞌ"))

_NUMBER_SIGN = re.compile(r"(?:\bn\s?(?:[º°]\.?|o\.)|№)\s*(?=\d)", re.IGNORECASE)  # "N° 2", "Nº2", "No. 2"
_ORDINAL_SIGN = re.compile(r"(?<=\d)\s?[ºª°](?!\s?[cf]\b)", re.IGNORECASE)  # "2ª" is the second, not 2 and A

_DEGREES = re.compile(r"(?<=\d)\s?[º°]\s?[cf]\b", re.IGNORECASE)  # "8 °C" is no answer C

_MONEY = re.compile(r"\bs/\.?\s*(?=\d)|(?<=\d)\s?s/(?:\.|(?!\w))", re.IGNORECASE)  # "S/ 50", "50 s/" are soles
_BOLIVIANOS = re.compile(r"\bb/s\b\.?", re.IGNORECASE)

_INVERTED = re.compile(r"(?<=\w)-t-(?=il|elle|on)", re.IGNORECASE)  # "y a-t-il": no answer "A -"

REPEATED = 24  # signs: what is longer is hardly ever written twice alike, so it is not remembered

_WORD = re.compile(r"\d+(?:\.\d+)+|\d+,\d{2,}|\d{2,},\d+|[^\W_]+")


def _letter_of(character: str) -> str:
    """The plain sign behind a circled, squared or dingbat letter or digit, or an empty string."""
    code = ord(character)
    for first in (0x1F130, 0x1F150, 0x1F170):  # 🄰 🅐 🅰
        if first <= code < first + 26:
            return chr(97 + code - first)
    digit = unicodedata.digit(character, None)  # ➂ has a digit value and no decomposition
    return "" if digit is None else str(digit)


def _plain(text: str) -> str:
    """NFKC without invisible characters and emoji; case and accents stay, for telling names from words."""
    text = _INVERTED.sub(" t ", _DEGREES.sub(" grados", text))
    text = _ORDINAL_SIGN.sub("do ", _NUMBER_SIGN.sub("nro ", text))
    if "/" in text:
        text = _BOLIVIANOS.sub("bs", _MONEY.sub(" soles ", text))
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        if character < "\x7f":
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category in ("Cf", "Me", "Mn", "Cs", "Co", "Cn", "So", "Sk", "No", "Cc"):
            # Combining accents that NFKC could not compose go as well: matching has no use for them.
            kept.append(_letter_of(character) if category in ("So", "No") else "")
        else:
            kept.append(" " if category in ("Zs", "Zl", "Zp") else character)
    return "".join(kept)


def _unaccented(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_LOOKALIKES)


def fold(text: str) -> str:
    """`text` for matching only: NFKC, casefolded, accents folded (ñ → n), emoji and invisible signs gone, one space.

    Punctuation stays. Never send the result to a learner: año would become ano. Raises nothing.
    """
    return _folded_before(text) if len(text) <= REPEATED else _folded(text)


def _folded(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():  # a letter, a number, words: most of what anybody writes
        return " ".join(text.lower().split())
    return " ".join(_unaccented(_plain(text)).split())


_folded_before = lru_cache(maxsize=2048)(_folded)


@dataclass(frozen=True, slots=True)
class Token:
    """One word as typed and as folded, with the punctuation and line breaks that stood before it."""

    word: str
    raw: str
    before: str


def tokens(text: str) -> tuple[list[Token], str]:
    """The words of `text`, and the punctuation after the last one. Decimals stay one word, apostrophes vanish."""
    plain = _plain(text).translate(_APOSTROPHES)
    found = []
    end = 0
    for match in _WORD.finditer(plain):
        before = plain[end : match.start()].replace(" ", "")
        found.append(Token(_unaccented(match[0]), match[0], before))
        end = match.end()
    return found, plain[end:].replace(" ", "")


def words(text: str) -> tuple[str, ...]:
    """The folded words of `text`, without punctuation."""
    return _words_before(text) if len(text) <= REPEATED else _words(text)


def _words(text: str) -> tuple[str, ...]:
    if text.isascii() and text.replace(" ", "").isalpha():  # most of the word lists, in a twentieth of the time
        return tuple(text.lower().split())
    return tuple(token.word for token in tokens(text)[0])


_words_before = lru_cache(maxsize=2048)(_words)
