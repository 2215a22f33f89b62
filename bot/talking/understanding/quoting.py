"""Take away what the learner did not mean as her answer: quoted questions, "Re:", signatures and names (rule R10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.talking.understanding.folding import Token, tokens, words
from bot.talking.understanding.lexicon import Lexicon
from bot.talking.understanding.matching import Choices
from bot.talking.understanding.measures import parted
from bot.talking.understanding.numerals import compounded, joined_thousands
from bot.talking.understanding.reading import LETTERS

_RULE = re.compile(r"^\s*(?:[-–—_=*~]{2,}\s*$|--)")  # the line under which a signature stands
_QUOTED = re.compile(r"^\s*>\s*\S.*\s")  # "> Pregunta 3: …", but not ">c"
_LINK = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)
_NAME = re.compile(r"^[^\W\d_a-z][\w'’-]*\.?$")

LONGEST = 480  # characters looked at: three concatenated messages; an answer stands at the start or nowhere


@dataclass(frozen=True, slots=True)
class Heard:
    """What remains of a reply, word by word."""

    tokens: tuple[Token, ...]
    end: str  # the punctuation behind the last word
    quoted: bool = False  # something was taken away
    numbers: tuple[int, ...] = ()  # the question numbers that were named, in order

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(token.word for token in self.tokens)


def heard(reply: str, known: Lexicon, among: Choices | None, marks: frozenset[str]) -> Heard:
    """What the learner herself says in `reply`; `among` are the options of the open question, if one is open."""
    text, links = _LINK.subn(" ", reply[:LONGEST])
    kept = _without_names(_own_lines(text, known), known, among)
    text = "\n".join(kept)
    found, end = tokens(joined_thousands(text) if among and (among.numbers or among.amounts) else text)
    found = compounded(found, known.numerals, amounts=among is not None)
    found = parted(found, known, among.units if among else (), among.count if among else len(LETTERS))
    found = _written_together(found, among) if among else found
    while len(found) > 1 and found[0].word in marks and ":" in found[1].before:
        found = found[1:]
    found = _before_signature(found, known)
    result = Heard(tuple(found), end, quoted=bool(links))
    if among is not None:
        result = _without_options(result, known, among)
    return _without_question(result, known, among)


def _written_together(found: Sequence[Token], among: Choices) -> list[Token]:
    """Two words that only together are an option's: "medio dia" where one says "al mediodía"."""
    result: list[Token] = []
    for token in found:
        last = result[-1] if result else None
        whole = f"{last.word}{token.word}" if last and not token.before else ""
        if last and whole in among.owners and not {last.word, token.word} & among.owners.keys():
            result[-1] = Token(whole, f"{last.raw}{token.raw}", last.before)
        else:
            result.append(token)
    return result


def _own_lines(text: str, known: Lexicon) -> list[str]:
    """The lines above a signature, without quoted ones."""
    kept: list[str] = []
    for line in text.replace("\r", "\n").split("\n"):
        if not line.strip():
            continue
        if _RULE.match(line) and kept:
            break
        if _QUOTED.match(line) or _RULE.match(line):
            continue
        if "\n" in text and _opens_signature(line, known):
            if kept:
                break
            continue
        kept.append(line)
    return kept


def _opens_signature(line: str, known: Lexicon) -> bool:
    said = words(line)
    return any(said[: len(opening)] == opening for opening in known.signatures.get(said[0], ())) if said else False


def _before_signature(found: list[Token], known: Lexicon) -> list[Token]:
    """Cut "b Enviado desde mi Samsung" where the signature starts; one word alone ("firma") is too little to cut at."""
    said = [token.word for token in found]
    for start in range(1, len(said)):
        for opening in known.signatures.get(said[start], ()):
            if len(opening) > 1 and tuple(said[start : start + len(opening)]) == opening:
                return found[:start]
    return found


def _without_names(lines: list[str], known: Lexicon, among: Choices | None) -> list[str]:
    """Drop lines that are a person's name ("Rosa A. Mamani"), as long as another line remains."""
    if len(lines) < 2:
        return lines
    kept = [line for index, line in enumerate(lines) if not _is_name(line, known, among, last=index == len(lines) - 1)]
    return kept if kept else lines


