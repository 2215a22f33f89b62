"""Give threads a new version, so that what is remembered of them is read anew and a turn under way is decided again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from store.columns import among
from store.tables import thread_learners, threads

_AT = update(threads).where(among(threads.c.address, "addresses")).values(version=threads.c.version + 1)
_THEIRS = select(thread_learners.c.address).distinct().where(among(thread_learners.c.learner, "learners"))


def touch(conn: Connection, addresses: Collection[str]) -> None:
    """Whatever changes what is known on a thread from outside its turns calls this, in the same transaction."""
    if addresses:
        conn.execute(_AT, {"addresses": sorted(addresses)})


def touch_learners(conn: Connection, learners: Collection[str]) -> None:
    """The same for every thread of these learners."""
    if learners:
        touch(conn, list(conn.execute(_THEIRS, {"learners": sorted(learners)}).scalars()))
