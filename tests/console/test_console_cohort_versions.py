"""A group stays on the lessons with which it began, also for whoever comes into it after they were changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.cooperating.organisations import Cohort
from bot.messages import Address
from bot.people import OPERATOR
from store import cohort_versions, cohorts
from store.database import Database
from tests.console.consoles import Console, Visitor
from tests.console.test_console_content import BASE, NEW, change, console_at, id_of
from tests.houses import JUAN, say, settle
from tests.store.rows import rows

OLD = "Elija una planta sana y productiva."
ADD = "/console/learners/new"
GROUP = Cohort(id="g1", name="Jaén 1", course="vivero", starts_on=date(2026, 1, 1))
LUZ, ANA, EVA = (Address(scheme="tel", identity=f"+5190000001{number}") for number in (1, 2, 3))


@pytest.fixture
async def here(database: Database, tmp_path: Path) -> AsyncIterator[Console]:
    """Rosa learns in a group; then a lesson is changed for those who begin from now on."""
    async for console in console_at(tmp_path / "content", database):
        await say(console.house, "VIVERO", "SI", "Rosa")
        elena = await console.signed_in()
        with console.database.writing() as conn:
            assert cohorts.add_cohort(conn, OPERATOR, GROUP, console.clock())
            ids = [id for (id,) in rows(console.database, "SELECT id FROM learners")]
            cohorts.take_in(conn, OPERATOR, GROUP, ids, console.clock(), version="")
        await publish(console, elena, NEW, "new")
        console.phone.said.clear()
        yield console


async def publish(console: Console, elena: Visitor, text: str, reach: str) -> None:
    jorge = await console.signed_in()
    await jorge.post(f"{BASE}/changes/{id_of(await change(elena, card1=text))}", {"reach": reach})


async def added(console: Console, name: str, address: Address, **more: str) -> None:
    visitor = await console.signed_in()
    given = {"name": name, "phone": address.phone, "basis": "invited", "cohort": "g1", **more}
    await visitor.post(ADD, given, at=ADD)
    await settle(console.house)


def version_of(console: Console, name: str) -> str:
    [(found,)] = rows(
        console.database,
        "SELECT content_version FROM enrolments JOIN learners ON learners.id = enrolments.learner "
        f"WHERE name LIKE '{name}%'",
    )
    return str(found)


def heard(console: Console, address: Address) -> str:
    return "\n".join(console.phone.texts(address))


async def test_who_comes_late_begins_with_the_lessons_of_her_group(here: Console) -> None:
    await added(here, "Luz Díaz", LUZ)
    await say(here.house, "SI", first=20, address=LUZ)

    assert OLD in heard(here, LUZ)
    assert NEW not in heard(here, LUZ)
    assert version_of(here, "Luz") == version_of(here, "Rosa")
    elena = await here.signed_in()
    assert "quien entre ahora recibe las mismas" in await elena.get("/console/cohorts/g1")


async def test_she_does_so_too_where_she_writes_the_word_of_the_course_and_where_she_signed(here: Console) -> None:
    await added(here, "Ana Ruiz", ANA)
    await say(here.house, "VIVERO", "SI", first=20, address=ANA)
    await added(here, "Eva Paz", EVA, basis="paper", reference="F-1", given_on="2026-01-02")
    await say(here.house, "SIGUE", first=30, address=EVA)

    for address in (ANA, EVA):
        assert OLD in heard(here, address)
        assert NEW not in heard(here, address)
    assert version_of(here, "Ana") == version_of(here, "Eva") == version_of(here, "Rosa")


async def test_who_is_of_no_group_begins_with_the_lessons_of_today(here: Console) -> None:
    await say(here.house, "VIVERO", "SI", "Juan Huamán", first=20, address=JUAN)

    assert NEW in heard(here, JUAN)
    assert version_of(here, "Juan") == here.house.shelf().courses["vivero"].version


async def test_a_group_in_which_nobody_has_begun_takes_the_lessons_of_today(here: Console) -> None:
    fresh = Cohort(id="g2", name="Jaén 2", course="vivero", starts_on=date(2026, 9, 1))
    with here.database.writing() as conn:
        assert cohorts.add_cohort(conn, OPERATOR, fresh, here.clock())
    await added(here, "Luz Díaz", LUZ, cohort="g2")
    await publish(here, await here.signed_in(), "Otra planta, sana y de buena taza.", "new")

    await say(here.house, "SI", first=20, address=LUZ)

    assert "Otra planta, sana" in heard(here, LUZ)
    with here.database.reading() as conn:
        assert cohort_versions.stays_on(conn, OPERATOR, "g2") == ""
        assert cohort_versions.stays_on(conn, OPERATOR, "g1") == version_of(here, "Rosa")


async def test_a_correction_for_everybody_reaches_who_comes_into_the_group_after_it(here: Console) -> None:
    await publish(here, await here.signed_in(), "Planta sana, corregido.", "all")
    await added(here, "Luz Díaz", LUZ)
    await say(here.house, "SI", first=20, address=LUZ)

    assert "Planta sana, corregido." in heard(here, LUZ)
    assert version_of(here, "Luz") == here.house.shelf().courses["vivero"].version


async def test_the_lessons_of_a_group_are_kept_when_its_people_have_left(here: Console, tmp_path: Path) -> None:
    old = version_of(here, "Rosa")
    with here.database.writing() as conn:
        conn.exec_driver_sql("DELETE FROM lessons_done")
        conn.exec_driver_sql("DELETE FROM enrolments")
    await publish(here, await here.signed_in(), "Otra planta, sana y de buena taza.", "new")

    assert (tmp_path / f"content/.kept/vivero@{old}").is_dir()
