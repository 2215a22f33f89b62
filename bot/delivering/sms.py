"""Fit a text into SMS: fold what GSM-7 lacks, count segments, split without breaking a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.delivering.alphabet import BASIC, EXTENSION, GSM_7, JOINERS, TABLES, mind_figures
from bot.messages import Content

POLICIES = ("exact", "gsm", "plain", "ascii")

# One message alone, and one part of several: the header that joins the parts takes six octets of each.
GSM_ALONE, GSM_PART = 160, 153  # septets
UCS_ALONE, UCS_PART = 70, 67  # UTF-16 units

_GSM_TEXT = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*")
_IN_PAIRS = re.compile(f"[{re.escape(EXTENSION)}]")  # ESC and a letter
_SURROGATES = re.compile("[\U00010000-\U0010ffff]")  # two UTF-16 units
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def fold_text(text: str, policy: str) -> str:
    """Rewrite `text` as it goes out by SMS. Raises ValueError on a policy that is not one of `POLICIES`.

    All policies compose letters and marks (NFC): in pieces, ñ would cost a whole UCS-2 message.
    - exact: nothing else; for courses in which the accent is what is taught.
    - gsm: only what GSM-7 lacks: á → a, ç → c, “ → ", … → ...; é ñ ü Ç ¿ stay. What nothing can stand for (pictures,
      other scripts) stays, and the message is UCS-2.
    - plain: every accent goes, so that no word is half accented (después … ademas); ñ Ñ ¿ ¡ stay. ü goes too: in
      Aymara ä ï ü mark one thing, and ï has to go.
    - ascii: nothing but ASCII, for routes that spoil ñ and é; what nothing can stand for becomes ?.

    A degree sign, a power or a fraction at a figure never turns into more figures: 30°C → 30C, 10² → 10^2, 2½ → 2 1/2.
    """
    if policy not in POLICIES:
        raise ValueError(f"no such SMS policy: {policy!r}; one of {', '.join(POLICIES)}")
    text = unicodedata.normalize("NFC", text)
    if policy == "exact":
        return text
    folded = mind_figures(text).translate(TABLES[policy])
    if not _GSM_TEXT.fullmatch(folded):
        folded = _without_loose_marks(folded)
    if policy == "ascii":
        folded = _NOT_ASCII.sub("?", folded.translate(JOINERS))
    return folded


def _without_loose_marks(text: str) -> str:
    """Drop marks that stand on a letter of GSM-7 (x̂, the keycap 1️⃣), and joiners where no picture needs them."""
    kept: list[str] = []
    for letter in text:
        if unicodedata.category(letter) not in ("Mn", "Me") or not kept or kept[-1] not in GSM_7:
            kept.append(letter)
    folded = "".join(kept)
    bare = folded.translate(JOINERS)
    return bare if _GSM_TEXT.fullmatch(bare) else folded


def encoding(text: str) -> str:
    """How `text` travels as it stands: "GSM-7" where every letter is in 3GPP TS 23.038 §6.2.1, else "UCS-2"."""
    return "GSM-7" if _GSM_TEXT.fullmatch(text) else "UCS-2"


def offenders(text: str) -> tuple[str, ...]:
    """The characters that force `text` into UCS-2, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(letter for letter in text if letter not in GSM_7))


def units(text: str) -> int:
    """The length of `text` as it is billed: septets in GSM-7, UTF-16 units in UCS-2."""
    wide = _IN_PAIRS if _GSM_TEXT.fullmatch(text) else _SURROGATES
    return len(text) + len(wide.findall(text))


def capacity(count: int, coding: str) -> int:
    """How many units `count` segments of `coding` hold when none is lost at a border."""
    alone, part = _limits(coding == "GSM-7")
    return alone if count == 1 else part * count


