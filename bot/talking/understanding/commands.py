"""Hear commands in a message: the carriers' stop words, command words in any language, clear wishes in free words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.certifying import codes
from bot.talking.understanding.closing import closes
from bot.talking.understanding.lexicon import NO_STOP, Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles, support
from bot.talking.understanding.mistaking import MISTAKEN, is_named
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import PERHAPS, Reading, unclear
from bot.talking.understanding.telling import hour

LOOKED_AT = 160  # characters: a command stands in the first message of a long text or nowhere

_CODE = re.compile(r"[a-z0-9]{4,40}")
_SHORT_CODE = re.compile(r"[a-z]|(?=[a-z]{0,2}\d)[a-z0-9]{1,3}")
_SIGNS = frozenset(codes.ALPHABET)
_GROUP = 4  # signs of a code between two hyphens
_VERIFIES = 5  # letters of a word that only asks for a certificate's worth: "ver" asks for much else
_ASKED_TWICE = ("REPEAT", "STATUS", "START", "NEXT", "MENU", "PERSON")
_GRAVE = ("STOP", "ERASE", "WRONG_NUMBER")
_TWO_SENTENCES = 4  # words: fewer are one sentence


def notices_off(this: Heard, commands: Commands) -> Reading | None:
    """ "BAJA AVISOS", word for word: no notices any more, and nothing else stops. It comes before the stop words."""
    found = commands.whole.get(" ".join(this.words))
    return Reading(result=found) if found == "NOTICES_OFF" else None


def whole(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The command that the whole message is, courtesies aside. With options open, a likeness to one is asked about."""
    polite = ("greetings", "courtesies")
    said = this.words
    denied = any(word in commands.negations for word in said)  # "no quiero molestar" is not "no molestar"
    ways = (
        said,
        without(said, known, "pleases"),
        without(said, known, *polite),
        () if denied else without(said, known, *polite, "wants"),
    )
    spoken = [way for way in dict.fromkeys(ways) if way]
    for way in spoken:
        found = "LANGUAGE" if way in commands.names else listed(way, commands)
        if found:
            return checked(found, way, commands, among)
    for way in spoken:
        asked = way == said or "?" in this.end
        found = _fitting(way, commands, asked=asked)
        if found:
            return checked(found, way, commands, among)
    return with_argument(this, commands, known, among)


def listed(said: tuple[str, ...], commands: Commands) -> str | None:
    words = commands.whole
    found = words.get(" ".join(said)) or words.get(_once(said))
    # "d e b a j a" is written apart, "not a" is no "nota": a label stands beside a word.
    apart = len(said) > 1 and len({len(word) > 1 for word in said}) == 1
    return found or (words.get("".join(said)) if apart else None)


def _fitting(said: tuple[str, ...], commands: Commands, *, asked: bool) -> str | None:
    """The command whose pattern the whole message fits; "que es la b" asks for help only as a message of its own."""
    for found in commands.patterns.at(said, 0, whole=True):
        if found.command != MISTAKEN and (asked or found.command != "HELP"):
            return found.command
    return None


