"""How rows are told apart in results: sex, age, place and the rest as columns, alike on both kinds of database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.people import Scope
from bot.reporting.grouping import BANDS
from store.audience_filters import on_channel
from store.tables import learners

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when (None: without end), as it stands now."""

    since: datetime | None
    until: datetime | None
    now: datetime

    def within(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that it sets on a time."""
        bounds = [column >= self.since] if self.since else []
        return and_(true(), *bounds, *([column < self.until] if self.until else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What an indicator is a share of: rows, each with whoever it is about, and 1 or 0 for each measure.

    `learners` has to be among the tables where a group of people is asked for; `cooperative` is what bounds a scope.
    """

    rows: FromClause
    where: tuple[ColumnElement[bool], ...]
    at: ColumnElement[Any]
    hits: tuple[ColumnElement[Any], ...] = ()
    course: ColumnElement[Any] | None = None
    cooperative: ColumnElement[Any] = field(default_factory=lambda: learners.c.cooperative)


class month(FunctionElement[str]):
    """The month (2026-03) of a time in whole microseconds, already on the programme's clock."""

    type = Text()
    name = "month"
    inherit_cache = True


@compiles(month)
def _month_default(element: month, compiler: Any, **kw: Any) -> str:
    return f"strftime('%Y-%m', ({compiler.process(element.clauses, **kw)}) / 1000000, 'unixepoch')"


@compiles(month, "postgresql")
def _month_postgresql(element: month, compiler: Any, **kw: Any) -> str:
    # A whole division: a float would round the last microsecond of a month into the next one.
    stored = compiler.process(element.clauses, **kw)
    return f"to_char(timezone('UTC', to_timestamp(({stored}) / 1000000)), 'YYYY-MM')"


def yes(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where it holds, else 0."""
    return case((condition, 1), else_=0)


def stored(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The number that a time is kept as, for arithmetic."""
    return type_coerce(column, BigInteger)


def grouped(
    base: Base,
    by: Sequence[str],
    scope: Scope,
    zone: int,
    year: int,
    also: Sequence[ColumnElement[bool]] = (),
) -> tuple[list[ColumnElement[Any]], list[ColumnElement[Any]], FromClause]:
    """The rows of a base within a scope, and of these people, as one table with its columns of groups and of hits."""
    keys: list[Label[Any]] = [_column(each, base, zone, year).label(f"k{n}") for n, each in enumerate(by)]
    hits: list[Label[Any]] = [each.label(f"h{n}") for n, each in enumerate(base.hits)]
    bound = true() if scope.cooperatives is None else base.cooperative.in_(sorted(scope.cooperatives))
    inner: Select[Any] = (
        select(literal(1).label("one"), *keys, *hits).select_from(base.rows).where(*base.where, *also, bound)
    )
    rows = inner.subquery("counted")
    return [rows.c[each.name] for each in keys], [rows.c[each.name] for each in hits], rows


def _column(group: str, base: Base, zone: int, year: int) -> ColumnElement[Any]:
    match group:
        case "sex":
            return func.coalesce(learners.c.sex, "")
        case "age":
            return _age(year)
        case "place":
            return func.coalesce(func.nullif(learners.c.district, ""), learners.c.community, "")
        case "country":
            return func.coalesce(learners.c.country, "")
        case "cooperative":
            return func.coalesce(base.cooperative, "")
        case "channel":
            return case((on_channel("telegram"), "telegram"), (on_channel("sms"), "sms"), else_="")
        case "occupation" if base.course is not None:
            return func.coalesce(base.course, "")
        case "month":
            return month(stored(base.at) + cast(zone * _MICROS, BigInteger))
        case _:
            raise ValueError(group)


def _age(year: int) -> ColumnElement[str]:
    age = cast(year, Integer) - learners.c.birth_year
    return case(*((age.between(youngest, oldest), name) for name, youngest, oldest in BANDS), else_="")
