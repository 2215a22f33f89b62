"""Tell a wish for another hour, or for a rest, from a wish to stop: "no me manden de noche", "no puedo seguir hoy"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.talking.understanding.closing import SMALL_WORDS
from bot.talking.understanding.commands import listed, phrase, without
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles
from bot.talking.understanding.mistaking import Stems, stems_of
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import AMBIGUOUS, PERHAPS, Reading
from bot.talking.understanding.sharing import words
from bot.talking.understanding.stopping import clauses, hard_stop
from bot.talking.vocabulary import Vocabulary

_AROUND_A_TIME = SMALL_WORDS | {"units", "pm", "numbers"}
_RESTS = Reading(result="PAUSE", argument=PERHAPS)
_SHORT = 8  # words


@dataclass(frozen=True, slots=True)
class Times:
    """Words for a time of day, and for what is sent or done to her then, of all languages."""

    times: Stems
    sends: Stems
    always: frozenset[str]  # "day and night", "at any hour": that is no other hour


@lru_cache(maxsize=8)
def times_of(vocabulary: Vocabulary) -> Times:
    """The lists `times`, `sends` and `always` of all languages."""
    always = (" ".join(words(each)) for lists in vocabulary.lists.values() for each in lists.get("always", ()))
    return Times(stems_of(vocabulary, "times"), stems_of(vocabulary, "sends"), frozenset(always))


def at_another_hour(
    found: Reading | None, this: Heard, commands: Commands, known: Lexicon, vocabulary: Vocabulary
) -> Reading | None:
    """The reading; a stop that is one for a time of day only is the wish for another hour.

    A carrier's stop word of its own, or a wish to stop in another clause, stays a stop.
    """
    if found is None or found.result != "STOP":
        return found
    times, parts = times_of(vocabulary), clauses(this)
    timed = [part for part in parts if _is_timed(part, commands, known, times)]
    if not timed or any(_stops(part, commands, known) for part in parts if part not in timed):
        return found
    return Reading(result="HOUR", argument=PERHAPS)


def not_now(
    found: Reading | None, this: Heard, commands: Commands, known: Lexicon, among: Choices | None
) -> Reading | None:
    """The reading; who only cannot go on today or this week ("no puedo seguir hoy"), or wants out for a moment ("quiero
    salir un rato", "ya no me escriban una semana"), wishes for a pause, PERHAPS. A stop word of its own, or of the kind
    that means for ever and names no time ("ya no puedo seguir hoy"), stays a stop."""
    said, partings = this.words, known.partings
    if found is None or found == AMBIGUOUS:
        rests = _stops_a_while(said, commands, known, among) or _stops_for_now(this, commands, known)
        return _RESTS if rests else found
    if found.result != "STOP":
        return found
    core = without(said, known, "greetings", "courtesies")
    if not core or core[0] in commands.hard:
        return found  # "STOP for a while" is the carriers' word
    lasts = set(said) & partings.for_ever  # "ya no puedo hoy" has no end, "ya no por una semana" names one
    rests = partings.beside_a_while(said) is not None or (not lasts and _not_today(said, commands, known))
    return _RESTS if rests else found


def _stops_a_while(said: Sequence[str], commands: Commands, known: Lexicon, among: Choices | None) -> bool:
    """Whether a short message that is no clear stop speaks of stopping for a while, and of nothing else."""
    beside = known.partings.beside_a_while(said)
    if beside is None or len(said) > _SHORT or any(each in commands.negations for each in beside):
        return False
    stops = [each for each in beside if each in commands.stopping or listed((each,), commands) == "STOP"]
    rest = [each for each in beside if each not in stops and not known.roles(each).keys() & SMALL_WORDS]
    if not stops or any(each not in commands.closing for each in rest):
        return False
    return among is None or not any(resembles([each], among) for each in said)


def _stops_for_now(this: Heard, commands: Commands, known: Lexicon) -> bool:
    """Whether one clause is a stop for a while, and another goes on: "stop for now, I will write when I can"."""
    parts = clauses(this)
    beside = [known.partings.beside_a_while(part.words) for part in parts] if len(parts) > 1 else []
    return any(each and listed(each, commands) == "STOP" for each in beside)


def _not_today(said: Sequence[str], commands: Commands, known: Lexicon) -> bool:
    partings = known.partings
    if not set(said) & partings.goes_on or not set(said) & partings.for_now:
        return False
    return not any(word in commands.hard or listed((word,), commands) == "STOP" for word in said)


def _stops(part: Heard, commands: Commands, known: Lexicon) -> bool:
    said = phrase(part, commands, known)
    return bool(
        hard_stop(part, commands, known)
        or listed(part.words, commands) == "STOP"
        or (said is not None and said.result == "STOP")
    )


def _is_timed(part: Heard, commands: Commands, known: Lexicon, times: Times) -> bool:
    """Whether a clause speaks of sending, and begins or ends with a time of day, not with all of them."""
    said = _ungreeted(part.words, known)
    sent = [place for place, word in enumerate(said) if times.sends.hold(word)]
    whole = f" {' '.join(said)} "
    if not sent or any(f" {always} " in whole for always in times.always):
        return False
    if any(word in commands.hard for word in said) and any(word in commands.negations for word in said):
        return False  # "STOP no me manden de noche" says it twice, "stop texting me at night" does not
    before, after = said[: sent[0]], said[: sent[-1] : -1]
    # A bare word in front may be another one: "manaña" denies in Quechua, and looks like "mañana".
    ahead = bool(before) and not times.times.hold(before[0]) and _tells(before, known, times)
    return ahead or _tells(after, known, times) or _tells_at_once(said[sent[-1] + 1 :], commands, known, times)


def _tells_at_once(said: Sequence[str], commands: Commands, known: Lexicon, times: Times) -> bool:
    """Whether a time of day stands right behind what is sent, with a reason behind it and no word for ever: "dont write
    in the morning am in the field"."""
    lasting = known.partings.for_ever | commands.negations | commands.stopping
    return lasting.isdisjoint(said) and _tells(said, known, times)


def _tells(said: Sequence[str], known: Lexicon, times: Times) -> bool:
    """Whether the words begin with a time of day and what belongs to it."""
    told = False
    for word in said:
        parts = known.roles(word).keys()
        if times.times.hold(word):
            told = True
        elif parts & {"alls", "nones"}:
            return False
        elif "negations" in parts or not (word.isdigit() or parts & _AROUND_A_TIME):
            break
    return told


def _ungreeted(said: tuple[str, ...], known: Lexicon) -> list[str]:
    """The words without "buenas noches" and the like; "morning" alone may be the time."""
    kept: list[str] = []
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        part = said[position : position + length]
        if length == 1 or not known.is_one_of(part, "greetings", "courtesies"):
            kept += part
        position += length
    return kept
