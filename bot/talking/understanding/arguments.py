"""Hear what stands behind a command: PAUSE and HOUR with a number, VERIFY and LINK with a code, a notice's text."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.certifying import codes
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import Reading
from bot.talking.understanding.telling import hour

_CODE = re.compile(r"[a-z0-9]{4,40}")
_SHORT_CODE = re.compile(r"[a-z]|(?=[a-z]{0,2}\d)[a-z0-9]{1,3}")
_SIGNS = frozenset(codes.ALPHABET)
_GROUP = 4  # signs of a code between two hyphens
_VERIFIES = 5  # letters of a word that only asks for a certificate's worth: "ver" asks for much else


def named_language(said: tuple[str, ...], commands: Commands) -> str:
    for length in (2, 1):
        for start in range(len(said) - length + 1):
            code = commands.names.get(said[start : start + length])
            if code:
                return code
    return ""


def with_argument(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """PAUSE and HOUR with a number, VERIFY and LINK with a code, NOTICE with its text, LANGUAGE with a name, PERSON
    with the question for her."""
    this = _from_the_wish(this, known)
    said = this.words
    for length in (4, 3, 2, 1):
        head = said[:length]
        if len(head) < length or len(said) == length:
            continue
        for command in ("PAUSE", "HOUR", "VERIFY", "NOTICE", "LANGUAGE", "LINK", "PERSON"):
            if head in commands.heads.get(command, ()) and (among is None or not resembles(head, among)):
                found = _argument(command, this, length, commands, known, among)
                if found is not None:
                    return Reading(result=command, argument=found)
    code = named_language(said, commands)
    if code and among is not None and resembles(said, among):
        return None
    if code and len(said) <= 6 and all(_speaks_of_language(word, commands, known) for word in said):
        return Reading(result="LANGUAGE", argument=code)
    return None


def _from_the_wish(this: Heard, known: Lexicon) -> Heard:
    """The message without the greeting and the "quiero" in front of a command with an argument."""
    said = this.words
    start = 0
    while start < len(said):
        length = max(known.longest_at(said, start), 1)
        if not known.is_one_of(said[start : start + length], "greetings", "wants", "pleases"):
            break
        start += length
    return this if start == len(said) else replace(this, tokens=this.tokens[start:])


def _speaks_of_language(word: str, commands: Commands, known: Lexicon) -> bool:
    parts = known.roles(word).keys()
    named = any(word in name for name in (*commands.names, *commands.heads.get("LANGUAGE", ())))
    return named or bool(parts & {"wants", "courtesies", "fillers", "articles", "stop_words", "greetings"})


def _argument(
    command: str, this: Heard, length: int, commands: Commands, known: Lexicon, among: Choices | None
) -> str | None:
    """What follows the command word, or None where it does not fit and the message is something else."""
    rest = this.tokens[length:]
    said = tuple(token.word for token in rest)
    if command == "PAUSE" and any(word in commands.spans.days or word.isdigit() for word in said):
        return None  # a span that could not be read is no pause of some other length
    if command == "HOUR":
        return hour(said, known, commands.hours)
    if command == "PAUSE":
        return _number(said, known)
    if command == "PERSON" and not _asks(this):
        return None  # "persona que poda" may be an answer
    if command in ("NOTICE", "PERSON"):
        return "".join(f"{_between(token.before)}{token.raw}" for token in rest).strip(" :-,") + this.end.rstrip(":,")
    if command == "LANGUAGE":
        return named_language(said, commands) or None
    code = "".join(token.raw for token in rest)
    if command == "LINK":
        return code if code.isascii() and code.isdigit() else None
    fits = _CODE.fullmatch(code.casefold()) is not None and any(character.isdigit() for character in code)
    if among is None and len(rest) == 1 and _SHORT_CODE.fullmatch(code.casefold()):
        fits = True  # it is not complete, and she is told so
    if len(rest) == 1 and len(this.tokens[0].word) >= _VERIFIES and _begins_a_code(code, asked=among is not None):
        fits = True
    return "-".join(token.raw for token in rest).upper() if fits else None


def _begins_a_code(written: str, *, asked: bool) -> bool:
    """Whether letters alone may be the beginning of a code; while a question is open only where they are written as it
    is printed, in a whole group of four."""
    if not _SIGNS.issuperset(written.upper()) or len(written) < 2:
        return False
    return len(written) == _GROUP and written.isupper() if asked else len(written) <= _GROUP


def _asks(this: Heard) -> bool:
    """Whether the message has a question mark anywhere."""
    return "?" in this.end or any(sign in token.before for token in this.tokens for sign in "?¿")


def _between(before: str) -> str:
    opening = before.strip()
    if opening[-1:] in ("¿", "¡", "("):
        return f" {opening}"
    return f"{before} " if before else " "


def _number(said: tuple[str, ...], known: Lexicon) -> str | None:
    """The one number among unit words; None where other words stand."""
    number = ""
    for word in said:
        parts = known.roles(word)
        glued = re.fullmatch(r"(\d{1,3})([a-z]{1,4})", word)
        digits = word if word.isdigit() else glued[1] if glued else parts.get("numbers", "")
        if digits and not number:
            number = str(int(digits[:4]))
        elif not digits and not parts.keys() & {"units", "pm", "courtesies", "stop_words", "articles", "fillers"}:
            return None
    return number
