"""Two weeks of random learners' lives at fast-forward: every message that nobody asked for is held against consent,
pauses, waking hours by her own zone, Sundays and holidays, and the weekly budget."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from authoring.shelf import Shelf
from bot.cooperating.organisations import Cohort
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.hours import holidays_of
from bot.messages import Address
from bot.people import OPERATOR
from scheduler import campaigns as planning
from scheduler.rhythm import prepare
from scheduler.spreading import Planner
from store import campaigns, cohorts
from store.database import Database
from store.organisation_tables import cohort_members
from store.tables import consents, learners, outbox, thread_learners
from tests.houses import Clock, Phone, build, settle, written

WEEKS = 2
PLACES = {
    "PE": ("+5190000000{}", "America/Lima", datetime(2026, 7, 20, 14, tzinfo=UTC)),  # 28 and 29 July are holidays
    "BO": ("+5917000000{}", "America/La_Paz", datetime(2026, 7, 27, 14, tzinfo=UTC)),  # 6 August
    "RW": ("+25078800000{}", "Africa/Kigali", datetime(2026, 6, 29, 8, tzinfo=UTC)),  # 1, 4 and 6 July
}
HABITS = {
    "diligent": (0.30, ("A", "B", "C", "SIGUE", "A", "B")),
    "silent": (0.0, ("",)),
    "fickle": (0.08, ("A", "B", "SIGUE", "BAJA", "ALTA", "PAUSA 2", "HORA 7", "HORA 20", "hola", "PISTA", "REPITE")),
}


@dataclass
class Life:
    """One learner, what she is like, and what she did."""

    address: Address
    habit: str
    id: str = ""
    paused: list[tuple[datetime, datetime]] = field(default_factory=list)


@pytest.mark.parametrize("country", PLACES)
async def test_nothing_unasked_breaks_consent_hours_pauses_or_the_weekly_budget(
    database_url: str, shelf: Shelf, country: str
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("what is judged is the same on both, and a fortnight takes its time")
    database = Database.open(database_url)
    try:
        await _fortnight(database, shelf, country)
    finally:
        database.close()


async def _fortnight(database: Database, shelf: Shelf, country: str) -> None:
    number, zone, began = PLACES[country]
    chance, clock, phone = random.Random(country), Clock(now=began), Phone()
    house = build(database, shelf, [phone], clock)
    planner = Planner(database=database, clock=clock, capacity=1000.0, country=country, catalogue=shelf)
    lives = [
        Life(address=Address(scheme="tel", identity=number.format(place)), habit=habit)
        for place, habit in enumerate(("diligent", "silent", "fickle", "fickle"), 1)
    ]
    heard = 0
    for life in lives:
        year = ("1980",) if country == "RW" else ()  # no lesson there before it
        for text in ("VIVERO", "SI", "Rosa", *year):
            heard += 1
            await house.receiver.receive(written(text, heard, address=life.address, at=clock()))
            await settle(house)
    _organise(database, lives, began)
    for _ in range(WEEKS * 7 * 24):
        clock.wait(hours=1)
        await planning.tick(planner)
        await prepare(database, house.desk.policy, clock)
        for life in lives:
            often, words = HABITS[life.habit]
            if chance.random() < often and 6 <= clock.now.astimezone(ZoneInfo(zone)).hour < 23:
                heard += 1
                await house.receiver.receive(written(chance.choice(words), heard, address=life.address, at=clock()))
        await settle(house)
        _note_pauses(database, lives, clock.now)
    _judge(database, lives, ZoneInfo(zone), country)


def _organise(database: Database, lives: list[Life], now: datetime) -> None:
    """Everybody in one cohort with a drip, a weekly session, and a campaign every day: more than a week may hold."""
    cohort = Cohort(id="vivero-1", name="Vivero 1", course="vivero", starts_on=date(2026, 6, 1))
    every = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    with database.writing() as conn:
        for life in lives:
            query = select(thread_learners.c.learner).where(thread_learners.c.address == str(life.address))
            life.id = conn.execute(query).scalar_one()
        cohorts.add_cohort(conn, OPERATOR, cohort, now)
        rows = [{"cohort": "vivero-1", "learner": life.id, "joined_at": now} for life in lives]
        conn.execute(insert(cohort_members), rows)
        for day in (2, 9):
            cohorts.add_session(conn, OPERATOR, cohort, now + timedelta(days=day, hours=5), "Local comunal", "Injerto")
        given: dict[str, Any] = {"state": State.RUNNING, "created_at": now, "started_at": now}
        drip = Schedule(cohort="vivero-1")
        campaigns.create(conn, OPERATOR, Campaign(id="d", name="d", kind=Kind.DRIP, schedule=drip, **given), "ana", now)
        for id, hour in (("daily", ""), ("noon", "12:00"), ("night", "23:30")):
            schedule = Schedule(days=every, hour=hour)
            texts = ({"es": f"Consejo {id}.", "rw": f"Inama {id}."},)
            audience = Audience(courses=("vivero",))
            made = Campaign(
                id=id, name=id, kind=Kind.RECURRING, schedule=schedule, texts=texts, audience=audience, **given
            )
            campaigns.create(conn, OPERATOR, made, "ana", now)


def _note_pauses(database: Database, lives: list[Life], now: datetime) -> None:
    with database.reading() as conn:
        until = {row.id: row.paused_until for row in conn.execute(select(learners.c.id, learners.c.paused_until))}
    for life in lives:
        end = until.get(life.id)
        if end and end > now:
            life.paused.append((now, now + timedelta(hours=1)))


def _judge(database: Database, lives: list[Life], zone: ZoneInfo, country: str) -> None:
    with database.reading() as conn:
        said = conn.execute(select(outbox).where(outbox.c.unasked, outbox.c.sent_at.is_not(None))).all()
        ledger = conn.execute(select(consents.c.learner, consents.c.granted, consents.c.at)).all()
    weeks: Counter[tuple[str, int]] = Counter()
    for row in said:
        local = row.sent_at.astimezone(zone)
        rests = local.weekday() == 6 or local.date() in holidays_of(country, local.year)
        first, end = (9, 20) if rests else (7, 21)
        assert first <= local.hour < end, f"{row.kind} at {local}"
        assert row.expires_at.astimezone(zone) <= local.replace(hour=end, minute=0, second=0, microsecond=0)
        words = [each.granted for each in ledger if each.learner == row.learner and each.at <= row.sent_at]
        assert words[-1], f"{row.kind} to one who has said no"
        hers = next(life for life in lives if life.id == row.learner)
        inside = [begin for begin, over in hers.paused if begin < row.sent_at < over]
        assert not inside, f"{row.kind} in a pause"
        weeks[row.learner, local.isocalendar().week] += 1
    assert max(weeks.values()) <= 12
    kinds = Counter(row.kind for row in said)
    # The test is worth nothing if nothing was said, or the budget never pressed.
    assert {"lesson", "question", "reminder", "sunday", "campaign", "session"} <= kinds.keys(), kinds
    assert max(weeks.values()) >= 8, weeks
    silent = [row for row in said if row.kind == "reminder" and row.learner == lives[1].id]
    assert len(silent) == 4
