"""Find in the tables what other programs are to be told, hand it out to be sent, and settle what came of it.

Nothing is written where the events happen, so nobody who learns waits for it: what is new is read from the tables
themselves, some seconds later, and only while somebody is subscribed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.cooperating.hooks import GIVEN_UP, Event, Hook, next_try
from bot.record import LEARNING
from store.api_tables import hook_deliveries, hooks
from store.columns import among, micros, moment
from store.credential_tables import credential_acts, credentials
from store.hooks import Delivery, delivery_of, end_with_tokens, hook_of
from store.tables import consents, enrolments, learners, meta, quiz_results

LAG = timedelta(seconds=15)  # what is younger may still be followed by a row with a smaller number
_OVERLAP = timedelta(minutes=1)
_KEPT = timedelta(days=30)
_LEASE = timedelta(seconds=60)
_PAGE = 500
_BEFORE = 200
_AT_ONCE = 10  # deliveries to one subscription in one round

_earlier = consents.alias("earlier")
_CONSENTS = (
    select(
        consents.c.id,
        consents.c.learner,
        consents.c.granted,
        consents.c.purpose,
        consents.c.at,
        learners.c.cooperative,
        select(literal_column("1"))
        .select_from(_earlier)
        .where(
            _earlier.c.learner == consents.c.learner,
            _earlier.c.purpose == consents.c.purpose,
            _earlier.c.granted,
            _earlier.c.id < consents.c.id,
        )
        .exists()
        .label("known"),
    )
    .select_from(consents.outerjoin(learners, learners.c.id == consents.c.learner))
    .where(consents.c.id > bindparam("after"))
    .order_by(consents.c.id)
    .limit(_PAGE)
)
_QUIZZES = (
    select(quiz_results, enrolments.c.learner, enrolments.c.course, learners.c.cooperative)
    .select_from(
        quiz_results.join(enrolments, enrolments.c.id == quiz_results.c.enrolment).join(
            learners, learners.c.id == enrolments.c.learner
        )
    )
    .where(quiz_results.c.passed, quiz_results.c.at > bindparam("after"), quiz_results.c.at <= bindparam("until"))
    .order_by(quiz_results.c.at, quiz_results.c.attempt)
    .limit(_PAGE)
)
_ISSUED = (
    select(
        credential_acts.c.id,
        credential_acts.c.kind,
        credential_acts.c.at,
        credential_acts.c.credential,
        credentials.c.learner,
        credentials.c.cooperative,
    )
    .join(credentials, credentials.c.serial == credential_acts.c.credential)
    .where(credential_acts.c.id > bindparam("after"))
    .order_by(credential_acts.c.id)
    .limit(_PAGE)
)
_LIVE = select(hooks).where(hooks.c.removed_at.is_(None), hooks.c.disabled_at.is_(None)).order_by(hooks.c.id)
_WRITE = insert_or(hook_deliveries).on_conflict_do_nothing(index_elements=["hook", "event"])
_CURSOR = insert_or(meta)
_SET = _CURSOR.on_conflict_do_update(index_elements=["key"], set_={"value": _CURSOR.excluded.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one try: `status` of the answer (0: none came), and what went wrong, in a word."""

    delivery: Delivery
    status: int
    error: str = ""

    @property
    def arrived(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the other side wants nothing more of it. Source: RFC 9110 §15.5.11."""
        return self.status == 410


def anybody(conn: Connection) -> bool:
    """Whether anybody is, or was until now, subscribed to anything: nothing else needs a look."""
    if conn.execute(_LIVE.limit(1)).first():
        return True
    return conn.execute(select(meta.c.key).where(meta.c.key == "hooks:consents")).first() is not None


def gather(conn: Connection, now: datetime) -> int:
    """Put what happened since the last time on its way to whoever is subscribed to it; how many are on their way."""
    end_with_tokens(conn, now)
    live = [hook_of(row) for row in conn.execute(_LIVE)]
    if not live:
        # Whoever subscribes hears what happens from then on, not what happened while nobody listened.
        conn.execute(delete(meta).where(meta.c.key.like("hooks:%")))
        return 0
    events = [*_consents(conn, now), *_quizzes(conn, now), *_credentials(conn, now)]
    rows = [_row(hook, event, now) for event in events for hook in live if _wants(hook, event)]
    if rows:
        conn.execute(_WRITE, rows)
    return len(rows)


def take(conn: Connection, now: datetime) -> list[tuple[Hook, Delivery]]:
    """What is to be sent now, some of each subscription's, oldest first. It is handed out again after a minute unless
    it is settled, so that it arrives at least once."""
    found: list[tuple[Hook, Delivery]] = []
    for hook in [hook_of(row) for row in conn.execute(_LIVE)]:
        due = (
            select(hook_deliveries.c.id)
            .where(
                hook_deliveries.c.hook == hook.id,
                hook_deliveries.c.state == literal_column("'waiting'"),
                hook_deliveries.c.not_before <= now,
            )
            .order_by(hook_deliveries.c.not_before, hook_deliveries.c.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        ids = conn.execute(due).scalars().all()
        if not ids:
            continue
        claimed = (
            update(hook_deliveries)
            .where(among(hook_deliveries.c.id, "ids"))
            .values(not_before=now + _LEASE)
            .returning(hook_deliveries)
        )
        rows = conn.execute(claimed, {"ids": list(ids)}).all()
        found += [(hook, delivery_of(row)) for row in sorted(rows, key=lambda row: row.id)]
    return found


def settle(conn: Connection, tried: Sequence[Tried], now: datetime) -> None:
    """Note what came of what was handed out."""
    for each in tried:
        tries = each.delivery.tries + 1
        later = None if each.arrived else next_try(tries, now)
        values: dict[str, Any] = {"tries": tries, "status": each.status, "error": each.error[:200]}
        if each.arrived:
            values |= {"state": "delivered", "ended_at": now}
        elif later is None:
            values |= {"state": "failed", "ended_at": now}
        else:
            values |= {"not_before": later}
        conn.execute(update(hook_deliveries).where(hook_deliveries.c.id == each.delivery.id).values(**values))
    for hook in {each.delivery.hook for each in tried}:
        _judge(conn, hook, [each for each in tried if each.delivery.hook == hook], now)


def prune(conn: Connection, now: datetime) -> int:
    """Drop what ended a month ago."""
    old = hook_deliveries.c.created_at < now - _KEPT
    return conn.execute(delete(hook_deliveries).where(old, hook_deliveries.c.state != "waiting")).rowcount


def _judge(conn: Connection, hook: str, tried: Sequence[Tried], now: datetime) -> None:
    """A subscription that only fails waits with everything, and after some days it is switched off."""
    this = update(hooks).where(hooks.c.id == hook)
    if any(each.gone for each in tried):
        conn.execute(this.where(hooks.c.disabled_at.is_(None)).values(disabled_at=now, disabled_why="gone"))
        return
    if any(each.arrived for each in tried):
        conn.execute(this.where(hooks.c.failing_since.is_not(None)).values(failing_since=None))
        return
    conn.execute(this.where(hooks.c.failing_since.is_(None)).values(failing_since=now))
    failing = this.where(hooks.c.failing_since <= now - GIVEN_UP, hooks.c.disabled_at.is_(None))
    conn.execute(failing.values(disabled_at=now, disabled_why="failing"))
    later = next_try(min(each.delivery.tries + 1 for each in tried), now)
    if later:
        held = update(hook_deliveries).where(
            hook_deliveries.c.hook == hook,
            hook_deliveries.c.state == literal_column("'waiting'"),
            hook_deliveries.c.not_before < later,
        )
        conn.execute(held.values(not_before=later))


# --- what happened ---


def _consents(conn: Connection, now: datetime) -> list[Event]:
    after = _number(conn, "consents", select(func.max(consents.c.id)))
    found: list[Event] = []
    for row in conn.execute(_CONSENTS, {"after": after}).all():
        if row.at > now - LAG:
            break
        after = row.id
        if row.learner is None or row.cooperative is None:
            continue
        about = {"at": row.at, "learner": row.learner, "cooperative": row.cooperative, "purpose": row.purpose}
        if not row.granted:
            found.append(Event(id=f"learner.opted_out:{row.id}", kind="learner.opted_out", **about))
        elif row.purpose == LEARNING and not row.known:
            found.append(Event(id=f"learner.joined:{row.learner}", kind="learner.joined", **about))
    _remember(conn, "consents", str(after))
    return found


def _quizzes(conn: Connection, now: datetime) -> list[Event]:
    until = now - LAG
    after = moment(_number(conn, "quizzes", None, micros(until)))
    rows = conn.execute(_QUIZZES, {"after": after - _OVERLAP, "until": until}).all()
    # Where a page is full, what is left of it comes with the next one.
    reached = rows[-1].at if len(rows) == _PAGE else until
    _remember(conn, "quizzes", str(micros(max(reached, after))))
    return [
        Event(
            id=f"unit.passed:{row.enrolment}:{row.unit}",
            kind="unit.passed",
            at=row.at,
            learner=row.learner,
            cooperative=row.cooperative,
            course=row.course,
            unit=row.unit,
        )
        for row in rows
    ]


def _credentials(conn: Connection, now: datetime) -> list[Event]:
    after = _number(conn, "credentials", select(func.max(credential_acts.c.id)))
    found: list[Event] = []
    for row in conn.execute(_ISSUED, {"after": after}).all():
        if row.at > now - LAG:
            break
        after = row.id
        if row.kind == "issued" and row.learner is not None:
            found.append(
                Event(
                    id=f"credential.issued:{row.credential}",
                    kind="credential.issued",
                    at=row.at,
                    learner=row.learner,
                    cooperative=row.cooperative,
                    credential=row.credential,
                )
            )
    _remember(conn, "credentials", str(after))
    return found


def _wants(hook: Hook, event: Event) -> bool:
    mine = hook.cooperatives is None or event.cooperative in hook.cooperatives
    return mine and event.kind in hook.events and event.at >= hook.created_at


def _row(hook: Hook, event: Event, now: datetime) -> dict[str, Any]:
    return {
        "hook": hook.id,
        "event": event.id,
        "kind": event.kind,
        "learner": event.learner,
        "body": event.body(),
        "not_before": now,
        "created_at": now,
    }


def _number(conn: Connection, name: str, latest: Any, default: int = 0) -> int:
    held = conn.execute(select(meta.c.value).where(meta.c.key == f"hooks:{name}")).scalar()
    if held is not None:
        return int(held)
    # From a little before, for what came between subscribing and now; `_wants` leaves out what is older.
    return max(0, int(conn.execute(latest).scalar() or 0) - _BEFORE) if latest is not None else default


def _remember(conn: Connection, name: str, value: str) -> None:
    conn.execute(_SET, {"key": f"hooks:{name}", "value": value})
