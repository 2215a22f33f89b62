"""Tell a number that answers ("son 25", "about 25 people") from one in a sentence of other things ("call me at 5")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.talking.understanding.folding import Token, tokens
from bot.talking.understanding.lexicon import Lexicon

# The parts of words that may stand around a number and leave it an answer.
_AROUND = {
    *("articles", "stop_words", "fillers", "courtesies", "pleases", "greetings", "chatter", "affirmers", "joins"),
    *("yes", "weak_yes", "agree", "corrections", "negations", "label_words", "question_words", "units", "quantities"),
    *("dont_know", "instructions", "true", "wants"),
}
_ENDS = ".;!?\n"
_LETTERS = "abcdef"
_LABELLED = re.compile(r"\d+[a-f]")  # "2b"

_NUMBER, _SMALL, _STRANGE = "number", "small", "strange"


def tells_more(reply: str, known: Lexicon, topic: Iterable[str] = ()) -> bool:
    """Whether the number in `reply` stands among other things, so that it is no answer by itself.

    `topic` are words that may stand beside it, such as those of the question. One unknown word right beside it is what
    is counted: "25 mujeres". A reason behind it is not read, nor is another sentence.
    """
    found, _ = tokens(reply)
    if any(_LABELLED.fullmatch(token.word) and not _counts(token.word[-1], known) for token in found):
        return True
    marked = list(_marked(_sentence(found), known, frozenset(topic)))
    kinds = [kind for kind, _ in marked]
    strange = [at for at, kind in enumerate(kinds) if kind == _STRANGE]
    if _NUMBER not in kinds or not strange:
        return False
    beside = any(kinds[at] == _NUMBER for at in (strange[0] - 1, strange[0] + 1) if 0 <= at < len(kinds))
    return len(strange) > 1 or not beside or marked[strange[0]][1] in tuple(_LETTERS)


def _sentence(found: Sequence[Token]) -> list[Token]:
    """The sentence in which the first number in figures stands; all, where there is none."""
    number = next((at for at, token in enumerate(found) if token.word[0].isdigit()), None)
    if number is None:
        return list(found)
    ends = [at for at, token in enumerate(found) if at and any(sign in token.before for sign in _ENDS)]
    start = max((at for at in ends if at <= number), default=0)
    return list(found[start : min((at for at in ends if at > number), default=len(found))])


def _marked(found: Sequence[Token], known: Lexicon, topic: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each expression as a number, as small, or as strange, with its first word."""
    said = [token.word for token in found]
    position, counted, strange = 0, False, False
    while position < len(said):
        word, end = said[position], position + 1
        value, stop = known.numerals.at(said, position)
        length = max(known.longest_at(said, position), 1)
        roles = known.entries.get(tuple(said[position : position + length])) if length > 1 else known.roles(word)
        if counted and roles and "becauses" in roles:
            return
        if word[0].isdigit() or (value and not (roles and "articles" in roles)):
            counted, end = True, max(stop, end)
            yield _NUMBER, word
        else:
            end = position + length
            small = word in topic or bool((roles or {}).keys() & _AROUND)
            small = small or (counted and not strange and _is_name(found[position]))
            if len(word) == 1 and word in _LETTERS and not _counts(word, known):
                small = small and not (counted and end == len(said))  # "2 b", "2 a"
            strange = strange or not small
            unread = position > 1 and said[position - 1] in known.numerals.between and not small and counted
            yield _SMALL if small else _STRANGE, word
            if unread:
                yield _STRANGE, word  # "makumyabiri na …": the number goes on, and we cannot read how far
        position = end


def _is_name(token: Token) -> bool:
    """Whether a word is written like a name: "25 Rosa Quispe"."""
    return len(token.raw) > 1 and token.raw.istitle()


def _counts(letter: str, known: Lexicon) -> bool:
    """Whether a letter is short for a unit: "2 g"."""
    return "quantities" in known.roles(letter)
