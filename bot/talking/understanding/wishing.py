"""Hear a harmless wish in free words: a message that speaks of nothing else than the field of one command."""

from __future__ import annotations

from bot.talking.understanding.closing import SMALL_WORDS
from bot.talking.understanding.fields import Field
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, support
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import Reading

_LONGEST = 16  # words
_NEEDED = ("signs", "me", "asks")  # besides what it is about: a word of each, where the command has the list


def wished_freely(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The harmless command of whose field every word of the message is; None where it speaks of anything else."""
    said = this.words
    if not 1 < len(said) <= _LONGEST:
        return None
    for field in commands.fields:
        if _fits(field, this, commands, known, among):
            return Reading(result=field.command)
    return None


def _fits(field: Field, this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> bool:
    said = this.words
    about = field.holds("about", said)
    if not about or (among is not None and any(support(word, among).options for word in about)):
        return False
    beside = field.holds("beside", said)
    denials = [*field.holds("not", said), *(word for word in said if word in commands.negations and word not in beside)]
    held = {name: field.holds(name, said) for name in ("signs", "me", "asks", "denied")}
    if denials and not held["denied"]:
        return False
    if "?" in this.end:
        held["asks"].append("?")
    if denials:
        held["signs"] += held["denied"]
    if not all(held[name] for name in _NEEDED if name in field.lists):
        return False
    own = {*about, *denials, *beside}.union(*held.values())
    return all(word in own or known.roles(word).keys() & SMALL_WORDS for word in said)
