"""Decide which option a reply means by the option's own words (rule R3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.matching import UNSUPPORTED, Choices, meaningful, support
from bot.talking.understanding.parts import Mark, Part
from bot.talking.understanding.reading import NONE, Reading, letter, unclear

_SENTENCE = 5  # words
_LITTLE = {"stop_words", "articles"}


def spoken(found: Sequence[Mark], known: Lexicon, among: Choices) -> Reading | None:
    """The reading of a reply that speaks of the options in their own words; None where it does not.

    A word or phrase of one option only is that option; words that options share, a denial, an alternative or too much
    else beside it are AMBIGUOUS.
    """
    row = _before_reason([_own_negation(mark, index, found, among) for index, mark in enumerate(found)])
    speaking = [mark for mark in row if mark.support.options and _says_something(mark)]
    if not speaking:
        return _speechless(row, among)
    meant = frozenset.intersection(*(mark.support.options for mark in speaking))
    if len(meant) != 1:
        return unclear()
    (index,) = meant
    if any(mark.part is Part.NEGATION for mark in row if mark not in speaking):
        return unclear()
    others = [mark for mark in row if mark not in speaking]
    if any(mark.part in (Part.EXCEPTION, Part.WRONG, Part.ALTERNATIVE, Part.CLASH, Part.WEAK_YES) for mark in others):
        return unclear(index)
    if any(mark.part in (Part.EXCEPTION, Part.ALTERNATIVE) and mark.part.value for mark in speaking):
        return unclear(index)
    if _puts_off(row, speaking, index, known, among):
        return NONE
    if _is_enough(row, speaking, index, known, among):
        return letter(index)
    return unclear() if _beside_one_word(row, speaking, index, among) > 1 else unclear(index)


def _puts_off(row: Sequence[Mark], speaking: Sequence[Mark], index: int, known: Lexicon, among: Choices) -> bool:
    """Whether the option's words are only a time at which she will answer: "mañana le respondo"."""
    times = all(any(word in known.partings.moments for word in mark.words) for mark in speaking)
    return times and known.partings.puts_off([word for mark in row for word in mark.words], among.texts[index])


def _beside_one_word(row: Sequence[Mark], speaking: Sequence[Mark], index: int, among: Choices) -> int:
    """How many unknown words a sentence has that shares only one word with an option: "mi planta tiene roya que hago"
    guesses at none."""
    said = [word for mark in row for word in mark.words]
    strangers = [mark for mark in row if mark.part is Part.UNKNOWN and not mark.support.options]
    shared = {word for mark in speaking for word in mark.words}
    touches = len(said) >= _SENTENCE and len(shared) == 1 and len(among.content[index]) > 1
    return len(strangers) if touches else 0


def _says_something(mark: Mark) -> bool:
    """Whether a mark with an option's word speaks of it: "la" does not, "sol" does of the one option with a sun."""
    return mark.part is not Part.ARTICLE and (mark.part is not Part.LABEL_WORD or len(mark.support.options) == 1)


def _before_reason(row: list[Mark]) -> list[Mark]:
    """Cut the reason behind an option's words; a reason that takes back is kept, to be found unclear."""
    for index, mark in enumerate(row):
        if mark.part is Part.BECAUSE and any(earlier.support.options for earlier in row[:index]):
            return row if any(later.part is Part.CORRECTION for later in row[index:]) else row[:index]
    return row


def _own_negation(mark: Mark, index: int, found: Sequence[Mark], among: Choices) -> Mark:
    """A negation that belongs to an option's text ("ne pas arroser") speaks of it; any other one denies."""
    if mark.part is not Part.NEGATION:
        return mark
    after = found[index + 1].words[0] if index + 1 < len(found) else ""
    last = mark.words[-1]
    belongs = any((last, after) in pairwise(text) for text in among.texts) or {last} in among.content
    return mark if belongs and mark.support.options else _silent(mark)


def _silent(mark: Mark) -> Mark:
    return replace(mark, support=UNSUPPORTED)


def _speechless(row: Sequence[Mark], among: Choices) -> Reading | None:
    """Nothing of the options was said: all of them is unclear, none of them is no answer."""
    if any(mark.part is Part.ALL for mark in row) and not any(mark.part is Part.UNKNOWN for mark in row):
        return unclear()
    if len(row) == 1 and row[0].part is Part.WEAK_YES:
        return unclear()
    if len(row) == 1 and row[0].part is Part.NEGATION and any(support(word, among).options for word in row[0].words):
        return unclear()
    if any(mark.part is Part.OUT for mark in row):
        return NONE
    return _begun(row, among)


def _begun(row: Sequence[Mark], among: Choices) -> Reading | None:
    """An option of which only the small words in front were said: "cada", "en la"."""
    said = tuple(word for mark in row for word in mark.words)
    if len("".join(said)) < 2 or not all(mark.roles.keys() & _LITTLE for mark in row):
        return None
    begun = [index for index, text in enumerate(among.texts) if text[: len(said)] == said != text]
    if not begun:
        return None
    return unclear(begun[0] if len(begun) == 1 else None)


