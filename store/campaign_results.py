"""What came of a campaign: by variant, by network, by reason of failure; and what went and goes out in a month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal_column, or_, select

from bot.cooperating.roles import Right, need
from bot.delivering.campaigns import Campaign, State
from bot.messages import Heard, Status
from bot.people import Scope
from store import reporting_kept
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaigns, occurrences
from store.cohorts import cohort_of
from store.columns import BigId
from store.organisation_tables import cohorts
from store.organisations import within
from store.progressing import visible
from store.reaching import TELEGRAM
from store.tables import consent_states, inbox, learners, outbox

ANSWER = timedelta(days=3)  # a word that comes later is about something else
CHAT = "telegram"
_WORDS = [each.value for each in (Heard.TEXT, Heard.PRESS, Heard.START, Heard.MEDIA, Heard.CONTACT)]
_FAILED = [Status.FAILED.value, Status.UNDELIVERED.value]
_MICROS = Decimal(1_000_000)
_MOST = 500
_COUNTED = {
    Status.SENT: "sent",
    Status.DELIVERED: "delivered",
    Status.READ: "delivered",
    Status.FAILED: "failed",
    Status.UNDELIVERED: "failed",
    Status.UNKNOWN: "unknown",
    Status.CANCELLED: "unsent",
    Status.EXPIRED: "unsent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Messages by where they stand; of those that left, how many were answered within three days, and after how many
    somebody said stop. `money` by estimate."""

    messages: int = 0
    waiting: int = 0
    sent: int = 0  # and no later word
    delivered: int = 0
    failed: int = 0
    unknown: int = 0
    unsent: int = 0
    answered: int = 0
    opted_out: int = 0
    segments: int = 0
    money: Decimal = Decimal(0)

    def __add__(self, other: Share) -> Share:
        return Share(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Share)})

    @property
    def left(self) -> int:
        """How many left us."""
        return self.sent + self.delivered + self.failed + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All of it. Keys: the number of a variant from 0; a mobile network ("": not known) or `telegram`; why it failed,
    as the provider's door put it."""

    total: Share = field(default_factory=Share)
    by_variant: Mapping[int, Share] = field(default_factory=dict)
    by_operator: Mapping[str, Share] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """One day of one campaign that was planned or has gone out: to so many."""

    campaign: Campaign
    on: date
    state: str  # planned, spread, skipped, cancelled
    people: int


def results(conn: Connection, scope: Scope, id: str) -> Results:
    """What came of it. Costs as much as it has messages."""
    if not visible(conn, scope, id):
        return Results()
    total, by_variant, by_operator = Share(), defaultdict[int, Share](Share), defaultdict[str, Share](Share)
    for row in conn.execute(_SHARES, {"which": id}):
        share = Share(
            messages=row.n,
            **{_COUNTED.get(Status(row.state), "waiting"): row.n},
            answered=int(row.answered or 0),
            opted_out=int(row.opted_out or 0),
            segments=int(row.segments or 0),
            money=Decimal(row.micros or 0) / _MICROS,
        )
        total += share
        by_variant[row.variant] += share
        by_operator[CHAT if row.chat else row.operator or ""] += share
    return Results(
        total=total,
        by_variant=dict(sorted(by_variant.items())),
        by_operator=dict(sorted(by_operator.items())),
        reasons=_reasons(conn, id),
    )


def kept(conn: Connection, scope: Scope, id: str, now: datetime) -> tuple[Results, datetime] | None:
    """What was counted of a large one some hours ago at most, and when."""
    held = reporting_kept.body(conn, scope, reporting_kept.key_of(scope, campaign=id), now)
    if held is None or not visible(conn, scope, id):
        return None
    said, at = held
    counted = Results(
        total=_share(said["total"]),
        by_variant={int(name): _share(each) for name, each in said["by_variant"].items()},
        by_operator={name: _share(each) for name, each in said["by_operator"].items()},
        reasons=said["reasons"],
    )
    return counted, at


def keep(conn: Connection, scope: Scope, id: str, counted: Results, now: datetime) -> None:
    """Keep what took long to count."""
    body = {
        "total": _plain(counted.total),
        "by_variant": {str(name): _plain(each) for name, each in counted.by_variant.items()},
        "by_operator": {name: _plain(each) for name, each in counted.by_operator.items()},
        "reasons": dict(counted.reasons),
    }
    reporting_kept.keep_body(conn, scope, reporting_kept.key_of(scope, campaign=id), body, now)


def _plain(share: Share) -> dict[str, Any]:
    return {**asdict(share), "money": str(share.money)}


