"""Small cells are hidden, and nobody can work out what a hidden one held."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reporting.indicators import BY_CODE
from bot.reporting.rounding import LEAST
from bot.reporting.suppressing import Key, hidden, small
from bot.reporting.tables import Raw, Table, tabled

I5 = BY_CODE["I5"]


def test_it_hides_a_second_cell_where_one_alone_could_be_computed_from_the_total():
    assert hidden({("f",): 40, ("m",): 3, ("x",): 20}) == {("m",), ("x",)}


def test_it_hides_nothing_where_nothing_is_small():
    assert hidden({("f",): 40, ("m",): 30, ("x",): 0}) == frozenset()


def test_it_hides_more_where_all_that_is_hidden_together_is_still_small():
    assert hidden({("a",): 1, ("b",): 2, ("c",): 9, ("d",): 30}) == {("a",), ("b",), ("c",)}


def test_it_looks_at_both_sums_of_a_table_by_two_groups():
    cells = {("f", "a"): 3, ("f", "b"): 20, ("m", "a"): 30, ("m", "b"): 40}
    assert hidden(cells) == frozenset(cells)


def test_the_rows_put_together_hold_what_the_others_leave():
    made = tabled(
        I5, ["sex"], {("f",): Raw(n=40, hits=(20,)), ("m",): Raw(n=3, hits=(1,)), ("x",): Raw(n=6, hits=(6,))}
    )
    assert [(row.key, row.n, row.together) for row in made.rows] == [(("f",), 40, False), ((), 9, True)]
    assert made.total.n == 49
    assert made.total.hits == (27,)
    assert made.rows[0].percent() == 50


def test_a_group_of_fewer_than_five_is_not_shown_at_all():
    made = tabled(I5, ["sex"], {("f",): Raw(n=2, hits=(1,)), ("m",): Raw(n=2, hits=(0,))})
    assert made.rows == ()
    assert made.total.n is None
    assert made.total.hits == (None,)


def test_a_small_numerator_is_hidden_with_a_second_one():
    cells = {("f",): Raw(n=40, hits=(2,)), ("m",): Raw(n=50, hits=(9,)), ("x",): Raw(n=60, hits=(30,))}
    made = tabled(I5, ["sex"], cells)
    assert [row.hits for row in made.rows] == [(None,), (None,), (30,)]
    assert made.total.hits == (41,)


# --- whatever the numbers, nobody can solve them ---


@st.composite
def tables(draw: st.DrawFn, width: int) -> dict[Key, Raw]:
    values = [["f", "m", "x"], ["young", "mid", "old"]][:width]
    cells = {}
    for key in itertools.product(*values):
        n = draw(st.integers(min_value=0, max_value=7))
        if n:
            cells[key] = Raw(n=n, hits=(draw(st.integers(min_value=0, max_value=n)),))
    return cells


@settings(max_examples=250, deadline=None)
@given(st.one_of(tables(1), tables(2)))
def test_the_rows_always_add_up_to_the_total_and_no_small_cell_is_among_them(cells: dict[Key, Raw]):
    by = ["sex", "age"][: len(next(iter(cells), ("f",)))]
    made = tabled(I5, by, cells)
    n = sum(raw.n for raw in cells.values())
    if n < LEAST:
        assert made.rows == ()
        return
    assert made.total.n == n
    assert sum(row.n or 0 for row in made.rows) == n
    for row in (*made.rows, made.total):
        assert row.n is not None
        assert row.n >= LEAST
        assert all(hit is None or not small(hit) for hit in row.hits)
        assert row.percent() is None or row.hits[0] is not None


@settings(max_examples=150, deadline=None)
@given(tables(1))
def test_no_hidden_count_of_one_group_can_be_solved(cells: dict[Key, Raw]):
    made = tabled(I5, ["sex"], cells)
    if made.total.n is None:
        return
    gone = [key for key in cells if key not in {row.key for row in made.rows}]
    _assert_open(gone, list(_splits(len(gone), next((row.n or 0 for row in made.rows if row.together), 0))))
    _assert_hits_open(made, cells)


@settings(max_examples=60, deadline=None)
@given(tables(2))
def test_no_hidden_count_of_two_groups_can_be_solved_with_the_tables_by_one_of_them(cells: dict[Key, Raw]):
    both = tabled(I5, ["sex", "age"], cells)
    if both.total.n is None:
        return
    shown = {row.key for row in both.rows}
    gone = [key for key in cells if key not in shown]
    pairs = itertools.product({key[0] for key in cells}, {key[1] for key in cells})
    open_ = [pair for pair in pairs if pair not in shown]  # nobody is listed as having nobody in it
    true = {pair: cells[pair].n if pair in cells else 0 for pair in open_}
    margins = [_margin(cells, place, group) for place, group in enumerate(["sex", "age"])]
    sums = [open_]
    for place, margin in enumerate(margins):
        for row in margin.rows:
            if not row.together:
                sums.append([pair for pair in open_ if pair[place] == row.key[0]])
    for wanted in gone:
        assert len(_values(wanted, sums, true)) > 1, (cells, wanted)


@settings(max_examples=60, deadline=None)
@given(tables(2))
def test_no_hidden_numerator_of_two_groups_can_be_solved_either(cells: dict[Key, Raw]):
    both = tabled(I5, ["sex", "age"], cells)
    if both.total.n is None:
        return
    shown = {row.key: row.hits[0] for row in both.rows if not row.together}
    pairs = list(itertools.product({key[0] for key in cells}, {key[1] for key in cells}))
    open_ = [pair for pair in pairs if shown.get(pair) is None]
    true = {pair: cells[pair].hits[0] if pair in cells else 0 for pair in open_}
    most = {pair: cells[pair].n for pair in open_ if pair in shown}  # its n is shown
    sums = [open_] if both.total.hits[0] is not None else []
    merged = [row for row in both.rows if row.together and row.hits[0] is not None]
    sums += [[pair for pair in open_ if pair not in shown] for _ in merged]
    for place, group in enumerate(["sex", "age"]):
        rows = _margin(cells, place, group).rows
        told = [row.key[0] for row in rows if not row.together and row.hits[0] is not None]
        sums += [[pair for pair in open_ if pair[place] == value] for value in told]
        if any(row.together and row.hits[0] is not None for row in rows):
            listed = {row.key[0] for row in rows if not row.together}
            sums.append([pair for pair in open_ if pair[place] not in listed])
    for wanted in open_:
        if small(true[wanted]):  # five and more are nobody's secret: they were hidden to hide others, or with their n
            assert len(_values(wanted, sums, true, most)) > 1, (cells, wanted)


def _margin(cells: Mapping[Key, Raw], place: int, group: str) -> Table:
    sums: defaultdict[Key, list[Raw]] = defaultdict(list)
    for key, raw in cells.items():
        sums[(key[place],)].append(raw)
    return tabled(
        I5,
        [group],
        {key: Raw(n=sum(r.n for r in raws), hits=(sum(r.hits[0] for r in raws),)) for key, raws in sums.items()},
    )


def _values(
    wanted: Key, sums: list[list[Key]], true: Mapping[Key, int], most: Mapping[Key, int] | None = None
) -> set[int]:
    """Values that the cell can take in some table with these sums: the true one, and what one exchange away differs.

    Moves of at most one unit in each cell are enough, for the tables of two groups are totally unimodular.
    """
    found = {true[wanted]}
    for step in itertools.product((-1, 0, 1), repeat=len(true)):
        moved = dict(zip(true, step, strict=True))
        if not moved[wanted] or any(not 0 <= true[key] + by <= (most or {}).get(key, 99) for key, by in moved.items()):
            continue
        if all(sum(moved[key] for key in line) == 0 for line in sums):
            found.add(true[wanted] + moved[wanted])
            break
    return found


def _splits(parts: int, total: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        yield ()
        return
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _splits(parts - 1, total - first):
            yield (first, *rest)


def _assert_open(gone: list[Key], possible: list[tuple[int, ...]]) -> None:
    for place in range(len(gone)):
        assert len({each[place] for each in possible}) > 1


def _assert_hits_open(made: Table, cells: Mapping[Key, Raw]) -> None:
    """Each hidden numerator but nobody's can be at least two things, by the total and by its own n."""
    rows = [row for row in made.rows if row.hits[0] is None]
    if not rows or made.total.hits[0] is None:
        return
    rest = made.total.hits[0] - sum(row.hits[0] or 0 for row in made.rows)
    possible = [
        each
        for each in _splits(len(rows), rest)
        if all(hit <= (row.n or 0) for hit, row in zip(each, rows, strict=True))
    ]
    listed = {row.key for row in made.rows}
    for place, row in enumerate(rows):
        true = sum(raw.hits[0] for key, raw in cells.items() if (key not in listed if row.together else key == row.key))
        assert not true or len({each[place] for each in possible}) > 1, (made, cells)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_one_to_four_are_small(count: int):
    assert small(count)
    assert not small(0)
    assert not small(5)
