"""Cooperatives and those who speak for them, as a coordinator makes them."""

from __future__ import annotations

import re

from bot.cooperating import pins
from bot.people import OPERATOR
from store import auditing, organisations
from tests.console.consoles import Console

NEW = {"name": "Café del Norte", "country": "PE", "notices": "4", "new_federation": "Norandino"}


async def test_a_cooperative_is_made_once_with_its_federation(console: Console) -> None:
    visitor = await console.signed_in("coordinator")
    assert "Todavía no hay cooperativas" in await visitor.get("/console/cooperatives")

    made = await visitor.post("/console/cooperatives/new", NEW)
    again = await visitor.post("/console/cooperatives/new", NEW)

    assert "Café del Norte" in made
    assert "Ya había una cooperativa con ese nombre" in again
    with console.database.reading() as conn:
        (only,) = organisations.all_cooperatives(conn, OPERATOR)
        (federation,) = organisations.all_federations(conn)
        assert auditing.broken_at(conn) == 0
    assert (only.id, only.federation, federation.name) == ("cafe-del-norte", federation.id, "Norandino")
    assert "Norandino" in await visitor.get("/console/cooperatives")


async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")

    page = await visitor.post("/console/cooperatives/new", {**NEW, "name": "123", "notices": "muchos"}, 422)

    assert "Escriba un nombre con letras" in page
    assert "Escriba un número de 0 a 100" in page
    assert 'value="123"' in page


async def test_an_officer_gets_a_pin_that_is_shown_once(console: Console) -> None:
    visitor = await console.signed_in("coordinator")
    await visitor.post("/console/cooperatives/new", NEW)
    at = "/console/cooperatives/cafe-del-norte"

    bad = await visitor.post(f"{at}/officers/new", {"name": "Luz Tello", "phone": "12"}, 422)
    shown = await visitor.post(f"{at}/officers/new", {"name": "Luz Tello", "phone": "900 000 001", "language": "es"})
    twice = await visitor.post(f"{at}/officers/new", {"name": "Luz Tello", "phone": "900 000 001"}, 422)

    assert "no es un número de celular" in bad
    assert "ya hay una persona" in twice
    pin = re.search(r"<strong>(\d{6})</strong>", shown)
    assert pin
    with console.database.reading() as conn:
        (luz,) = organisations.all_officers(conn, OPERATOR)
    assert pins.matches(pin[1], luz.pin)
    assert luz.addresses == ("tel:+51900000001",)
    assert pin[1] not in await visitor.get(at)

    fresh = await visitor.post(f"{at}/officers/{luz.id}/pin")
    assert pin[1] not in fresh
    ended = await visitor.post(f"{at}/officers/{luz.id}/close")
    assert "Luz Tello" not in ended
    await visitor.get(f"{at}/officers/{luz.id}/pin", 404)


async def test_closing_is_asked_first_and_can_be_undone(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")
    await visitor.post("/console/cooperatives/new", NEW)
    at = "/console/cooperatives/cafe-del-norte"

    assert "Nadie podrá mandar avisos" in await visitor.get(f"{at}/close")
    assert "está cerrada" in await visitor.post(f"{at}/close")
    opened = await visitor.post(f"{at}/edit", {"name": "Café Norte", "notices": "2"})
    assert "está cerrada" not in opened
    assert "Café Norte" in opened


async def test_nobody_sees_or_makes_another_cooperative_than_her_own(sqlite_console: Console) -> None:
    everybody = await sqlite_console.signed_in("coordinator")
    await everybody.post("/console/cooperatives/new", NEW)
    bounded = await sqlite_console.signed_in("coordinator", ["sur"])

    assert "Café del Norte" not in await bounded.get("/console/cooperatives")
    await bounded.get("/console/cooperatives/cafe-del-norte", 404)
    await bounded.get("/console/cooperatives/new", 404)
    await bounded.post("/console/cooperatives/new", {**NEW, "name": "Otra"}, 404)
    await bounded.post("/console/cooperatives/cafe-del-norte/close", status=404)
    facilitator = await sqlite_console.signed_in("facilitator")
    await facilitator.post("/console/cooperatives/cafe-del-norte/close", status=403)
