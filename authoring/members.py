"""A cooperative's list from a file: CSV in whatever alphabet and with whatever separator, or a workbook; and back."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from authoring.heading_rows import ABOVE, heading_place, is_heading, is_somebody, letters
from authoring.workbooks import UnreadableList, workbook_rows, written_workbook

MOST_BYTES = 20 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 60
_MOST_IN_A_CELL = 64 * 2**10  # characters
_MOST_IN_A_LINE = 2**20
_SEPARATORS = ";,\t|"
# What cannot be a list, by how its name ends and by what stands in it: PDF, pictures, and what Word, PowerPoint and
# LibreOffice write.
_TEXTS = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".ppt", ".pptx", ".pages", ".html", ".htm", ".json", ".xml")
_OTHERS = (".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic")
_SPREADSHEETS = (".xls", ".xlsm", ".ods", ".numbers", ".xlsb")
_BEGIN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml")
_PARTS = (b"word/document.xml", b"ppt/presentation.xml", b"mimetypeapplication/vnd.oasis")
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# What a spreadsheet takes for the beginning of a formula. Source: OWASP, CSV injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file as it was read: its headings, its rows with the line each begins on, and how it was written."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    written_in: str  # "UTF-8, ;"


def read(path: Path) -> Sheet:
    """Read a list. Raises UnreadableList, whose text is why in one word with what belongs to it, and OSError."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableList("too_big", mebibytes=str(MOST_BYTES // 2**20))
    _check_suffix(path)
    return _read(path, path.read_bytes(), MOST_ROWS)


