"""Certificates on the web: the page, the JSON, keys, status lists, what is shared, and who guesses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from authoring.credentials import keys, offline, signing
from authoring.credentials.keys import Ring
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import PRIVATE, REVOKED, Credential
from tests.certificates import NOW, award, finished, numbered
from tests.changing import replace
from webhooks.verify import Patience, routes

Client = TestClient[web.Request, web.Application]
JSON = {"Accept": "application/json"}


class Drawer:
    """Credentials by code, as somebody keeps them."""

    def __init__(self) -> None:
        self.held: dict[str, Credential] = {}
        self.asked = 0

    def put(self, credential: Credential) -> str:
        self.held[credential.code] = credential
        return codes.shown(credential.code)

    async def find(self, code: str) -> Credential | None:
        self.asked += 1
        return self.held.get(code)

    async def revoked(self, number: int) -> list[int] | None:
        if number > 1:
            return None
        return [each.list_index for each in self.held.values() if each.word == REVOKED]


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return keys.ring(tmp_path, NOW)


@pytest.fixture
async def client(drawer: Drawer, ring: Ring) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(
        routes(
            find=drawer.find,
            revoked=drawer.revoked,
            ring=lambda: ring,
            place=Place(base="https://chasqui.example"),
            organisation="Cooperativa Norandino",
            clock=lambda: NOW,
            patience=Patience(each=6, everybody=40),
        )
    )
    async with TestClient(TestServer(app)) as made:
        yield made


async def test_the_page_says_it_all_without_a_script(client: Client, drawer: Drawer) -> None:
    code = drawer.put(numbered(award(), Random(1)))
    async with client.get(f"/verify/{code.lower()}?lang=es") as got:
        html = await got.text()
        assert got.status == 200
        assert "noindex" in got.headers["X-Robots-Tag"]
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
        assert got.headers["Cache-Control"] == "no-store"
    assert "<script" not in html
    assert 'name="robots" content="noindex' in html
    for said in ("VÁLIDO", "Viverista de café", "Rosa Q.", "Cooperativa Norandino", "19/11/2029", "No es un título"):
        assert said in html
    assert "Germinador" not in html
    assert ".jwt" not in html


async def test_a_completion_does_not_look_like_a_competence(client: Client, drawer: Drawer) -> None:
    code = drawer.put(numbered(finished(), Random(1)))
    async with client.get(f"/verify/{code}?lang=es") as got:
        html = await got.text()
    assert "No prueba competencia" in html
    assert "Certificado de competencia" not in html


async def test_a_program_gets_json(client: Client, drawer: Drawer) -> None:
    code = drawer.put(numbered(award(), Random(1)))
    async with client.get(f"/verify/{code}", headers=JSON) as got:
        said = await got.json()
    assert (said["state"], said["valid"], said["state_certificate"]) == ("valid", True, False)
    assert "units" not in said


async def test_whatever_was_taken_back_says_so_on_every_face(client: Client, drawer: Drawer, ring: Ring) -> None:
    credential = numbered(award(), Random(1))
    gone = replace(credential, word=REVOKED, reason="Fraude <b>", word_at=NOW)
    code = drawer.put(gone)
    async with client.get(f"/verify/{code}", headers=JSON) as got:
        assert (await got.json())["state"] == "revoked"
    async with client.get(f"/verify/{code}?lang=es") as got:
        html = await got.text()
    assert "ANULADO" in html
    assert "Fraude &lt;b&gt;" in html
    async with client.get("/credentials/status/1") as got:
        listed = signing.opened(await got.text(), ring.published())["credentialSubject"]["encodedList"]
    assert signing.is_set(listed, credential.list_index)
    async with client.get("/credentials/status/2") as got:
        assert got.status == 404


async def test_codes_that_are_not_ours_answer_alike(client: Client, drawer: Drawer) -> None:
    drawer.put(numbered(award(), Random(1)))
    unknown = codes.shown(codes.draw(Random(99)))
    bodies = []
    for each in (unknown, "7K4M-9QXT-H2", "x"):
        async with client.get(f"/verify/{each}", headers=JSON) as got:
            bodies.append((got.status, await got.text()))
    assert set(bodies) == {(404, '{"state": "not_found", "valid": false}')}
    assert drawer.asked == 3
    async with client.get(f"/verify/{unknown}?lang=es") as got:
        one = await got.text()
    async with client.get("/verify/7K4M-9QXT-H2?lang=es") as got:
        assert await got.text() == one


async def test_who_guesses_waits_and_others_do_not(client: Client, drawer: Drawer) -> None:
    code = drawer.put(numbered(award(), Random(1)))
    seen = []
    for number in range(8):
        unknown = codes.shown(codes.draw(Random(number + 50)))
        async with client.get(f"/verify/{unknown}", headers=JSON | {"X-Forwarded-For": "203.0.113.7"}) as got:
            seen.append(got.status)
    assert seen == [404] * 6 + [429] * 2
    async with client.get(f"/verify/{code}?lang=es", headers={"X-Forwarded-For": "203.0.113.7"}) as got:
        assert got.status == 429
        assert "Espere un rato" in await got.text()
    async with client.get(f"/verify/{code}", headers=JSON | {"X-Forwarded-For": "9.9.9.9, 203.0.113.8"}) as got:
        assert got.status == 200


async def test_who_guesses_does_not_choose_by_what_name(client: Client) -> None:
    seen = []
    for number in range(8):  # a proxy adds whom it heard behind what the guesser wrote
        headers = JSON | {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}
        async with client.get(f"/verify/{codes.shown(codes.draw(Random(number + 50)))}", headers=headers) as got:
            seen.append(got.status)
    assert seen == [404] * 6 + [429] * 2


async def test_when_everybody_guesses_each_has_one_in_vain(client: Client, drawer: Drawer) -> None:
    code = drawer.put(numbered(award(), Random(1)))
    for number in range(40):
        async with client.get(f"/verify/X{number}", headers={"X-Forwarded-For": f"198.51.100.{number}"}) as got:
            assert got.status == 404
    for status in (404, 429):
        async with client.get("/verify/XX", headers={"X-Forwarded-For": "203.0.113.9"}) as got:
            assert got.status == status
    async with client.get(f"/verify/{code}", headers={"X-Forwarded-For": "203.0.113.10"}) as got:
        assert got.status == 200


async def test_the_signed_file_is_there_only_while_it_is_shared(client: Client, drawer: Drawer, ring: Ring) -> None:
    credential = numbered(award(), Random(1))
    code = drawer.put(credential)
    async with client.get(f"/credentials/{code}.jwt") as got:
        assert got.status == 404
    drawer.put(replace(credential, shows=PRIVATE, shared_until=NOW + timedelta(days=1)))
    async with client.get(f"/credentials/{code}.jwt") as got:
        assert got.status == 200
        payload = signing.opened(await got.text(), ring.published())
    assert payload["credentialSubject"]["id"] == credential.subject
    async with client.get(f"/verify/{code}?lang=es") as got:
        assert "Germinador" in await got.text()
    drawer.put(replace(credential, shared_until=NOW))
    async with client.get(f"/credentials/{code}.jwt") as got:
        assert got.status == 404


async def test_keys_are_published_without_their_secret(client: Client, ring: Ring) -> None:
    for path in ("/credentials/keys.json", "/.well-known/jwks.json"):
        async with client.get(path) as got:
            assert await got.json() == ring.published()
            assert '"d"' not in await got.text()
    async with client.get("/credentials/issuer.json") as got:
        assert (await got.json())["id"] == "https://chasqui.example/credentials/issuer.json"


async def test_the_form_leads_to_a_code_or_reads_an_offline_qr(client: Client, drawer: Drawer, ring: Ring) -> None:
    credential = numbered(award(), Random(1))
    code = drawer.put(credential)
    async with client.get("/verify", params={"code": f" {code} "}, allow_redirects=False) as got:
        assert got.status == 303
        assert got.headers["Location"].startswith(f"/verify/{code}")
    async with client.get("/verify?lang=es") as got:
        assert "Código del certificado" in await got.text()
    payload = offline.payload(credential, ring.offline, NOW.date())
    async with client.get("/verify", params={"payload": payload, "lang": "es"}) as got:
        html = await got.text()
    assert "Según lo impreso el 20/11/2026" in html
    assert "RQ" in html
    async with client.get("/verify", params={"payload": payload.replace("RQ", "XX"), "lang": "es"}) as got:
        assert got.status == 404
        assert "falsificada" in await got.text()
    async with client.get("/verify", params={"payload": payload[:20], "lang": "es"}) as got:
        assert got.status == 404
        assert "no está completo" in await got.text()
    for written in (code, f"https://chasqui.example/verify/{code}"):
        async with client.get("/verify", params={"payload": written}, allow_redirects=False) as got:
            assert got.headers["Location"].startswith(f"/verify/{code}")


@pytest.mark.parametrize(
    "path", ["/verify/%00", "/verify/%FF", "/verify/" + "A" * 3000, "/verify/<script>", "/verify/' OR 1=1"]
)
async def test_odd_codes_are_answered_calmly(client: Client, path: str) -> None:
    async with client.get(path) as got:
        assert got.status == 404
        assert "<script>" not in await got.text()
