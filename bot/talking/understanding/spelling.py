"""Write a reply as the word lists do: short forms undone, and words that only sound like a command's spelt like it."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz.distance import OSA

from bot.talking.understanding.ear import command_by_ear
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.quoting import Heard


def respelt(this: Heard, commands: Commands, known: Lexicon) -> Heard:
    """ "kiero canselar" as "quiero cancelar"; `this` itself where nothing is to be changed.

    A word that we know stays as it is.
    """
    several = len(this.tokens) > 1  # a short form alone is no word: "k" may be anything
    written = [(several and known.plain.get(word)) or _meant(word, commands, known) or word for word in this.words]
    if all(word == token.word for word, token in zip(written, this.tokens, strict=True)):
        return this
    tokens = tuple(replace(token, word=word) for word, token in zip(written, this.tokens, strict=True))
    return replace(this, tokens=tokens)


def _meant(word: str, commands: Commands, known: Lexicon) -> str | None:
    """The word of a command that sounds like an unknown `word`."""
    if word in commands.spelt or not known.roles(word).keys() <= {"slips"}:
        return None
    alike = commands.sounds.get(command_by_ear(word, known.language), ())
    return min(alike, key=lambda meant: OSA.distance(word, meant), default=None)
