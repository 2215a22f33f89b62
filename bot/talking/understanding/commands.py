"""Hear commands in a message: the carriers' stop words, command words in any language, clear wishes in free words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talking.understanding.arguments import named_language, with_argument
from bot.talking.understanding.closing import closes
from bot.talking.understanding.lexicon import NO_STOP, Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles, support
from bot.talking.understanding.mistaking import MISTAKEN, is_named
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import PERHAPS, Reading, unclear

LOOKED_AT = 160  # characters: a command stands in the first message of a long text or nowhere

_ASKED_TWICE = ("REPEAT", "STATUS", "START", "NEXT", "MENU", "PERSON")
_LIGHT = frozenset({"PAUSE", "HOUR"})
_GRAVE = ("STOP", "ERASE", "WRONG_NUMBER")
_TWO_SENTENCES = 4  # words: fewer are one sentence


def notices_off(this: Heard, commands: Commands) -> Reading | None:
    """ "BAJA AVISOS", word for word: no notices any more, and nothing else stops. It comes before the stop words."""
    found = commands.whole.get(" ".join(this.words))
    return Reading(result=found) if found == "NOTICES_OFF" else None


def whole(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The command that the whole message is, courtesies aside. With options open, a likeness to one is asked about."""
    polite = ("greetings", "courtesies", "insults")
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
        if length > 1 and known.is_one_of(said[position : position + length], "idioms"):
            kept += said[position : position + length]  # "give me time" asks for no hour
            position += length
            continue
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
        return Reading(result=command, argument=named_language(said, commands))
    return Reading(result=command)


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


def phrase(this: Heard, commands: Commands, known: Lexicon, among: Choices | None = None) -> Reading | None:
    """A clear wish to stop, to be erased, a wrong number, or a call for help, anywhere in the message; a wish for a
    rest or another hour, where it is in no words of an option."""
    said = this.words
    doubted = False
    heard = commands.phrases.anywhere(said)
    harmless = [found for found in heard if found.command == NO_STOP]
    for found in heard:
        if found in harmless or (found.command in _GRAVE and any(found.meets(each) for each in harmless)):
            continue
        if found.command in _LIGHT and among is not None and resembles(said[found.start : found.end], among):
            continue  # "otra hora" may be the answer
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
            if found.command == "PAUSE":
                return _too_many(said, commands)
            return Reading(result=found.command, argument=PERHAPS if found.command == "HOUR" else "")
        doubted = True
    return unclear() if doubted else None


def is_spared(this: Heard, commands: Commands) -> bool:
    """Whether the message says what only sounds like a stop, an erasure or a wrong number."""
    return any(found.command == NO_STOP for found in commands.phrases.anywhere(this.words))


def _too_many(said: Sequence[str], commands: Commands) -> Reading:
    """A rest, perhaps, for who gets too many messages; with a stop word at either end ("trop de messages, arrêtez") she
    wants none at all."""
    ends = {said[0], said[-1]} - commands.doubtful
    stops = any(commands.whole.get(word) == "STOP" for word in ends)
    return Reading(result="STOP") if stops else Reading(result="PAUSE", argument=PERHAPS)


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
