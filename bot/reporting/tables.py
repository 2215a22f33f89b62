"""A table of one indicator: rows by group with their n, what is hidden put together in one row, and the total."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from bot.reporting.grouping import in_order
from bot.reporting.indicators import Indicator, Kind
from bot.reporting.rounding import LEAST, half_up, percent
from bot.reporting.suppressing import Key, hidden, small

OTHERS = "…"
"""The key under which groups beyond the largest are put together."""

_MOST_ALONE, _MOST_TOGETHER = 60, 15
"""Values of a group that have rows of their own, in a table by one group and by two: beyond these nobody reads on."""


_NONE: tuple[tuple[str, ...], ...] = ((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What was counted of one group, never to be shown as it is: how many, and how many of them by measure."""

    n: int
    hits: tuple[int, ...] = ()
    days: tuple[int, ...] = ()  # where a median is asked for: of each of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table. `hits` are None where hidden; `together`: several groups of which each alone is too small."""

    key: Key
    n: int | None  # None: hidden, for the whole is fewer than five
    hits: tuple[int | None, ...] = ()
    together: bool = False

    def percent(self, place: int = 0) -> int | None:
        """Per cent of n, half up; None where either is hidden or n is fewer than five."""
        part = self.hits[place] if place < len(self.hits) else None
        return None if part is None or self.n is None else percent(part, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An indicator by its groups. The ns of the rows add up to the total's, whatever is hidden."""

    code: str
    by: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row

    @property
    def hides(self) -> bool:
        """Whether something in it is hidden."""
        return any(row.together or row.n is None or None in row.hits for row in (*self.rows, self.total))


_Alone = tuple[Mapping[Key, Raw], ...]


def tabled(indicator: Indicator, by: Sequence[str], raw: Mapping[Key, Raw]) -> Table:
    """The table of what was counted, with small cells hidden so that they cannot be computed."""
    by = tuple(by)
    cells = _folded(raw, len(by))
    total = _summed(list(cells.values()), len(indicator.measures))
    if not indicator.is_of_people:
        rows = [Row(key=key, n=cells[key].n, hits=cells[key].hits) for key in in_order(cells, by)] if by else []
        return _table(indicator, by, rows, Row(key=(), n=total.n, hits=total.hits))
    shown_total = _shown_total(total, indicator)
    if not by or shown_total.n is None:
        return _table(indicator, by, [], shown_total)
    alone = tuple(_folded(_by_one(raw, place), 1) for place in range(len(by))) if len(by) > 1 else ()
    return _table(indicator, by, _rows(indicator, by, _whole(cells), alone, shown_total), shown_total)


def _table(indicator: Indicator, by: tuple[str, ...], rows: Sequence[Row], total: Row) -> Table:
    return Table(code=indicator.code, by=by, measures=indicator.measures, rows=tuple(rows), total=total)


def _shown_total(total: Raw, indicator: Indicator) -> Row:
    if small(total.n):
        return Row(key=(), n=None, hits=(None,) * len(indicator.measures))
    if indicator.kind is Kind.DAYS:
        return Row(key=(), n=total.n, hits=(_median(total.days),))
    return Row(key=(), n=total.n, hits=tuple(None if small(each) else each for each in total.hits))


def _median(days: Sequence[int]) -> int | None:
    """The middle one, half up between two; None for fewer than five, of whom it would tell too much."""
    return int(half_up(Decimal(str(median(days))))) if len(days) >= LEAST else None


def _rows(indicator: Indicator, by: tuple[str, ...], cells: Mapping[Key, Raw], alone: _Alone, total: Row) -> list[Row]:
    """The rows of a table by one group or two; of two, `alone` are the tables by one of them, which are shown too."""
    secret = [_values(_secret_counts(margin), place, cells) for place, margin in enumerate(alone)]
    gone = hidden({key: raw.n for key, raw in cells.items()}, empty=_nobody(cells), secret=secret or _NONE)
    shown = [key for key in in_order(cells, by) if key not in gone]
    hits = [_shown_hits(indicator, place, cells, gone, alone, total) for place in range(len(indicator.measures))]
    rows = [
        Row(key=key, n=cells[key].n, hits=tuple(column.get(key) for column in hits)) for key in shown if cells[key].n
    ]
    if gone:
        n = sum(cells[key].n for key in gone)
        rest = tuple(column.get(()) for column in hits)
        rows.append(Row(key=(), n=n, hits=rest, together=True))
    return rows


def _whole(cells: Mapping[Key, Raw]) -> dict[Key, Raw]:
    """With a cell of nobody for each pair of groups that nobody belongs to."""
    if not cells or len(next(iter(cells))) < 2:
        return dict(cells)
    none = Raw(n=0, hits=(0,) * len(next(iter(cells.values())).hits))
    pairs = ((row, column) for row in {key[0] for key in cells} for column in {key[1] for key in cells})
    return dict.fromkeys(pairs, none) | dict(cells)


def _nobody(cells: Mapping[Key, Raw]) -> frozenset[Key]:
    return frozenset(key for key, raw in cells.items() if not raw.n)


def _secret_counts(cells: Mapping[Key, Raw]) -> frozenset[Key]:
    """What a table by one group hides of its counts."""
    return hidden({key: raw.n for key, raw in cells.items()})


def _secret_hits(
    cells: Mapping[Key, Raw],
    place: int,
    gone: frozenset[Key],
    *,
    total: bool,
    secret: Sequence[Collection[str]] = _NONE,
) -> frozenset[Key]:
    """What a table hides of the hits of one measure, where these cells are hidden already."""
    counts = {key: raw.hits[place] for key, raw in cells.items()}
    most = {key: raw.n for key, raw in cells.items() if key not in gone}
    empty = _nobody(cells) if gone else frozenset()
    return hidden(counts, most=most, also=gone, empty=empty, total=total, secret=secret)


def _values(secret: frozenset[Key], place: int, cells: Mapping[Key, Raw]) -> frozenset[str]:
    """The values of one of two groups whose sums the table by it alone hides; that of all others where it hides one
    of them."""
    known = {key[place] for key in cells}
    return frozenset(key[0] if key[0] in known else OTHERS for key in secret)


def _shown_hits(
    indicator: Indicator, place: int, cells: Mapping[Key, Raw], gone: frozenset[Key], alone: _Alone, total: Row
) -> dict[Key, int | None]:
    """The hits of one measure that may be shown, by row; under the empty key those of the row of what is hidden."""
    if indicator.kind is Kind.DAYS:
        days = [day for key in gone for day in cells[key].days]
        return {key: _median(raw.days) for key, raw in cells.items() if key not in gone} | {(): _median(days)}
    whole = total.hits[place] is not None
    secret = [
        _values(_secret_hits(margin, place, _secret_counts(margin), total=whole), at, cells)
        for at, margin in enumerate(alone)
    ]
    unseen = _secret_hits(cells, place, gone, total=whole, secret=secret or _NONE)
    found: dict[Key, int | None] = {key: raw.hits[place] for key, raw in cells.items() if key not in unseen}
    rest = sum(cells[key].hits[place] for key in gone)
    if gone and unseen == gone and whole and not small(rest):
        found[()] = rest
    return found


def _by_one(raw: Mapping[Key, Raw], place: int) -> dict[Key, Raw]:
    """The cells of a table by two groups as one by a single one of them."""
    found: dict[Key, list[Raw]] = {}
    for key, each in raw.items():
        found.setdefault((key[place],), []).append(each)
    return {key: _summed(each, 0) for key, each in found.items()}


def _margin(cells: Mapping[Key, int], place: int) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for key, count in cells.items():
        sums[(key[place],)] = sums.get((key[place],), 0) + count
    return sums


def _folded(raw: Mapping[Key, Raw], width: int) -> dict[Key, Raw]:
    """The cells with all but the largest values of each group put together."""
    most = _MOST_ALONE if width < 2 else _MOST_TOGETHER
    cells = dict(raw)
    for place in range(width):
        margin = _margin({key: each.n for key, each in cells.items()}, place)
        kept = {key[0] for key in sorted(margin, key=lambda key: (-margin[key], key))[:most]}
        folded: dict[Key, list[Raw]] = {}
        for key, each in cells.items():
            value = key[place] if key[place] in kept else OTHERS
            folded.setdefault((*key[:place], value, *key[place + 1 :]), []).append(each)
        cells = {key: _summed(each, 0) if len(each) > 1 else each[0] for key, each in folded.items()}
    return cells


def _summed(raw: Sequence[Raw], measures: int) -> Raw:
    hits = [each.hits for each in raw] or [(0,) * measures]
    return Raw(
        n=sum(each.n for each in raw),
        hits=tuple(sum(column) for column in zip(*hits, strict=True)),
        days=tuple(day for each in raw for day in each.days),
    )