def _is_enough(row: Sequence[Mark], speaking: Sequence[Mark], index: int, known: Lexicon, among: Choices) -> bool:
    """Whether the words settle on option `index`: surely spelt, telling words, and little else beside them."""
    if not all(mark.support.sure for mark in speaking):
        return False
    said = {word for mark in speaking for word in mark.words}
    meant = all(mark.part is Part.MEANING for mark in speaking)
    plain = [mark for mark in row if not mark.roles.keys() & {"greetings", "courtesies"}]
    itself = len(plain) == 1 == len(speaking) and _only_denies(speaking[0], index, known, among)
    if not meant and not itself and _lacks_negation(row, index, known, among):
        return False
    lumped = all(mark.part in (Part.ALL, Part.NONE) for mark in speaking)
    if lumped and not itself and not _opens(speaking, index, known, among):
        return False
    if _addresses(row, speaking, known) or _is_any(row, speaking, among.texts[index]):
        return False
    strangers = [mark for mark in _without_named_days(row, speaking, known) if _is_strange(mark)]
    slips = [mark for at, mark in enumerate(row) if mark not in speaking and _misleads(row, at, speaking, among)]
    if slips or any(mark.part is Part.OUT for mark in strangers):
        return False
    if all(_is_common(mark) for mark in speaking) and not _quotes(row, index, among):
        return False  # "solo" alone is part of an option, and part of any sentence
    if all(word.isdigit() for word in said):
        return (len(said) > 1 or _is_no_place(said)) and not strangers
    if not strangers:
        return True
    whole = len(said) >= len(among.content[index]) >= 2
    return whole and len(strangers) <= 2 and all(mark.part is not Part.MEANING for mark in speaking)


def _misleads(row: Sequence[Mark], at: int, speaking: Sequence[Mark], among: Choices) -> bool:
    """Whether the mark at `at` beside an option's words may mean another one: all, none, or a slip, but for one that
    stands before the same word in an option ("to nobody"); "nada" behind an option's own denial ("no anotar nada")
    only says it again."""
    mark, after = row[at], row[at + 1] if at + 1 < len(row) else None
    if mark.part is Part.NONE:
        return not any(each.part is Part.NEGATION for each in speaking)
    if mark.part is Part.SLIP and after is not None and not after.parted:
        return not any((mark.words[-1], after.words[0]) in pairwise(text) for text in among.texts)
    return mark.part in (Part.SLIP, Part.ALL)


def _addresses(row: Sequence[Mark], speaking: Sequence[Mark], known: Lexicon) -> bool:
    """Whether the one that is named is only spoken to: "gracias, tesorero", "buenos días presidenta"."""
    titled = len(speaking) == 1 and set(speaking[0].words) <= known.partings.titles
    polite = any(mark.roles.keys() & {"greetings", "courtesies"} for mark in row if mark not in speaking)
    return titled and polite and not any(mark.part is Part.ARTICLE for mark in row)


def _is_any(row: Sequence[Mark], speaking: Sequence[Mark], text: Sequence[str]) -> bool:
    """Whether it is any of them where the option speaks of one: "cada día" is not "Al día siguiente"."""
    return any(
        "indefinites" in one.roles and one.words[-1] not in text and two in speaking and "quantities" in two.roles
        for one, two in pairwise(row)
    )


def _without_named_days(row: Sequence[Mark], speaking: Sequence[Mark], known: Lexicon) -> list[Mark]:
    """What is said beside the option's words; "día" in "el día martes" is only what Tuesday is."""
    named = [one for one, two in pairwise(row) if two in speaking and set(two.words) <= known.partings.moments]
    return [mark for mark in row if mark not in speaking and not ("quantities" in mark.roles and mark in named)]


def _is_strange(mark: Mark) -> bool:
    """Whether it says something that no option says; a measure too ("la semana que viene" is no "año que viene")."""
    return mark.part in (Part.UNKNOWN, Part.NUMBER, Part.OUT) or "quantities" in mark.roles


def _is_common(mark: Mark) -> bool:
    return mark.part in (Part.FILLER, Part.CORRECTION) and "quantities" not in mark.roles


def _quotes(row: Sequence[Mark], index: int, among: Choices) -> bool:
    """Whether the reply is two or more words of the option in their order ("al final"), or all that it says."""
    said = [word for mark in row for word in mark.words]
    whole = {word for word in said if word in among.content[index]} == among.content[index]
    return whole or (len(said) > 1 and f" {' '.join(said)} " in f" {' '.join(among.texts[index])} ")


def _lacks_negation(row: Sequence[Mark], index: int, known: Lexicon, among: Choices) -> bool:
    """Whether the option denies something that the reply leaves out: "arroser" is not yet "ne pas arroser"."""
    text = among.texts[index]
    if len(text) < 2 or not any("negations" in known.roles(word) for word in text):
        return False
    return not any("negations" in known.roles(word) for mark in row for word in mark.words)


def _is_no_place(said: Collection[str]) -> bool:
    """Whether a number can only be one of an option's text: no question has a hundred options."""
    return all(len(word) > 2 for word in said)


def _only_denies(mark: Mark, index: int, known: Lexicon, among: Choices) -> bool:
    """Whether "nada" is the last word of an option that denies: "No hacer nada"."""
    text = among.texts[index]
    denies = any("negations" in known.roles(word) for word in text[:-1])
    return mark.part is Part.NONE and len(mark.words) == 1 and text[-1:] == mark.words and denies


def _opens(speaking: Sequence[Mark], index: int, known: Lexicon, among: Choices) -> bool:
    """Whether "todas", "ninguna" is how the option itself begins."""
    opening = meaningful(among.texts[index], known)[:1]
    # Another gender is the same word: "todos" opens "Todas las anteriores".
    return bool(opening) and any(
        abs(len(word) - len(opening[0])) < min(len(mark.words), 2) and word[:3] == opening[0][:3]
        for mark in speaking
        for word in mark.words
    )
