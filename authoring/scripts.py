"""Read one script: its front matter, its cards, its questions. One file is one lesson in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from authoring.prose import judge_line, paragraphs, plain
from authoring.questions import Lines, Question, read_questions
from authoring.refusals import Refuse
from authoring.tables import Table, read_table
from bot.catalogue import Card

MAX_CARDS = 2
MAX_BUDGET = 2  # segments of one card

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
_SECTION = re.compile(r"\[([a-z]+)\]\s*(.*)")
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*([^)]*?)\s*\)")
UNTAUGHT = ("practice", "exam")  # scripts that ask and teach nothing, so they have no cards
_KEYS = ("id", "title", "facts", "examples", "sms_budget", "published")
_FRONT = 'Begin the file with +++, then id = "…" and title = "…", then +++'


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCard:
    """A card, and the lines on which it and its media stand."""

    card: Card
    line: int
    photo_line: int = 0
    audio_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One file as read. Practice and exams have no cards, and `<unit id>.practice` or `.exam` as id."""

    file: str  # relative to content/
    language: str
    base: str  # 01-mother-trees, practice, exam: what the file is called in every language
    id: str
    title: str
    facts: tuple[str, ...]
    examples: tuple[str, ...]  # numbers of a made-up example: "40", "1.5"
    sms_budget: int
    published: bool
    cards: tuple[ScriptCard, ...]
    questions: tuple[Question, ...]
    front: Table

    @property
    def states_facts(self) -> bool:
        """Whether its front matter can be read as to the facts: no key of it is misspelt, and its lists are lists."""
        lists = [self.front.values.get(key, []) for key in ("facts", "examples")]
        return self.front.values.keys() <= set(_KEYS) and all(isinstance(each, list) for each in lists)


def read_script(file: str, text: str, unit: str, refuse: Refuse) -> Script | None:
    """Parse the text of `file` (`<folder>/…/<base>.<language>.md`) in the unit with the id `unit`.

    None where there is no front matter to go by. Everything else that is wrong is refused, and the rest is read.
    """
    base, language = file.rpartition("/")[2].removesuffix(".md").rsplit(".", 1)
    untaught = base in UNTAUGHT
    lines = text.split("\n")
    front, first = _front(lines, base == "practice", refuse)
    if front is None:
        return None
    front.only(*_KEYS)
    body = [(number, line) for number, line in enumerate(lines[first:], first + 1)]
    for number, line in body:
        judge_line(line, number, refuse)
    start = next((index for index, (_, line) in enumerate(body) if line.startswith("?")), len(body))
    id = f"{unit}.{base}" if untaught else _id(front)
    folder = file.partition("/")[0]
    return Script(
        file=file,
        language=language,
        base=base,
        id=id,
        title=front.text("title", "" if untaught else None),
        facts=front.texts("facts", ()),
        examples=front.texts("examples", ()),
        sms_budget=front.number("sms_budget", MAX_BUDGET, 1, MAX_BUDGET),
        published=front.flag("published", True),
        cards=_no_cards(body[:start], refuse) if untaught else _cards(body[:start], folder, refuse),
        questions=read_questions(body[start:], id, refuse),
        front=front,
    )


def _front(lines: list[str], practice: bool, refuse: Refuse) -> tuple[Table | None, int]:
    """The front matter, and the index of the first line behind it."""
    if lines[0].rstrip() != "+++":
        if practice:
            return Table(values={}, lines=("",), first=1, refuse=refuse), 0
        refuse(1, "the file does not begin with +++", _FRONT)
        return None, 0
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "+++"), 0)
    if not end:
        refuse(1, "the front matter is not closed", "Put +++ on a line of its own behind it")
        return None, 0
    return read_table("\n".join(lines[1:end]), 2, refuse), end + 1


def _id(front: Table) -> str:
    id = front.text("id")
    if id and not _ID.fullmatch(id):
        front.refuse(front.line("id"), f"“{id}” is no id", "Write course.unit.lesson in small letters, figures and -")
    return id


def _no_cards(lines: Lines, refuse: Refuse) -> tuple[ScriptCard, ...]:
    for number, line in lines:
        if line.strip():
            refuse(number, "text stands before the first question", "Take it out: there are questions only")
            break
    return ()


def _cards(lines: Lines, folder: str, refuse: Refuse) -> tuple[ScriptCard, ...]:
    """The cards, parted by `---` between blank lines."""
    cards: list[ScriptCard] = []
    start = 0
    for index in [*(index for index, (_, line) in enumerate(lines) if line.rstrip() == "---"), len(lines)]:
        if 0 < index < len(lines) and lines[index - 1][1].strip():  # Markdown would make a heading of the line above
            refuse(lines[index][0], "--- stands close under the text", "Leave a blank line before it")
        cards.append(_card(lines[start:index], lines[max(start - 1, 0)][0] if lines else 1, folder, refuse))
        start = index + 1
    if len(cards) > MAX_CARDS:
        refuse(cards[MAX_CARDS].line, f"the lesson has {len(cards)} cards", f"Keep {MAX_CARDS}, or make two lessons")
    return tuple(cards)


def _card(lines: Lines, at: int, folder: str, refuse: Refuse) -> ScriptCard:
    sections: dict[str, list[str]] = {"": []}
    media = {"photo": ("", 0), "audio": ("", 0)}
    section, first = "", 0
    for number, line in lines:
        first = first or (number if line.strip() else 0)
        if match := _SECTION.fullmatch(line.strip()):
            if match[1] == "audio":
                media["audio"] = _media(media["audio"], match[2], number, folder, refuse)
            else:
                section = _section(match, sections, number, refuse)
            continue
        for path in _IMAGE.findall(line):
            if section != "telegram":
                refuse(number, "a picture stands in the text for SMS", "Put it under a line [telegram]")
            media["photo"] = _media(media["photo"], path, number, folder, refuse)
        sections.setdefault(section, []).append(_IMAGE.sub("", line))
    text = paragraphs(sections.get("sms", [])) or paragraphs(sections[""])
    rich = paragraphs(sections.get("telegram", []), "\n\n") or paragraphs(sections[""], "\n\n")
    if not text:
        refuse(first or at, "the card has no text", "Write what a learner reads by SMS before [telegram]")
    card = Card(
        text=plain(text), rich=rich if rich != plain(text) else "", photo=media["photo"][0], audio=media["audio"][0]
    )
    return ScriptCard(card=card, line=first or at, photo_line=media["photo"][1], audio_line=media["audio"][1])


def _section(match: re.Match[str], sections: dict[str, list[str]], number: int, refuse: Refuse) -> str:
    """Open [telegram] or [sms]; what stands on the same line belongs to it."""
    name = match[1]
    if name not in ("telegram", "sms"):
        refuse(number, f"[{name}] is not known", "Write [telegram], [sms] or [audio] media/….ogg")
    elif name in sections:
        refuse(number, f"[{name}] stands twice on this card", "Keep one")
    sections.setdefault(name, []).append(match[2])
    return name


def _media(before: tuple[str, int], path: str, number: int, folder: str, refuse: Refuse) -> tuple[str, int]:
    """A media file of a card, relative to content/. It is named relative to the occupation's folder."""
    if before[0]:
        refuse(number, "the card has a second file of this kind", "Keep one, or make a second card")
    if not path:
        refuse(number, "no file is named", "Write media/… behind it")
        return before
    return f"{folder}/{path}", number
