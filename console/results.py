"""Results: what the programme can say of itself, by whom; tables first, drawings beside, and files to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from aiohttp import web

from authoring import reports as files
from bot.cooperating.members import day_of
from bot.cooperating.roles import Right
from bot.delivering.spending import amount
from bot.reporting import showing
from bot.reporting.indicators import BY_CODE, INDICATORS, UNCOLLECTED, Indicator, Kind
from bot.reporting.showing import LEVELS, Names
from bot.reporting.spending import Costs
from bot.reporting.tables import Row, Table
from console import results_asking as asking
from console.asked import Asked
from console.entering import page
from console.results_asking import Filters
from store import reporting_money, surveys
from store.database import Connection
from store.reporting_kept import Kept
from store.reports import Wanted

BASE = "/console/results"
SHOWN = tuple(
    each for each in INDICATORS if each.kind in (Kind.SHARE, Kind.DAYS, Kind.COUNT) or each.measures == ("yes",)
)
_SERIES = ("I3", "I8")
_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def overview(asked: Asked) -> web.Response:
    """Every indicator as a whole, by its level, and two series by month."""
    given = asking.filters(asked)
    report = asking.wanted(asked, given, SHOWN)
    found = await asking.answer(asked, report)
    months = await asking.answer(asked, _by_month(report))
    named = await asking.names(asked)
    return asked.show(
        "results/overview.html.j2",
        given=given,
        names=named,
        levels=_levels(found.tables),
        indicators=BY_CODE,
        unasked=[each for each in SHOWN if each.code not in {table.code for table in found.tables}],
        counted=found.made_at,
        plots=[_plot(named, table) for table in months.tables if len(table.rows) > 1],
        percent=_percent,
    )


def _by_month(report: Wanted) -> Wanted:
    return replace(report, indicators=tuple(BY_CODE[code] for code in _SERIES), by=("month",))


def _levels(tables: Sequence[Table]) -> list[tuple[str, list[Table]]]:
    by_level = [(level, [each for each in tables if BY_CODE[each.code].level is level]) for level in LEVELS]
    return [(level.value or "none", found) for level, found in by_level if found]


def _percent(table: Table, row: Row, place: int = 0) -> int | None:
    return row.percent(place) if BY_CODE[table.code].kind in (Kind.SHARE, Kind.SURVEY) else None


async def one(asked: Asked) -> web.Response:
    """One indicator by its groups."""
    indicator = _indicator(asked)
    given = asking.filters(asked, indicator.groups)
    found = await asking.answer(asked, asking.wanted(asked, given, (indicator,)))
    table = found.tables[0] if found.tables else None
    named = await asking.names(asked)
    return asked.show(
        "results/one.html.j2",
        indicator=indicator,
        given=given,
        names=named,
        found=table,
        names_of_groups=_heading(named, given.by),
        measure_heads=_heads(named, indicator),
        counted=found.made_at,
        groups=[(each, named.group(each)) for each in indicator.groups],
        bars=_bars(named, table) if table else [],
        plot=_plot(named, table) if table and given.by == ("month",) and len(table.rows) > 1 else None,
        percent=_percent,
    )


def _heading(named: Names, by: Sequence[str]) -> str:
    return " · ".join(named.group(each) for each in by) or named.t("results.measure")


def _heads(named: Names, indicator: Indicator) -> list[tuple[str, str]]:
    return [(named.t(f"results.measure.{each}"), "number") for each in indicator.measures]


def _indicator(asked: Asked) -> Indicator:
    found = BY_CODE.get(asked.request.match_info["code"])
    if found is None or found not in SHOWN:
        raise asked.missing()
    return found


def _bars(named: Names, table: Table) -> list[tuple[str, int | None, int, str]]:
    """A bar for each row: label, length, the longest, the words. Shares go up to a hundred, the rest to the most."""
    most = max((row.n or 0 for row in table.rows), default=0)
    bars: list[tuple[str, int | None, int, str]] = []
    for row in table.rows:
        share, label = _percent(table, row), named.row(table, row)
        if BY_CODE[table.code].kind is Kind.COUNT:
            bars.append((label, row.n, most, str(row.n)))
        elif BY_CODE[table.code].kind is Kind.DAYS:
            longest = max((each.hits[0] or 0 for each in table.rows), default=0)
            bars.append((label, row.hits[0], longest, "·" if row.hits[0] is None else str(row.hits[0])))
        else:
            bars.append((label, share, 100, "·" if share is None else f"{share} %"))
    return bars


def _plot(named: Names, table: Table) -> dict[str, Any]:
    """A series by month for the drawing beside the table; a month that is hidden is a gap."""
    rows = [row for row in table.rows if not row.together and row.key[0]]
    series = [{"label": named.t(f"results.base.{BY_CODE[table.code].base}"), "values": [row.n for row in rows]}]
    for place, measure in enumerate(table.measures[:1]):
        series.append({"label": named.t(f"results.measure.{measure}"), "values": [row.hits[place] for row in rows]})
    return {"code": table.code, "x": [_first_of(row.key[0]) for row in rows], "series": series}


def _first_of(month: str) -> int:
    return int(datetime.strptime(f"{month}-15", "%Y-%m-%d").replace(tzinfo=UTC).timestamp())


async def again(asked: Asked) -> web.Response:
    """Count anew what a page shows."""
    code = asked.form.text("code", 5)
    chosen = (BY_CODE[code],) if code in BY_CODE and BY_CODE[code] in SHOWN else SHOWN
    groups = BY_CODE[code].groups if code in BY_CODE else ()
    given = _posted(asked, groups)
    report = asking.wanted(asked, given, chosen)
    await asking.answer(asked, report, fresh=True)
    if chosen is SHOWN:
        await asking.answer(asked, _by_month(report), fresh=True)
    return asked.go(f"{BASE}/{code if chosen is not SHOWN else ''}".rstrip("/") + given.query())


def _posted(asked: Asked, groups: Sequence[str]) -> Filters:
    named = [each for each in asked.form.texts("by", 2) if each in groups]
    dates = {name: asked.form.text(name, 20) for name in ("since", "until")}
    kept = {name: value if day_of(value) else "" for name, value in dates.items()}
    return Filters(by=tuple(dict.fromkeys(named)), since=kept["since"], until=kept["until"])


async def missing(asked: Asked) -> web.Response:
    """What is not collected, and what it would take."""
    return asked.show("results/missing.html.j2", names=await asking.names(asked), indicators=UNCOLLECTED)


async def take(asked: Asked) -> web.Response:
    """A table, or all of them, as CSV or as a workbook."""
    code, shape = asked.query.text("code", 5), asked.query.text("format", 4)
    chosen = (BY_CODE[code],) if code in BY_CODE and BY_CODE[code] in SHOWN else SHOWN
    given = asking.filters(asked, chosen[0].groups if len(chosen) == 1 else ())
    found = await asking.answer(asked, asking.wanted(asked, given, chosen))
    named = await asking.names(asked)
    header = showing.header(named, given.by)
    rows = [line for table in found.tables if table.by == given.by for line in showing.lines(named, table)]
    name = f"chasqui-{code or 'results'}-{asked.now:%Y-%m-%d}"
    if shape == "xlsx":
        title = asked.t("results.title")
        data = await asked.office.database.look(lambda: files.workbook_of([(title, header, rows)]))
        return asked.download(data, f"{name}.xlsx", _XLSX)
    return asked.download(files.csv_of(header, rows), f"{name}.csv", _CSV)


async def money(asked: Asked) -> web.Response:
    """What was spent, and what one person comes to."""
    given = asking.filters(asked)
    written = asked.query.text("staff", 20)
    staff = amount(written or "0")
    wrong = {**given.wrong, **({} if staff is not None else {"staff": asked.t("results.money.staff.wrong")})}
    costs = await costs_of(asked, given, staff or Decimal(0))
    currency = asked.office.policy().currency
    return asked.show("results/money.html.j2", given=given, costs=costs, staff=written, wrong=wrong, currency=currency)


async def costs_of(asked: Asked, given: Filters, staff: Decimal) -> Costs:
    """What was spent in the time of the filters; kept for a while, for counting it grows with messages."""
    since, until = asking.moment(asked, given.since), asking.moment(asked, given.until)
    prices, now, scope = asked.office.policy().prices, asked.now, asked.scope
    asking_for = reporting_money.Asked(since=since, until=until, zone=asking.ahead(asked), prices=prices)
    found = await asked.look(lambda conn: reporting_money.kept(conn, scope, asking_for, now))
    if found is None:
        counted = await asked.look(lambda conn: reporting_money.costs(conn, scope, asking_for, now))
        await asked.do(lambda conn: reporting_money.keep(conn, scope, asking_for, counted, now))
        found = counted
    return replace(found, staff=staff if scope.cooperatives is None else Decimal(0))


async def printed(asked: Asked) -> web.Response:
    """The report for a donor: the same tables on one page to print, in a language of the reader's choice."""
    given = asking.filters(asked, ("sex", "age"))
    offered = [each for each in asked.office.words.languages if each in ("es", "en", "fr", "rw")]
    language = asked.query.text("in", 5)
    language = language if language in offered else asked.language
    named = await asking.names(asked, language)
    report = asking.wanted(asked, given, SHOWN)
    found = await asking.answer(asked, asking.whole(report))
    parted = [await asking.answer(asked, replace(report, by=(group,))) for group in ("sex", "age", "occupation")]
    costs = await costs_of(asked, given, amount(asked.query.text("staff", 20)) or Decimal(0))
    satisfied = await asked.look(lambda conn: _surveys(conn, asked))
    pen = replace(asked.pen, language=language)
    return asked.show(
        "results/report.html.j2",
        given=given,
        names=named,
        said=language,
        t=named.t,
        number=pen.number,
        money=pen.money,
        day=pen.day,
        moment=pen.moment,
        offered=[(each, asked.t(f"surveys.language.{each}")) for each in offered],
        levels=_levels(found.tables),
        parted=_parted(parted),
        heads=lambda table: _heads(named, BY_CODE[table.code]),
        indicators=BY_CODE,
        counted=found.made_at,
        costs=costs,
        surveys=satisfied,
        wording=asked.office.catalogue().wording,
        percent=_percent,
    )


def _parted(found: Sequence[Kept]) -> dict[str, list[Table]]:
    """Code → its tables by group, of those that have been parted."""
    tables: dict[str, list[Table]] = {}
    for kept in found:
        for table in kept.tables:
            if table.by and table.rows:
                tables.setdefault(table.code, []).append(table)
    return tables


def _surveys(conn: Connection, asked: Asked) -> list[tuple[Any, Any]]:
    listed = [each.survey for each in surveys.listed(conn, asked.scope, limit=10) if each.began]
    return [(each, surveys.tallies(conn, asked.scope, each)) for each in listed]


PAGES = [
    page("GET", "/results", Right.SEE_RESULTS, overview),
    page("GET", "/results/money", Right.SEE_RESULTS, money),
    page("GET", "/results/missing", Right.SEE_RESULTS, missing),
    page("GET", "/results/report", Right.SEE_RESULTS, printed),
    page("GET", "/results/file", Right.SEE_RESULTS, take),
    page("POST", "/results/again", Right.SEE_RESULTS, again),
    page("GET", "/results/{code}", Right.SEE_RESULTS, one),
]
