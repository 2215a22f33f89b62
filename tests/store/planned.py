"""Short ways to make campaigns and many learners, for the tests of what goes out by plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.people import OPERATOR
from store import campaigns
from store.campaign_tables import taught
from store.database import Database
from store.tables import consent_states, enrolments, learners, thread_learners, threads
from tests.store.rows import NOW


def campaign(id: str = "c1", **more: Any) -> Campaign:
    given: dict[str, Any] = {
        "name": "Poda",
        "kind": Kind.NOTICE,
        "texts": ({"es": "Hola {name}"},),
        "state": State.RUNNING,
        "created_at": NOW,
        "created_by": "ana",
    }
    return Campaign(id=id, **{**given, **more})


def make(database: Database, id: str = "c1", now: datetime = NOW, **more: Any) -> Campaign:
    made = campaign(id, **{"created_at": now, **more})
    with database.writing() as conn:
        assert campaigns.create(conn, OPERATOR, made, made.created_by, now)
    return made


def people(database: Database, count: int, *, start: int = 0, **more: Any) -> list[str]:
    """So many learners who have agreed, each with an open thread; fields of the learner as given."""
    state, consent = more.pop("thread", "open"), more.pop("consent", True)
    heard = more.pop("heard_at", NOW - timedelta(days=1))
    course = more.pop("course", "")
    ids = [f"l{number:07d}" for number in range(start, start + count)]
    given = {"language": "es", "country": "PE", "timezone": "America/Lima", "created_at": NOW, **more}
    with database.writing() as conn:
        conn.execute(insert(learners), [{"id": id, **given} for id in ids])
        addresses = {id: f"tel:+519{int(id[1:]):08d}" for id in ids}
        conn.execute(
            insert(threads),
            [
                {"address": each, "sender": "twilio:+1", "state": state, "updated_at": NOW, "heard_at": heard}
                for each in addresses.values()
            ],
        )
        conn.execute(insert(thread_learners), [{"address": addresses[id], "learner": id} for id in ids])
        if consent is not None:
            words = [{"learner": id, "purpose": "learning", "granted": consent, "at": NOW} for id in ids]
            conn.execute(insert(consent_states), words)
        if course:
            rows = [{"id": f"e-{id}", "learner": id, "course": course, "enrolled_at": NOW} for id in ids]
            conn.execute(insert(enrolments), rows)
    return ids


def teach(
    database: Database, course: str = "coffee-nursery", isco08: str = "6112", units: tuple[str, ...] = ("u1",)
) -> None:
    with database.writing() as conn:
        conn.execute(insert(taught), [{"course": course, "unit": unit, "isco08": isco08} for unit in units])


__all__ = ["Audience", "Schedule", "campaign", "make", "people", "teach"]
