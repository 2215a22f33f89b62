"""The clock of a rehearsal: it runs fast, and every process on the database, now and later, reads the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from store.columns import micros, moment
from store.shapes import dumps, loads
from store.tables import meta

_KEY = "rehearsal"


def begin(conn: Connection, real: datetime, speed: float) -> Callable[[datetime], datetime]:
    """The rehearsal's time as a function of the real one, `speed` times as fast from its first start on.

    Kept in the database, so that a command in another terminal and tomorrow's start go on in the same day. With
    another speed the clock goes on from where it is, never back.
    """
    stored = conn.execute(select(meta.c.value).where(meta.c.key == _KEY)).scalar()
    told = (real, real, speed)
    if stored:
        kept = loads(stored)
        told = (moment(kept["real"]), moment(kept["told"]), float(kept["speed"]))
        if told[2] != speed:
            told = (real, told[1] + (real - told[0]) * told[2], speed)
    value = dumps({"real": micros(told[0]), "told": micros(told[1]), "speed": told[2]})
    if value != stored:
        conn.execute(delete(meta).where(meta.c.key == _KEY))
        conn.execute(insert(meta).values(key=_KEY, value=value))
    return lambda now: told[1] + (now - told[0]) * told[2]
