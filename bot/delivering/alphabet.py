"""What a basic phone can show: the letters of GSM-7, and what stands in for those that it lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# 3GPP TS 23.038 §6.2.1. ESC (0x1B) has a place in the table and is no letter: a text that holds one is not GSM-7.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # ESC and a letter: each costs two septets
GSM_7 = frozenset(BASIC + EXTENSION)

# Joiners and variation selectors make one picture of several, so they go only where no picture is left.
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d\ufe0e\ufe0f"))


def _pairs(written: str) -> dict[str, str]:
    """Read `×x œoe`: a letter, and behind it what stands for it."""
    return {pair[0]: pair[1:] for pair in written.split()}


# What decomposition does not give. Everything else (á, ç, ê, º, …, ﬁ, full width) Unicode itself takes apart.
_STAND_INS = {
    **dict.fromkeys("‘’‚‛‹›′`´ʹʻʼʽˈ", "'"),
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−•·‣▪⁃", "-"),
    **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\t": " ",
    **_pairs("×x ÷/ ⁄/ ∕/ ≤<= ≥>= ≠!= ≈~ ±+/- →-> ←<- ⇒=> °o ˚o ©(c) ®(R) ¢c ¦|"),
    **_pairs("œoe ŒOE łl ŁL đd ĐD ðd ÐD þth ÞTH ħh ĦH ıi ŋn ŊN ŧt ŦT ẞSS ɓb ɗd"),
}

# For routes that spoil even the letters of GSM-7 which are not ASCII.
_IN_ASCII = _pairs("¿ ¡ ßss ÆAE æae ØO øo €EUR £GBP ¥JPY §S ¤? ΔD ΦF ΓG ΛL ΩO ΠP ΨPS ΣS ΘTH ΞX")

# "30°C" must not become "30oC", nor 10² 102, nor 2½ 21/2: after a figure these need something else than elsewhere.
_NEAR_FIGURES = (
    (re.compile("℃"), "°C"),
    (re.compile("℉"), "°F"),
    (re.compile(r"(?<=\d)°|(?<=[\d\s])[°º˚](?=[CF]\b)"), ""),
    (re.compile(r"(?<=\d)(?=[¹²³⁰⁴-⁹])"), "^"),
    (re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])"), " "),
)
_NEEDS_CARE = re.compile("[℃℉°º˚¹²³⁰⁴-⁹¼½¾⅐-⅞]")


class _Table(dict[int, str]):
    """A table for `str.translate` that works out each letter once."""

    def __init__(self, policy: str) -> None:
        super().__init__()
        self.policy = policy

    def __missing__(self, code: int) -> str:
        self[code] = folded = _stand_in(chr(code), self.policy)
        return folded


TABLES: Mapping[str, _Table] = {policy: _Table(policy) for policy in ("gsm", "plain", "ascii")}


def mind_figures(text: str) -> str:
    """Rewrite degree signs, powers and fractions that stand at a figure, so that folding cannot change a number."""
    if _NEEDS_CARE.search(text):
        for pattern, instead in _NEAR_FIGURES:
            text = pattern.sub(instead, text)
    return text


def _stand_in(letter: str, policy: str) -> str:
    """What `letter` becomes under `policy`; itself where nothing in GSM-7 stands for it."""
    folded = letter if letter in GSM_7 else _into_gsm(letter)
    if policy == "plain" and letter not in "ñÑ":
        folded = "".join(_without_accent(each) for each in folded)
    elif policy == "ascii":
        folded = "".join(_IN_ASCII.get(each, _without_accent(each)) for each in folded)
    return folded


def _into_gsm(letter: str) -> str:
    if letter in _STAND_INS:
        return _STAND_INS[letter]
    apart = unicodedata.normalize("NFKD", letter)
    bare = "".join(_STAND_INS.get(each, each) for each in apart if not unicodedata.combining(each))
    # A mark alone is left to `sms.fold_text`, which knows what it stands on.
    return bare if bare and GSM_7.issuperset(bare) else letter


def _without_accent(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]
