"""Hide small cells, and as many more as it takes that no hidden one can be computed from what is shown.

The cells of a table are edges of a graph: each lies in one group of rows and in one of columns, whose sums are known
(or in none, where the sum is hidden too). A hidden cell is safe when one of the same table could be one more or one
less and every known sum still hold, that is when a round trip leads through it over other hidden cells. The same
argument carries the network method of cell suppression (Cox 1995; Willenborg & de Waal 2001, chapter 4).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reporting.rounding import LEAST

Key = tuple[str, ...]

_FREE = ("", "")
"""The end of an edge whose sum nobody is told."""


_End = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    cell: Key
    row: _End
    column: _End
    less: bool  # it could be smaller
    more: bool  # it could be larger


def small(count: int) -> bool:
    """Whether a count of people is too small to be shown: one to four. Nobody is nobody's secret."""
    return 0 < count < LEAST


def hidden(
    cells: Mapping[Key, int],
    *,
    most: Mapping[Key, int] | None = None,
    also: Collection[Key] = (),
    empty: Collection[Key] = (),
    total: bool = True,
    secret: Sequence[Collection[str]] = ((), ()),
) -> frozenset[Key]:
    """Which of these cells (of one or two groups) are not to be shown.

    - `most`: how large each can be at most, where that is known; a cell that is missing there has no known end.
    - `also`: cells that are hidden for another reason.
    - `empty`: cells with nobody in them, which are never listed: as soon as something is hidden, a reader cannot tell
      them from what is.
    - `total`: the sum of everything is shown. `secret`: the values of each group whose own sums are hidden.
    """
    gone = {cell for cell, count in cells.items() if small(count)} | (set(also) & cells.keys())
    if gone:
        gone |= set(empty)
    while gone:
        ours = [cell for cell in cells if cell in gone and cells[cell]]  # nobody is nobody's secret
        edges = {cell: _edge(cell, cells[cell], most, total, secret) for cell in cells if cell in gone}
        ways = _ways(edges.values())
        told = [cell for cell in ours if not _is_safe(edges[cell], ways)]
        lines = _small_lines(cells, gone, total, secret)
        more = _smallest(cells, gone, told or lines)
        if more is None:
            return frozenset(cells) if told or lines else frozenset(gone)
        gone.add(more)
    return frozenset(gone)


def _ends(cell: Key, total: bool, secret: Sequence[Collection[str]]) -> tuple[_End, _End]:
    """The two sums that a cell belongs to. All values whose own sum is hidden share one: what the total leaves."""
    if len(cell) < 2:
        return (("all", "") if total else _FREE), _FREE
    ends = []
    for place in (0, 1):
        if cell[place] not in secret[place]:
            ends.append((f"group {place}", cell[place]))
        else:
            ends.append((f"rest {place}", "") if total else _FREE)
    return ends[0], ends[1]


def _is_safe(own: _Edge, ways: Mapping[_End, Mapping[_End, int]]) -> bool:
    """Whether it could be one more, or one less, and others make up for it."""
    return (own.more and _leads(own, own.column, own.row, ways)) or (
        own.less and _leads(own, own.row, own.column, ways)
    )


def _edge(
    cell: Key, count: int, most: Mapping[Key, int] | None, total: bool, secret: Sequence[Collection[str]]
) -> _Edge:
    row, column = _ends(cell, total, secret)
    end = None if most is None else most.get(cell)
    return _Edge(cell=cell, row=row, column=column, less=count > 0, more=end is None or count < end)


def _ways(edges: Iterable[_Edge]) -> dict[_End, dict[_End, int]]:
    """From where to where one unit can be moved, and by how many cells: from row to column a cell gets larger, the
    other way smaller."""
    ways: defaultdict[_End, defaultdict[_End, int]] = defaultdict(lambda: defaultdict(int))
    for edge in edges:
        ways[edge.row][edge.column] += edge.more
        ways[edge.column][edge.row] += edge.less
    return {here: dict(there) for here, there in ways.items()}


def _leads(own: _Edge, start: _End, goal: _End, ways: Mapping[_End, Mapping[_End, int]]) -> bool:
    """Whether one unit can be moved from `start` to `goal` without this cell."""
    mine = {(own.row, own.column): int(own.more), (own.column, own.row): int(own.less)}
    seen, waiting = {start}, deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            return True
        for there, cells in ways.get(here, {}).items():
            if there not in seen and cells > mine.get((here, there), 0):
                seen.add(there)
                waiting.append(there)
    return False


def _small_lines(
    cells: Mapping[Key, int], gone: Collection[Key], total: bool, secret: Sequence[Collection[str]]
) -> list[Key]:
    """Hidden cells of a line of which so little is hidden that the whole of it is still a small cell."""
    sums: defaultdict[_End, int] = defaultdict(int)
    for cell in gone:
        for end in _ends(cell, total, secret):
            if end != _FREE:
                sums[end] += cells[cell]
    return [cell for cell in gone if any(small(sums[end]) for end in _ends(cell, total, secret) if end != _FREE)]


def _smallest(cells: Mapping[Key, int], gone: Collection[Key], near: Sequence[Key]) -> Key | None:
    """The smallest cell that is shown and stands in a line with one of these, else the smallest at all; one that is
    not empty before one that is."""
    if not near:
        return None
    shown = [cell for cell in cells if cell not in gone]
    beside = [cell for cell in shown if any(_in_line(cell, other) for other in near)]
    return min(beside or shown, key=lambda cell: (cells[cell] == 0, cells[cell], cell), default=None)


def _in_line(one: Key, other: Key) -> bool:
    return len(one) < 2 or one[0] == other[0] or one[1] == other[1]