def _is_name(line: str, known: Lexicon, among: Choices | None, *, last: bool) -> bool:
    parts = line.replace(",", " ").split()
    if not (2 - last <= len(parts) <= 5) or not all(_NAME.match(part) for part in parts) or not any(map(_long, parts)):
        return False
    said = words(line)
    taken = among.owners if among is not None else {}
    return not any((known.roles(word) or word in taken) and len(word) > 1 for word in said)


def _long(part: str) -> bool:
    return len(part.rstrip(".")) > 2


def _without_options(this: Heard, known: Lexicon, among: Choices) -> Heard:
    """Cut a quoted list of all options, what stands before it, and the "Responde A, B o C" behind it."""
    said = this.words
    position, first = 0, None
    for index, text in enumerate(among.texts):
        start = _find(said, (LETTERS[index].casefold(), *text), position)
        if start is None or not text:
            return this
        first = start if first is None else first
        position = start + 1 + len(text)
    if among.count < 2:
        return this
    return Heard(_after_instruction(this.tokens[position:], known, among), this.end, quoted=True)


def _find(said: Sequence[str], sought: Sequence[str], start: int) -> int | None:
    for position in range(start, len(said) - len(sought) + 1):
        if tuple(said[position : position + len(sought)]) == tuple(sought):
            return position
    return None


def _after_instruction(rest: tuple[Token, ...], known: Lexicon, among: Choices) -> tuple[Token, ...]:
    """Cut "Responde A, B o C": the instruction, and each label once."""
    if not rest or not known.is_one_of((rest[0].word,), "instructions"):
        return rest
    labels = set(LETTERS[: among.count].casefold()) | {str(number + 1) for number in range(among.count)}
    seen: set[str] = set()
    for index, token in enumerate(rest[1:], 1):
        if "\n" in token.before or token.word in seen:
            return rest[index:]
        if token.word in labels:
            seen.add(token.word)
        elif not known.roles(token.word).keys() & {"joins", "ors", "articles", "spelled", "label_words"}:
            return rest[index:]
    return ()


def _without_question(this: Heard, known: Lexicon, among: Choices | None) -> Heard:
    """Take out "pregunta 3", "p3" and a quoted question up to its question mark; keep the numbers."""
    kept: list[Token] = []
    numbers: list[int] = []
    said = this.words
    position = 0
    while position < len(said):
        length, number = _question_number(said, position, known)
        if number is None:
            kept.append(this.tokens[position])
            position += 1
            continue
        numbers.append(number)
        position += length
        if not kept and position < len(said):
            kept_from = _after_question_mark(this.tokens, position)
            if kept_from is None and "?" in this.end and len(said) - position > 2:
                return Heard((), "", quoted=True, numbers=tuple(numbers))  # nothing but the question
            position = kept_from or position
    if not numbers and among is not None:
        start = _after_opened_question(this.tokens)
        if start is not None:
            return Heard(this.tokens[start:], this.end, quoted=True)
    if not numbers:
        return this
    return replace(this, tokens=tuple(kept), numbers=tuple(numbers))


def _question_number(said: Sequence[str], position: int, known: Lexicon) -> tuple[int, int | None]:
    """How many words from `position` name a question, and its number: "p3", "pregunta 3", "ikibazo cya 3"."""
    word = said[position]
    glued = re.fullmatch(r"([a-z]{1,4})(\d{1,2})", word)
    if glued and known.is_one_of((glued[1],), "question_words"):
        return 1, int(glued[2])
    for length in (4, 3, 2, 1):
        after = position + length
        if after < len(said) and known.is_one_of(said[position:after], "question_words"):
            if len(said[after]) <= 2 and said[after].isdigit():
                return length + 1, int(said[after])
            if after + 1 < len(said) and known.is_one_of((said[after],), "label_words") and said[after + 1].isdigit():
                return length + 2, int(said[after + 1][:2])
    return 0, None


def _after_question_mark(found: Sequence[Token], start: int) -> int | None:
    """Where the words behind a quoted question start; None where no question mark stands in between."""
    for index in range(len(found) - 1, start, -1):
        if "?" in found[index].before:
            return index
    return None


def _after_opened_question(found: Sequence[Token]) -> int | None:
    """The same for a question quoted without its number: "¿Con qué se lava las manos? B"."""
    if not found or "¿" not in found[0].before:
        return None
    index = _after_question_mark(found, 0)
    return index if index is not None and index >= 4 else None
