"""How values lie in columns, alike on both kinds of database: times, lists of keys, big ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Integer, Text, bindparam, types
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from store.shapes import dumps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# SQLite numbers rows by itself only where the key is called INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")


def micros(moment: datetime) -> int:
    """A time as it is stored: microseconds since 1970 in UTC. Raises TypeError on a naive time."""
    # Two times of other zones can be equal and yet an hour apart, where clocks are put back: only UTC is looked up.
    return _micros_of_utc(moment) if moment.tzinfo is UTC else _micros(moment)


def _micros(moment: datetime) -> int:
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


_micros_of_utc = lru_cache(maxsize=256)(_micros)  # all that one batch writes bears the same time


def moment(stored: int) -> datetime:
    """A stored time as an aware one in UTC."""
    # Through a float, which is exact to the microsecond until 2255 and twice as quick as adding a timedelta.
    return datetime.fromtimestamp(stored / 1_000_000, UTC)


class Instant(types.UserDefinedType[datetime]):
    """An aware time, kept as whole microseconds since 1970 in UTC.

    A number is alike on both databases, keeps its order in an index, and costs a third of a parsed text.
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "BIGINT"

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return lambda value: None if value is None else micros(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        return lambda stored: None if stored is None else moment(stored)


class _Keys(types.TypeDecorator[Iterable[Any]]):
    """Many keys as one value: an array on PostgreSQL, JSON on SQLite. So the statement's text never changes with
    their number, and both databases keep it prepared."""

    impl = Text
    cache_ok = True

    def __init__(self, item: types.TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        keys = list(value or ())
        return keys if dialect.name == "postgresql" else dumps(keys)


class _Among(FunctionElement[Any]):
    # Not Boolean: SQLite has none, so the dialect would write "… = 1", and that keeps SQLite from using any index.
    type = types.NULLTYPE
    name = "among"
    inherit_cache = True


@compiles(_Among)
def _among_default(element: _Among, compiler: Any, **kw: Any) -> str:
    column, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({keys})))"  # noqa: S608 - compiled parts, no values


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: Any, **kw: Any) -> str:
    column, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} = ANY({keys}))"


class paired(FunctionElement[str]):
    """Pairs of key and value as one JSON object, an aggregate: reading one row of forty pairs costs a fifth of forty
    rows."""

    type = Text()
    name = "paired"
    inherit_cache = True


@compiles(paired)
def _paired_default(element: paired, compiler: Any, **kw: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **kw)})"


@compiles(paired, "postgresql")
def _paired_postgresql(element: paired, compiler: Any, **kw: Any) -> str:
    return f"CAST(json_object_agg({compiler.process(element.clauses, **kw)}) AS TEXT)"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is one of the keys bound as `name`."""
    item = BigInteger() if isinstance(column.type, Integer) else Text()
    return _Among(column, bindparam(name, type_=_Keys(item)))


class prefixed(FunctionElement[Any]):
    """A text that begins with the first of two bounds: from it on, and below the second, byte by byte.

    PostgreSQL compares texts by the language of the database, in which "a/" may come after "a0"; so it has operators
    of its own for this, and an index of the class text_pattern_ops serves them.
    """

    type = types.NULLTYPE
    name = "prefixed"
    inherit_cache = True


@compiles(prefixed)
def _prefixed_default(element: prefixed, compiler: Any, **kw: Any) -> str:
    column, first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} >= {first} AND {column} < {last})"


@compiles(prefixed, "postgresql")
def _prefixed_postgresql(element: prefixed, compiler: Any, **kw: Any) -> str:
    column, first, last = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} ~>=~ CAST({first} AS TEXT) AND {column} ~<~ CAST({last} AS TEXT))"
