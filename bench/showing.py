"""Print what was measured: medians, and ratios within one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns of text: the first one to the left, the others to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def middle(rounds: Sequence[dict[str, Any]], name: str) -> float | None:
    """The median of one figure over the rounds; None where a round has none."""
    held = [each[name] for each in rounds if each[name] is not None]
    return median(held) if held else None


def ratio(rounds: Sequence[dict[str, Any]], base: Sequence[dict[str, Any]], name: str) -> float | None:
    """The median over the rounds of this one's figure against the base's in the same round."""
    held = [mine[name] / its[name] for mine, its in zip(rounds, base, strict=False) if its[name]]
    return median(held) if held else None


def shown(value: float | None, form: str = ",.0f") -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def verdict(value: float | None, target: float, *, at_most: bool = False, form: str = ".2f") -> str:
    """A figure against what is to be reached."""
    if value is None:
        return "not measured"
    reached = value <= target if at_most else value >= target
    return f"{value:{form}} ({'reached' if reached else 'MISSED'}: {'≤' if at_most else '≥'} {target:{form}})"
