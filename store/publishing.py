"""Changes to lessons between the one who wrote them and the other who publishes them; who is taught which version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.cooperating.roles import Right, need
from bot.learning.drafting import Draft, DraftState, FileChange, Reach
from bot.people import Scope
from store import cohort_versions, people
from store.organisation_tables import cohorts
from store.publishing_tables import content_draft_files, content_drafts, item_figures
from store.shapes import clean, dumps, loads
from store.tables import enrolments, learners
from store.touching import touch_learners

COUNTED = 1_000
"""People of one version are counted up to this many: a page says "1,000+"."""
_CHUNK = 2_000

_KEEP = insert_or(item_figures)


def add(conn: Connection, scope: Scope, draft: Draft, changes: Sequence[FileChange], once: str) -> str:
    """Keep a change; its id, or that of the change which the same form made before."""
    need(scope, Right.WRITE_CONTENT)
    same = conn.execute(select(content_drafts.c.id).where(content_drafts.c.once == once)).scalar()
    if same is not None:
        return str(same)
    row = {
        "id": draft.id,
        "course": draft.course,
        "kind": draft.kind,
        "title": clean(draft.title),
        "note": clean(draft.note),
        "by": draft.by,
        "by_name": clean(draft.by_name),
        "created_at": draft.created_at,
        "state": DraftState.WAITING.value,
        "files": len(changes),
        "errors": draft.errors,
        "wrong": clean(dumps(list(draft.wrong))),
        "once": once,
    }
    conn.execute(insert(content_drafts), row)
    files = [{"draft": draft.id, "path": each.path, "before": each.before, "after": each.after} for each in changes]
    conn.execute(insert(content_draft_files), files)
    return draft.id


def listed(conn: Connection, scope: Scope, state: str, *, before: str = "", limit: int = 50) -> list[Draft]:
    """Changes in a state, the latest first; go on with the last id as `before`."""
    need(scope, Right.SEE_CONTENT)
    query = select(content_drafts).where(content_drafts.c.state == state)
    if before:
        query = query.where(content_drafts.c.id < before)
    return [_draft(row) for row in conn.execute(query.order_by(content_drafts.c.id.desc()).limit(limit))]


def found(conn: Connection, scope: Scope, id: str) -> Draft | None:
    """One change; None where there is none."""
    need(scope, Right.SEE_CONTENT)
    row = conn.execute(select(content_drafts).where(content_drafts.c.id == id)).first()
    return _draft(row) if row else None


def changes(conn: Connection, scope: Scope, id: str) -> list[FileChange]:
    """The files of a change, in order of their paths."""
    need(scope, Right.SEE_CONTENT)
    query = select(content_draft_files).where(content_draft_files.c.draft == id).order_by(content_draft_files.c.path)
    return [FileChange(path=row.path, before=row.before, after=row.after) for row in conn.execute(query)]


def publish(conn: Connection, scope: Scope, id: str, account: str, name: str, reach: Reach, now: datetime) -> bool:
    """Mark a change as published; False where it was decided before, or by the one who wrote it."""
    need(scope, Right.PUBLISH)
    ready = content_drafts.c.by != account, content_drafts.c.errors == 0
    return _decided(conn, id, DraftState.PUBLISHED, account, name, now, reach, *ready)


def drop(conn: Connection, scope: Scope, id: str, account: str, name: str, now: datetime) -> bool:
    """Mark a change as dropped; False where it was decided before. Who wrote it may drop it too."""
    need(scope, Right.WRITE_CONTENT)
    return _decided(conn, id, DraftState.DROPPED, account, name, now, None)


def judged(conn: Connection, scope: Scope, id: str, wrong: Sequence[Mapping[str, object]], errors: int) -> None:
    """Keep what the check says of a change now."""
    need(scope, Right.SEE_CONTENT)
    kept = update(content_drafts).where(content_drafts.c.id == id, content_drafts.c.state == DraftState.WAITING.value)
    conn.execute(kept.values(wrong=clean(dumps(list(wrong))), errors=errors))


# --- which version people are taught ---


def used(conn: Connection, course: str) -> set[str]:
    """Every version of a course that anybody is taught, or that a group stays on: their files are kept."""
    column, own = enrolments.c.content_version, enrolments.c.course == course
    of_groups = select(cohorts.c.content_version).where(cohorts.c.course == course, cohorts.c.closed_at.is_(None))
    taught = select(column).where(own).distinct()
    return {str(value) for query in (taught, of_groups.distinct()) for value in conn.execute(query).scalars() if value}


def versions(conn: Connection, scope: Scope, course: str) -> list[tuple[str, int]]:
    """The versions of a course that somebody of the scope is taught, with their people counted up to COUNTED."""
    need(scope, Right.SEE_CONTENT)
    column, mine = enrolments.c.content_version, _mine(scope, course)
    values: list[str] = []
    while len(values) < 50:
        further = [column > values[-1]] if values else []
        value = conn.execute(select(column).where(mine, *further).order_by(column).limit(1)).scalar()
        if value is None:
            break
        values.append(str(value))
    return [(value, _counted(conn, and_(mine, column == value))) for value in values]


def stay(conn: Connection, scope: Scope, course: str, version: str) -> int:
    """Leave the groups that have begun with this version on it, also for who comes into them later; how many."""
    need(scope, Right.PUBLISH)
    return cohort_versions.stay(conn, course, version)


def move_all(conn: Connection, scope: Scope, course: str, version: str) -> int:
    """Have everybody of a course taught this version from their next turn on; how many moved."""
    need(scope, Right.PUBLISH)
    cohort_versions.follow(conn, course)
    others = (
        select(enrolments.c.id, enrolments.c.learner)
        .where(enrolments.c.course == course, enrolments.c.content_version != version)
        .limit(_CHUNK)
    )
    moved = 0
    while rows := conn.execute(others).all():
        conn.execute(
            update(enrolments).where(enrolments.c.id.in_([row.id for row in rows])).values(content_version=version)
        )
        touch_learners(conn, [row.learner for row in rows if row.learner])
        moved += len(rows)
    return moved


# --- how good the questions are ---


def keep_figures(
    conn: Connection, scope: Scope, course: str, figures: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Keep what was worked out of the answers of one course."""
    need(scope, Right.SEE_CONTENT)
    row = {"course": course, "figures": dumps(list(figures)), "at": at}
    kept = {"figures": _KEEP.excluded.figures, "at": _KEEP.excluded.at}
    conn.execute(_KEEP.on_conflict_do_update(index_elements=["course"], set_=kept), row)


