"""Texts side by side: what is missing in a language, and one lesson's texts to write, checked before they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiohttp import web

from authoring import drafting, lesson_books
from authoring.pieces import piece_at, pieces, written
from authoring.refusal_words import told
from authoring.refusals import Refusal
from bot.catalogue import Course
from bot.cooperating.roles import Right
from bot.learning.drafting import LONGEST_NOTE
from console.asked import Asked
from console.content import BASE, course_of, crumbs, sees_exams, tabs
from console.entering import page
from console.publishing import drafted

_LONGEST = 4_000  # characters of one text
_SHORT = 12  # characters: a shorter text may well be the same in two languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One lesson in the list: how many texts it has, and how many of them are missing in the other language."""

    script: str
    title: str
    texts: int
    missing: int
    kind: str  # lesson, practice, exam
    same: int  # texts that say letter for letter the same in both languages: perhaps nobody translated them


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One text of a lesson in both languages. `lines`: how high its field is."""

    name: str
    label: str
    source: str
    value: str
    lines: int
    error: str = ""
    head: str = ""  # the question or card that begins with it


def _languages(asked: Asked, course: Course) -> tuple[str, str]:
    """From which language to which: as the query says, else from the course's first to the reader's or the second."""
    first = course.languages[0]
    source, target = asked.query.text("from", 5), asked.query.text("to", 5)
    others = [each for each in course.languages if each != first]
    if target not in course.languages:
        target = asked.language if asked.language in others else (others or [first])[0]
    if source not in course.languages or source == target:
        source = next((each for each in course.languages if each != target), target)
    return source, target


async def overview(asked: Asked) -> web.Response:
    """Every lesson of a course in two languages, and what is missing."""
    course = course_of(asked)
    source, target = _languages(asked, course)
    there = await asyncio.to_thread(lesson_books.scripts, asked.office.content_dir, course.id)
    shown = {name: given for name, given in there.items() if _is_shown(asked, name)}
    rows = [_row(name, given, source, target) for name, given in shown.items()]
    return asked.show(
        "content/translation.html.j2",
        course=course,
        source=source,
        target=target,
        rows=rows,
        missing=sum(each.missing for each in rows),
        drafts=course.drafts,
        writes=asked.may(Right.WRITE_CONTENT),
        crumbs=crumbs(asked),
        tabs=tabs(asked, course),
    )


def _is_shown(asked: Asked, script: str) -> bool:
    return not script.endswith("/exam") or sees_exams(asked)


def _row(name: str, given: Mapping[str, str], source: str, target: str) -> Row:
    title, texts, missing, same = _compared(given.get(source) or next(iter(given.values())), given.get(target, ""))
    base = name.rpartition("/")[2]
    kind = base if base in ("practice", "exam") else "lesson"
    same = 0 if source == target else same
    return Row(script=name, title=title, texts=texts, missing=missing, kind=kind, same=same)


@lru_cache(maxsize=4096)
def _compared(measured: str, owned: str) -> tuple[str, int, int, int]:
    """Of two scripts: the title, the texts of the first, how many the second lacks, and has letter for letter."""
    measure, own = pieces(measured), pieces(owned)
    due = {piece: value for piece, value in measure.items() if value}
    missing = sum(not own.get(piece) for piece in due)
    return (
        measure.get("title", ""),
        len(due),
        missing,
        sum(own.get(name) == each and len(each) > _SHORT for name, each in due.items()),
    )


# --- one lesson ---


async def texts(asked: Asked) -> web.Response:
    """The texts of one lesson, with those of another language beside them."""
    course = course_of(asked)
    script, given = await _script(asked, course)
    return _page(asked, course, script, given, {}, {}, ())


async def _script(asked: Asked, course: Course) -> tuple[str, Mapping[str, str]]:
    """The script that the address names, in its languages. Raises NotThere."""
    info = asked.request.match_info
    script = f"{info['unit']}/{info['script']}"
    there = await asyncio.to_thread(lesson_books.scripts, asked.office.content_dir, course.id)
    if script not in there or not _is_shown(asked, script):
        raise asked.missing()
    return script, there[script]


def _page(
    asked: Asked,
    course: Course,
    script: str,
    given: Mapping[str, str],
    values: Mapping[str, str],
    errors: Mapping[str, str],
    wrong: Sequence[Refusal],
    status: int = 200,
) -> web.Response:
    source, target = _languages(asked, course)
    measure = pieces(given.get(source) or next(iter(given.values())))
    own = {**pieces(given.get(target, "")), **values}
    names = list(dict.fromkeys([*measure, *own]))
    cells = [_cell(asked, name, measure.get(name, ""), own.get(name, ""), errors.get(name, "")) for name in names]
    return asked.show(
        "content/texts.html.j2",
        status=status,
        course=course,
        script=script,
        title=own.get("title") or measure.get("title") or script,
        source=source,
        target=target,
        sourced=source in given and source != target,
        there=target in given,
        cells=cells,
        errors={f"p-{each.name}": each.error for each in cells if each.error},
        labels={f"p-{each.name}": _full(each) for each in cells},
        wrong=[told(each, asked.language) for each in wrong],
        reason=asked.form.text("note", LONGEST_NOTE),
        crumbs=[
            *crumbs(asked, course),
            (f"{BASE}/courses/{course.id}/translation", asked.t("content.tab_translation")),
        ],
    )


def label_of(asked: Asked, name: str) -> str:
    """What a piece is called: q1.A.feedback is what is said to who chooses A in question q1."""
    first, _, rest = name.partition(".")
    if first == "title":
        return asked.t("content.piece_title")
    if first.startswith("card") and first[4:].isdigit():
        return asked.t(f"content.piece_card_{rest or 'sms'}", number=first[4:])
    if rest in ("", "hint", "why", "answer"):
        return asked.t(f"content.piece_{rest or 'stem'}")
    letter, _, more = rest.partition(".")
    return asked.t("content.piece_feedback" if more else "content.piece_option", letter=letter)


def _cell(asked: Asked, name: str, source: str, value: str, error: str) -> Cell:
    longest = max(len(source), len(value))
    long = name.startswith("card") or longest > 70 or "\n" in source + value
    return Cell(
        name=name,
        label=label_of(asked, name),
        source=source,
        value=value,
        lines=min(max(longest // 45 + 1, source.count("\n") + 2), 12) if long else 1,
        error=error,
        head=name.partition(".")[0],
    )


def _full(cell: Cell) -> str:
    """What a text is called where its heading is far away."""
    return cell.label if cell.head == "title" or cell.head.startswith("card") else f"{cell.head} · {cell.label}"


async def save(asked: Asked) -> web.Response:
    """Check what was written, and keep it as a change for a second person."""
    course = course_of(asked)
    script, given = await _script(asked, course)
    _, target = _languages(asked, course)
    own = given.get(target)
    source = own if own is not None else given.get(course.languages[0], next(iter(given.values())))
    known = pieces(source)
    values = {name: asked.form.text(f"p-{name}", _LONGEST) for name in known if f"p-{name}" in asked.form}
    text = written(own, values) if own is not None else lesson_books.translated(source, values)
    if text is None:
        errors = {name: asked.t("content.text_missing") for name, due in known.items() if due and not values.get(name)}
        return _page(asked, course, script, given, values, errors, (), 422)
    path = f"{course.id}/{script}.{target}.md"
    root = asked.office.content_dir
    changes = await asyncio.to_thread(drafting.changes, root, {path: text.encode()})
    if not changes:
        return asked.go(asked.request.path_qs, told="content.nothing_changed")
    trial = await asyncio.to_thread(drafting.tried, root, course.id, changes)
    if trial.errors:
        errors, elsewhere = _placed(asked, text, path, trial.errors)
        return _page(asked, course, script, given, values, errors, elsewhere, 422)
    title = pieces(text).get("title") or script
    kind = "text" if target == course.languages[0] else "translation"
    id = await drafted(asked, course.id, kind, f"{title} ({target})", changes, trial)
    return asked.go(f"{BASE}/changes/{id}", told="content.drafted")


def _placed(asked: Asked, text: str, path: str, wrong: Sequence[Refusal]) -> tuple[dict[str, str], list[Refusal]]:
    """What is wrong by the text in which it is, and what is wrong elsewhere."""
    errors: dict[str, str] = {}
    elsewhere: list[Refusal] = []
    for each in wrong:
        name = piece_at(text, each.line) if each.file == path else ""
        if name:
            errors.setdefault(name, ". ".join(told(each, asked.language)) + ".")
        else:
            elsewhere.append(each)
    return errors, elsewhere


_PATH = "/content/courses/{course}/texts/{unit}/{script}"

PAGES: list[Any] = [
    page("GET", "/content/courses/{course}/translation", Right.SEE_CONTENT, overview),
    page("GET", _PATH, Right.WRITE_CONTENT, texts),
    page("POST", _PATH, Right.WRITE_CONTENT, save),
]
