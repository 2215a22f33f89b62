"""A typed answer put as its question is marked: the letters of an order, a number in figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.conversation import Question
from bot.learning.marking import is_right, numbers_in, order_in
from bot.messages import labels
from bot.talking.sequencing import in_words
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import lexicon
from bot.talking.understanding.numerals import numerals_in
from bot.talking.understanding.sentences import tells_more
from bot.talking.vocabulary import Vocabulary

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

_OTHERS = 8  # words around the letters of an order
_LONGEST = 10  # words of "no sé cuál es la correcta de las tres"
_BESIDE, _AROUND = 3, 8  # words around a number that is written in letters, and around one that is larger than…
_SMALL = 9
_AGAINST = ("negations", "ors", "dont_know")
_YEARS = range(1900, 2101)
_PHONE = 7  # digits
_FIGURES = re.compile(r"\d+(?:[.,]\d+)?")
_TELLING = 5  # letters of a word that tells what is spoken of


def plain(question: Question, reply: str, lists: Lists) -> str:
    """The reply as marking reads it: "primero b, luego c y a" as BCA, "diez por ciento" as 10; else as it was
    written."""
    if question.kind == "order":
        return _ordered(question.options, reply, lists) or reply
    if question.kind == "number" and is_a_choice(reply, lists):
        return ""
    if question.kind == "number" and not numbers_in(reply):
        spelled = _spelled(reply, lists)
        return reply if spelled is None else str(spelled)
    return reply


def is_beside(question: Question, reply: str) -> bool:
    """Whether the number in a reply is a year or a phone number, where the answer is nothing of the kind."""
    if question.kind != "number" or is_right(question, reply=reply):
        return False
    wanted = abs(Decimal(question.answer))
    digits = sum(sign.isdigit() for sign in reply)
    years = any(each in _YEARS for each in numbers_in(reply))
    return (years and wanted < 1000) or (digits >= _PHONE and wanted < 10 ** (_PHONE - 2))


def is_a_clock(question: Question, reply: str, lists: Lists) -> bool:
    """Whether a reply tells the time ("a las 5", "7 pm", "10 de la noche") and its question does not speak of any."""
    said = f" {' '.join(words_of(reply))} "
    clocks = (*lists.get("clock", ()), *(each for each in lists.get("pm", ()) if " " in each or each == "pm"))
    if not any(f" {' '.join(words_of(each))} " in said for each in clocks):
        return False
    times = {word for each in lists.get("times", ()) for word in words_of(each)}
    return question.kind == "number" and times.isdisjoint(words_of(question.text))


def is_a_choice(reply: str, lists: Lists) -> bool:
    """Whether a reply leaves open which of two numbers is meant, of which one is in letters: "twenty or 25"."""
    said = words_of(reply)
    figures = {str(int(each)) for each in said if each.isdecimal()}
    if not figures or not any(each in said for each in lists.get("ors", ())):
        return False
    return any(str(number) not in figures for _, _, number in numerals_in(lists).among(said))


def is_a_range(reply: str, lists: Lists) -> bool:
    """Whether a reply holds two numbers: "6 a 8", "de seis a ocho", "six or 8"."""
    if is_a_choice(reply, lists):
        return True
    said = words_of(reply)
    figures = len(_FIGURES.findall(reply))
    return not numbers_in(reply) and figures + len(list(numerals_in(lists).among(said))) == 2


def is_among_others(question: Question, reply: str, vocabulary: Vocabulary, language: str) -> bool:
    """Whether the number in a reply stands in a sentence of other things: "call me at 5". The right one, in words of
    the question, is the answer however much is said around it."""
    if question.kind != "number":
        return False
    topic = frozenset(words_of(question.text))
    around = {word for lists in vocabulary.lists.values() for word in lists.get("estimates", ())}
    if not tells_more(reply, lexicon(vocabulary, language), topic | around):
        return False
    shared = any(len(word) >= _TELLING for word in topic.intersection(words_of(reply)))
    return not (shared and is_right(question, reply=plain(question, reply, vocabulary.lists.get(language, {}))))


def doubts(reply: str, lists: Lists, *, only: bool = False) -> bool:
    """Whether she says that she does not know, or that it is too hard; `only`: that, and no word more."""
    said = " ".join(words_of(reply))
    known = (*lists.get("dont_know", ()), *lists.get("too_hard", ()))
    if said in known or only:
        return said in known
    return len(said.split()) <= _LONGEST and any(said.startswith(f"{each} ") for each in known if " " in each)


def example(question: Question) -> str:
    """An order as it may be written, and not the right one."""
    backwards = "".join(reversed(labels(len(question.options))))
    return backwards if backwards != question.answer.upper() else backwards[::-1]


def _ordered(options: Sequence[str], reply: str, lists: Lists) -> str:
    count = len(options)
    written = order_in(reply, count)
    if written:
        return written
    said = [word.upper() for word in words_of(reply)]
    against = {word.upper() for name in _AGAINST for word in lists.get(name, ())}
    if against.intersection(said) or len(said) > count + _OTHERS:
        return ""
    whole = [word for word in said if len(word) == count and order_in(word, count)]
    if len(whole) == 1:
        return order_in(whole[0], count)
    told, places = in_words(options, reply, lists), [str(place) for place in range(1, count + 1)]
    # "1) b 2) c 3) a" names each place and then the letter, "1 despulpar 2 lavar" each place and then the step.
    for signs in (labels(count), places):
        shown = [word for word in said if word in signs]
        named = order_in("".join(shown), count)
        if shown == places and len(said) > count:
            return told
        if named:
            return named if told in ("", named) else ""
    return told


def _spelled(reply: str, lists: Lists) -> int | None:
    """ "diez", "treinta y cinco", "diez por ciento": the one number that is written in letters; None for none."""
    said = words_of(reply)
    found = list(numerals_in(lists).among(said))
    others = len(said) - sum(end - start for start, end, _ in found)
    large = any(number > _SMALL for _, _, number in found)  # "uno", "dos" are said of much else
    if others > (_AROUND if large else _BESIDE) or doubts(reply, lists, only=True):
        return None
    match found:
        case [(_, _, 1)]:
            return 1 if not others else None  # "un peu" is no number
        case [(_, _, number)]:
            return number
        case [(_, end, number), (start, _, 100)] if number < 100 and start - end == 1:
            return number  # "por ciento", "pour cent"
    return None
