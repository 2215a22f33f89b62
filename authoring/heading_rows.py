"""Which row of a list holds its headings: many begin with a title, or with the cooperative's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.cooperating.headings import HEADINGS
from bot.cooperating.members import columns, folded

_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_DIGITS, _LETTERS = 7, 4

ABOVE = 8  # rows at the top, empty ones left out, among which the headings are looked for


def is_heading(cells: Sequence[str], named: Iterable[str] = ()) -> bool:
    """Whether a row has a heading of phone numbers and nothing but it, or another one that is known beside it; or all
    those that somebody has `named`."""
    told = {folded(each) for each in cells if each.strip()}
    wanted = {folded(each) for each in named}
    if wanted and wanted <= told:
        return True
    return bool(told & HEADINGS["phone"]) and (len(told) == 1 or is_known(cells, least=2))


def is_known(cells: Sequence[str], least: int = 1) -> bool:
    """Whether a row has so many headings that are known."""
    return len(columns(cells).places) >= least


def is_somebody(cells: Sequence[str]) -> bool:
    """Whether a row is a person's already and no heading: something like a telephone number stands in it."""
    return not is_known(cells, least=2) and any(map(_may_be_number, cells))


def _may_be_number(cell: str) -> bool:
    """Seven digits or more, with hardly anything else, and no date: "900 000 011 / 900000012", "tel 900000011"."""
    digits, letters = (sum(test(each) for each in cell) for test in (str.isdigit, str.isalpha))
    return digits >= _DIGITS and letters <= _LETTERS and _DATE.fullmatch(cell.strip()) is None


def letters(count: int) -> tuple[str, ...]:
    """The letters of so many columns, as a spreadsheet shows them: A … Z, AA, AB …"""
    return tuple((chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26) for at in range(count))


def heading_place(rows: Iterable[Sequence[str]], named: Iterable[str] = ()) -> int:
    """The place of the row of headings among the first rows; 0 where none of them is one."""
    wanted = tuple(named)
    return next((at for at, cells in enumerate(islice(rows, ABOVE)) if is_heading(cells, wanted)), 0)
