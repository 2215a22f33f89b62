"""Draw a table as bars: SVG from the server, for the page and for paper; the numbers stand in the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_ROW, _LABEL, _BAR, _SAID = 26, 190, 300, 70  # pixels: a row's height; the widths of label, bar and number
_LONGEST = 28  # letters of a label


def bars(rows: Sequence[tuple[str, int | None, str]], most: int, title: str) -> str:
    """Horizontal bars, one a row of (label, value, what is said of it); no bar where the value is hidden. `most` is the
    longest bar. Colours come from the page's style sheet."""
    height = _ROW * len(rows) + 8
    drawn = "".join(_bar(place, *row, most) for place, row in enumerate(rows))
    width = _LABEL + _BAR + _SAID
    return (
        f'<svg class="plot-bars" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(title)}" font-size="13" fill="currentColor">{drawn}</svg>'
    )


def _bar(place: int, label: str, value: int | None, said: str, most: int) -> str:
    y = place * _ROW + 4
    long = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    width = 0 if value is None or most <= 0 else round(_BAR * min(value, most) / most)
    bar = f'<rect class="b0" x="{_LABEL}" y="{y}" width="{width}" height="{_ROW - 8}"/>' if width else ""
    box = f'x="{_LABEL}" y="{y}" width="{_BAR}" height="{_ROW - 8}"'
    frame = f'<rect {box} fill="none" stroke="currentColor" opacity=".25"/>'
    middle = y + _ROW / 2 + 1
    return (
        f'<text x="{_LABEL - 8}" y="{middle}" text-anchor="end">{escape(long)}</text>{frame}{bar}'
        f'<text x="{_LABEL + _BAR + 8}" y="{middle}">{escape(said)}</text>'
    )
