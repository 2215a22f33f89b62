"""Results: the indicators of the programme, by groups, with small cells hidden and n always there."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from bot.cooperating.roles import Right, need
from bot.reporting.grouping import parted
from bot.reporting.indicators import COUNTED, Indicator
from bot.reporting.tables import OTHERS, Row
from console.api import problems, table
from console.api.problems import Fault, Problem, Refusal
from console.api.shapes import Query, Shown
from console.api.table import Call, Route
from store import reports
from store.database import Connection


class IndicatorShown(Shown):
    """An indicator that the tables answer."""

    code: str
    kind: str = Field(description="share, days, count.")
    level: str = Field(description="output, outcome, impact; or empty.")
    counts: str = Field(description="What n counts.")
    measures: list[str] = Field(description="What is counted of it; the first is the numerator.")
    groups: list[str] = Field(description="By what it can be parted.")


class Indicators(Shown):
    """All of them."""

    items: list[IndicatorShown]


class ResultQuery(Query):
    """By what, and over which time."""

    by: str = Field(
        default="", max_length=40, pattern="^([a-z]+(,[a-z]+)?)?$", description="One or two groups, with a comma."
    )
    since: date | None = Field(default=None, description="From this day on, by the clock where the programme is.")
    until: date | None = Field(default=None, description="Before this day, by the same clock.")


class RowShown(Shown):
    """A line. Null is hidden: fewer than five people, or what would tell of them."""

    key: list[str] = Field(description="The groups, in the order asked; empty where it is not known.")
    n: int | None
    hits: list[int | None] = Field(description="By measure.")
    percent: list[int | None] = Field(description="By measure, of n; null also where n is fewer than five.")
    together: bool = Field(description="Several groups of which each alone is too small.")


class Result(Shown):
    """An indicator by its groups."""

    code: str
    by: list[str]
    measures: list[str]
    rows: list[RowShown]
    total: RowShown


_BY_CODE = {each.code.lower(): each for each in COUNTED}


def list_indicators(call: Call, conn: Connection) -> Indicators:
    """List the indicators."""
    need(call.scope, Right.SEE_RESULTS)
    return Indicators(items=[_indicator(each) for each in COUNTED])


def get_result(call: Call, conn: Connection) -> Result:
    """Read an indicator."""
    query = call.asked(ResultQuery)
    indicator = _BY_CODE.get(call.path["indicator"].lower())
    if indicator is None:
        raise problems.missing()
    try:
        by = parted(query.by)
    except ValueError:
        raise _not_by(indicator) from None
    if not set(by) <= set(indicator.groups):
        raise _not_by(indicator)
    wanted = reports.wanted(
        call.catalogue,
        call.policy.country,
        call.now,
        indicators=(indicator,),
        by=by,
        since=query.since,
        until=query.until,
    )
    (found,) = reports.counted(conn, call.scope, wanted, call.now)
    return Result(
        code=found.code,
        by=list(found.by),
        measures=list(found.measures),
        rows=[_row(each, len(found.measures)) for each in found.rows],
        total=_row(found.total, len(found.measures)),
    )


def _not_by(indicator: Indicator) -> Refusal:
    known = ", ".join(indicator.groups)
    return Refusal(Problem.CONFLICT, reason="by", errors=[Fault(where="by", detail=f"One of {known}.")])


def _indicator(each: Indicator) -> IndicatorShown:
    return IndicatorShown(
        code=each.code,
        kind=each.kind.value,
        level=each.level.value,
        counts=each.base,
        measures=list(each.measures),
        groups=list(each.groups),
    )


def _row(each: Row, measures: int) -> RowShown:
    return RowShown(
        key=["others" if key == OTHERS else key for key in each.key],
        n=each.n,
        hits=list(each.hits),
        percent=[each.percent(place) for place in range(measures)],
        together=each.together,
    )


ROUTES: list[Route] = [
    table.get("/results", Right.SEE_RESULTS, list_indicators, Indicators),
    table.get(
        "/results/{indicator}",
        Right.SEE_RESULTS,
        get_result,
        Result,
        query=ResultQuery,
        taught=True,
        conflicts={"by": "It cannot be parted by that."},
    ),
]
