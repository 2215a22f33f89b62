"""Hear a stop word: alone, repeated, drawn out, in a clause of its own, cried at either end, or beside an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.talking.understanding.closing import closes
from bot.talking.understanding.commands import listed, without
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles, support
from bot.talking.understanding.quoting import Heard

_CRY = 5  # words: in a longer message a "stop" at either end is part of a sentence
_BESIDE = 3  # words: "la b alto"


def hard_stop(this: Heard, commands: Commands, known: Lexicon) -> bool:
    """Whether the message is a carrier's stop word, alone, repeated, spelt out, or with courtesies or a label only.

    Source: the carriers' rules and Twilio's default keywords. Never fuzzy: an exact list only.
    """
    said = _drawn_in(this.words, commands)
    if not said:
        return False
    if " ".join(said) in commands.hard or "".join(said) in commands.hard:
        return True
    core = [word for word in without(said, known, "greetings", "courtesies", "insults") if len(word) > 1]
    if not core:
        return False
    if " ".join(core) in commands.hard or set(core) <= commands.hard:
        return True
    # "la b, stop": a wish to stop beats an answer in the same message.
    rest = [word for word in core if word != "stop"]
    if len(rest) == len(core):
        return False
    if said[0] == "stop" and len(core) <= 2 and len(said) <= 3 and all(len(word) > 1 for word in said):
        return True  # "stop mensajes"
    return all(known.roles(word).keys() & {"fillers", "articles", "label_words"} for word in rest)


def doubled_stop(this: Heard, commands: Commands, known: Lexicon) -> str:
    """The carrier's stop word that a message of one word is, with one letter written twice ("STOPP"); else empty."""
    said = set(without(this.words, known, "greetings", "courtesies"))
    word = said.pop() if len(said) == 1 else ""
    alike = (at for at, (one, other) in enumerate(pairwise(word)) if one == other)
    return next((meant for at in alike if (meant := word[:at] + word[at + 1 :]) in commands.hard), "")


def stops_in_a_clause(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> bool:
    """Whether one clause of several is a stop word of its own: "STOP. No mas", "b, no me manden", "la b, baja"."""
    parts = clauses(this)
    if len(parts) < 2:
        return False
    for clause in parts:
        if hard_stop(clause, commands, known):
            return True
        said = clause.words
        if len(said) == 1 and not _is_beside(this, said[0], commands, known):
            continue
        if listed(said, commands) == "STOP" and (among is None or not resembles(said, among)):
            return True
    return False


def _is_beside(this: Heard, word: str, commands: Commands, known: Lexicon) -> bool:
    """Whether one word of a few can be a stop of its own: it is no slip and plays no other part."""
    return len(this.words) <= _BESIDE and word not in commands.doubtful and not known.roles(word)


def cries_stop(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> bool:
    """Whether a short message begins or ends with "stop" and speaks of no option: "too many messages stop"."""
    said = this.words
    if not 1 < len(said) <= _CRY or not {said[0], said[-1]} & {"stop"} & commands.hard:
        return False
    if "idioms" in known.entries.get(said[-2:], ()) or any("negations" in known.roles(word) for word in said):
        return False  # "the bus stop", "the rain does not stop"
    if said[-1] != "stop" and not closes(this, 1, commands, known):
        return False  # "stop the water"
    return among is None or not any(len(word) == 1 or support(word, among).options for word in said)


def clauses(this: Heard) -> list[Heard]:
    """The message cut at commas, full stops and line breaks."""
    cuts = [0]
    cuts += [at for at, token in enumerate(this.tokens) if at and any(sign in token.before for sign in ",.;:!?\n")]
    return [Heard(this.tokens[start:end], "") for start, end in pairwise([*cuts, len(this.tokens)])]


def has_stop_word(this: Heard, commands: Commands, known: Lexicon, among: Choices) -> bool:
    """Whether a carrier's stop word stands among other words, or any other one right beside an answer ("b alto")."""
    said = tuple(_alone(this.words, known))
    if any(word in commands.hard for word in said):
        return True
    return len(this.words) <= _BESIDE and any(
        commands.whole.get(word) == "STOP" and not known.roles(word) and not support(word, among).options
        for word in said
    )


def _alone(said: tuple[str, ...], known: Lexicon) -> Iterator[str]:
    """The words that are no part of an expression: "in the end, b" ends nothing; "b in the end" may."""
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position), 1)
        if length == 1 or position + length == len(said):
            yield from said[position : position + length]
        position += length


def _drawn_in(said: tuple[str, ...], commands: Commands) -> tuple[str, ...]:
    """ "stooop" as "stop" where that is a carrier's word."""
    short = [re.sub(r"(.)\1{2,}", r"\1", word) for word in said]
    return tuple(plain if plain in commands.hard else word for word, plain in zip(said, short, strict=True))
