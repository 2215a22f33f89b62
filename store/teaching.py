"""Keep what the courses consist of beside the learners, so that "has finished" can be asked of a million at once."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.catalogue import Catalogue
from store.campaign_tables import taught
from store.tables import meta

_KEY = "taught"
_VERSION = select(meta.c.value).where(meta.c.key == _KEY)
_KEPT = insert_or(meta)


def is_kept(conn: Connection, catalogue: Catalogue) -> bool:
    """Whether the tables know these very courses."""
    return conn.execute(_VERSION).scalar() == _digest(catalogue)


def ensure(conn: Connection, catalogue: Catalogue) -> None:
    """Make the tables know these courses, unless they do; in a transaction that writes."""
    if not is_kept(conn, catalogue):
        keep(conn, catalogue)


def keep(conn: Connection, catalogue: Catalogue) -> None:
    """Make the tables know the courses of this catalogue and no others."""
    conn.execute(delete(taught))
    rows = [
        {"course": course.id, "unit": unit.id, "isco08": course.isco08}
        for course in catalogue.courses.values()
        for unit in course.units
    ]
    if rows:
        conn.execute(insert(taught), rows)
    kept = _KEPT.on_conflict_do_update(index_elements=["key"], set_={"value": _KEPT.excluded.value})
    conn.execute(kept, {"key": _KEY, "value": _digest(catalogue)})


def _digest(catalogue: Catalogue) -> str:
    return ",".join(sorted(f"{course.id}@{course.version}" for course in catalogue.courses.values()))
