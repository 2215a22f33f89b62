"""Campaigns in the console, as a coordinator walks them: write, look, try, start, approve, hold, end, results."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import insert, select

from bot.cooperating.organisations import Cooperative
from bot.delivering.campaigns import Campaign, Kind, State
from bot.people import OPERATOR
from cli import jobs
from store import campaigns
from store.account_tables import audit_entries
from store.campaign_tables import occurrences
from store.organisations import add_cooperative
from store.tables import dues, outbox, threads
from tests.console.consoles import Console, Visitor
from tests.store.planned import make, people

HERE = "/console/campaigns"
NO_SENDER = "Ninguna vía de envío conectada"
FORM = {
    "kind": "once",
    "on": "2026-03-05",
    "hour_kind": "at",
    "hour": "18:00",
    "text-0-es": "Hola {name}, mañana hay poda.",
    "act": "keep",
}


@pytest.fixture
def village(console: Console) -> Console:
    """Five women of norte and three of sur, who have agreed."""
    with console.database.writing() as conn:
        for id, name in (("norte", "Cooperativa Norte"), ("sur", "Cooperativa Sur")):
            add_cooperative(conn, OPERATOR, Cooperative(id=id, name=name, country="PE"), console.clock())
    people(console.database, 5, start=1, name="Rosa Quispe", cooperative="norte", sex="f", operator="claro")
    people(console.database, 3, start=11, name="Ana Mamani", cooperative="sur", sex="f")
    return console


def only(console: Console) -> Campaign:
    with console.database.reading() as conn:
        (found,) = campaigns.listed(conn, OPERATOR)
    return found


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


async def write(visitor: Visitor, **more: str) -> str:
    """Save a draft; its path."""
    await visitor.post(f"{HERE}/new", {**FORM, **more})
    return f"{HERE}/{only(visitor.console).id}"


async def start(visitor: Visitor, path: str) -> str:
    """Look, and press start; the page that it leads to."""
    seen = hidden(await visitor.get(f"{path}/start"), "seen")
    return await visitor.post(f"{path}/start", {"seen": seen})


def in_figures(page: str) -> list[tuple[str, str]]:
    """The counts under a bar, with what is counted."""
    return [(n, name) for name, n in re.findall(r"<span>([^<]+) <b class=\"number\">(\d+)</b>", page)]


def acts(console: Console) -> list[str]:
    with console.database.reading() as conn:
        return list(conn.execute(select(audit_entries.c.act).order_by(audit_entries.c.id)).scalars())


async def test_a_campaign_is_written_looked_at_and_started_once(village: Console) -> None:
    visitor = await village.signed_in("coordinator")

    path = await write(visitor)
    before = await visitor.get(f"{path}/start")
    assert "Llega a 8 personas." in before
    assert "Hola Rosa, mañana hay poda." in before
    assert "18:00" in before
    told = await start(visitor, path)
    again = await visitor.post(f"{path}/start", {"seen": hidden(before, "seen")})

    assert "En marcha. Aquí verá cómo va." in told
    assert "no se inició dos veces" in again
    assert only(village).state is State.RUNNING
    assert acts(village) == ["campaigns.made", "campaigns.started"]


async def test_a_double_click_on_the_form_makes_one_campaign(village: Console) -> None:
    """BI057"""
    visitor = await village.signed_in("coordinator")

    await visitor.post(f"{HERE}/new", {**FORM, "once": "c" * 32})
    await visitor.post(f"{HERE}/new", {**FORM, "name": "Poda", "once": "c" * 32})

    assert only(village).name != "Poda"


async def test_a_draft_keeps_every_field_of_its_form(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    fields = [
        *FORM.items(),
        ("text-1-es", "Segunda"),
        ("text-1-en", "Second"),
        ("cooperatives", "norte"),
        ("sexes", "f"),
        ("age_from", "18"),
        ("age_to", "30"),
        ("places", "Jaén, San Ignacio"),
        ("silent", "14"),
        ("budget", "12,50"),
    ]

    await visitor.post(f"{HERE}/new", fields)

    made = only(village)
    assert made.texts == ({"es": "Hola {name}, mañana hay poda."}, {"es": "Segunda", "en": "Second"})
    assert (made.audience.ages, made.audience.places) == ((18, 30), ("Jaén", "San Ignacio"))
    assert (made.audience.silent_days, made.budget, made.schedule.hour) == (14, Decimal("12.50"), "18:00")
    page = await visitor.get(f"{HERE}/{made.id}/edit")
    for value in ("2026-03-05", "Jaén, San Ignacio", "12.50", "Segunda"):
        assert value in page
    await visitor.post(f"{HERE}/{made.id}/edit", [(name, value) for name, value in fields if name != "places"])
    assert only(village) == replace(made, version=2, audience=replace(made.audience, places=()))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text-0-es": ""}, "Escriba qué se dice"),
        ({"kind": "every"}, "Elija al menos un día de la semana"),
        ({"hour": ""}, "Escriba la hora fija"),
        ({"on": "mañana por la tarde"}, "No es una fecha"),
        ({"budget": "mucho"}, "Escriba un monto"),
        ({"age_from": "abc"}, "número entero"),
        ({"kind": "drip"}, "Elija el grupo"),
        ({"kind": "event", "event": "luna"}, "Elija qué pasa"),
        ({"kind": "x"}, "Elija cuándo sale"),
        ({"cooperatives": "otra"}, "ya no existe"),
        ({"text-0-es": "a" * 1500}, "demasiado largo"),
        ({"progress": "unit"}, "Elija una opción"),
    ],
)
async def test_what_cannot_be_taken_comes_back_with_how_to_mend_it(
    village: Console, fields: dict[str, str], told: str
) -> None:
    visitor = await village.signed_in("coordinator")

    page = await visitor.post(f"{HERE}/new", {**FORM, **fields}, 422)

    assert told in page
    with village.database.reading() as conn:
        assert campaigns.listed(conn, OPERATOR) == []


async def test_dear_signs_are_shown_and_taken_out_by_one_press(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    dear = "{name}, pode las ramas secas esta semana 🌱. Si tiene una duda escriba PERSONA."

    looked = await visitor.post(f"{HERE}/new", {**FORM, "text-0-es": dear, "act": "look"})
    part = await visitor.raw(
        "POST",
        f"{HERE}/look",
        data={**FORM, "text-0-es": dear, "token": await visitor.token()},
        headers={"HX-Request": "true"},
    )
    mended = await visitor.post(f"{HERE}/new", {**FORM, "text-0-es": dear, "mend": "0-es", "act": ""})

    assert "<mark>🌱</mark>" in looked
    assert "Llega a 8 personas." in looked
    fragment = await part.text()
    assert "<html" not in fragment
    assert "<mark>🌱</mark>" in fragment
    assert "🌱" not in mended
    assert "pode las ramas secas esta semana. Si" in mended
    with village.database.reading() as conn:
        assert campaigns.listed(conn, OPERATOR) == []


async def test_an_audience_that_grew_tenfold_since_it_was_looked_at_waits_for_a_second_person(village: Console) -> None:
    """BI058"""
    visitor, other = await village.signed_in("coordinator"), await village.signed_in("coordinator")
    path = await write(visitor)
    seen = hidden(await visitor.get(f"{path}/start"), "seen")
    people(village.database, 80, start=100, cooperative="sur")

    told = await visitor.post(f"{path}/start", {"seen": seen})

    assert "diez veces más personas" in told
    assert only(village).state is State.WAITING
    with village.database.reading() as conn:
        assert conn.execute(select(dues.c.learner)).first() is None
        assert conn.execute(select(outbox.c.id)).first() is None
    assert "8 → 88" in told
    assert "tiene que aprobar otra persona" in await visitor.post(f"{path}/approve", {"act": "approve"})
    assert "Aprobada y en marcha" in await other.post(f"{path}/approve", {"act": "approve", "reason": "está bien"})
    assert only(village).state is State.RUNNING


async def test_a_preview_that_was_made_up_or_is_of_another_version_starts_nothing(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor)
    seen = hidden(await visitor.get(f"{path}/start"), "seen")
    await visitor.post(f"{path}/edit", {**FORM, "text-0-es": "Otro texto."})

    for odd in (seen, "", "8.0.abcdef", "100000." + seen.partition(".")[2]):
        page = await visitor.post(f"{path}/start", {"seen": odd}, 409)
        assert "Mírela otra vez" in page
    assert only(village).state is State.DRAFT


async def test_more_than_a_thousand_people_wait_for_a_second_person_who_may_say_no(village: Console) -> None:
    people(village.database, 1001, start=1000)
    visitor, other = await village.signed_in("coordinator"), await village.signed_in("administrator")
    path = await write(visitor)

    before = await visitor.get(f"{path}/start")
    told = await start(visitor, path)

    assert "más de 1,000 personas" in before or "más de 1.000 personas" in before
    assert "Espera la aprobación" in told
    assert "vuelve a ser un borrador" in await other.post(f"{path}/approve", {"act": "decline", "reason": "muy caro"})
    assert only(village).state is State.DRAFT
    assert "muy caro" in await visitor.get(path)


async def test_more_money_than_one_person_may_spend_waits_and_its_budget_counts(village: Console) -> None:
    """BI058"""
    desk = village.house.desk
    desk.policy = replace(desk.policy, prices={"twilio:+1": Decimal("10")}, currency="PEN")
    visitor = await village.signed_in("coordinator")
    path = await write(visitor)

    assert "80.00 PEN" in await visitor.get(f"{path}/start")
    assert "Cuesta más de" in await visitor.get(f"{path}/start")
    assert "Espera la aprobación" in await start(visitor, path)
    with village.database.reading() as conn:
        assert conn.execute(select(dues.c.learner)).first() is None

    await visitor.post(f"{path}/cancel")
    await visitor.post(f"{HERE}/new", {**FORM, "name": "Con límite", "budget": "15"})
    with village.database.reading() as conn:
        cheap = next(each for each in campaigns.listed(conn, OPERATOR) if each.name == "Con límite")
    page = await visitor.get(f"{HERE}/{cheap.id}/start")
    assert "se detendrá ahí" in page
    assert "Cuesta más de" not in page


async def test_one_that_runs_and_is_edited_larger_waits_again(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor, cooperatives="norte")
    await start(visitor, path)
    people(village.database, 1001, start=1000, cooperative="sur")

    told = await visitor.post(f"{path}/edit", FORM)

    assert "Espera la aprobación" in told
    assert only(village).state is State.WAITING


async def test_two_who_edit_one_campaign_do_not_overwrite_each_other(village: Console) -> None:
    first, second = await village.signed_in("coordinator"), await village.signed_in("coordinator")
    path = await write(first)

    await first.post(f"{path}/edit", {**FORM, "text-0-es": "Uno.", "version": "1"})
    told = await second.post(f"{path}/edit", {**FORM, "text-0-es": "Dos.", "version": "1"})

    assert "Otra persona la acaba de cambiar" in told
    assert only(village).texts == ({"es": "Uno."},)


async def test_it_is_paused_resumed_and_cancelled_after_being_asked_twice(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor)
    await start(visitor, path)

    assert "En pausa" in await visitor.post(f"{path}/pause")
    assert "Sigue." in await visitor.post(f"{path}/resume")
    assert "Sí, cancelarla" in await visitor.get(f"{path}/cancel")
    assert only(village).state is State.RUNNING
    assert "Cancelada" in await visitor.post(f"{path}/cancel", {"reason": "lluvia"})
    assert "ya no se puede pausar" in await visitor.post(f"{path}/pause")


async def test_nobody_and_yesterday_cannot_be_started(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor, sexes="m")
    page = await visitor.get(f"{path}/start")
    assert "No llegaría a nadie" in page
    assert "No llegaría a nadie" in await visitor.post(f"{path}/start", {"seen": hidden(page, "seen")}, 409)

    await visitor.post(f"{path}/edit", {**FORM, "on": "2026-02-20"})
    assert "ya pasó" in await visitor.get(f"{path}/start")


async def test_a_test_goes_to_ones_own_phone_and_counts_nowhere(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor)

    assert "No es un número" in await visitor.post(f"{path}/try", {"phone": "hola"}, 422)
    assert "1 mensaje de prueba va a +51900000099" in await visitor.post(f"{path}/try", {"phone": "900000099"})

    with village.database.reading() as conn:
        (row,) = conn.execute(select(outbox.c.address, outbox.c.kind, outbox.c.campaign)).all()
    assert tuple(row) == ("simulator:sms:+51900000099", "test", "")


async def test_a_test_goes_neither_abroad_nor_to_who_has_stopped(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    path = await write(visitor)
    with village.database.writing() as conn:
        stopped = {"address": "simulator:sms:+51900000098", "sender": "simulator:sms", "state": "stopped"}
        conn.execute(insert(threads), {**stopped, "updated_at": village.clock()})

    assert "solo Perú, Bolivia y Ruanda" in await visitor.post(f"{path}/try", {"phone": "+14155552671"}, 422)
    assert "No se envía nada a ese teléfono" in await visitor.post(f"{path}/try", {"phone": "900000098"}, 422)
    with village.database.reading() as conn:
        assert conn.execute(select(outbox.c.id).where(outbox.c.kind == "test")).all() == []


async def test_a_coordinator_of_one_cooperative_reaches_its_members_and_sees_its_campaigns_only(
    village: Console,
) -> None:
    norte = await village.signed_in("coordinator", ["norte"])
    make(village.database, "sur1", kind=Kind.ONCE, cooperative="sur", name="De sur", state=State.DRAFT)

    page = await norte.post(f"{HERE}/new", {**FORM, "cooperative": "norte", "act": "look"})
    assert "Llega a 5 personas." in page
    assert "Elija una de sus cooperativas" in await norte.post(f"{HERE}/new", {**FORM, "cooperative": ""}, 422)
    for odd in ({"cooperative": "sur"}, {"cooperative": "norte", "cooperatives": "sur"}):
        await norte.post(f"{HERE}/new", {**FORM, **odd}, 422)
    await norte.post(f"{HERE}/new", {**FORM, "cooperative": "norte"})
    with village.database.reading() as conn:
        made = next(each for each in campaigns.listed(conn, OPERATOR) if each.id != "sur1")
    assert (made.cooperative, made.audience.cooperatives) == ("norte", ("norte",))
    assert "De sur" not in await norte.get(HERE)
    assert "De sur" not in await norte.get(f"{HERE}/calendar")
    for rest in ("", "/edit", "/start", "/results", "/progress", "/cancel", "/try"):
        await norte.get(f"{HERE}/sur1{rest}", 404)
    for rest in ("/start", "/pause", "/cancel", "/approve", "/edit", "/try"):
        await norte.post(f"{HERE}/sur1{rest}", FORM, 404)


async def test_whoever_may_only_look_cannot_plan(village: Console) -> None:
    make(village.database, "c1", kind=Kind.ONCE, cooperative="norte", state=State.RUNNING)
    for role in ("auditor", "officer", "facilitator"):
        visitor = await village.signed_in(role, ["norte"])
        page = await visitor.get(f"{HERE}/c1")
        assert "Pausar" not in page
        await visitor.get(f"{HERE}/new", 403)
        await visitor.post(f"{HERE}/c1/pause", {}, 403)
        await visitor.post(f"{HERE}/c1/approve", {}, 403)
    assessor = await village.signed_in("assessor", ["norte"])
    await assessor.get(HERE, 403)


async def test_the_calendar_shows_what_went_out_and_what_will(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    await write(visitor, kind="every", days="thu", name="Jueves de poda")
    with village.database.writing() as conn:
        (made,) = campaigns.listed(conn, OPERATOR)
        row = {
            "campaign": made.id,
            "local_date": "2026-03-01",
            "slot": "1800",
            "at": village.clock(),
            "state": "spread",
        }
        conn.execute(insert(occurrences), {**row, "dues": 8})

    page = await visitor.get(f"{HERE}/calendar")

    assert "Marzo de 2026" in page
    assert "a 8 personas" in page
    assert page.count("Jueves de poda") == 5  # the first, and four Thursdays
    for odd in ("2026-13", "abc", "0000-01", "99999-01", "-1"):
        assert "Marzo de 2026" in await visitor.get(f"{HERE}/calendar?month={odd}")


async def test_results_say_by_variant_and_network_what_came_of_it(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    make(village.database, "c1", kind=Kind.ONCE, texts=({"es": "Uno"}, {"es": "Dos"}))
    said = [
        ("l0000001", 0, "delivered", ""),
        ("l0000002", 1, "failed", "bad_address 21211: no such"),
        ("l0000003", 1, "sent", ""),
    ]
    with village.database.writing() as conn:
        for number, (who, variant, state, error) in enumerate(said):
            row = {"sender": "twilio:+1", "address": f"tel:+5190000000{number + 1}", "learner": who, "content": "{}"}
            times = {"not_before": village.clock(), "created_at": village.clock(), "sent_at": village.clock()}
            more = {"kind": "campaign", "campaign": "c1", "variant": variant, "estimated": 1, "micros": 50_000}
            conn.execute(insert(outbox), {**row, **times, **more, "state": state, "error": error})

    page = await visitor.get(f"{HERE}/c1/results")

    assert "Variante 2" in page
    assert "Claro" in page
    assert "El número o chat no existe" in page
    progress = await visitor.raw("GET", f"{HERE}/c1/progress", headers={"HX-Request": "true"})
    assert "Entregados" in await progress.text()


@pytest.mark.parametrize("query", ["after=x", "after=2026-03-01", "tray=%27", "after=2026-03-01T00:00:00%2B00:00~zz"])
async def test_odd_questions_to_the_list_are_answered(village: Console, query: str) -> None:
    visitor = await village.signed_in("coordinator")

    await visitor.get(f"{HERE}?{query}")


async def test_the_list_goes_on_by_key(village: Console) -> None:
    visitor = await village.signed_in("coordinator")
    for number in range(52):
        make(village.database, f"c{number:02}", kind=Kind.ONCE, name=f"Campaña número {number:02}")

    first = await visitor.get(HERE)
    more = re.search(r'href="(/console/campaigns\?tray=open&amp;after=[^"]+)"', first)
    assert more
    second = await visitor.get(unescape(more[1]))

    assert first.count("Campaña número") == 50
    assert second.count("Campaña número") == 2


async def test_one_sender_is_enough(village: Console) -> None:
    path = await write(await village.signed_in("coordinator"))
    await start(await village.signed_in("coordinator"), path)
    village.clock.wait(days=3, hours=8, minutes=5)
    for _ in range(3):
        await jobs.jobs(village.house)["campaigns"][1]()
    shown = await (await village.signed_in("coordinator")).get(path)
    assert ("8", "Por salir") in in_figures(shown)
    assert NO_SENDER not in shown, "nobody here is waiting for Telegram, which is not connected"


async def test_whom_no_sender_reaches_is_said_and_what_a_cancelling_drops_is_counted(village: Console) -> None:
    visitor, channels = await village.signed_in("coordinator"), village.house.channels
    assert isinstance(channels, dict)
    connected = dict(channels)
    channels.clear()
    path = await write(visitor)
    assert NO_SENDER in await visitor.get(f"{path}/start")
    await start(visitor, path)
    village.clock.wait(days=3, hours=8, minutes=5)  # five past six in the evening in Lima
    for _ in range(3):
        await jobs.jobs(village.house)["campaigns"][1]()
    visitor = await village.signed_in("coordinator")
    shown = await visitor.get(path)
    assert NO_SENDER in shown
    assert ("8", "Por salir") in in_figures(shown)
    assert "8 teléfonos esperan mensajes que no pueden salir" in await visitor.get("/console/")
    officer = await village.signed_in("coordinator", ["norte"])
    assert "no pueden salir" not in await officer.get("/console/"), "the numbers of others are not hers"

    await visitor.post(f"{path}/cancel", {"reason": "lluvia"})
    shown = await visitor.get(path)
    assert ("8", "No salieron") in in_figures(shown)
    assert NO_SENDER not in shown, "nothing waits any more"
    channels.update(connected)
    assert "no pueden salir" not in await visitor.get("/console/")
