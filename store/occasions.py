"""Load what the dues of a batch are about: a fixed number of queries for each kind of due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from bot.delivering.campaigns import DUE as CAMPAIGN
from bot.occasion import Occasion
from bot.talking.inviting import INVITATION
from bot.turn import Due
from store import cohorts, reviews, rhythm, survey_replies
from store.campaign_occasions import of_campaigns
from store.campaign_tables import weeks
from store.columns import among
from store.tables import thread_learners, threads

Occasions = dict[Due, Occasion]

_WEEKS = select(weeks.c.learner, weeks.c.week, weeks.c.n).where(
    among(weeks.c.learner, "learners"), weeks.c.week >= bindparam("since")
)
_HEARD = (
    select(thread_learners.c.learner, func.max(threads.c.heard_at))
    .select_from(thread_learners.join(threads, threads.c.address == thread_learners.c.address))
    .where(among(thread_learners.c.learner, "learners"))
    .group_by(thread_learners.c.learner)
)


def load(conn: Connection, owed: Sequence[Due], now: datetime) -> Occasions:
    """The occasion of each due, for the turn that answers it."""
    who = sorted({due.learner for due in owed})
    if not who:
        return {}
    spent: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for learner, week, n in conn.execute(_WEEKS, {"learners": who, "since": _a_week_before(now)}).all():
        spent[learner][week] = n
    heard = {row[0]: row[1] for row in conn.execute(_HEARD, {"learners": who}).all()}
    found = {due: Occasion(weeks=spent[due.learner], heard_at=heard.get(due.learner)) for due in owed}
    for kind, add in _BY_KIND.items():
        of_kind = {due: occasion for due, occasion in found.items() if due.kind == kind}
        if of_kind:
            found.update(add(conn, of_kind, now))
    return survey_replies.with_surveys(conn, found)


def _a_week_before(now: datetime) -> str:
    year, week, _ = (now - timedelta(days=8)).isocalendar()
    return f"{year}-W{week:02d}"


# Kind of due → what it needs to know besides. Each takes the occasions of its kind and returns them filled.
_BY_KIND: Mapping[str, Callable[[Connection, Occasions, datetime], Occasions]] = {
    INVITATION: cohorts.invitations,
    "lesson": rhythm.lesson_slots,
    "review": reviews.due,
    "booster": reviews.finished,
    "session": rhythm.meetings,
    CAMPAIGN: of_campaigns,
}
