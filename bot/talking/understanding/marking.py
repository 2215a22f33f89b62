"""Say of each expression in a reply which part it plays around an answer: label, number, negation, filler …"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.talking.understanding.lexicon import Lexicon, Roles
from bot.talking.understanding.matching import MEANINGS, UNSUPPORTED, Choices, Support, digits, support
from bot.talking.understanding.parts import PARTS, Mark, Part
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import LETTERS
from bot.talking.understanding.resolving import resolved
from bot.talking.understanding.shapes import labelled

_LARGE = 99  # a word for more than this ("quinientos") is hardly anything else, where the options are numbers


def marks(this: Heard, known: Lexicon, among: Choices, question: int | None) -> list[Mark]:
    """The reply as a row of marks; what was spelt out or introduced as a name is already resolved."""
    said = this.words
    found: list[Mark] = []
    position = 0
    while position < len(said):
        length = max(known.longest_at(said, position, _end_of_part(this, position)), 1)
        found.append(_mark(this, position, length, known, among, question))
        position += length
    return resolved(found, among)


def _end_of_part(this: Heard, start: int) -> int:
    """Where the next comma or full stop is: "a no, c" holds "a no" and "c", never "no c"."""
    for position in range(start + 1, len(this.tokens)):
        if any(sign in this.tokens[position].before for sign in ",.;:?!\n()"):
            return position
    return len(this.tokens)


def _mark(this: Heard, start: int, length: int, known: Lexicon, among: Choices, question: int | None) -> Mark:
    token = this.tokens[start]
    said = this.words[start : start + length]
    roles = known.roles(said[0]) if length == 1 else known.entries[said]
    raw = " ".join(item.raw for item in this.tokens[start : start + length])
    mark = Mark(Part.UNKNOWN, said, raw, token.before, roles, support=_supports(said, roles, known, among))
    large = known.numerals.worth.get(said, 0) if among.numbers or among.amounts else 0
    if large > _LARGE:
        written = (str(large),)
        return replace(mark, part=Part.NUMBER, words=written, value=large, support=support(written[0], among))
    glued = _glued(said[0], known, among) if length == 1 and not roles else -1
    if glued >= 0 and not mark.support.options:
        return replace(mark, part=Part.LABEL, value=glued)
    if not roles and not mark.support.options:
        mark = replace(mark, roles=known.slip_of(said[0]) or known.short_of(said[0]))
    label = labelled(mark, among, question)
    if label is not None:
        return label
    meaning = next((name for name in among.meanings if any(role in roles for role in MEANINGS[name])), None)
    if meaning and not ("weak_yes" in roles and "yes" not in roles):
        return replace(mark, part=Part.MEANING, support=Support(among.meanings[meaning]))
    if "weak_yes" in roles and "yes" in among.meanings:
        return replace(mark, part=Part.WEAK_YES)
    return replace(mark, part=next((part for name, part in PARTS if name in mark.roles), Part.UNKNOWN))


def _glued(word: str, known: Lexicon, among: Choices) -> int:
    """The option whose letter is written to the word for it: "opcionb". An "answerd" is rather answered."""
    index = LETTERS.casefold().find(word[-1])
    written = len(word) > 4 and "label_words" in known.entries.get((word[:-1],), {}) and not word.endswith("answerd")
    return index if written and index < among.count else -1


def _supports(said: Sequence[str], roles: Roles, known: Lexicon, among: Choices) -> Support:
    """The options that the words speak of together; known words must be an option's word exactly."""
    if len(said) > 1 and not roles.keys() & {"alls", "nones"} and not _stands_in(said, among):
        return UNSUPPORTED  # an expression is no option's words one by one: "no se" is not "No"
    exact = bool(roles) and not roles.keys() & {"alls", "nones"}
    supported = [support(digits(word, known), among, exact=exact) for word in said if _carries(word, known)]
    found = [each for each in supported if each.options]
    if not found:
        return UNSUPPORTED
    options = frozenset.intersection(*(each.options for each in found))
    # "Todo lo anterior" beside "Todas las anteriores"; a small denial ("nta") is too little.
    begun = "alls" in roles or ("nones" in roles and len(said[0]) > 3)
    return Support(options, sure=(begun or len(found) == len(supported)) and all(each.sure for each in found))


def _stands_in(said: Sequence[str], among: Choices) -> bool:
    sought = f" {' '.join(said)} "
    return any(sought in f" {' '.join(text)} " for text in among.texts)


def _carries(word: str, known: Lexicon) -> bool:
    return "stop_words" not in known.roles(word)
