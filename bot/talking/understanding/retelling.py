"""Hear an option that is told by its own text, word by word, written together, or behind its letter."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talking.understanding.commands import without
from bot.talking.understanding.ear import by_ear
from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.matching import Choices, meaningful
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import AMBIGUOUS, LETTERS, Reading, letter


def same_text(this: Heard, known: Lexicon, among: Choices) -> Reading | None:
    """The option whose text the reply is, word by word or written together; AMBIGUOUS where two options share it."""
    if this.numbers or among.numbers is not None:
        return None
    said = this.words
    joined = "".join(by_ear(word, among.language) for word in said)
    once = said[:1] if len(set(said)) == 1 else said  # "alto alto"
    same = [index for index, text in enumerate(among.texts) if text in (said, once)]
    if not same and len(joined) >= 5:
        same = [index for index, text in enumerate(among.joined) if text == joined]
    telling = "".join(by_ear(word, among.language) for word in meaningful(said, known))
    if not same and len(telling) >= 5 and all(len(word) > 1 or word in among.owners for word in said):
        told = [index for index, text in enumerate(among.telling) if text == telling]
        same = [index for index in told if _is_whole(said, index, known, among)]
    if not same:
        return _labelled(said, known, among)
    if len(same) == 1 and _labels_another(this, same[0], among):
        return AMBIGUOUS
    if len(said) == 1 and len(said[0]) == 1:
        return None  # an option that is a letter: let the label rules look at it
    return letter(same[0]) if len(same) == 1 else AMBIGUOUS


def _is_whole(said: Sequence[str], index: int, known: Lexicon, among: Choices) -> bool:
    """Whether the small words that one of them has more of change nothing: "sin ceniza" is not "Ceniza", and "abono"
    not "Sin abono"; "riega" is not "Riega más" where another option waters too."""
    text = among.texts[index]
    apart = set(said) ^ set(text)
    if any("negations" in known.roles(word) for word in apart) or known.partings.puts_off(said, text):
        return False
    left_out = [word for word in text if word not in said and "articles" not in known.roles(word)]
    shared = {word for word in meaningful(said, known) if word in among.content[index]}
    others = (content for place, content in enumerate(among.content) if place != index)
    return not (left_out and shared and any(shared <= content for content in others))


def _labels_another(this: Heard, index: int, among: Choices) -> bool:
    """Whether another option's letter stands before the text: "A en plein soleil" where that is B. An "à" is none."""
    if len(this.tokens) < 2:
        return False
    marked = this.tokens[1].before[:1] in tuple(").:")  # "a) pleno sol", where that is "B) A pleno sol"
    if not marked and among.texts[index] in (this.words, (*this.words[:2], *among.texts[index][2:])):
        return False
    first = this.tokens[0]
    place = LETTERS.find(first.raw.upper()) if len(first.raw) == 1 else -1
    return 0 <= place < among.count and place != index


def _labelled(said: Sequence[str], known: Lexicon, among: Choices) -> Reading | None:
    """The option that is told by its letter and its whole text, courtesies aside: "b) a pleno sol, gracias"."""
    told = without(tuple(said), known, "courtesies")
    while len(told) > 1 and known.roles(told[0]).keys() & {"label_words", "articles"}:
        told = told[1:]
    if not told or len(told[0]) > 1:
        return None
    place = int(told[0]) - 1 if told[0].isdecimal() else LETTERS.casefold().find(told[0])
    return letter(place) if 0 <= place < among.count and told[1:] == among.texts[place] else None
