"""Put a report together: the tables of several indicators as one answer, counted anew or as they were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.cooperating.roles import Right, need
from bot.people import Scope
from bot.reporting.days import ahead, begins
from bot.reporting.indicators import COUNTED, Indicator, Kind
from bot.reporting.tables import Table
from store import reporting, reporting_kept, surveys
from store.reporting import Question
from store.reporting_kept import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader asks for. `courses`: standard → course; `zone`: seconds ahead of UTC; see `store.reporting`."""

    indicators: tuple[Indicator, ...] = COUNTED
    by: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    cohort: str = ""
    zone: int = 0
    courses: Mapping[str, str] = field(default_factory=dict)


def wanted(
    catalogue: Catalogue,
    country: str,
    now: datetime,
    *,
    indicators: tuple[Indicator, ...] = COUNTED,
    by: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    cohort: str = "",
) -> Wanted:
    """What is asked for at any door: days are those of the programme's country, and what is certified goes by its
    course, so that pages, terminal and API answer with the same numbers."""
    return Wanted(
        indicators=indicators,
        by=by,
        since=begins(since, country) if since else None,
        until=begins(until, country) if until else None,
        cohort=cohort,
        zone=ahead(now, country),
        courses={each.code: each.course for each in catalogue.standards.values()},
    )


def counted(conn: Connection, scope: Scope, wanted: Wanted, now: datetime) -> list[Table]:
    """The tables, counted now. An indicator that cannot be parted by these groups stands there whole; one that only a
    survey answers is left out until one has asked it."""
    need(scope, Right.SEE_RESULTS)
    return [found for indicator in wanted.indicators for found in _table(conn, scope, indicator, wanted, now)]


def _table(conn: Connection, scope: Scope, indicator: Indicator, wanted: Wanted, now: datetime) -> Sequence[Table]:
    survey, counting = "", surveys.NOTHING
    if indicator.kind is Kind.SURVEY:
        if not indicator.measures:  # satisfaction: shown with its survey
            return []
        survey, counting = surveys.measuring(conn, scope, indicator.code)
        if not counting:
            return []
    elif indicator not in COUNTED:
        return []
    asked = Question(
        indicator=indicator,
        by=wanted.by if set(wanted.by) <= set(indicator.groups) else (),
        since=wanted.since,
        until=wanted.until,
        cohort=wanted.cohort,
        now=now,
        zone=wanted.zone,
        courses=wanted.courses,
        survey=survey,
        counting=counting,
    )
    return [reporting.table(conn, scope, asked)]


def key_of(scope: Scope, wanted: Wanted) -> str:
    """Under which a report is kept."""
    codes = ",".join(each.code for each in wanted.indicators)
    by, courses = ",".join(wanted.by), sorted(wanted.courses.items())
    return reporting_kept.key_of(
        scope,
        codes=codes,
        by=by,
        since=wanted.since,
        until=wanted.until,
        cohort=wanted.cohort,
        zone=wanted.zone,
        courses=courses,
    )


def kept(conn: Connection, scope: Scope, wanted: Wanted, now: datetime) -> Kept | None:
    """The report as it was last counted, if that is fresh."""
    return reporting_kept.kept(conn, scope, key_of(scope, wanted), now)


def keep(conn: Connection, scope: Scope, wanted: Wanted, tables: Sequence[Table], now: datetime) -> None:
    """Keep a report for the next who asks the same."""
    reporting_kept.keep(conn, scope, key_of(scope, wanted), tables, now)
