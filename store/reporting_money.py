"""What messages cost by month and network, and over how many people that is spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, select, true

from bot.cooperating.roles import Right, need
from bot.delivering.spending import price_of
from bot.people import Scope
from bot.reporting.spending import Costs, Spent
from store import reporting_kept
from store.credential_tables import credentials
from store.people import within
from store.reporting_groups import Period, month, stored
from store.reporting_learning import finished
from store.tables import enrolments, learners, outbox

_GONE = ("sent", "delivered", "read", "undelivered")  # taken by the provider, and billed
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which time, on whose clock (seconds ahead of UTC), at which prices of a segment by sender."""

    since: datetime | None = None
    until: datetime | None = None
    zone: int = 0
    prices: Mapping[str, Decimal] = field(default_factory=dict)


def costs(conn: Connection, scope: Scope, asked: Asked, now: datetime) -> Costs:
    """What was spent in a time, in the currency of the settings, and the people of that time: who enrolled, who of them
    finished, who was certified. What was said to people who have erased themselves since is not in it."""
    need(scope, Right.SEE_RESULTS)
    period = Period(since=asked.since, until=asked.until, now=now)
    of_competence = credentials.c.kind == "competence"
    return Costs(
        lines=_lines(conn, scope, period, asked.zone, asked.prices),
        learners=_people(conn, scope, enrolments, enrolments.c.enrolled_at, period),
        completers=_people(conn, scope, enrolments, enrolments.c.enrolled_at, period, finished()),
        certified=_people(conn, scope, credentials, credentials.c.valid_from, period, of_competence),
    )


def kept(conn: Connection, scope: Scope, asked: Asked, now: datetime) -> Costs | None:
    """The same as it was last counted, if that is fresh."""
    found = reporting_kept.body(conn, scope, _key(scope, asked), now)
    if found is None:
        return None
    held, _ = found
    lines = tuple(Spent(**{**line, "money": Decimal(line["money"])}) for line in held.pop("lines"))
    return Costs(lines=lines, **held)


def keep(conn: Connection, scope: Scope, asked: Asked, counted: Costs, now: datetime) -> None:
    """Keep it for the next who asks the same."""
    lines = [{**asdict(line), "money": str(line.money)} for line in counted.lines]
    people = {name: getattr(counted, name) for name in ("learners", "completers", "certified")}
    reporting_kept.keep_body(conn, scope, _key(scope, asked), {"lines": lines, **people}, now)


def _key(scope: Scope, asked: Asked) -> str:
    prices = sorted(asked.prices.items())
    return reporting_kept.key_of(scope, money=prices, since=asked.since, until=asked.until, zone=asked.zone)


def _lines(
    conn: Connection, scope: Scope, period: Period, zone: int, prices: Mapping[str, Decimal]
) -> tuple[Spent, ...]:
    rows = outbox.outerjoin(learners, learners.c.id == outbox.c.learner)
    of = month(stored(outbox.c.sent_at) + cast(zone * _MICROS, BigInteger)).label("month")
    operator = func.coalesce(learners.c.operator, "").label("operator")
    inner = (
        select(of, operator, outbox.c.sender, outbox.c.segments)
        .select_from(rows)
        .where(outbox.c.state.in_(_GONE), outbox.c.sent_at.is_not(None), period.within(outbox.c.sent_at), _seen(scope))
        .subquery("gone")
    )
    keys = (inner.c.month, inner.c.operator, inner.c.sender)
    query = select(*keys, func.count(), func.sum(inner.c.segments)).group_by(*keys).order_by(*keys)
    found: dict[tuple[str, str], Spent] = {}
    for when, network, sender, messages, segments in conn.execute(query):
        known = found.get(
            (when, network), Spent(month=when, operator=network, messages=0, segments=0, money=Decimal(0))
        )
        found[when, network] = Spent(
            month=when,
            operator=network,
            messages=known.messages + messages,
            segments=known.segments + int(segments or 0),
            money=known.money + int(segments or 0) * price_of(prices, sender),
        )
    return tuple(found[key] for key in sorted(found))


def _seen(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.cooperatives is None else within(scope)


def _people(
    conn: Connection, scope: Scope, table: Any, at: ColumnElement[Any], period: Period, *more: ColumnElement[bool]
) -> int:
    """How many different people the rows of a time are about; who erased herself is still one."""
    who = func.coalesce(table.c.learner, table.c.pseudonym if "pseudonym" in table.c else table.c.subject)
    query = (
        select(func.count(who.distinct()))
        .select_from(table.outerjoin(learners, learners.c.id == table.c.learner))
        .where(period.within(at), _seen(scope), *more)
    )
    return int(conn.execute(query).scalar_one())
