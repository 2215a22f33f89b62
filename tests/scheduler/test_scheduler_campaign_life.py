"""A campaign lived through: three zones, two variants, a pause, an edit, a stop while it waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from authoring.shelf import Shelf
from bot.conversation import Conversation, Question, moment
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.messages import Address, Content, Outbound
from bot.people import OPERATOR, Enrolment, Learner
from bot.turn import Enrolled, Joined
from cli.wiring import House
from scheduler.campaigns import Planner, tick
from store import campaigns, holding, progressing, trials
from store.database import Database
from tests.changing import replace
from tests.houses import Clock, Phone, build, settle, written
from tests.store.planned import make, people
from tests.store.rows import rows, turn

SENDER = "twilio:+1"
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)  # 07:00 in Lima
ZONES = ("America/Lima", "America/La_Paz", "Africa/Kigali")
PRICE = Decimal("0.05")
LIVE = {"kind": Kind.RECURRING, "schedule": Schedule(days=("mon", "wed", "fri"), hour="10:00")}


@dataclass
class Valley:
    """A house, its planner, its clock, and the one phone through which everybody is reached."""

    house: House
    planner: Planner
    clock: Clock
    phone: Phone

    async def live(self, **length: float) -> list[Outbound]:
        """Let time pass in quarters of an hour; what was said meanwhile."""
        before, end = len(self.phone.said), self.clock.now + timedelta(**length)
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + timedelta(minutes=15))
            await tick(self.planner)
            await settle(self.house)
        return self.phone.said[before:]

    def moved(self, to: State, actor: str = "ana") -> bool:
        with self.house.database.writing() as conn:
            return campaigns.move(conn, OPERATOR, "c1", to, actor=actor, now=self.clock.now)

    def held(self) -> Campaign:
        with self.house.database.reading() as conn:
            found = campaigns.get(conn, OPERATOR, "c1")
        assert found is not None
        return found

    def edited(self, **changes: object) -> None:
        with self.house.database.writing() as conn:
            assert campaigns.edit(conn, OPERATOR, replace(self.held(), **changes), "ana", self.clock.now)  # type: ignore[arg-type]


@pytest.fixture
def valley(database: Database, shelf: Shelf) -> Valley:
    clock, phone = Clock(now=MONDAY), Phone(name=SENDER)
    house = build(database, shelf, [phone], clock)
    house.desk.policy = replace(house.desk.policy, prices={SENDER: PRICE}, currency="USD")
    planner = Planner(database=database, clock=clock, capacity=1000.0, catalogue=shelf)
    return Valley(house=house, planner=planner, clock=clock, phone=phone)


@pytest.fixture
def nine(database: Database) -> dict[str, str]:
    """Learner → zone: three in each."""
    found = {}
    for place, zone in enumerate(ZONES):
        country = ("PE", "BO", "RW")[place]
        language = "rw" if country == "RW" else "es"
        start = place * 3
        for id in people(
            database, 3, start=start, timezone=zone, country=country, language=language, name="Rosa Quispe"
        ):
            found[id] = zone
    return found


def by_learner(said: list[Outbound]) -> Counter[str]:
    return Counter(each.learner for each in said)


async def test_two_weeks_of_a_recurring_campaign_keep_every_rule(valley: Valley, nine: dict[str, str]) -> None:
    valley.clock.now = MONDAY - timedelta(hours=16)  # Sunday afternoon
    make(
        valley.house.database,
        now=valley.clock.now,
        texts=(
            {"es": "Hola {name}, riegue.", "en": "Hello {name}, water."},
            {"es": "{name}, pode hoy.", "en": "Prune."},
        ),
        **LIVE,
    )
    said: list[tuple[datetime, Outbound]] = []
    for _ in range(14 * 24):
        said += [(valley.clock.now, each) for each in await valley.live(hours=1)]

    assert by_learner([each for _, each in said]) == dict.fromkeys(nine, 6)
    for at, each in said:
        local = (at - timedelta(minutes=45)).astimezone(ZoneInfo(nine[each.learner]))  # the hour's last look
        assert local.weekday() in (0, 2, 4)
        assert 9 <= local.hour <= 11, (each.learner, local)
        assert each.expires_at is not None
        assert each.expires_at.astimezone(ZoneInfo(nine[each.learner])).hour == 21
    texts = Counter(each.content.text for _, each in said)
    assert set(texts) == {"Hola Rosa, riegue.", "Rosa, pode hoy.", "Hello Rosa, water.", "Prune."}
    with valley.house.database.reading() as conn:
        spent = progressing.spent(conn, OPERATOR, "c1", valley.clock.now)
    assert (spent.messages, spent.money) == (54, 54 * PRICE)


async def test_a_pause_holds_an_edit_voids_and_a_cancellation_ends(valley: Valley, nine: dict[str, str]) -> None:
    make(valley.house.database, now=valley.clock.now, texts=({"es": "Uno", "en": "One"},), **LIVE)
    assert set(by_learner(await valley.live(hours=12)).values()) == {1}  # Monday: Kigali's hour was over: two zones
    assert valley.moved(State.PAUSED)
    assert await valley.live(days=1, hours=12) == []
    assert valley.moved(State.RUNNING)
    valley.edited(texts=({"es": "Dos", "en": "Two"},))
    said = await valley.live(hours=24)
    assert {each.content.text for each in said} <= {"Dos", "Two"}
    assert max(by_learner(said).values()) == 1
    assert valley.moved(State.CANCELLED)
    assert await valley.live(days=7) == []


async def test_who_stops_while_it_waits_gets_nothing_more(valley: Valley, nine: dict[str, str]) -> None:
    make(valley.house.database, now=valley.clock.now, texts=({"es": "Uno", "en": "One"},), **LIVE)
    await tick(valley.planner)  # dues are made, nobody has been told
    stops = Address.parse("tel:+51900000000")
    await valley.house.receiver.receive(written("BAJA", 1, address=stops, sender=SENDER))
    await settle(valley.house)
    farewell = [each for each in valley.phone.said if each.address == stops]
    said = await valley.live(days=7)
    assert len(farewell) == 1
    assert "l0000000" not in by_learner(said)
    assert len(by_learner(said)) == 8


async def test_a_used_budget_holds_the_campaign_and_more_money_lets_it_go_on(
    valley: Valley, nine: dict[str, str]
) -> None:
    make(
        valley.house.database, now=valley.clock.now, kind=Kind.NOTICE, texts=({"es": "Uno", "en": "One"},),
        budget=PRICE * 4,
    )  # fmt: skip
    first = await valley.live(hours=6)
    assert len(first) == 4
    assert await valley.live(hours=6) == []
    with valley.house.database.reading() as conn:
        held = [each for each in campaigns.acts(conn, OPERATOR, "c1") if each.act == holding.HELD]
    assert [(each.actor, each.reason) for each in held] == [(holding.ACTOR, "budget")]  # said once
    valley.edited(budget=PRICE * 100)
    rest = await valley.live(days=1, hours=6)
    assert by_learner([*first, *rest]) == dict.fromkeys(nine, 1)


async def test_a_days_budget_goes_on_the_next_day(valley: Valley, nine: dict[str, str]) -> None:
    make(
        valley.house.database, now=valley.clock.now, kind=Kind.NOTICE, texts=({"es": "Uno", "en": "One"},),
        budget_a_day=PRICE * 4,
    )  # fmt: skip
    said: list[Outbound] = []
    for _ in range(3):
        today = await valley.live(days=1)
        assert len(today) <= 8  # a day of ours holds parts of two days of UTC
        said += today
    assert by_learner(said) == dict.fromkeys(nine, 1)
    spent = rows(valley.house.database, "SELECT day, messages FROM spendings WHERE campaign = 'c1'")
    assert max(row[1] for row in spent) <= 4


async def test_nobody_is_interrupted_in_a_quiz(valley: Valley) -> None:
    people(valley.house.database, 1)
    asked = Question(token="t", number=1, purpose="quiz", learner="l0000000", asked_at=moment(valley.clock.now))
    talk = Conversation(learner="l0000000", question=asked)
    assert turn(valley.house.database, Address.parse("tel:+51900000000"), conversation=talk)
    valley.phone.name = "twilio:+15005550006"
    valley.house = build(valley.house.database, valley.house.shelf, [valley.phone], valley.clock)
    make(valley.house.database, now=valley.clock.now, kind=Kind.NOTICE, texts=({"es": "Uno"},))
    assert await valley.live(hours=5) == []
    assert len(await valley.live(hours=4)) == 1


async def test_a_shared_phone_says_whom_it_means(valley: Valley) -> None:
    database, address = valley.house.database, Address.parse("tel:+51900000077")
    for name in ("Rosa", "Juan"):
        who = Learner(id=name.lower(), name=name, language="es", country="PE", created_at=MONDAY)
        course = Enrolment(id=f"e-{name}", learner=who.id, course="coffee-nursery", enrolled_at=MONDAY)
        assert turn(database, address, Joined(learner=who), Enrolled(enrolment=course), conversation=Conversation())
        with database.writing() as conn:
            conn.exec_driver_sql(
                f"INSERT INTO consent_states (learner, purpose, granted, at) VALUES ('{who.id}', 'learning', true, 0)"
            )
    valley.phone.name = "twilio:+15005550006"
    valley.house = build(database, valley.house.shelf, [valley.phone], valley.clock)
    hour = Schedule(on=date(2026, 11, 23), hour="09:00")
    make(database, now=valley.clock.now, kind=Kind.ONCE, texts=({"es": "Riegue hoy."},), schedule=hour)
    said = await valley.live(hours=4)
    assert sorted(each.content.text for each in said) == ["Juan: Riegue hoy.", "Rosa: Riegue hoy."]


async def test_what_came_too_late_is_dropped_and_counted(valley: Valley, nine: dict[str, str]) -> None:
    schedule = Schedule(on=date(2026, 11, 23), hour="10:00")
    make(valley.house.database, now=valley.clock.now, kind=Kind.ONCE, texts=({"es": "Uno"},), schedule=schedule)
    valley.clock.wait(hours=2, minutes=55)
    await tick(valley.planner)
    valley.clock.wait(days=2)  # nothing ran
    assert await valley.live(hours=12) == []
    with valley.house.database.reading() as conn:
        assert holding.missed(conn, OPERATOR, "c1")["stale"] > 0


async def test_who_left_the_audience_is_not_written_to(valley: Valley, nine: dict[str, str]) -> None:
    schedule = Schedule(on=date(2026, 11, 23), hour="10:00")
    only = Audience(countries=("PE",))
    make(
        valley.house.database, now=valley.clock.now, kind=Kind.ONCE, texts=({"es": "Uno"},), schedule=schedule,
        audience=only,
    )  # fmt: skip
    valley.clock.wait(hours=2, minutes=55)
    await tick(valley.planner)
    with valley.house.database.writing() as conn:
        conn.exec_driver_sql("UPDATE learners SET country = 'BO' WHERE id = 'l0000001'")
    said = await valley.live(hours=8)
    assert by_learner(said) == {"l0000000": 1, "l0000002": 1}
    with valley.house.database.reading() as conn:
        assert holding.missed(conn, OPERATOR, "c1") == {"audience": 1}


async def test_a_test_message_leaves_and_counts_nowhere(valley: Valley) -> None:
    me: Callable[[str], Address] = Address.parse
    contents = [Content(text="Prueba: hola")]
    with valley.house.database.writing() as conn:
        assert trials.queue(conn, OPERATOR, SENDER, me("tel:+51900000099"), contents, valley.clock.now) == 1
    await settle(valley.house)
    assert valley.phone.texts(me("tel:+51900000099")) == ["Prueba: hola"]
    assert rows(valley.house.database, "SELECT count(*) FROM spendings") == [(0,)]
