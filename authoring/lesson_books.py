"""Lessons as a workbook and back: a row for each text, a column for each language, so that translators see both.

Two sheets: `lessons` (titles and cards) and `items` (questions, options, feedback). Only texts travel this way: ids,
keys and facts stay in the scripts, and a row that belongs to nothing is refused instead of guessed at.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from authoring.folder import scan, stamp
from authoring.pieces import pieces, written
from authoring.workbooks import workbook_rows, written_sheets

MOST_BYTES = 5 * 10**6
MOST_ROWS = 20_000
SHEETS = ("lessons", "items")
_HEAD = ("lesson", "text")
_SCRIPT = re.compile(r"[^/]+/([^/]+/[^/]+)\.([a-z]{2})\.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefused:
    """A row that is not taken: `why` in one word, and what belongs to it."""

    sheet: str
    row: int
    why: str
    value: str = ""


def scripts(root: Path, course: str) -> Mapping[str, Mapping[str, str]]:
    """The scripts of a course as they lie on the disk: unit/lesson → language → text. Read anew where they changed."""
    return _scripts(root, course, stamp(root))


@lru_cache(maxsize=16)
def _scripts(root: Path, course: str, stamp: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    folder = scan(root, [])
    for path in folder.under(course):
        match, text = _SCRIPT.fullmatch(path), None
        if match:
            text = folder.read(path, [])
        if match and text is not None:
            found.setdefault(match[1], {})[match[2]] = text
    return found


def write_book(root: Path, course: str, languages: Sequence[str]) -> bytes:
    """All texts of a course, in its languages."""
    rows: dict[str, list[list[str]]] = {sheet: [[*_HEAD, *languages]] for sheet in SHEETS}
    for lesson, given in scripts(root, course).items():
        told = {language: pieces(given[language]) for language in languages if language in given}
        for name in dict.fromkeys(name for each in told.values() for name in each):
            values = [told.get(language, {}).get(name, "") for language in languages]
            rows["lessons" if _is_reading(name) else "items"].append([lesson, name, *values])
    return written_sheets(rows)


def read_book(
    raw: bytes, root: Path, course: str, languages: Sequence[str]
) -> tuple[Mapping[str, bytes], list[RowRefused]]:
    """The files that a workbook changes, and the rows that are refused. An empty cell changes nothing.

    A lesson that has no file in a language yet gets one when every text of it is there. Raises
    authoring.workbooks.UnreadableList where the workbook cannot be read.
    """
    there = scripts(root, course)
    refused: list[RowRefused] = []
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for sheet, number, row in _rows(raw, languages, refused):
        lesson, name = row.get("lesson", "").strip(), row.get("text", "").strip()
        known = {piece for text in there.get(lesson, {}).values() for piece in pieces(text)}
        if lesson not in there or name not in known:
            why, value = ("lesson", lesson) if lesson not in there else ("text", name)
            refused.append(RowRefused(sheet=sheet, row=number, why=why, value=value[:80]))
            continue
        for language in languages:
            if value := row.get(language, "").strip():
                wanted.setdefault((lesson, language), {})[name] = value
    files = dict(_files(course, there, wanted, languages, refused))
    return files, refused


def translated(source: str, values: Mapping[str, str]) -> str | None:
    """A script in another language, from one that exists; None while a text of it is missing."""
    due = {name for name, value in pieces(source).items() if value}
    if any(not values.get(name, "").strip() for name in due):
        return None
    return written(source, {name: values.get(name, "") for name in pieces(source)})


def _is_reading(name: str) -> bool:
    return name == "title" or name.startswith("card")


def _rows(
    raw: bytes, languages: Sequence[str], refused: list[RowRefused]
) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    """Each row of both sheets by the names of its columns; a heading that is not known is refused."""
    with tempfile.TemporaryDirectory(prefix="chasqui-book-") as held:
        path = Path(held) / "book.xlsx"
        path.write_bytes(raw)
        for place, sheet in enumerate(SHEETS):
            head: list[str] = []
            rows = workbook_rows(path, raw, most_rows=MOST_ROWS, most_columns=20, sheet=place)
            for number, cells in rows:
                if not head:
                    head = [cell.strip().lower() for cell in cells]
                    strange = [each for each in head if each and each not in (*_HEAD, *languages)]
                    missing = [each for each in _HEAD if each not in head]
                    for value in strange or missing:
                        why = "column" if strange else "no_column"
                        refused.append(RowRefused(sheet=sheet, row=number, why=why, value=value[:80]))
                    if missing:
                        break
                    continue
                yield sheet, number, dict(zip(head, cells, strict=False))


def _files(
    course: str,
    there: Mapping[str, Mapping[str, str]],
    wanted: Mapping[tuple[str, str], Mapping[str, str]],
    languages: Sequence[str],
    refused: list[RowRefused],
) -> Iterator[tuple[str, bytes]]:
    for (lesson, language), values in wanted.items():
        path = f"{course}/{lesson}.{language}.md"
        own = there[lesson].get(language)
        if own is not None:
            text: str | None = written(own, values)
        else:
            source = next((there[lesson][each] for each in languages if each in there[lesson]), "")
            text = translated(source, values)
        if text is None:
            refused.append(RowRefused(sheet="", row=0, why="half", value=f"{lesson} ({language})"))
        elif text != own:
            yield path, text.encode()
