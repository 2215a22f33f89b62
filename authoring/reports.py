"""Write tables of results to files: CSV and workbooks in which nothing can turn into a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from authoring.members import written_csv
from authoring.workbooks import printable

Cell = str | int | float | None
_WIDEST = 48  # characters of a column


def csv_of(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A table as CSV with the mark by which spreadsheets know UTF-8. A cell that looks like a formula gets an
    apostrophe."""
    return written_csv(header, [["" if cell is None else str(cell) for cell in row] for row in rows])


def workbook_of(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]) -> bytes:
    """Tables as sheets (name, header, rows) of one workbook. Numbers are numbers; every text is marked as text, so that
    "=1+1" stays what was written."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(_sheet_name(name))
        sheet.freeze_panes = "A2"
        for place, column in enumerate(zip(header, *rows, strict=True), 1):
            widest = max(len(str(cell)) if cell is not None else 0 for cell in column)
            sheet.column_dimensions[get_column_letter(place)].width = min(widest, _WIDEST) + 2
        for number, row in enumerate([header, *rows]):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet)
                if isinstance(value, str):
                    cell.value = printable(value)
                    cell.data_type = "s"
                else:
                    cell.value = value
                if not number:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write(path: Path, data: bytes) -> None:
    """Write a new file. Raises FileExistsError where there is one, and OSError."""
    with path.open("xb") as out:
        out.write(data)


def _sheet_name(name: str) -> str:
    plain = "".join(" " if each in r"[]:*?/\'" else each for each in name)
    return plain.strip()[:31] or "1"
