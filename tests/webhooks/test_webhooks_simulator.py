"""The page /try over a real server: forms, the log that a script asks for, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.messages import Address, Heard
from tests.fakes.echo_bot import GREETING, NOW, EchoBot, courses
from webhooks.prices import read_price
from webhooks.simulator import routes
from webhooks.try_texts import TEXTS

Client = TestClient[web.Request, web.Application]
PHONES = {"sms": "+51900000001", "chat": "+51900000002", "lang": "es"}


def site(bot: EchoBot, **more: object) -> Client:
    wired = {"receive": bot.receive, "history": bot.history, "courses": courses, "clock": lambda: NOW, **more}
    app = web.Application()
    app.add_routes(routes(**wired))  # type: ignore[arg-type]
    return TestClient(TestServer(app))


@pytest.fixture
def bot() -> EchoBot:
    return EchoBot()


@pytest.fixture
async def client(bot: EchoBot) -> AsyncIterator[Client]:
    async with site(bot, price_per_segment="0.05 USD") as client:
        yield client


async def say(client: Client, style: str, headers: dict[str, str] | None = None, **form: str) -> ClientResponse:
    return await client.post(f"/try/{style}", params=PHONES, data=form, headers=headers, allow_redirects=False)


async def test_it_shows_both_phones_and_the_words_to_begin_with(client: Client):
    answer = await client.get("/try")
    page = await answer.text()
    assert answer.status == 200
    for seen in ("+51900000001", "+51900000002", "HOLA", "VIVERO", "Vivero de café", TEXTS["es"]["lead"]):
        assert seen in page
    assert 'name="start"' in page


async def test_the_page_speaks_the_language_that_is_asked_for_else_the_browsers(client: Client):
    by_link = await client.get("/try?lang=en", headers={"Accept-Language": "es"})
    by_browser = await client.get("/try", headers={"Accept-Language": "fr-FR, en-GB;q=0.9"})
    neither = await client.get("/try?lang=xx")
    assert '<html lang="en">' in await by_link.text()
    assert "NURSERY" in await by_browser.text()
    assert '<html lang="es">' in await neither.text()


async def test_every_text_of_the_page_exists_in_both_languages():
    assert TEXTS["es"].keys() == TEXTS["en"].keys()


async def test_a_form_post_is_answered_on_the_page_with_segments_characters_and_cost(client: Client, bot: EchoBot):
    answer = await say(client, "sms", text="HOLA")
    assert answer.status == 303
    assert answer.headers["Location"] == "/try?sms=%2B51900000001&chat=%2B51900000002&lang=es#sms"
    page = await (await client.get(answer.headers["Location"])).text()
    assert GREETING.strip() in page
    for fact in ("2 SMS", f"{len(GREETING)} caracteres", "GSM-7", "0.10 USD"):
        assert f"<span>{fact}</span>" in page
    assert "Chasqui ha enviado 2 SMS · costo 0.10 USD" in page
    [inbound] = bot.heard
    assert (str(inbound.address), inbound.text, inbound.received_at) == ("simulator:sms:+51900000001", "HOLA", NOW)


async def test_without_a_price_only_segments_are_counted(bot: EchoBot):
    async with site(bot) as client:
        await say(client, "sms", text="HOLA")
        page = await (await client.get("/try?lang=es")).text()
    assert "Chasqui ha enviado 2 SMS</p>" in page
    assert "costo" not in page


async def test_a_press_comes_in_as_a_press_and_closes_the_keyboard(client: Client, bot: EchoBot):
    await say(client, "chat", text="VIVERO")
    assert 'name="choice"' in await (await client.get("/try")).text()
    assert (await say(client, "chat", token="t3", choice="1", message="out1")).status == 303
    page = await (await client.get("/try?lang=es")).text()
    assert 'name="choice"' not in page
    assert "Eligió: <b>B) Del tercio medio</b>" in page
    assert (bot.heard[-1].kind, bot.heard[-1].token, bot.heard[-1].choice) == (Heard.PRESS, "t3", 1)


async def test_start_and_the_own_number_come_in_as_such_and_only_from_the_chat(client: Client, bot: EchoBot):
    await say(client, "chat", start="")
    await say(client, "chat", contact="own")
    await say(client, "sms", start="", contact="own", token="t3", choice="1")
    assert [(each.kind, each.phone, each.language) for each in bot.heard] == [
        (Heard.START, "", "es"),
        (Heard.CONTACT, "+51900000002", ""),
    ]


async def test_what_was_written_is_never_markup(client: Client):
    await say(client, "sms", text="<img src=x>")
    await say(client, "chat", text="<img src=x>")
    page = await (await client.get("/try")).text()
    assert "<img src=x>" not in page
    assert page.count("&lt;img src=x&gt;") == 4  # written and echoed, on both phones


async def test_an_empty_message_is_not_sent(client: Client, bot: EchoBot):
    assert (await say(client, "sms", text="   ")).status == 303
    assert bot.heard == []


@pytest.mark.parametrize("choice", ["", "x", "-1", "100"])
async def test_a_form_that_makes_no_sense_is_refused_in_words(client: Client, bot: EchoBot, choice: str):
    answer = await say(client, "chat", token="t3", choice=choice)
    assert (answer.status, bot.heard) == (400, [])
    assert TEXTS["es"]["odd"] in await answer.text()


async def test_bytes_that_are_no_text_are_refused_too(client: Client, bot: EchoBot):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/try/sms", data=b"text=\xff\xfe", headers=headers)).status == 400
    assert bot.heard == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_a_post_from_another_site_is_not_taken(client: Client, bot: EchoBot, headers: dict[str, str]):
    answer = await say(client, "sms", headers, text="HOLA")
    assert (answer.status, bot.heard) == (403, [])


async def test_a_post_from_the_page_itself_is_taken(client: Client, bot: EchoBot):
    own = str(client.make_url("/")).rstrip("/")
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": own}):
        assert (await say(client, "sms", headers, text="HOLA")).status == 303
    assert len(bot.heard) == 2


@pytest.mark.parametrize("path", ["/try", "/try/messages", "/try/static/phone.js", "/try/static/style.css"])
async def test_everything_carries_the_strict_headers(client: Client, path: str):
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind"), [("phone.js", "text/javascript"), ("style.css", "text/css"), ("icon.svg", "image/svg+xml")]
)
async def test_static_files_have_a_fixed_type(client: Client, name: str, kind: str):
    assert (await client.get(f"/try/static/{name}")).content_type == kind


@pytest.mark.parametrize("name", ["index.html.j2", "..%2fsimulator.py", "x.css"])
async def test_no_other_file_is_served(client: Client, name: str):
    assert (await client.get(f"/try/static/{name}")).status == 404


async def test_a_script_gets_the_log_once_and_then_only_what_is_new(client: Client, bot: EchoBot):
    answer = await say(client, "sms", {"Accept": "application/json"}, text="HOLA")
    assert answer.status == 204
    query = {**PHONES, "phone": "sms"}
    log = await (await client.get("/try/messages", params=query)).json()
    assert GREETING.strip() in log["html"]
    assert log["total"] == "Chasqui ha enviado 2 SMS · costo 0.10 USD"
    assert (await client.get("/try/messages", params={**query, "after": log["version"]})).status == 204
    bot.owe("simulator:sms:+51900000001", "Su pregunta espera.")
    later = await client.get("/try/messages", params={**query, "after": log["version"]})
    assert "Su pregunta espera." in (await later.json())["html"]


async def test_a_tester_can_be_several_people(client: Client, bot: EchoBot):
    await client.post("/try/sms?sms=%2B250788000001", data={"text": "HOLA"})
    assert str(bot.heard[0].address) == "simulator:sms:+250788000001"
    assert GREETING.strip() in await (await client.get("/try?sms=+250788000001")).text()
    assert GREETING.strip() not in await (await client.get("/try?sms=%2B59170000001")).text()


@pytest.mark.parametrize(
    ("country", "given", "number"),
    [
        ("PE", "900000047", "+51900000047"),
        ("PE", "900 000 047", "+51900000047"),
        ("PE", "+51900000047", "+51900000047"),  # the + arrives as a space
        ("PE", "%2B51900000047", "+51900000047"),
        ("PE", "51900000047", "+51900000047"),
        ("PE", "250788000001", "+250788000001"),
        ("BO", "70000001", "+59170000001"),
        ("RW", "0788000001", "+250788000001"),
    ],
)
async def test_a_national_number_is_of_the_country_of_the_settings(
    bot: EchoBot, country: str, given: str, number: str
) -> None:
    async with site(bot, country=country) as client:
        await client.post(f"/try/sms?sms={given}", data={"text": "HOLA"})
    assert [str(each.address) for each in bot.heard] == [f"simulator:sms:{number}"]


async def test_the_page_is_found_with_a_slash_behind_it_too(client: Client) -> None:
    answer = await client.get("/try/?lang=en", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "/try?lang=en")


@pytest.mark.parametrize("given", ["51900", "1", "+5151900", "999999999999999999"])
async def test_a_number_that_nobody_can_have_is_not_taken(client: Client, given: str) -> None:
    page = await (await client.get("/try", params={"sms": given, "lang": "es"})).text()
    assert given in page
    assert 'value="+51900000001"' in page


async def test_what_is_no_number_is_named_and_the_first_number_kept(client: Client):
    page = await (await client.get("/try?sms=<b>12&lang=es")).text()
    assert "&lt;b&gt;12 no es un número de teléfono" in page
    assert 'value="+51900000001"' in page


async def test_a_document_can_be_downloaded_and_never_opens_as_a_page(client: Client):
    await say(client, "chat", text="MIS DATOS")
    page = await (await client.get("/try", params=PHONES)).text()
    assert "/try/file?" in page
    answer = await client.get("/try/file", params={**PHONES, "id": "out1.0"})
    assert await answer.text() == '{"a": 1}'
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mis_datos_.json"'
    assert (await client.get("/try/file", params={**PHONES, "id": "out1.1"})).status == 404


async def test_a_page_without_script_waits_for_the_answer(bot: EchoBot):
    asked: list[Address] = []

    async def settled(address: Address) -> None:
        asked.append(address)
        bot.owe(str(address), "La respuesta.")

    async with site(bot, settled=settled) as client:
        answer = await say(client, "sms", text="x")
        assert "La respuesta." in await (await client.get(answer.headers["Location"])).text()
        await say(client, "sms", {"Accept": "application/json"}, text="x")
        await say(client, "sms", text="")
    assert [str(address) for address in asked] == ["simulator:sms:+51900000001"]


async def test_it_does_not_wait_for_ever(bot: EchoBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("webhooks.simulator.PATIENCE", 0.01)
    async with site(bot, settled=lambda address: asyncio.Event().wait()) as client:
        assert (await say(client, "sms", text="HOLA")).status == 303


async def test_times_are_those_of_the_place_and_older_days_carry_their_date(bot: EchoBot):
    await_later = {"zone": ZoneInfo("America/Lima"), "clock": lambda: NOW + timedelta(days=2)}
    async with site(bot, zone=ZoneInfo("America/Lima")) as client:
        await say(client, "sms", text="HOLA")
        assert ">10:04</time>" in await (await client.get("/try")).text()
    async with site(bot, **await_later) as client:
        assert ">02/03 10:04</time>" in await (await client.get("/try")).text()


@pytest.mark.parametrize(
    ("price", "three"), [("0.05 USD", "0.15 USD"), ("S/ 0.15", "S/ 0.45"), ("0,1 €", "0,3 €"), ("20 RWF", "60 RWF")]
)
def test_a_price_is_multiplied_and_written_as_the_operator_writes_it(price: str, three: str):
    assert read_price(price).of(3) == three


def test_a_price_without_an_amount_stops_the_start():
    with pytest.raises(ValueError, match="no amount"):
        read_price("cheap")
