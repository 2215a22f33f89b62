"""Read the questions of a script: `? q1 number 50`, the stem, options with their key and feedback, hint and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches

from authoring.prose import paragraphs, plain
from authoring.refusals import Refuse
from bot.catalogue import Item, Option

KINDS = ("choice", "number", "order", "text", "task", "rating")
MAX_OPTIONS = 4

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_OPTION = re.compile(r"([A-H])\)\s*(.*)")
NAMED = ("hint", "why", "tolerance", "criterion")
_NAMED = re.compile(rf"({'|'.join(NAMED)})\s*:\s*(.*)", re.IGNORECASE)
_NEAR = 0.8  # how alike a misspelt one is: tolerancia, hints
_DECIMAL = re.compile(r"-?\d+([.,]\d+)?")

Lines = Sequence[tuple[int, str]]  # (number in the file, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An item, and the lines on which it stands: "" for its head, "A", "hint", "why" … for its pieces. `unread` are
    those that were refused as they stand ("name", "kind", "answer", "options", "tolerance" …): nothing else is judged
    by them."""

    item: Item
    lines: Mapping[str, int]
    unread: frozenset[str] = frozenset()

    def line(self, piece: str = "") -> int:
        """Where a piece stands; the head where there is none."""
        return self.lines.get(piece, self.lines[""])


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A question while it is read."""

    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    last: str = ""  # which piece an indented line goes on with
    unread: set[str] = field(default_factory=set)


def read_questions(lines: Lines, lesson: str, refuse: Refuse) -> tuple[Question, ...]:
    """All questions of a script, from its first line that starts with `?`. Ids become `<lesson>.<name>`."""
    heads = [index for index, (_, line) in enumerate(lines) if line.startswith("?")]
    found = [
        _question(lines[start:end], lesson, refuse) for start, end in zip(heads, [*heads[1:], len(lines)], strict=False)
    ]
    seen: dict[str, int] = {}
    for question in found:
        if question.item.id in seen:
            name, first = question.item.id.rpartition(".")[2], seen[question.item.id]
            refuse(question.line(), f"{name} stands already on line {first}", "Give the question a name of its own")
        seen.setdefault(question.item.id, question.line())
    return tuple(found)


def _question(lines: Lines, lesson: str, refuse: Refuse) -> Question:
    number, head = lines[0]
    name, kind, rest = (*head[1:].split(None, 2), "", "", "")[:3]
    kind, wrong = kind or "choice", set[str]()
    if not _NAME.fullmatch(name):
        wrong.add("name")
        refuse(number, f"the question has no name (“{name}”)", "Write ? q1, or ? q1 number 50")
    if kind not in KINDS:
        refuse(number, f"{kind} is no kind of question", f"Write one of {', '.join(KINDS)}")
        kind, rest = "choice", ""
        wrong |= {"kind", "answer", "options", "tolerance"}
    draft = _Draft(lines={"": number}, unread=wrong)
    for each, line in lines[1:]:
        _take(draft, each, line, refuse)
    item = _item(f"{lesson}.{name}", kind, rest.strip(), draft, refuse)
    return Question(item=item, lines=draft.lines, unread=frozenset(draft.unread))


def _take(draft: _Draft, number: int, line: str, refuse: Refuse) -> None:
    """One line of a question: an option, a named piece, more of the piece before, or the stem."""
    text = line.strip()
    if match := _OPTION.fullmatch(text):
        due = "ABCDEFGH"[len(draft.options)] if len(draft.options) < 8 else ""
        if match[1] != due and "options" not in draft.unread:  # the first one shifts all behind it
            refuse(number, f"the option is lettered {match[1]}", f"Letter the options in order: here {due or 'none'}")
            draft.unread.add("options")
        draft.last = due or match[1]
        draft.options.append(match[2])
        draft.lines[draft.last] = number
    elif match := _NAMED.fullmatch(text):
        draft.last = match[1].lower()
        if draft.last in draft.named:
            refuse(number, f"{draft.last}: stands twice", "Keep one")
        draft.named[draft.last] = match[2].strip()
        draft.lines[draft.last] = number
    elif (draft.stem or draft.last) and (key := _misspelt(text)):
        refuse(number, f"{text.partition(':')[0]}: is not known here", f"Write {key}:")
        draft.unread.add(key)
        draft.last = ""
    elif not draft.last:
        draft.stem.append(line)
    elif text and line[0] in " \t":
        _go_on(draft, text)
    elif text:
        cure = "Write an option as A) …, or begin with hint:, why:, tolerance: or criterion:, or indent it to go on"
        refuse(number, f"“{text[:40]}” is not understood after the options", cure)
        draft.unread.add("options")


def _misspelt(text: str) -> str:
    """Which of the named pieces a line means that begins with a word like one of them: tolerence: 5."""
    key, colon, _ = text.partition(":")
    near = get_close_matches(key.strip().lower(), NAMED, 1, _NEAR) if colon else []
    return near[0] if near else ""


def _go_on(draft: _Draft, text: str) -> None:
    if draft.last in draft.named:
        draft.named[draft.last] += " " + text
    else:
        draft.options[-1] += " " + text


def _item(id: str, kind: str, rest: str, draft: _Draft, refuse: Refuse) -> Item:
    number = draft.lines[""]
    options = tuple(_option(text, number_of, refuse) for text, number_of in zip(draft.options, _at(draft), strict=True))
    text = plain(paragraphs(draft.stem))
    if not text:
        refuse(number, "the question has no text", "Write it on the line below")
    told = _telling(refuse, draft.unread, "answer")
    answer = "" if "kind" in draft.unread else _answer(kind, rest, len(options), number, told)
    tolerance = "0"
    if "tolerance" in draft.named:
        told = _telling(refuse, draft.unread, "tolerance")
        tolerance = _decimal(draft.named["tolerance"], draft.lines["tolerance"], told)
        if kind != "number" and "kind" not in draft.unread:
            refuse(draft.lines["tolerance"], f"a {kind} question has no tolerance", "Take the line out")
    if "options" not in draft.unread:
        _judge_options(kind, options, number, refuse)
    hint, why = (plain(draft.named.get(piece, "")) for piece in ("hint", "why"))
    return Item(
        id=id,
        kind=kind,
        text=text,
        options=options,
        answer=answer,
        tolerance=tolerance,
        hint=hint,
        why=why,
        digest=_digest(kind, text, options, answer, tolerance),
        criteria=tuple(re.split(r"[,;\s]+", draft.named["criterion"])) if draft.named.get("criterion") else (),
    )


def _telling(refuse: Refuse, into: set[str], piece: str) -> Refuse:
    """The same `refuse`, which notes that a piece cannot be read."""

    def told(line: int, what: str, cure: str, level: str = "error") -> None:
        into.add(piece)
        refuse(line, what, cure, level)

    return told


def _at(draft: _Draft) -> list[int]:
    """The line of each option."""
    return [draft.lines.get("ABCDEFGH"[min(index, 7)], draft.lines[""]) for index in range(len(draft.options))]


def _option(written: str, number: int, refuse: Refuse) -> Option:
    text, _, feedback = (piece.strip() for piece in written.partition("<-"))
    key = text.endswith("*") and not text.endswith("**")
    text = plain(text.removesuffix("*").strip() if key else text)
    if not text:
        refuse(number, "the option has no text", "Write what it says behind the letter")
    return Option(text=text, key=key, feedback=plain(feedback))


def _judge_options(kind: str, options: Sequence[Option], number: int, refuse: Refuse) -> None:
    """How many options and keys each kind has."""
    keys = sum(option.key for option in options)
    if kind == "choice":
        if not 2 <= len(options) <= MAX_OPTIONS:
            refuse(number, f"a choice has 2 to {MAX_OPTIONS} options, not {len(options)}", "Write each as A) …")
        if keys != 1 and options:
            what = "no option is the key" if not keys else f"{keys} options are marked as the key"
            refuse(number, what, "Put one * behind the right option, before <-")
    elif keys:
        refuse(number, f"a {kind} question has no key among its options", "Take the * away")
    if kind in ("number", "text", "task") and options:
        refuse(number, f"a {kind} question has no options", f"Take them out, or take out the word {kind}")
    texts = [option.text.casefold() for option in options]
    if len(set(texts)) < len(texts):
        refuse(number, "two options say the same", "Change one of them")


def _answer(kind: str, rest: str, options: int, number: int, refuse: Refuse) -> str:
    """What stands behind the kind: 50, BAC, words parted by |. Nothing for the others."""
    if kind == "number":
        return _decimal(rest, number, refuse)
    if kind == "order":
        letters = "".join(rest.upper().split())
        if options < 2 or sorted(letters) != list("ABCDEFGH"[:options]):
            refuse(
                number,
                f"the order “{rest}” does not name each option once",
                "Write the letters in the right order: ? q1 order BAC",
            )
        return letters
    if kind == "text":
        words = [word.strip().strip('"') for word in rest.split("|")]
        if not all(words):
            refuse(number, "no accepted words are given", "Write them parted by |: ? q1 text vivero|almácigo")
        return "|".join(filter(None, words))
    if rest:
        refuse(number, f"“{rest}” stands behind {kind}", "Take it out")
    return ""


def _decimal(written: str, number: int, refuse: Refuse) -> str:
    """A decimal number, with a point. 1,200 could be 1.2 or 1200, so it is refused."""
    if not _DECIMAL.fullmatch(written) or re.search(r",\d{3}$", written):
        refuse(number, f"“{written}” is no plain number", "Write it without unit and without thousands: 50, 1.5, 1200")
        return "0"
    return format(Decimal(written.replace(",", ".")), "f")


def _digest(kind: str, text: str, options: Sequence[Option], answer: str, tolerance: str) -> str:
    """Changes with the text, the options and the key, and with nothing else."""
    told = [kind, text, answer, tolerance, *(f"{'*' * option.key}{option.text}" for option in options)]
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()[:12]