def read_kept(name: str, raw: bytes, *, most_bytes: int = MOST_BYTES, most_rows: int = MOST_ROWS) -> Sheet:
    """Read a list that came as octets under a name. Raises UnreadableList, whose text is why in one word."""
    if len(raw) > most_bytes:
        raise UnreadableList("too_big", mebibytes=str(most_bytes // 2**20))
    suffix = Path(name).suffix.lower()
    _check_suffix(Path(name))
    # The child that reads a workbook opens it by its path: a name of ours, in a folder that only we may enter.
    with tempfile.TemporaryDirectory(prefix="chasqui-list-") as folder:
        path = Path(folder) / ("list.xlsx" if suffix == ".xlsx" or raw[:2] == b"PK" else "list.csv")
        if path.suffix == ".xlsx":
            path.write_bytes(raw)
        return _read(path, raw, most_rows)


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() in _SPREADSHEETS:
        raise UnreadableList("format", suffix=path.suffix)
    if path.suffix.lower() in (*_TEXTS, *_OTHERS):
        raise UnreadableList("kind")


def _read(path: Path, raw: bytes, most_rows: int) -> Sheet:
    if raw.startswith(_BEGIN) or (raw[:2] == b"PK" and any(each in raw for each in _PARTS)):
        raise UnreadableList("kind")
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableList("locked")
    if raw[:2] == b"PK" or path.suffix.lower() == ".xlsx":
        return _sheet(workbook_rows(path, raw, most_rows=most_rows, most_columns=MOST_COLUMNS), "XLSX", most_rows)
    text, alphabet = decoded(raw)
    told = _SEP.match(text)
    text = text[told.end() :] if told else text
    separator = told[1] if told else _separator(text)
    named = {"\t": "tab"}.get(separator, separator)
    return _sheet(_csv_rows(text, separator, first=2 if told else 1), f"{alphabet}, {named}", most_rows)


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of a file and the name of its alphabet. Raises UnreadableList with the line where two are mixed."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _strictly(raw, name)
    if b"\0" in raw[:2000]:
        # UTF-16 without its mark: every second byte of plain letters is zero.
        name = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
        return _strictly(raw, name)
    try:
        return raw.decode("utf-8").replace("\ufeff", ""), "UTF-8"
    except UnicodeDecodeError as error:
        valid_before = any(byte > 0x7F for byte in raw[: error.start])
        if valid_before or re.search(rb"[\xc3][\x80-\xbf]", raw[error.start :]):
            raise UnreadableList("mixed", line=str(_line(raw, error.start))) from error
    try:
        return raw.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "Latin-1"


def _strictly(raw: bytes, name: str) -> tuple[str, str]:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableList("mixed", line=str(_line(raw, error.start))) from error
    shown = {"utf-8-sig": "UTF-8"}.get(name, "UTF-16")
    return text.replace("\ufeff", "").replace("\0", "\ufffd"), shown


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1


def _separator(text: str) -> str:
    """The sign that parts the headings, where they are known; else most cells of the first line, quoted ones left
    out."""
    top = list(islice((line for line in text.splitlines() if line.strip()), ABOVE))
    for sign in _SEPARATORS:
        if any(is_heading([each.strip(' "') for each in line.split(sign)]) for line in top):
            return sign
    head = re.sub(r'"[^"]*"', "", top[0] if top else "")
    return max(_SEPARATORS, key=lambda sign: (head.count(sign), -_SEPARATORS.index(sign)))


def _csv_rows(text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    before = csv.field_size_limit(_MOST_IN_A_CELL)
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    begins = first
    try:
        for row in reader:
            yield begins, row
            begins = first + reader.line_num
            if begins > MOST_ROWS * 3:
                raise UnreadableList("too_long", most=str(MOST_ROWS))
    except csv.Error as error:
        why = "quote" if "limit" not in str(error) or text.count('"') % 2 else "cell"
        raise UnreadableList(why, line=str(begins)) from error
    finally:
        csv.field_size_limit(before)


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > _MOST_IN_A_LINE:
            raise UnreadableList("line", line=str(number))
        yield line


def _sheet(rows: Iterable[tuple[int, Sequence[str]]], written_in: str, most_rows: int) -> Sheet:
    header: tuple[str, ...] = ()
    held: list[tuple[int, tuple[str, ...]]] = []
    for line, row in rows:
        cells = tuple(row)
        if not any(each.strip() for each in cells):
            continue
        if len(cells) > MOST_COLUMNS and any(each.strip() for each in cells[MOST_COLUMNS:]):
            raise UnreadableList("too_wide", line=str(line), most=str(MOST_COLUMNS))
        if not header:
            header = cells[:MOST_COLUMNS]
            continue
        held.append((line, cells[:MOST_COLUMNS]))
        if len(held) > most_rows:
            raise UnreadableList("too_long", most=str(most_rows))
    if not header:
        raise UnreadableList("empty")
    return Sheet(header=header, rows=tuple(held), written_in=written_in)


def headed(sheet: Sheet, named: Iterable[str] = ()) -> Sheet:
    """The list without what stands above its headings: a title, a date. `named`: headings that somebody has told."""
    place = heading_place((sheet.header, *(cells for _, cells in sheet.rows[:ABOVE])), named)
    return replace(sheet, header=sheet.rows[place - 1][1], rows=sheet.rows[place:]) if place else sheet


def lettered(sheet: Sheet) -> Sheet:
    """The list with its first row kept as a row where that is a person's, and letters for the headings it has not."""
    if not is_somebody(sheet.header):
        return sheet
    first = min((line for line, _ in sheet.rows), default=2) - 1
    wide = max(len(sheet.header), *(len(cells) for _, cells in sheet.rows), 1)
    return replace(sheet, header=letters(wide), rows=((max(first, 1), sheet.header), *sheet.rows))


# --- out again ---


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what looks like one. Reading a list
    takes it away again."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def written_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV that a spreadsheet opens by itself: UTF-8 with its mark, every cell safe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        writer.writerow([safe(each) for each in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table into a new file that only its owner may read: .xlsx as a workbook, everything else as CSV.

    Raises FileExistsError rather than write over something.
    """
    if path.suffix.lower() == ".xlsx":
        held = written_workbook([[safe(each) for each in row] for row in (header, *rows)])
    else:
        held = written_csv(header, rows)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(held)
