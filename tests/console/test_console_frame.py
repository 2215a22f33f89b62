"""The frame around every page: hosts, sessions, rights, forms from elsewhere, headers."""

from __future__ import annotations

import pytest
from multidict import MultiDict

from console.forms import Form, neat
from tests.console.consoles import Console

EVIL = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}


async def test_another_host_is_refused(sqlite_console: Console) -> None:
    # BI061
    visitor = await sqlite_console.visitor()

    assert (await visitor.raw("GET", "/console/", headers=EVIL)).status == 400
    assert (await visitor.raw("GET", "/health/live", headers=EVIL)).status == 200


async def test_nobody_is_sent_to_the_door_and_back_to_where_she_wanted(sqlite_console: Console) -> None:
    visitor = await sqlite_console.visitor()

    sent = await visitor.raw("GET", "/console/learners?q=rosa")

    assert (sent.status, sent.headers["Location"]) == (303, "/console/sign-in?next=%2Fconsole%2Flearners%3Fq%3Drosa")
    by_htmx = await visitor.raw("GET", "/console/learners", headers={"HX-Request": "true"})
    assert (by_htmx.status, by_htmx.headers["HX-Redirect"]) == (401, "/console/sign-in?next=%2Fconsole%2Flearners")


async def test_a_page_that_is_not_there_says_so_in_her_language(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")

    assert "Aquí no hay nada" in await visitor.get("/console/nothing/here", 404)
    assert "There is nothing here" in await visitor.get("/console/nothing/here?lang=en", 404)


async def test_pages_carry_the_strict_headers(console: Console) -> None:
    visitor = await console.signed_in("coordinator")

    response = await visitor.raw("GET", "/console/nothing")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_a_form_from_elsewhere_does_nothing(sqlite_console: Console, headers: dict[str, str]) -> None:
    visitor = await sqlite_console.signed_in("coordinator")
    token = await visitor.token()

    refused = await visitor.raw("POST", "/console/sign-out", data={"token": token}, headers=headers)

    assert refused.status == 403
    await visitor.get("/console/me")


async def test_a_form_without_its_token_is_shown_again_with_all_that_was_written(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")

    again = await visitor.raw("POST", "/console/sign-out", data={"note": "Rosa <b>llamó</b>", "token": "0" * 48})

    text = await again.text()
    assert again.status == 403
    assert "Rosa &lt;b&gt;llamó&lt;/b&gt;" in text


async def test_what_was_written_when_the_session_ended_is_not_lost(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("coordinator")
    token = await visitor.token()
    sqlite_console.clock.wait(minutes=31)

    again = await visitor.raw("POST", "/console/me", data={"name": "Elena Ruiz", "token": token})

    assert again.status == 401
    assert "Elena Ruiz" in await again.text()


def test_texts_of_a_form_are_neat() -> None:
    assert neat("cafe\u0301\r\nuno\x00\x07\ud800") == "café\nuno"
    form = Form(MultiDict([("a", " x "), ("n", "12"), ("n", "no"), ("big", "9" * 40)]))
    assert (form.text("a"), form.text("missing"), form.texts("n")) == ("x", "", ["12", "no"])
    assert (form.whole("n"), form.whole("a", 7), form.whole("big", 3)) == (12, 7, 3)