def segments(text: str) -> int:
    """Count the billed segments of `text` as sent: 160/153 septets in GSM-7, 70/67 UTF-16 units in UCS-2.

    Source: 3GPP TS 23.038 §6.2.1 and TS 23.040 §9.2.3.24.1. Raises nothing; an empty text is one segment.
    """
    gsm = _GSM_TEXT.fullmatch(text) is not None
    alone, part = _limits(gsm)
    wide = len((_IN_PAIRS if gsm else _SURROGATES).findall(text))
    if len(text) + wide <= alone:
        return 1
    return -(-len(text) // part) if not wide else len(_ends(text, part, _widths(text, gsm)))


def parts(text: str) -> tuple[str, ...]:
    """Cut `text` into what each segment carries; joined they are the text, and there are `segments(text)` of them.

    Each part is filled as a handset's network fills it. An escape pair or a surrogate pair is never cut; what a reader
    sees as one sign (a flag, a family, a letter with marks) is kept whole wherever that costs no further segment.
    """
    gsm = _GSM_TEXT.fullmatch(text) is not None
    alone, part = _limits(gsm)
    if units(text) <= alone:
        return (text,)
    widths = _widths(text, gsm)
    ends = _ends(text, part, widths)
    if not gsm:  # GSM-7 has no sign of several characters
        ends = _at_signs(text, part, widths, ends)
    return tuple(text[start:end] for start, end in zip([0, *ends], ends, strict=False))


def sms_text(content: Content) -> str:
    """A message as SMS carries it: its text, then the choices, one a line as `A) text`, folded by its policy."""
    lines = [content.text]
    if content.listed:
        lines += [f"{choice.label}) {choice.text}" for choice in content.choices]
    return fold_text("\n".join(lines), content.policy)


def _limits(gsm: bool) -> tuple[int, int]:
    return (GSM_ALONE, GSM_PART) if gsm else (UCS_ALONE, UCS_PART)


def _widths(text: str, gsm: bool) -> Sequence[int]:
    """What each character costs, in septets or UTF-16 units: 1, or 2 for a pair that must not be cut."""
    return [2 if letter in EXTENSION else 1 for letter in text] if gsm else [1 + (letter > "\uffff") for letter in text]


def _ends(text: str, part: int, widths: Sequence[int]) -> list[int]:
    """Where each part ends when every part takes all it can."""
    ends: list[int] = []
    used = 0
    for index, width in enumerate(widths):
        used += width
        if used > part:
            ends.append(index)
            used = width
    return [*ends, len(text)]


def _at_signs(text: str, part: int, widths: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Move the ends back to whole signs, as far as the rest still fits into the parts that are left."""
    # Filled from the back, the parts start as early as they can: before earliest[k] no rest fits into k parts.
    from_back = _ends(text, part, widths[::-1])
    earliest = [len(text), *(len(text) - end for end in from_back)]
    moved: list[int] = []
    start = 0
    for left in range(len(ends) - 1, 0, -1):
        end = _fill(start, part, widths)
        whole = end
        while whole > start and _inside_a_sign(text, whole):
            whole -= 1
        if whole > start and whole >= earliest[left]:
            end = whole
        moved.append(end)
        start = end
    return [*moved, len(text)]


def _fill(start: int, part: int, widths: Sequence[int]) -> int:
    """The end of a part that starts at `start` and takes all it can."""
    room, end = part, start
    while end < len(widths) and widths[end] <= room:
        room -= widths[end]
        end += 1
    return end


def _inside_a_sign(text: str, index: int) -> bool:
    """Whether the character at `index` belongs to the same sign as the one before it (of UAX #29, what SMS meets)."""
    if index >= len(text):
        return False
    before, letter = text[index - 1], text[index]
    if before == "\u200d" or letter in "\u200c\u200d" or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return True
    if letter in _FLAG_LETTERS and before in _FLAG_LETTERS:  # flags are pairs, counted from the first
        ahead = text[:index]
        return (len(ahead) - len(ahead.rstrip(_FLAG_LETTERS))) % 2 == 1
    return unicodedata.category(letter) in ("Mn", "Me", "Mc") or "\U000e0020" <= letter <= "\U000e007f"
