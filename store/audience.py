"""Who is in an audience: counted, read in order by a cursor, judged again at sending, and shown beforehand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, literal, select, tuple_

from bot.delivering.audiences import Audience
from bot.delivering.planning import Living
from bot.messages import Address
from bot.people import Learner, Scope
from store.audience_filters import last_used, matching, on_channel, reached, why_not
from store.columns import Instant, among
from store.organisation_tables import cooperatives
from store.people import within
from store.records import LEARNER_COLUMNS, learner
from store.tables import learners, thread_learners

START = ("", "")  # the cursor before the first learner
CLOCKS = (learners.c.timezone, learners.c.country, learners.c.hour)  # by which somebody lives: see planning.Living
_CANDIDATES = 40  # looked at for each one of a sample, so that it shows more than one village


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody who would be written to today, with the open thread that she used last. `sender` may be empty: nobody
    was heard there yet, and routing will choose."""

    learner: Learner
    address: Address
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How many of an audience share what decides on words and costs."""

    channel: str  # telegram where she has it open, else sms
    sender: str
    operator: str
    language: str
    learners: int


def count(
    conn: Connection, scope: Scope, audience: Audience, purpose: str, now: datetime, *, urgent: bool = False
) -> int:
    """How many would be reached if it went out now."""
    query = select(func.count()).select_from(learners)
    return conn.execute(query.where(within(scope), *_all(audience, purpose, now, urgent=urgent))).scalar_one()


def left_out(
    conn: Connection, scope: Scope, audience: Audience, purpose: str, now: datetime, *, urgent: bool = False
) -> dict[str, int]:
    """Why people who match are not reached, each counted once: no_consent, stopped, blocked, wrong_number, frozen
    (a number that changed hands), unreachable (a provider said so), no_address, guardian (whose yes is wanting),
    paused."""
    reason = why_not(purpose, now, urgent=urgent).label("why")
    why = select(reason).where(within(scope), *matching(audience, now)).subquery("those")
    query = select(why.c.why, func.count()).where(why.c.why != "").group_by(why.c.why)
    return {row[0]: row[1] for row in conn.execute(query)}


def chunk(
    conn: Connection,
    scope: Scope,
    audience: Audience,
    purpose: str,
    now: datetime,
    after: tuple[str, str] = START,
    limit: int = 5000,
) -> list[tuple[str, str]]:
    """The next (learner, cooperative), by cooperative and then by learner, at most `limit`; none at the end. Go on
    with the last one turned round: `after=(cooperative, learner)`."""
    rows = page(conn, scope, audience, purpose, now, after, limit)
    return [(row.id, row.cooperative) for row in rows]


def page(
    conn: Connection,
    scope: Scope,
    audience: Audience,
    purpose: str,
    now: datetime,
    after: tuple[str, str],
    limit: int,
    *,
    columns: Sequence[ColumnElement[Any]] = (),
    also: Iterable[ColumnElement[bool]] = (),
    together: bool = True,
    urgent: bool = False,
) -> list[Row[*tuple[Any, ...]]]:
    """As `chunk`, with further columns of `learners` and further conditions.

    One index holds this order, so a page costs what it holds, wherever it begins. Where the audience is bounded to
    cooperatives they are read one after the other, or each page would sort all of them anew. Where they need not stay
    `together`, an audience without bounds is read by learner alone: the tables lie in that order, and it takes half
    the time.
    """
    given = select(learners.c.id, learners.c.cooperative, *columns).where(
        *_all(audience, purpose, now, urgent=urgent), *also
    )
    query = given.order_by(learners.c.cooperative, learners.c.id)
    bounds = _cooperatives(conn, scope, audience)
    if bounds is None and not together:
        return list(conn.execute(given.where(learners.c.id > after[1]).order_by(learners.c.id).limit(limit)).all())
    if bounds is None:
        key = tuple_(learners.c.cooperative, learners.c.id)
        begun = query if after == START else query.where(key > tuple_(*after))
        return list(conn.execute(begun.limit(limit)).all())
    found: list[Row[*tuple[Any, ...]]] = []
    rest = bounds[bounds.index(after[0]) :] if after[0] in bounds else bounds
    for each in rest:
        here = query.where(learners.c.cooperative == each)
        if each == after[0]:
            here = here.where(learners.c.id > after[1])
        found += conn.execute(here.limit(limit - len(found))).all()
        if len(found) >= limit:
            break
    return found


def last_of(conn: Connection, after: str, count: int) -> str:
    """The learner `count` places after this one, by id; empty where there are fewer."""
    query = select(learners.c.id).where(learners.c.id > after).order_by(learners.c.id).offset(count - 1).limit(1)
    return conn.execute(query).scalar() or ""


def copied(
    audience: Audience,
    purpose: str,
    now: datetime,
    after: str,
    upto: str,
    due: tuple[str, str, datetime],
    also: Iterable[ColumnElement[bool]],
    *,
    urgent: bool = False,
) -> Select[Any]:
    """Those of an audience without bounds after this learner and up to that one (empty: all), each with this due
    (kind, subject, at): for the database to write down by itself."""
    ends = [learners.c.id <= upto] if upto else []
    kind, subject, at = due
    return select(learners.c.id, literal(kind), literal(subject), literal(at, Instant())).where(
        *_all(audience, purpose, now, urgent=urgent), *also, learners.c.id > after, *ends
    )


def clocks(
    conn: Connection, scope: Scope, audience: Audience, now: datetime, *, also: Iterable[ColumnElement[bool]] = ()
) -> list[Living]:
    """By which zones, countries and own hours those who match live, whether or not they are reached."""
    query = select(*CLOCKS).where(within(scope), *matching(audience, now), *also).distinct()
    return [(row[0], row[1], row[2]) for row in conn.execute(query)]


def living(by: Iterable[Living]) -> ColumnElement[bool]:
    """She lives by one of these clocks."""
    zone, country, hour = CLOCKS
    return tuple_(zone, country, func.coalesce(hour, -1)).in_(
        [(*each[:2], -1 if each[2] is None else each[2]) for each in by]
    )


def still(
    conn: Connection,
    audience: Audience,
    purpose: str,
    who: Collection[str],
    now: datetime,
    *,
    also: Iterable[ColumnElement[bool]] = (),
    urgent: bool = False,
) -> frozenset[str]:
    """Who of these belongs to the audience now, and may be written to."""
    query = select(learners.c.id).where(
        among(learners.c.id, "who"), *_all(audience, purpose, now, urgent=urgent), *also
    )
    return frozenset(conn.execute(query, {"who": sorted(who)}).scalars())


def sample(
    conn: Connection,
    scope: Scope,
    audience: Audience,
    purpose: str,
    now: datetime,
    n: int,
    *,
    urgent: bool = False,
) -> list[Reached]:
    """At most `n` who would be reached, of as many languages, channels and networks as are near at hand."""
    candidates = [row.id for row in page(conn, scope, audience, purpose, now, START, n * _CANDIDATES, urgent=urgent)]
    used = last_used(among(thread_learners.c.learner, "who"))
    query = (
        select(*LEARNER_COLUMNS, used.c.address, used.c.sender)
        .join(used, used.c.learner == learners.c.id)
        .where(among(learners.c.id, "who"), among(used.c.learner, "who"))
        .order_by(learners.c.cooperative, learners.c.id)
    )
    found = [
        Reached(learner=learner(row), address=Address.parse(row.address), sender=row.sender)
        for row in conn.execute(query, {"who": candidates})
    ]
    kinds: dict[tuple[str, str, str], Reached] = {}
    for each in found:
        kinds.setdefault((each.learner.language, each.address.scheme, each.learner.operator), each)
    first = list(kinds.values())
    return [*first, *(each for each in found if each not in first)][:n]


def groups(
    conn: Connection, scope: Scope, audience: Audience, purpose: str, now: datetime, *, urgent: bool = False
) -> list[Group]:
    """The audience by channel, sender, network and language, the largest first."""
    those = (within(scope), *_all(audience, purpose, now, urgent=urgent))
    bounded = scope.cooperatives is not None or audience.cooperatives or audience.cohorts or audience.learners
    # Of a few the threads are ranked by themselves: of all it takes as long as there are learners.
    used = last_used(thread_learners.c.learner.in_(select(learners.c.id).where(*those)) if bounded else None)
    channel = _channel()
    keys = (channel, used.c.sender, learners.c.operator, learners.c.language)
    query = (
        select(*keys, func.count().label("n"))
        .select_from(learners.join(used, used.c.learner == learners.c.id))
        .where(*those)
        .group_by(*keys)
        .order_by(func.count().desc(), *keys)
    )
    return [
        Group(channel=row[0], sender=row[1], operator=row[2], language=row[3], learners=row[4])
        for row in conn.execute(query)
    ]


def by_operator(conn: Connection, scope: Scope, audience: Audience, purpose: str, now: datetime) -> dict[str, int]:
    """How many of those without Telegram each mobile network carries; "" where it is not known."""
    sms = ~on_channel("telegram")
    query = select(learners.c.operator, func.count()).where(within(scope), *_all(audience, purpose, now), sms)
    return {row[0]: row[1] for row in conn.execute(query.group_by(learners.c.operator))}


def by_channel(conn: Connection, scope: Scope, audience: Audience, purpose: str, now: datetime) -> dict[str, int]:
    """How many are reached by telegram and how many by sms: by telegram whoever has it open."""
    asked = select(_channel()).where(within(scope), *_all(audience, purpose, now)).subquery("asked")
    rows = conn.execute(select(asked.c.channel, func.count()).group_by(asked.c.channel)).all()
    return {row[0]: row[1] for row in rows}


def _all(audience: Audience, purpose: str, now: datetime, *, urgent: bool = False) -> list[ColumnElement[bool]]:
    return [*matching(audience, now), *reached(purpose, now, urgent=urgent)]


def _channel() -> ColumnElement[str]:
    return case((on_channel("telegram"), "telegram"), else_="sms").label("channel")


def _cooperatives(conn: Connection, scope: Scope, audience: Audience) -> list[str] | None:
    """The cooperatives to which it is bounded, in order; None where it is not."""
    bounds = [frozenset(scope.cooperatives)] if scope.cooperatives is not None else []
    if audience.cooperatives:
        bounds.append(frozenset(audience.cooperatives))
    if audience.federations:
        theirs = select(cooperatives.c.id).where(cooperatives.c.federation.in_(sorted(audience.federations)))
        bounds.append(frozenset(conn.execute(theirs).scalars()))
    return sorted(frozenset.intersection(*bounds)) if bounds else None
