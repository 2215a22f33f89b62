"""Name what tables hold in the reader's language: the same words on a page, in a file and at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.reporting.grouping import UNKNOWN
from bot.reporting.indicators import BY_CODE, Indicator, Kind, Level
from bot.reporting.tables import OTHERS, Row, Table
from bot.talking.wording import Wording

Cell = str | int | None

LEVELS = (Level.OUTPUT, Level.OUTCOME, Level.IMPACT, Level.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How one reader calls things: sentences of content/console/*/results.po, and what cooperatives and courses are
    called."""

    words: Wording
    language: str
    cooperatives: Mapping[str, str] = field(default_factory=dict)
    courses: Mapping[str, str] = field(default_factory=dict)

    def t(self, id: str, /, **values: object) -> str:
        """A sentence. Raises KeyError for an id that no language has."""
        return self.words.say(self.language, id, **values)

    def indicator(self, code: str) -> str:
        """What an indicator is called."""
        return self.t(f"results.{code.lower()}.name")

    def definition(self, indicator: Indicator) -> str:
        """What it counts or, where it is not collected, what would be needed."""
        last = "needs" if indicator.kind is Kind.MISSING else "what"
        return self.t(f"results.{indicator.code.lower()}.{last}")

    def group(self, group: str) -> str:
        """What a group is called: sex, age …"""
        return self.t(f"results.group.{group}")

    def key(self, group: str, key: str) -> str:
        """What one value of a group is called."""
        if key == UNKNOWN:
            return self.t("results.unknown")
        if key == OTHERS:
            return self.t("results.others")
        if group == "age":
            return self.t("results.age.years", age=key.replace("-", "–"))
        if group in ("cooperative", "occupation"):
            return (self.cooperatives if group == "cooperative" else self.courses).get(key, key)
        named = {"sex": ("f", "m", "x"), "channel": ("sms", "telegram"), "country": ("PE", "BO", "RW")}.get(group, ())
        return self.t(f"results.{group}.{key.lower()}") if key in named else key

    def row(self, table: Table, row: Row) -> str:
        """What a row of a table is called."""
        if row.together:
            return self.t("results.together")
        if not row.key:
            return self.t("results.total")
        return " · ".join(self.key(group, key) for group, key in zip(table.by, row.key, strict=True))


def header(names: Names, by: Sequence[str]) -> list[str]:
    """The headings of a file of tables that are parted by these groups."""
    told = ("code", "indicator", "base", "n", "measure", "count", "percent", "note")
    heads = [names.t(f"results.{each}") for each in told]
    return [*heads[:2], *(names.group(group) for group in by), *heads[2:]]


def lines(names: Names, table: Table) -> list[list[Cell]]:
    """A table as the rows of a file, one for each measure of each row and of the total. What is hidden is empty, and
    the note says so."""
    rows = [*table.rows, table.total]
    return [line for row in rows for line in _lines(names, table, row)]


def _lines(names: Names, table: Table, row: Row) -> list[list[Cell]]:
    indicator = BY_CODE[table.code]
    about: list[Cell] = [table.code, names.indicator(table.code), *_keys(names, table, row)]
    base = names.t(f"results.base.{indicator.base}")
    if not table.measures:
        return [[*about, base, row.n, None, None, None, "" if row.n is not None else names.t("results.hidden")]]
    found: list[list[Cell]] = []
    for place, measure in enumerate(table.measures):
        hit = row.hits[place] if place < len(row.hits) else None
        share = row.percent(place) if indicator.kind is not Kind.DAYS else None
        note = names.t("results.hidden") if hit is None or row.n is None else ""
        found.append([*about, base, row.n, names.t(f"results.measure.{measure}"), hit, share, note])
    return found


def _keys(names: Names, table: Table, row: Row) -> list[str]:
    if row.together or not row.key:
        return [names.row(table, row)] * len(table.by)
    return [names.key(group, key) for group, key in zip(table.by, row.key, strict=True)]


def printed(rows: Sequence[Sequence[Cell]], heads: Sequence[str], say_hidden: Callable[[Cell], str]) -> list[str]:
    """Rows in columns for a terminal, numbers to the right."""
    shown = [[say_hidden(cell) for cell in row] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(heads, *shown, strict=True)]
    right = [all(isinstance(cell, int | None) for cell in column) for column in zip(*rows, strict=True)] if rows else []
    made = []
    for line in [list(heads), *shown]:
        cells = [
            text.rjust(width) if place < len(right) and right[place] else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        made.append("  ".join(cells).rstrip())
    return made