def asked_twice(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The harmless command that two sentences ask for one behind the other: "se corto el mensaje, mande otra vez"."""
    said = without(this.words, known, "greetings", "courtesies")
    if len(said) < _TWO_SENTENCES:
        return None
    for found in commands.patterns.at(said, 0):
        two = found.command in _ASKED_TWICE and 1 < found.end < len(said)
        if two and _listed_or_fits(said[found.end :], found.command, commands):
            return checked(found.command, said, commands, among)
    return None


def _listed_or_fits(said: tuple[str, ...], command: str, commands: Commands) -> bool:
    if listed(said, commands) == command:
        return True
    return any(found.command == command for found in commands.patterns.at(said, 0, whole=True))


def _once(said: tuple[str, ...]) -> str:
    """ "baja baja baja" as "baja"."""
    return said[0] if len(set(said)) == 1 else ""


def without(said: tuple[str, ...], known: Lexicon, *lists: str) -> tuple[str, ...]:
    """The words without the expressions of `lists`."""
    kept: list[str] = []
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        while length > 1 and not known.is_one_of(said[position : position + length], *lists):
            length -= 1
        if not known.is_one_of(said[position : position + length], *lists):
            kept.append(said[position])
        position += length
    return tuple(kept)


def checked(command: str, said: tuple[str, ...], commands: Commands, among: Choices | None) -> Reading:
    """The command, unless an open option resembles it or the word alone is as often a slip."""
    if among is not None and command not in ("HELP", "ERASE", "WRONG_NUMBER"):
        found = resembles([word for word in said if len(word) > 2], among)
        if len(said) > 1 and not all(resembles([word], among) for word in said):
            found = frozenset()  # "jan apayanipxamti" is no option, though one begins with "jan"
        if found:
            return unclear(min(found) if len(found) == 1 else None)
        if command == "STOP" and " ".join(said) in commands.doubtful:
            return Reading(result="AMBIGUOUS", argument="STOP")
    if command == "LANGUAGE":
        return Reading(result=command, argument=_named_language(said, commands))
    return Reading(result=command)


def _named_language(said: tuple[str, ...], commands: Commands) -> str:
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
    code = _named_language(said, commands)
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
        return _named_language(said, commands) or None
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


def _denied(before: Sequence[str], commands: Commands, known: Lexicon) -> bool:
    """Whether a negation governs what follows: "no quiero que me den de baja", not "no puedo, denme de baja"."""
    for word in reversed(before[-4:]):
        if word in commands.negations:
            return True
        if not known.roles(word).keys() & {"wants", "stop_words", "fillers"}:
            return False
    return False


def _is_idiom(said: Sequence[str], end: int, known: Lexicon) -> bool:
    """Whether the last word of what was found and the next one mean something else together: "salir adelante"."""
    return "idioms" in known.entries.get(tuple(said[end - 1 : end + 1]), ())


def _gives_a_reason(before: Sequence[str], known: Lexicon) -> bool:
    """Whether the words before a phrase are an answer by its letter and a "because"."""
    label = next((index for index, word in enumerate(before[:4]) if len(word) == 1), None)
    return label is not None and any("becauses" in known.roles(word) for word in before[label + 1 :])


def phrase(this: Heard, commands: Commands, known: Lexicon) -> Reading | None:
    """A clear wish to stop, to be erased, a wrong number, or a call for help, anywhere in the message."""
    said = this.words
    doubted = False
    heard = commands.phrases.anywhere(said)
    harmless = [found for found in heard if found.command == NO_STOP]
    for found in heard:
        if found in harmless or (found.command in _GRAVE and any(found.meets(each) for each in harmless)):
            continue
        before = said[: found.start]
        if found.command == "STOP" and _gives_a_reason(before, known):
            doubted = True  # "b because I want to stop germs"
            continue
        if found.command == "STOP" and _is_idiom(said, found.end, known):
            continue
        if found.closed and not closes(this, found.end, commands, known):
            doubted = doubted or found.command in ("STOP", "ERASE")
            continue
        denied = found.command in ("STOP", "ERASE") and _denied(before, commands, known)
        if not denied or said[found.start] in commands.negations:
            return Reading(result=found.command)
        doubted = True
    return unclear() if doubted else None


def mistaken(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """ "Yo no soy Juan": the number belongs to somebody else. What she is not must be a name."""
    said = without(this.words, known, "greetings", "courtesies") or this.words
    ways = dict.fromkeys((this.words, said))
    if not any(found.command == MISTAKEN for way in ways for found in commands.patterns.at(way, 0, whole=True)):
        return None
    strange = (index for index, word in enumerate(this.words) if _is_strange(word, commands, known))
    at = next(strange, 0)
    if at == 0 or _is_small(this.words[at - 1], known) or not is_named(this.tokens, at, commands.strangers):
        return None
    taken = among is not None and support(this.words[at], among, exact=True).options
    return None if taken else Reading(result=MISTAKEN, argument=PERHAPS)


def _is_strange(word: str, commands: Commands, known: Lexicon) -> bool:
    """Whether a word is no part of the sentence itself: a name, or what else somebody may not be."""
    return not known.roles(word) and (word not in commands.spelt or commands.strangers["people"].hold(word))


def _is_small(word: str, known: Lexicon) -> bool:
    """Whether what follows is a place or a kind and no name: "no soy de Puno"."""
    parts = known.roles(word).keys()
    return "stop_words" in parts and not parts & {"articles", "introductions", "negations"}