def figures(conn: Connection, scope: Scope, course: str) -> tuple[list[Mapping[str, Any]], datetime | None]:
    """What was last worked out, and when; nothing and None where it never was."""
    need(scope, Right.SEE_CONTENT)
    row = conn.execute(select(item_figures).where(item_figures.c.course == course)).first()
    return (loads(row.figures), row.at) if row else ([], None)


def _mine(scope: Scope, course: str) -> ColumnElement[bool]:
    own = enrolments.c.course == course
    if scope.cooperatives is None:
        return own
    return and_(own, enrolments.c.learner.in_(select(learners.c.id).where(people.within(scope))))


def _counted(conn: Connection, which: ColumnElement[bool]) -> int:
    some = select(enrolments.c.id).where(which).limit(COUNTED + 1).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def _decided(
    conn: Connection,
    id: str,
    state: DraftState,
    account: str,
    name: str,
    now: datetime,
    reach: Reach | None,
    *ready: Any,
) -> bool:
    waits = content_drafts.c.id == id, content_drafts.c.state == DraftState.WAITING.value
    values = {
        "state": state.value,
        "reach": reach.value if reach else "",
        "decided_by": account,
        "decided_by_name": clean(name),
        "decided_at": now,
    }
    return conn.execute(update(content_drafts).where(*waits, *ready).values(**values)).rowcount > 0


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        course=row.course,
        kind=row.kind,
        title=row.title,
        note=row.note,
        by=row.by,
        by_name=row.by_name,
        created_at=row.created_at,
        state=DraftState(row.state),
        files=row.files,
        errors=row.errors,
        wrong=tuple(loads(row.wrong)) if row.wrong else (),
        reach=row.reach,
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
    )
