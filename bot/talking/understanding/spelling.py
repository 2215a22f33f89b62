"""Write a reply as the word lists do: short forms undone, and words that only sound like a command's spelt like it."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz.distance import OSA

from bot.talking.understanding.ear import command_by_ear
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices
from bot.talking.understanding.quoting import Heard

_CUT = 3  # letters


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


def rejoined(this: Heard, commands: Commands, known: Lexicon, among: Choices) -> Heard:
    """ "b uenos dias" as "buenos dias": a first letter that was cut off its word is no label; else `this` itself."""
    if len(this.tokens) < 2:
        return this
    letter, rest = this.tokens[:2]
    whole = letter.word + rest.word
    if len(letter.word) > 1 or len(rest.word) < _CUT or letter.word.isdigit() or rest.before.strip():
        return this
    if known.roles(rest.word) or rest.word in commands.spelt or rest.word in among.owners:
        return this
    if whole in commands.whole or not (known.roles(whole) or whole in known.longest or whole in commands.spelt):
        return this  # "b aja" may be a B all the same
    return replace(this, tokens=(replace(letter, word=whole), *this.tokens[2:]))


def _meant(word: str, commands: Commands, known: Lexicon) -> str | None:
    """The word of a command that sounds like an unknown `word`."""
    if word in commands.spelt or not known.roles(word).keys() <= {"slips"}:
        return None
    alike = commands.sounds.get(command_by_ear(word, known.language), ())
    return min(alike, key=lambda meant: OSA.distance(word, meant), default=None)
