"""Count what indicators ask, set by set, and give it away as tables in which small cells are hidden.

What is counted raw never leaves this room: only `bot.reporting.tables` sees it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.cooperating.roles import Right, need
from bot.people import Scope
from bot.reporting.indicators import Indicator, Kind
from bot.reporting.suppressing import Key
from bot.reporting.tables import Raw, Table, tabled
from store import reporting_cases, reporting_learning
from store.organisation_tables import cohort_members
from store.reporting_groups import Base, Period, grouped
from store.tables import learners

_DAY = 86_400_000_000  # microseconds

_BASES: Mapping[str, Callable[[Period], Base]] = {
    "I1": reporting_learning.contacts,
    "I3": reporting_learning.registered,
    "I4": reporting_learning.active,
    "I5": reporting_learning.completed,
    "I7": reporting_cases.applied,
    "I8": reporting_cases.certified,
    "I9": reporting_cases.decided_in,
    "I10": reporting_cases.appealed,
    "I17": reporting_cases.sessions_held,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: an indicator by groups, over a time.

    - `since`, `until`: who joined, enrolled, applied … from then on and before then; None: without end.
    - `now`: as it stands now. `zone`: seconds by which the programme's clock is ahead of UTC, for months.
    - `courses`: standard → its course, for what is certified.
    - `cohort`: of its members only.
    - `survey`, `counting`: of an indicator that a survey answers, which one, and (place, steps that count).
    """

    indicator: Indicator
    by: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    now: datetime
    zone: int = 0
    courses: Mapping[str, str] = field(default_factory=dict)
    cohort: str = ""
    survey: str = ""
    counting: tuple[tuple[int, tuple[int, ...]], ...] = ()


def table(conn: Connection, scope: Scope, asked: Question) -> Table:
    """An indicator by its groups, of the people of a scope. Raises Forbidden without the right, ValueError for a group
    by which it cannot be parted or an indicator that no table answers."""
    need(scope, Right.SEE_RESULTS)
    indicator = asked.indicator
    for each in asked.by:
        if each not in indicator.groups:
            raise ValueError(each)
    period = Period(since=asked.since, until=asked.until, now=asked.now)
    if indicator.code == "I11":
        raw = reporting_cases.assessors_in_force(conn, scope, period, asked.courses)
        return tabled(indicator, asked.by, raw if asked.by else _all(raw))
    if indicator.kind is Kind.SURVEY and asked.counting:
        share = indicator.code == "I14"
        base = reporting_learning.surveyed(period, asked.survey, asked.counting, share=share)
    elif indicator.code in _BASES:
        base = _BASES[indicator.code](period)
    else:
        raise ValueError(indicator.code)
    return tabled(indicator, asked.by, _counted(conn, scope, base, asked))


def _all(raw: Mapping[Key, Raw]) -> dict[Key, Raw]:
    return {(): Raw(n=sum(each.n for each in raw.values()))}


def _counted(conn: Connection, scope: Scope, base: Base, asked: Question) -> dict[Key, Raw]:
    of = (learners.c.id.in_(_members(asked.cohort)),) if asked.cohort else ()
    keys, hits, rows = grouped(base, asked.by, scope, asked.zone, asked.now.year, of)
    width = len(keys)
    if asked.indicator.kind is Kind.DAYS:
        return _days(conn.execute(select(*keys, *hits).select_from(rows)), asked)
    query = select(*keys, func.count(), *(func.sum(hit) for hit in hits)).select_from(rows)
    found: dict[Key, Raw] = {}
    for row in conn.execute(query.group_by(*keys) if keys else query):
        key, counted = _key(row[:width], asked), [int(each or 0) for each in row[width:]]
        known = found.get(key)
        if known:  # written another way: two spellings of one place, two standards of one course
            counted = [a + b for a, b in zip(counted, (known.n, *known.hits), strict=True)]
        found[key] = Raw(n=counted[0], hits=tuple(counted[1:]))
    return found


def _members(cohort: str) -> Select[Any]:
    return select(cohort_members.c.learner).where(cohort_members.c.cohort == cohort)


def _days(rows: Iterable[Any], asked: Question) -> dict[Key, Raw]:
    """Each one's days, for the median is of them all."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for row in rows:
        found[_key(row[:-1], asked)].append(max(0, int(row[-1])) // _DAY)
    return {key: Raw(n=len(days), hits=(0,), days=tuple(days)) for key, days in found.items()}


def _key(values: Sequence[Any], asked: Question) -> Key:
    return tuple(_value(group, value or "", asked) for group, value in zip(asked.by, values, strict=True))


def _value(group: str, value: str, asked: Question) -> str:
    """A place alike whatever its capitals; an occupation by its course, whichever standard it was certified by."""
    if group == "place":
        return " ".join(value.split()).title()
    return asked.courses.get(value, value) if group == "occupation" else value
