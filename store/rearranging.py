"""Change what is organised: another calendar, people out of a cohort or into another cooperative."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, literal_column, select, update

from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import learner_search, people
from store.campaign_tables import campaigns, occurrences
from store.columns import among
from store.organisation_tables import cohort_members, cohorts, cooperatives
from store.organisations import within
from store.shapes import clean
from store.tables import learners
from store.touching import touch_learners

_DRIPS = select(campaigns.c.id).where(
    campaigns.c.cohort == bindparam("which"),
    campaigns.c.cohort != literal_column("''"),  # so that SQLite may use the partial index
    campaigns.c.state == literal_column("'running'"),
)


def change_cohort(conn: Connection, scope: Scope, changed: Cohort, now: datetime) -> bool:
    """Give a cohort another name, days, hour or dates; False where it is closed or none of the scope's.

    Its lessons follow: what is planned of its drips and not begun is planned anew. A lesson that is owed already keeps
    its hour.
    """
    need(scope, Right.EDIT_PEOPLE)
    row = {
        "name": clean(changed.name),
        "days": ",".join(changed.days),
        "hour": changed.hour,
        "starts_on": changed.starts_on.isoformat(),
        "ends_on": changed.ends_on.isoformat() if changed.ends_on else "",
    }
    mine = (cohorts.c.id == changed.id, cohorts.c.closed_at.is_(None), within(scope, cohorts.c.cooperative))
    if not conn.execute(update(cohorts).where(*mine).values(**row)).rowcount:
        return False
    for id in conn.execute(_DRIPS.with_for_update(), {"which": changed.id}).scalars().all():
        unbegun = (occurrences.c.campaign == id, occurrences.c.state == "planned", occurrences.c.dues == 0)
        conn.execute(delete(occurrences).where(*unbegun))
        conn.execute(update(campaigns).where(campaigns.c.id == id).values(next_at=now))
    return True


def open_cohort(conn: Connection, scope: Scope, id: str) -> bool:
    """Open a closed cohort again; False where it is not closed, or none of the scope's. A drip that has ended with it
    stays over: it takes a new one."""
    need(scope, Right.EDIT_PEOPLE)
    mine = (cohorts.c.id == id, cohorts.c.closed_at.is_not(None), within(scope, cohorts.c.cooperative))
    return conn.execute(update(cohorts).where(*mine).values(closed_at=None)).rowcount > 0


def take_out(conn: Connection, scope: Scope, cohort: str, ids: Collection[str]) -> int:
    """Take learners out of a cohort: no lessons by its calendar. They stay in the course. Returns how many were in."""
    need(scope, Right.EDIT_PEOPLE)
    mine = select(learners.c.id).where(among(learners.c.id, "ids"), people.within(scope))
    gone = delete(cohort_members).where(cohort_members.c.cohort == cohort, cohort_members.c.learner.in_(mine))
    return conn.execute(gone, {"ids": sorted(set(ids))}).rowcount


def move_members(conn: Connection, scope: Scope, cooperative: str, ids: Collection[str]) -> int:
    """Make learners of the scope members of this cooperative and of no other; of none, where it is empty. Their
    cohorts stay. Returns how many were not in it."""
    need(scope, Right.EDIT_PEOPLE)
    if scope.cooperatives is not None and cooperative not in scope.cooperatives:
        raise PermissionError(f"{cooperative} is none of the cooperatives that this account is for.")
    moved = update(learners).where(
        among(learners.c.id, "ids"), learners.c.cooperative != cooperative, people.within(scope)
    )
    count = conn.execute(moved.values(cooperative=cooperative), {"ids": sorted(set(ids))}).rowcount
    learner_search.keep(conn, ids)
    touch_learners(conn, ids)
    return count


def change_cooperative(
    conn: Connection, scope: Scope, id: str, *, name: str = "", notices: int | None = None, opened: bool = False
) -> bool:
    """Give a cooperative another name or number of notices a month, or open it again. False where there is none such.

    Raises PermissionError for whoever is bounded to cooperatives: what one may spend is not hers to say.
    """
    need(scope, Right.EDIT_PEOPLE)
    if scope.cooperatives is not None:
        raise PermissionError(f"{id} cannot be changed by this account.")
    row: dict[str, object] = {"name": clean(name)} if name else {}
    row |= {"monthly_notices": notices} if notices is not None else {}
    row |= {"closed_at": None} if opened else {}
    return bool(row) and conn.execute(update(cooperatives).where(cooperatives.c.id == id).values(**row)).rowcount > 0
