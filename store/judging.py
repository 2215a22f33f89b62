"""Judge queued messages that nobody asked for, all of a batch at once, on what the tables say at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, literal_column, or_, select, update

from bot.delivering.judging import HOLD, Standing, Verdict, judged
from bot.record import CERTIFICATION, LEARNING, NOTICES, Policy
from store.campaign_tables import campaigns, unreachable
from store.columns import among
from store.tables import consent_states, learners, outbox, threads

AGAIN = "said again"  # in `error` of a queued copy of what could not be delivered
_newer = outbox.alias("newer")
_learning, _notices, _certification = (consent_states.alias(each) for each in (LEARNING, NOTICES, CERTIFICATION))
_STANDING = (
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.purpose,
        outbox.c.learner,
        outbox.c.campaign,
        threads.c.state,
        learners.c.id,
        _learning.c.granted,
        _notices.c.granted,
        learners.c.paused_until,
        learners.c.timezone,
        learners.c.country,
        campaigns.c.state,
        campaigns.c.urgent,
        unreachable.c.address,
        learners.c.guardian,
        and_(outbox.c.error == AGAIN, exists().where(_newer.c.address == outbox.c.address, _newer.c.id > outbox.c.id)),
        _certification.c.granted,
    )
    .select_from(
        outbox.outerjoin(threads, threads.c.address == outbox.c.address)
        .outerjoin(learners, learners.c.id == outbox.c.learner)
        .outerjoin(_learning, and_(_learning.c.learner == outbox.c.learner, _learning.c.purpose == LEARNING))
        .outerjoin(_notices, and_(_notices.c.learner == outbox.c.learner, _notices.c.purpose == NOTICES))
        .outerjoin(
            _certification,
            and_(
                outbox.c.purpose == CERTIFICATION,  # which few messages are for: the others look nothing up
                _certification.c.learner == outbox.c.learner,
                _certification.c.purpose == CERTIFICATION,
            ),
        )
        .outerjoin(campaigns, campaigns.c.id == outbox.c.campaign)
        .outerjoin(
            unreachable,
            and_(
                unreachable.c.address == outbox.c.address,
                unreachable.c.suppressed_at.is_not(None),
                # Whoever has written since is there after all.
                or_(threads.c.heard_at.is_(None), threads.c.heard_at < unreachable.c.suppressed_at),
            ),
        )
    )
    .where(among(outbox.c.id, "ids"))
)
_OF_CAMPAIGN = (
    outbox.c.campaign == bindparam("which"),
    outbox.c.campaign != literal_column("''"),  # so that SQLite may use the partial index
    outbox.c.state == literal_column("'queued'"),
)
_CANCEL_CAMPAIGN = update(outbox).where(*_OF_CAMPAIGN).values(state=literal_column("'cancelled'"), error="campaign")
_HOLD_CAMPAIGN = (
    update(outbox).where(*_OF_CAMPAIGN, outbox.c.not_before < bindparam("until")).values(not_before=bindparam("until"))
)


def verdicts(
    conn: Connection, ids: Sequence[int], policy: Policy, now: datetime, ahead: timedelta = timedelta()
) -> dict[int, Verdict]:
    """What becomes of each of these rows, which may leave only where they still may `ahead` from now. Where a campaign
    was cancelled or paused, all that still waits of it is cancelled or put aside at once, so that nobody has to look at
    it row by row."""
    found: dict[int, Verdict] = {}
    stopped: dict[str, Verdict] = {}
    for row in conn.execute(_STANDING, {"ids": ids}):
        standing = _standing(row)
        verdict = judged(standing, policy, now)
        if ahead and not verdict.why:
            verdict = judged(standing, policy, now + ahead)
        found[row[0]] = verdict
        if verdict.why == "campaign":
            stopped[row[4]] = verdict
    for campaign in sorted(stopped):
        if stopped[campaign].at is None:
            conn.execute(_CANCEL_CAMPAIGN, {"which": campaign})
        else:
            conn.execute(_HOLD_CAMPAIGN, {"which": campaign, "until": now + HOLD})
    return found


def _standing(row: Sequence[Any]) -> Standing:
    return Standing(
        kind=row[1],
        purpose=row[2],
        thread=row[5] or "open",  # nobody has been heard there yet
        known=not row[3] or row[6] is not None,
        learning=row[7],
        notices=row[8],
        certification=row[17],
        paused_until=row[9],
        timezone=row[10] or "",
        country=row[11] or "",
        campaign=row[12] or "running",
        urgent=bool(row[13]),
        suppressed=row[14] is not None,
        guardian=row[15] or "",
        overtaken=bool(row[16]),
        personal=bool(row[3]),
    )
