"""Notices in the console: an officer and her quota, a second person, once only, stopping, other cooperatives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from bot.cooperating.organisations import Cooperative, Officer
from bot.cooperating.pins import hashed
from bot.delivering.campaigns import Campaign, Kind, State
from bot.people import OPERATOR
from store import campaigns
from store.account_tables import audit_entries
from store.campaign_tables import campaigns as kept
from store.organisations import add_cooperative, add_officer
from tests.console.consoles import Console, Visitor
from tests.houses import JUAN, say
from tests.store.planned import make, people

HERE = "/console/notices"


@pytest.fixture
def village(console: Console) -> Console:
    """Five members of norte and three of sur; norte has two notices a month."""
    with console.database.writing() as conn:
        for id, name, quota in (("norte", "Cooperativa Norte", 2), ("sur", "Cooperativa Sur", 4)):
            made = Cooperative(id=id, name=name, country="PE", monthly_notices=quota)
            add_cooperative(conn, OPERATOR, made, console.clock())
    people(console.database, 5, start=1, cooperative="norte")
    people(console.database, 3, start=11, cooperative="sur")
    return console


def every(console: Console) -> list[Campaign]:
    with console.database.reading() as conn:
        return campaigns.listed(conn, OPERATOR, kinds=(Kind.NOTICE,))


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form."""
    form = page.rpartition("<form")[2]
    return {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


async def send(visitor: Visitor, text: str, cooperative: str = "norte", once: str = "", **more: str) -> str:
    """Write it, look, and press send; the page that it leads to."""
    written = {"cooperative": cooperative, "text-es": text, "once": once, **more}
    page = await visitor.post(f"{HERE}/new", {**written, "act": "look"})
    return await visitor.post(f"{HERE}/new", {**fields(page), "act": "send"})


async def test_an_officer_sends_within_her_quota_and_sees_the_tally(village: Console) -> None:
    officer = await village.signed_in("officer", ["norte"])

    form = await officer.get(f"{HERE}/new")
    assert "quedan 2 avisos de 2" in form
    page = await officer.post(
        f"{HERE}/new", {"cooperative": "norte", "text-es": "Asamblea el sábado a las 9.", "act": "look"}
    )
    assert "Al pulsar, sale para 5 teléfonos" in page
    assert every(village) == []
    told = await officer.post(f"{HERE}/new", {**fields(page), "act": "send"})

    assert "En camino" in told
    assert "Cooperativa Norte: Asamblea el" in told
    (made,) = every(village)
    assert (made.state, made.cooperative, made.audience.cooperatives) == (State.RUNNING, "norte", ("norte",))
    with village.database.reading() as conn:
        assert list(conn.execute(select(audit_entries.c.act)).scalars()) == ["notices.sent"]


async def test_a_double_click_sends_one_notice(village: Console) -> None:
    """BI057"""
    officer = await village.signed_in("officer", ["norte"])

    await send(officer, "Asamblea el sábado a las 9.", once="d" * 32)
    village.clock.wait(minutes=2)
    told = await officer.post(
        f"{HERE}/new",
        {"cooperative": "norte", "text-es": "Asamblea el sábado a las 9.", "once": "d" * 32, "act": "send"},
    )

    assert "no salió dos veces" in told
    assert len(every(village)) == 1


async def test_beyond_the_quota_the_coordination_has_to_agree(village: Console) -> None:
    officer = await village.signed_in("officer", ["norte"])
    coordinator = await village.signed_in("coordinator")
    earlier = village.clock() - timedelta(hours=25)
    for id, text in (("notice-1", "Asamblea el sábado a las 9."), ("notice-2", "El café subió a 12 soles.")):
        texts = ({"es": f"Cooperativa Norte: {text}"},)
        make(village.database, id, earlier, cooperative="norte", texts=texts)

    told = await send(officer, "Traigan sus libretas a la oficina.")

    assert "Espera la aprobación" in told
    made = next(each for each in every(village) if each.state is State.WAITING)
    await officer.post(f"{HERE}/{made.id}/approve", {"act": "approve"}, 403)
    assert "Aprobado y en camino" in await coordinator.post(f"{HERE}/{made.id}/approve", {"act": "approve"})


async def test_whoever_wrote_it_cannot_be_the_second_person(village: Console) -> None:
    people(village.database, 1001, start=1000, cooperative="sur")
    visitor, other = await village.signed_in("coordinator"), await village.signed_in("coordinator")

    await send(visitor, "Asamblea el sábado.", "sur")

    (made,) = every(village)
    assert made.state is State.WAITING
    assert "otra persona" in await visitor.post(f"{HERE}/{made.id}/approve", {"act": "approve"})
    assert every(village)[0].state is State.WAITING
    assert "No aprobado" in await other.post(f"{HERE}/{made.id}/approve", {"act": "decline", "reason": "fecha"})
    assert every(village)[0].state is State.CANCELLED


async def test_what_may_not_go_out_is_explained_as_the_officer_hears_it_by_phone(village: Console) -> None:
    officer = await village.signed_in("officer", ["norte"])
    await send(officer, "Asamblea el sábado a las 9.")

    written = {"cooperative": "norte", "act": "look"}
    assert "Escriba el aviso" in await officer.post(f"{HERE}/new", {**written, "text-es": " "}, 422)
    long = await officer.post(f"{HERE}/new", {**written, "text-es": "muy largo " * 60}, 422)
    again = await officer.post(f"{HERE}/new", {**written, "text-es": "asamblea el sabado a las 9"}, 422)
    soon = await officer.post(f"{HERE}/new", {**written, "text-es": "Otra cosa muy distinta."}, 422)
    assert len({long, again, soon}) == 3
    assert len(every(village)) == 1


async def test_it_is_stopped_after_being_asked_twice(village: Console) -> None:
    officer = await village.signed_in("officer", ["norte"])
    await send(officer, "Asamblea el sábado a las 9.")
    (made,) = every(village)

    assert "Sí, detenerlo" in await officer.get(f"{HERE}/{made.id}/stop")
    assert "Detenido" in await officer.post(f"{HERE}/{made.id}/stop", {"reason": "fecha equivocada"})
    assert "fecha equivocada" in await officer.get(f"{HERE}/{made.id}")


async def test_another_cooperative_is_as_if_it_were_not_there(village: Console) -> None:
    officer = await village.signed_in("officer", ["norte"])
    make(village.database, "notice-sur-1", kind=Kind.NOTICE, cooperative="sur", name="Secreto de sur")

    assert "Secreto" not in await officer.get(HERE)
    assert "Cooperativa Sur" not in await officer.get(f"{HERE}/new")
    await officer.get(f"{HERE}/notice-sur-1", 404)
    await officer.get(f"{HERE}/notice-sur-1/stop", 404)
    await officer.post(f"{HERE}/notice-sur-1/stop", {}, 404)
    await officer.post(f"{HERE}/new", {"cooperative": "sur", "text-es": "Hola a todos", "act": "send"}, 422)
    with village.database.reading() as conn:
        assert list(conn.execute(select(kept.c.id)).scalars()) == ["notice-sur-1"]


async def test_what_somebody_else_sent_meanwhile_is_not_sent_twice(village: Console) -> None:
    first, second = await village.signed_in("officer", ["norte"]), await village.signed_in("officer", ["norte"])
    written = {"cooperative": "norte", "text-es": "Asamblea el sábado a las 9.", "act": "look"}
    page = await second.post(f"{HERE}/new", written)
    await send(first, "Asamblea el sábado a las 9.")

    await second.post(f"{HERE}/new", {**fields(page), "act": "send"}, 422)

    assert len(every(village)) == 1


async def test_a_forged_number_puts_nothing_into_the_console(village: Console) -> None:
    """BI044"""
    officer = Officer(id="elsa", cooperative="norte", name="Elsa", language="es", addresses=(str(JUAN),))
    with village.database.writing() as conn:
        add_officer(conn, OPERATOR, replace(officer, pin=hashed("483920", bytes(16))), village.clock())

    await say(village.house, "AVISO Depositen 100 soles en esta cuenta", "SI", address=JUAN)

    visitor = await village.signed_in("coordinator")
    assert "Depositen" not in await visitor.get(HERE)
    assert every(village) == []
