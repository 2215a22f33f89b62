"""Hear the number and the text that are printed of a question in front of an answer: "1/8: B", "2. Why …? 25"."""

from __future__ import annotations

import re

from bot.conversation import Question
from bot.talking import answering
from bot.talking.figuring import Lists
from bot.talking.reprompting import heeded
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.folding import words as words_of

_PRINTED = re.compile(r"(\d{1,2})/(\d{1,2}) ")
_WRITTEN = re.compile(r"\s*(\d{1,2}) ?/ ?(\d{1,2})(?!\d)\W*(\w.*)", re.DOTALL)
_LISTED = re.compile(r"\s*([^\W\d_]{0,20})\W{0,2}(\d{1,2})\s?[.:)]\s+(\S.*)", re.DOTALL)  # "1. 25", not "1.25"
_EQUAL = re.compile(
    r"\s*+(?:[^\W\d_]++\s++){0,3}(\d{1,2})\s*+(=|-(?=\s)|[^\W\d_]{2,4}+)\s*+(\d.*)", re.DOTALL
)  # "6 = 10"
_COUNTED = ("number", "rating")  # kinds of questions whose answer is one number
_LETTER = re.compile(r"[a-hA-H]")
_BESIDE = " .,:;!)(\n"
_LOOKED_AT = 60  # characters
_TEXT = 3  # words of the shortest question that is known again
_SAME = 0.8  # of the words of what is quoted stand in the question


def without_its_number(question: Question | None, words: str, lists: Lists) -> tuple[str, bool]:
    """The words without the number and the text under which the open question was put in front of them; and whether
    they name another question."""
    if question is None:
        return words, False
    if question.purpose == "quiz" and "/" in words:
        printed, written = _PRINTED.match(question.text), _WRITTEN.fullmatch(words)
        if printed is None or written is None or printed[2] != written[2]:
            return words, False
        return written[3], int(printed[1]) != int(written[1])
    return _without_what_was_asked(question, words, lists)


def by_number(words: str, lists: Lists) -> str:
    """ "Pregunta 1 es la B" as "1 B", so that it is taken for nothing that was asked since; all other words as they
    are."""
    said = words_of(words[:_LOOKED_AT])
    at = next((at for at, each in enumerate(said) if at and each.isdigit() and len(each) <= 2), 0)
    if not at or at >= len(said) - 1 or not _LETTER.fullmatch(said[-1]):
        return words
    if said[at - 1] not in lists.get("question_words", ()):
        return words
    small = {each for name in ("articles", "affirmers", "label_words", "stop_words") for each in lists.get(name, ())}
    beside = (*said[: at - 1], *said[at + 1 : -1])
    return f"{said[at]} {said[-1]}" if small.issuperset(beside) else words


def _without_what_was_asked(question: Question, words: str, lists: Lists) -> tuple[str, bool]:
    text, mark, rest = words.rpartition("?")
    listed = _LISTED.match(words)
    named = int(listed[2]) if listed and fold(listed[1]) in ("", *lists.get("question_words", ())) else None
    quoted = bool(mark and rest.strip(_BESIDE)) and len(words_of(text)) > _TEXT
    own_text = quoted and _is_quoted(question, text)
    if quoted and not own_text and named not in (None, question.number):
        letter = rest.strip(_BESIDE)
        return (f"{named} {letter}", False) if _LETTER.fullmatch(letter) else (words, True)
    if own_text:
        return rest.strip(), False
    if question.kind not in _COUNTED:
        return words, False  # letters hear a number themselves, and "1) lavar 2) secar" may be an order
    equal = _EQUAL.fullmatch(words)
    if equal and int(equal[1]) == question.number and fold(equal[2]) in ("=", "-", *lists.get("affirmers", ())):
        return equal[3], False
    own = listed is not None and named == question.number
    return (listed[3], False) if own and listed is not None else (words, False)


def _is_quoted(question: Question, text: str) -> bool:
    said, asked = words_of(text), frozenset(words_of(question.text))
    return sum(word in asked for word in said) >= _SAME * len(said)


def of_another(scene: Scene) -> Scene:
    """Which question it is that waits, to the number of another one."""
    return heeded(answering.closed(scene))
