"""A survey's whole road: made, put to an audience, answered on basic phones, tallied, exported, closed, erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from authoring.shelf import Shelf
from bot.cooperating.roles import Forbidden
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import State as Going
from bot.delivering.trying import Carrying
from bot.messages import Address
from bot.people import OPERATOR, Scope
from bot.record import Policy
from bot.reporting.indicators import BY_CODE
from bot.reporting.surveys import Question, Tallies, Written, faults, made
from cli.wiring import House
from scheduler.campaigns import Planner, tick
from store import erasure, launching, reporting, survey_starting, surveys
from store.database import Database
from tests.changing import replace
from tests.houses import Clock, Phone, build, settle, written
from tests.store.planned import people
from tests.store.rows import rows

FORM = Written(
    title="la reunión de Jaén",
    purpose="Mejorar las reuniones",
    questions=(
        Question(kind="impression", texts={"es": "¿Cómo fue la reunión?"}),
        Question(kind="yes_no", texts={"es": "¿Tiene usted seguro de salud?"}, measures="I15"),
        Question(kind="number", texts={"es": "¿Cuántas horas trabaja a la semana?"}),
        Question(kind="free", texts={"es": "¿Qué mejoraría?"}),
    ),
)


class Town:
    """A house with some learners and one survey."""

    def __init__(self, database: Database, shelf: Shelf, count: int) -> None:
        self.database, self.clock, self.phone = database, Clock(), Phone(name="twilio:+1")
        self.house: House = build(database, shelf, [self.phone], self.clock)
        self.planner = Planner(database=database, clock=self.clock, capacity=100.0, catalogue=shelf)
        self.catalogue = shelf()
        quiet = self.clock.now - timedelta(days=3)
        self.ids = people(database, count, heard_at=quiet, sex="f")
        self.number = 0
        assert faults(FORM) == []
        self.survey = made(FORM, id="reunion-1", cooperative="", by="ana", now=self.clock.now)
        with database.writing() as conn:
            assert surveys.create(conn, OPERATOR, self.survey)
            assert not surveys.create(conn, OPERATOR, self.survey)

    def start(self, scope: Scope = OPERATOR, **more: Any) -> Any:
        with self.database.writing() as conn:
            found = survey_starting.foreseen(
                conn,
                scope,
                self.catalogue,
                self.survey,
                Audience(**more),
                Policy(),
                Carrying(),
                actor="ana",
                now=self.clock.now,
            )
            return survey_starting.start(conn, scope, self.survey, found, actor="ana", now=self.clock.now)

    async def put(self) -> None:
        for _ in range(30):
            await tick(self.planner)
            await settle(self.house)
            self.clock.wait(minutes=30)

    async def write(self, who: int, *texts: str) -> None:
        address = Address(scheme="tel", identity=f"+519{who:08d}")
        for text in texts:
            self.number += 1
            self.clock.wait(seconds=20)
            await self.house.receiver.receive(
                written(text, self.number, address=address, sender="twilio:+1", at=self.clock())
            )
            await settle(self.house)

    def tallies(self) -> Tallies:
        with self.database.reading() as conn:
            return surveys.tallies(conn, OPERATOR, self.survey)

    def exported(self) -> list[dict[str, str]]:
        with self.database.reading() as conn:
            return list(surveys.exported(conn, OPERATOR, self.survey))


async def test_twenty_answers_give_the_percentages_of_the_source(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 20)
    assert town.start().state is Going.RUNNING
    await town.put()
    assert len(town.phone.said) == 20
    for who in range(20):
        await town.write(who, "1" if who < 15 else "2", "si" if who < 17 else "no", "40", "Más práctica, Rosa")
    found = town.tallies()
    assert (found.asked, found.began, found.ended, found.response) == (20, 20, 20, 100)
    assert [found.questions[0].percent(step) for step in range(3)] == [75, 25, 0]
    assert [found.questions[1].percent(step) for step in range(2)] == [85, 15]
    assert found.questions[2].mean == 40
    assert found.questions[3].n == 20


async def test_nothing_in_an_export_says_who_answered(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 5)
    town.start()
    await town.put()
    for who in range(4):
        await town.write(who, "1", "2", "48", "Bien")
    assert town.exported() == []  # of four one could guess
    await town.write(4, "SIGUE", "no")
    found = town.exported()
    assert len(found) == 5
    assert sorted(each["1"] for each in found) == ["", "1", "1", "1", "1"]
    assert not any(id in str(found) for id in town.ids)
    assert len({each["who"] for each in found}) == 5


async def test_it_is_put_once_and_asked_once_more(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 6)
    town.start()
    assert town.start().already
    await town.put()
    await town.write(0, "1")
    for _ in range(60):
        town.clock.wait(hours=1)
        await settle(town.house)
    texts = [each.content.text for each in town.phone.said]
    assert sum("le pregunta sobre" in text for text in texts) == 6
    assert sum("sigue abierta" in text for text in texts) == 6
    assert rows(database, "SELECT count(*) FROM survey_replies") == [(6,)]


async def test_who_erases_herself_is_counted_on_and_her_words_are_gone(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 6)
    town.start()
    await town.put()
    for who in range(6):
        await town.write(who, "1", "1", "40", "Soy Rosa Quispe")
    with database.writing() as conn:
        erasure.erase(conn, [town.ids[0]], town.clock.now, b"key")
    assert town.tallies().questions[0].counts == (6, 0, 0)
    assert rows(database, "SELECT count(*) FROM survey_replies WHERE learner IS NULL") == [(1,)]
    assert rows(database, "SELECT count(*) FROM survey_answers WHERE text <> ''") == [(5,)]
    with database.reading() as conn:
        asked = reporting.Question(
            indicator=BY_CODE["I15"],
            by=("sex",),
            survey=town.survey.id,
            counting=((1, (0,)),),
            now=town.clock.now,
        )
        table = reporting.table(conn, OPERATOR, asked)
    assert table.total.n == 6
    assert table.total.hits == (6,)


async def test_closed_it_is_put_to_nobody_any_more(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 6)
    town.start()
    running = replace(town.survey, campaign=town.survey.id)
    with database.writing() as conn:
        assert survey_starting.close(conn, OPERATOR, running, actor="ana", now=town.clock.now)
        assert not survey_starting.close(conn, OPERATOR, running, actor="ana", now=town.clock.now)
    await town.put()
    assert town.phone.said == []


def test_to_nobody_and_without_the_right_it_does_not_start(database: Database, shelf: Shelf) -> None:
    town = Town(database, shelf, 6)
    with pytest.raises(launching.NotDone, match="nobody"):
        town.start(cooperatives=("nowhere",))
    with pytest.raises(Forbidden):
        town.start(Scope(role="auditor"))
    with database.reading() as conn:
        other = Scope(role="coordinator", cooperatives=frozenset({"sur"}))
        assert surveys.get(conn, other, town.survey.id) is None
        assert surveys.listed(conn, other) == []
        assert [each.survey.id for each in surveys.listed(conn, OPERATOR)] == [town.survey.id]