def _share(held: Mapping[str, Any]) -> Share:
    return Share(**{**held, "money": Decimal(held["money"])})


def gone(conn: Connection, scope: Scope, first: date, last: date) -> list[Gone]:
    """Everything that was planned or has gone out in these days, in order, at most 500."""
    need(scope, Right.SEE_PLANS)
    query = (
        select(campaigns, *(occurrences.c[each].label(f"of_{each}") for each in ("local_date", "state", "dues")))
        .join(occurrences, occurrences.c.campaign == campaigns.c.id)
        .where(within(scope, campaigns.c.cooperative))
        .where(occurrences.c.local_date.between(first.isoformat(), last.isoformat()))
        .order_by(occurrences.c.local_date, campaigns.c.created_at, campaigns.c.id)
        .limit(_MOST)
    )
    return [
        Gone(
            campaign=read(dict(row)),
            on=date.fromisoformat(row["of_local_date"]),
            state=row["of_state"],
            people=row["of_dues"],
        )
        for row in conn.execute(query).mappings()
    ]


def expected(conn: Connection, scope: Scope) -> list[tuple[Campaign, tuple[str, ...]]]:
    """What may still go out: whatever has not ended, with the days of a drip's cohort; at most 500."""
    need(scope, Right.SEE_PLANS)
    open_ = [each.value for each in (State.DRAFT, State.WAITING, State.RUNNING, State.PAUSED)]
    query = (
        select(campaigns)
        .where(within(scope, campaigns.c.cooperative), campaigns.c.state.in_(open_))
        .order_by(campaigns.c.created_at, campaigns.c.id)
        .limit(_MOST)
    )
    found = [read(dict(row)) for row in conn.execute(query).mappings()]
    named = sorted({each.schedule.cohort for each in found if each.schedule.cohort})
    rows = conn.execute(select(cohorts).where(cohorts.c.id.in_(named))).mappings() if named else ()
    days = {each.id: each.days for each in map(cohort_of, rows)}
    return [(each, days.get(each.schedule.cohort, ())) for each in found]


def _reasons(conn: Connection, id: str) -> Mapping[str, int]:
    query = (
        select(outbox.c.error, func.count())
        .where(outbox.c.campaign == id, outbox.c.campaign != literal_column("''"), outbox.c.state.in_(_FAILED))
        .group_by(outbox.c.error)
        .order_by(func.count().desc())
        .limit(_MOST)
    )
    found: Counter[str] = Counter()
    for error, n in conn.execute(query):
        # "bad_address 21211: …": the first word is one of bot.messages.Refusal, or a provider's bare code.
        found[error.replace(":", " ").partition(" ")[0]] += n
    return dict(found.most_common(20))


def _number(column: Any) -> Any:
    return func.abs(column, type_=BigId)  # the number itself: no arithmetic is defined on times


_WITHIN = int(ANSWER.total_seconds()) * 1_000_000
_ANSWERED = exists(literal_column("1")).where(
    inbox.c.address == outbox.c.address,
    inbox.c.kind.in_(_WORDS),
    _number(inbox.c.received_at) > _number(outbox.c.sent_at),
    _number(inbox.c.received_at) <= _number(outbox.c.sent_at) + _WITHIN,
)
_STOPPED = exists(literal_column("1")).where(
    consent_states.c.learner == outbox.c.learner,
    consent_states.c.granted.is_(False),
    consent_states.c.at >= outbox.c.created_at,
)
_CHAT = case((or_(*(outbox.c.address.like(form) for form in TELEGRAM)), 1), else_=0)
_EACH = (
    select(
        outbox.c.state,
        outbox.c.variant,
        _CHAT.label("chat"),
        learners.c.operator,
        outbox.c.estimated,
        outbox.c.micros,
        case((and_(outbox.c.sent_at.is_not(None), _ANSWERED), 1), else_=0).label("answered"),
        case((and_(outbox.c.sent_at.is_not(None), _STOPPED), 1), else_=0).label("opted_out"),
    )
    .select_from(outbox.outerjoin(learners, learners.c.id == outbox.c.learner))
    .where(outbox.c.campaign == bindparam("which"), outbox.c.campaign != literal_column("''"))
    .subquery("each_one")
)
_KEYS = (_EACH.c.state, _EACH.c.variant, _EACH.c.chat, _EACH.c.operator)
_SHARES = select(
    *_KEYS,
    func.count().label("n"),
    func.sum(_EACH.c.estimated).label("segments"),
    func.sum(_EACH.c.micros).label("micros"),
    func.sum(_EACH.c.answered).label("answered"),
    func.sum(_EACH.c.opted_out).label("opted_out"),
).group_by(*_KEYS)
