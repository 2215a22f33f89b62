"""Hear for how long somebody wants a pause: "PAUSA 30", "pause for 2 weeks", "deme un mes de descanso"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.talking.understanding.closing import SMALL_WORDS
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles, support
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import Reading
from bot.talking.understanding.spans import Spans

_LONGEST = 12  # words
_GLUED = re.compile(r"(\d{1,4})([a-z]+)")


@dataclass(frozen=True, slots=True)
class _Part:
    """A number or a span of a message; a number has no days."""

    word: str
    count: int = 0
    days: int = 0


def paused(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """PAUSE with its days, where the message is nothing else; None where it tells no span, or speaks of an option."""
    said = this.words
    if not 1 < len(said) <= _LONGEST:
        return None
    spans = commands.spans
    calls = [word for word in said if spans.pauses.hold(word)]
    if not calls or (among is not None and any(resembles([word], among) for word in calls)):
        return None
    parts = list(_parts(said, known, spans))
    told = [part for part in parts if part is not None]
    if len(told) == 0 or len(parts) > len(told):
        return None
    if among is not None and not _is_core(said, commands) and any(support(part.word, among).options for part in told):
        return None  # "el suelo descansa 15 días" may be the answer
    days = _days(told, spans)
    return None if days is None else Reading(result="PAUSE", argument=days)


def _is_core(said: Sequence[str], commands: Commands) -> bool:
    return any((word,) in commands.heads.get("PAUSE", ()) for word in said)


def _parts(said: Sequence[str], known: Lexicon, spans: Spans) -> Iterator[_Part | None]:
    """The numbers and spans in their order; None for a word that is neither and says something else."""
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        while length > 1 and not known.is_one_of(said[position : position + length], "numbers", *SMALL_WORDS):
            length -= 1
        word = said[position]
        roles = known.entries.get(tuple(said[position : position + length])) if length > 1 else known.roles(word)
        glued = _GLUED.fullmatch(word)
        count, end = _foreign(said, position, spans) if not known.roles(word) else (0, position)
        if word.isdigit():
            yield _Part(word, count=int(word[:4]))
        elif glued and glued[2] in spans.days:
            yield _Part(word, count=int(glued[1]))
            yield _Part(word, days=spans.days[glued[2]])
        elif length == 1 and word in spans.days:
            yield _Part(word, days=spans.days[word])
        elif roles and "numbers" in roles:
            if not any(spans.pauses.hold(each) for each in said[position + length : position + length + 1]):
                yield _Part(word, count=int(roles["numbers"]))  # "une pause" counts nothing
        elif count:
            yield _Part(word, count=count)
            position = end
            continue
        elif length == 1 and not spans.pauses.hold(word) and not _is_small(word, known):
            yield None
        position += length


def _foreign(said: Sequence[str], start: int, spans: Spans) -> tuple[int, int]:
    """The number of another language in front of a span, and where it ends: "trois semaines" in an English course."""
    count, end = spans.numerals.at(said, start)
    return (count, end) if end < len(said) and said[end] in spans.days else (0, start)


def _is_small(word: str, known: Lexicon) -> bool:
    parts = known.roles(word).keys()
    if "quantities" in parts or "negations" in parts:
        return False  # "2 horas" is no pause of days
    return bool(parts & (SMALL_WORDS | {"units"}))


def _days(told: list[_Part], spans: Spans) -> str | None:
    """All spans together, or the bare number; "" where it is only said that there are several."""
    total, pending = 0, 0
    rest = list(told)
    while rest:
        part = rest.pop(0)
        if not part.days:
            if pending:
                return None  # "2 o 3 semanas"
            pending = part.count
            continue
        behind = len(rest) and not rest[0].days and (len(rest) == 1 or not rest[1].days)
        if not pending and behind:
            pending = rest.pop(0).count  # "ibyumweru 2"
        if not pending and part.word in spans.many:
            return "" if len(told) == 1 else None
        total += (pending or 1) * part.days
        pending = 0
    if pending and total:
        return None
    return str(total or pending)
