"""Draw a test's curves as a small SVG picture: who passes, and after how many questions, by what is truly known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 640, 220, 60, 40, 70  # pixels: of a panel, and around it
_COLOURS = ("#1b6ca8", "#c1440e", "#4a7c2c", "#7a4fa3", "#666666")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A named line through points (x from 0 to 1, y from 0 to its panel's top)."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Curves over one pair of axes; `bands` are the values of x to mark."""

    title: str
    top: float
    curves: tuple[Curve, ...]
    bands: tuple[float, ...] = ()


def svg(panels: Sequence[Panel], *, across: str) -> str:
    """A picture of the panels, one under the other, with a common horizontal axis named `across`, from 0 to 100 %."""
    height = _TOP + len(panels) * (_HEIGHT + _GAP) + 10
    drawn = "".join(_panel(each, _TOP + place * (_HEIGHT + _GAP)) for place, each in enumerate(panels))
    size = f'width="{_LEFT + _WIDTH + 20}" height="{height}"'
    axis = _text(_LEFT + _WIDTH / 2, height - 12, across, "middle")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/>{drawn}{axis}</svg>\n'
    )


def _panel(panel: Panel, top: float) -> str:
    parts = [
        f'<rect x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#999"/>',
        _text(_LEFT, top - 8, panel.title),
    ]
    for step in range(5):
        share = step / 4
        y = top + _HEIGHT * (1 - share)
        parts.append(_text(_LEFT - 6, y + 4, f"{panel.top * share:.3g}", "end"))
        parts.append(_text(_LEFT + _WIDTH * share, top + _HEIGHT + 16, f"{share:.0%}", "middle"))
    for band in panel.bands:
        x = _LEFT + _WIDTH * band
        line = f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + _HEIGHT}" stroke="#bbb" stroke-dasharray="4 3"/>'
        parts.append(line)
    for place, curve in enumerate(panel.curves):
        colour = _COLOURS[place % len(_COLOURS)]
        points = " ".join(
            f"{_LEFT + _WIDTH * x:.1f},{top + _HEIGHT * (1 - y / panel.top):.1f}" for x, y in curve.points
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(_LEFT + 10, top + 18 + 16 * place, curve.name, colour=colour))
    return "".join(parts)


def _text(x: float, y: float, said: str, anchor: str = "start", *, colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(said)}</text>'
