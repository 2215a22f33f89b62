"""Workbooks (.xlsx): looked at before they are unpacked, read by a child that may take no more than it is given.

A workbook of 200 kB can unpack to 200 MB of one cell; and whoever sends us a list may mean us harm.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

_MOST_UNPACKED = 50 * 10**6
_MOST_RATIO = 100
_MOST_ENTRIES = 1000
_SMALL = 10**6  # bytes unpacked, below which the ratio says nothing
_MEMORY = 512 * 2**20
_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent


class UnreadableList(Exception):
    """A file that cannot be read as a list: `why` in one word, and what belongs to it."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


def workbook_rows(
    path: Path, raw: bytes, *, most_rows: int, most_columns: int, sheet: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet (the first is 0), each with its number; none of a sheet that is not there. Raises
    UnreadableList."""
    _look_at(raw)
    command = [sys.executable, "-m", "authoring.workbooks", str(path.resolve()), str(most_rows), str(most_columns)]
    command.append(str(sheet))
    try:
        # -m with a path of ours and four arguments: nothing of the workbook reaches a shell.
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UnreadableList("bomb") from error
    if done.returncode:
        raise UnreadableList("broken" if b"BadZip" in done.stderr or b"KeyError" in done.stderr else "bomb")
    for line in done.stdout.splitlines():
        number, cells = json.loads(line)
        if number == -1:
            raise UnreadableList(cells[0], line=cells[1], most=cells[2])
        yield number, cells


def _look_at(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableList("broken") from error
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries) or "EncryptedPackage" in names:
        raise UnreadableList("locked")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableList("macros")
    if "xl/workbook.xml" not in names:
        raise UnreadableList("broken")
    unpacked = sum(entry.file_size for entry in entries)
    packed_size = sum(entry.compress_size for entry in entries) or 1
    swollen = unpacked > _SMALL and unpacked / packed_size > _MOST_RATIO
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or swollen:
        raise UnreadableList("bomb")


def written_workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """A table as a workbook in which every cell is text, whatever it looks like."""
    return written_sheets({"learners": rows})


def written_sheets(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Several tables as the sheets of one workbook, by their names; every cell is text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            cells = []
            for text in row:
                held = WriteOnlyCell(sheet)
                held.value = printable(text)
                held.data_type = "s"
                cells.append(held)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def printable(text: str) -> str:
    """The text without the control characters that a workbook cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


# --- in the child ---


def _child(path: str, most_rows: int, most_columns: int, place: int) -> None:
    """Print each row as one line of JSON. Only values: formulas are never worked out, links never followed."""
    _bounded()
    import warnings

    from openpyxl import load_workbook

    warnings.simplefilter("ignore")  # on parts of a workbook that we have no use for
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    if place >= len(book.worksheets):
        return None
    sheet = book.worksheets[place]
    # What a sheet says of its own size may be wrong, or a million columns.
    sheet.reset_dimensions()
    filled = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > most_columns:
            return _say(-1, ["too_wide", str(number), str(most_columns)])
        filled += bool(cells)
        if filled > most_rows + 1 or (cells and number > most_rows * 2):
            return _say(-1, ["too_long", str(number), str(most_rows)])
        if cells:
            _say(number, cells)
    return None


def _bounded() -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the look at the archive has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _say(number: int, cells: list[str]) -> None:
    sys.stdout.write(json.dumps([number, cells]) + "\n")


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # 51900000001.0, and 5.1900000001E+10 which a workbook keeps whole
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)[: 64 * 2**10]


if __name__ == "__main__":
    _child(sys.argv[1], *map(int, sys.argv[2:5]))
