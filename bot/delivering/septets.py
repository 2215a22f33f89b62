"""GSM-7 as octets, one a septet: the form in which gateways take and give it as hexadecimal."""

from __future__ import annotations

from bot.delivering.alphabet import BASIC

# 3GPP TS 23.038 §6.2.1 and §6.2.1.1; 0x1B is the escape, and stands for no letter.
_ESC = 0x1B
_CODES = {letter: index + (index >= _ESC) for index, letter in enumerate(BASIC)}
_ESCAPED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_LETTERS = {code: letter for letter, code in _CODES.items()}
_BEHIND_ESC = {code: letter for letter, code in _ESCAPED.items()}


def octets(text: str) -> bytes:
    """`text` in GSM-7, one octet a septet; a letter that GSM-7 lacks becomes ?."""
    found = bytearray()
    for letter in text:
        if letter in _ESCAPED:
            found += bytes((_ESC, _ESCAPED[letter]))
        else:
            found.append(_CODES.get(letter, _CODES["?"]))
    return bytes(found)


def letters(octets: bytes) -> str:
    """The text in GSM-7 octets. What is in neither table is shown as a space, as §6.2.1.1 asks of a handset."""
    found: list[str] = []
    escaped = False
    for octet in octets:
        if escaped:
            found.append(_BEHIND_ESC.get(octet, _LETTERS.get(octet & 0x7F, " ")))
        elif octet != _ESC:
            found.append(_LETTERS.get(octet & 0x7F, " "))
        escaped = octet == _ESC and not escaped
    return "".join(found)
