"""Groups on the pages: made, filled, looked at lesson by lesson, met with, closed."""

from __future__ import annotations

import re

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations
from tests.console.consoles import Console
from tests.console.people_seed import fill
from tests.houses import say
from tests.store.rows import rows

LESSONS = ("vivero.semilla.madre", "vivero.semilla.siembra")
GIVEN = {"name": "Vivero Jaén, marzo", "course": "vivero", "starts": "2026-03-02", "hour": ""}
DAYS = [("days", "mon"), ("days", "wed")]


def cooperative(console: Console, word: str, country: str = "PE") -> None:
    with console.database.writing() as conn:
        made = Cooperative(id=word, name=f"Coop {word.title()}", country=country)
        organisations.add_cooperative(conn, OPERATOR, made, console.clock())


async def test_a_group_is_made_filled_and_looked_at(console: Console) -> None:
    cooperative(console, "norte")
    await say(console.house, "VIVERO", "SI", "Rosa Quispe", first=1)
    coordinator = await console.signed_in()
    rosa = rows(console.database, "SELECT id FROM learners")[0][0]
    await coordinator.post(f"/console/learners/{rosa}/cooperative", {"cooperative": "norte"})

    page = await coordinator.post("/console/cohorts/new", [*GIVEN.items(), *DAYS, ("cooperative", "norte")])
    assert "El grupo está creado" in page
    assert "Todavía no hay nadie" in await coordinator.get("/console/cohorts/vivero-jaen-marzo")
    page = await coordinator.post("/console/cohorts/vivero-jaen-marzo/people", {"cooperative": "norte"})
    assert "Entró 1 persona" in page
    assert "Rosa Quispe" in page
    assert "La planta madre" in page
    console.clock.wait(days=13)
    coordinator = await console.signed_in()
    page = await coordinator.get("/console/cohorts/vivero-jaen-marzo")
    assert "por calendario: 2 de 2 lecciones" in page


async def test_pressing_twice_makes_one_group_and_another_of_its_name_another_word(console: Console) -> None:
    coordinator = await console.signed_in()
    for _ in range(2):
        await coordinator.post("/console/cohorts/new", [*GIVEN.items(), *DAYS])
    await coordinator.post("/console/cohorts/new", [*{**GIVEN, "hour": "9"}.items(), *DAYS])

    held = rows(console.database, "SELECT id, hour FROM cohorts ORDER BY id")
    assert held == [("vivero-jaen-marzo", None), ("vivero-jaen-marzo-2", 9)]


async def test_what_is_wrong_with_a_group_is_said_beside_its_field(sqlite_console: Console) -> None:
    cooperative(sqlite_console, "kigali", "RW")
    coordinator = await sqlite_console.signed_in()

    page = await coordinator.get("/console/cohorts/new")
    assert re.search(r">[^<]+ \(Ruanda\)</option>", page), "a course of another country says so before it is chosen"
    assert "(Perú" not in page
    for given, why in (
        ({**GIVEN, "name": ""}, "Escriba un nombre"),
        ({**GIVEN, "course": "x"}, "Elija un curso"),
        ({**GIVEN, "starts": "mañana"}, "Escriba la fecha así"),
        ({**GIVEN, "ends": "2025-01-01"}, "El final es anterior"),
        (
            {**GIVEN, "cooperative": "kigali"},
            "Este curso no se enseña en el país de esa cooperativa, solo en Perú, Bolivia.",
        ),
        ({**GIVEN, "cooperative": "nobody"}, "Elija una cooperativa"),
    ):
        assert why in await coordinator.post("/console/cohorts/new", [*given.items(), *DAYS], status=422)
    assert "Elija al menos un día" in await coordinator.post("/console/cohorts/new", GIVEN, status=422)


async def test_a_meeting_is_set_in_the_time_of_its_place_and_called_off(console: Console) -> None:
    coordinator = await console.signed_in()
    await coordinator.post("/console/cohorts/new", [*GIVEN.items(), *DAYS])
    path = "/console/cohorts/vivero-jaen-marzo/dates"

    assert "Ese momento ya pasó" in await coordinator.post(path, {"day": "2026-03-01", "time": "10:00"}, status=422)
    assert "Faltan más de dos años" in await coordinator.post(path, {"day": "2036-03-01", "time": "10"}, status=422)
    assert "Escriba la hora así" in await coordinator.post(path, {"day": "2026-03-05", "time": "x"}, status=422)
    for _ in range(2):
        page = await coordinator.post(path, {"day": "2026-03-05", "time": "16:00", "place": "Local comunal"})
        assert "La reunión está fijada" in page
    assert rows(console.database, "SELECT place FROM sessions") == [("Local comunal",)]
    assert "Local comunal" in await coordinator.get("/console/")
    number = rows(console.database, "SELECT id FROM sessions")[0][0]
    assert "Suspendida" in await coordinator.post(f"{path}/cancel", {"number": number})
    assert "Local comunal" not in await coordinator.get("/console/")


async def test_closing_is_asked_first_and_can_be_undone(console: Console) -> None:
    coordinator = await console.signed_in()
    await coordinator.post("/console/cohorts/new", [*GIVEN.items(), *DAYS])
    path = "/console/cohorts/vivero-jaen-marzo"

    assert "Nadie pierde su avance" in await coordinator.get(f"{path}/close")
    assert "está cerrado" in await coordinator.post(f"{path}/close")
    assert "Vivero Jaén" in await coordinator.get("/console/cohorts?state=closed")
    meeting = {"day": "2026-03-05", "time": "16:00"}  # from a window that was open before
    assert "Este grupo está cerrado" in await coordinator.post(f"{path}/dates", meeting)
    assert rows(console.database, "SELECT id FROM sessions") == []
    assert "abierto otra vez" in await coordinator.post(f"{path}/open")
    page = await coordinator.post(f"{path}/edit", [("name", "Otro"), ("starts", "2026-03-02"), ("days", "fri")])
    assert "El calendario está guardado" in page
    assert rows(console.database, "SELECT name, days FROM cohorts") == [("Otro", "fri")]


async def test_a_group_of_another_cooperative_is_not_there(console: Console) -> None:
    fill(console.database, 120, LESSONS)
    officer = await console.signed_in("officer", ["coop-1"])
    south = await console.signed_in("coordinator", ["coop-1"])

    page = await officer.get("/console/cohorts")
    assert "Grupo 1" in page
    assert "Grupo 0" not in page
    for path in ("", "/dates"):
        await officer.get(f"/console/cohorts/cohort-0{path}", status=404)
    for path in ("edit", "people", "close"):
        await officer.get(f"/console/cohorts/cohort-1/{path}", status=403)
        await south.get(f"/console/cohorts/cohort-0/{path}", status=404)
        await south.post(f"/console/cohorts/cohort-0/{path}", GIVEN, status=404)
    assert "tel:" not in await officer.get("/console/cohorts/cohort-1")


async def test_the_heat_map_shows_fifty_and_goes_on(sqlite_console: Console) -> None:
    console = sqlite_console
    fill(console.database, 79, LESSONS)  # one group of 79
    coordinator = await console.signed_in()

    page = await coordinator.get("/console/cohorts/cohort-0")
    assert page.count('/progress"') == 50
    assert "●" in page
    assert "▸" in page
    following = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert (await coordinator.get(following)).count('/progress"') == 29
