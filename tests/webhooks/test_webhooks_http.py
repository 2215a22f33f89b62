"""Kannel and Jasmin bring SMS and receipts: known by the secret in the path, answered with the words they wait for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from bot.messages import Content
from store.database import Database
from store.shapes import content_json
from store.tables import inbox, outbox
from tests.webhooks.village import ROSA, SECRET, Village, village

KANNEL, JASMIN = "http:4545", "http:jasmin"
KANNEL_SMS, KANNEL_STATUS = f"/webhooks/http/sms/{SECRET}", f"/webhooks/http/status/{SECRET}"
JASMIN_SMS = f"/webhooks/http/jasmin/sms/{SECRET}"
MO = {"id": "mo-1", "from": "59170000001", "to": "4646", "origin-connector": "tigo", "coding": "0", "content": "HOLA"}


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Village]:
    async with village(sqlite, shelf, tmp_path) as made:
        yield made


async def test_kannel_brings_a_message_in_the_query_and_hears_an_empty_200(place: Village) -> None:
    fields = {"from": "900000001", "text": "HOLA señora", "id": "k1"}

    assert await place.knock("GET", KANNEL_SMS, fields, query=True) == (200, "")
    assert await place.knock("GET", KANNEL_SMS, fields, query=True) == (200, "")
    await place.settle()

    assert place.heard() == [(KANNEL, f"tel:{ROSA}", "text")]
    assert [each["to"] for each in place.box.messages] == [ROSA]


async def test_jasmin_brings_octets_and_hears_its_own_word(place: Village) -> None:
    octets = "Añu €".encode("utf-16-be").hex()

    assert await place.knock("POST", JASMIN_SMS, MO | {"binary": octets, "coding": "8"}) == (200, "ACK/Jasmin")
    assert await place.knock("POST", JASMIN_SMS, MO | {"binary": "484F4C41", "id": "mo-2"}) == (200, "ACK/Jasmin")

    assert place.heard() == [(JASMIN, "tel:+59170000001", "text")] * 2


@pytest.mark.parametrize("path", ["/webhooks/http/sms", "/webhooks/http/sms/wrong", "/webhooks/http/status"])
async def test_without_the_secret_nothing_is_heard(place: Village, path: str) -> None:
    fields = {"from": ROSA, "text": "HOLA", "id": "1"}

    assert [(await place.knock(method, path, fields))[0] for method in ("GET", "POST")] == [403, 403]

    assert place.rows() == 0


async def test_whoever_guesses_the_secret_fills_no_disk(place: Village, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(30):
        assert (await place.knock("POST", "/webhooks/http/sms/wrong", {"from": ROSA, "text": "HOLA"}))[0] == 403

    assert len([each for each in caplog.records if "does not end with the secret" in each.getMessage()]) == 1


async def test_a_short_code_is_counted_and_acknowledged(place: Village) -> None:
    assert await place.knock("POST", JASMIN_SMS, MO | {"from": "Tigo"}) == (200, "ACK/Jasmin")
    assert place.rows() == 0


@pytest.mark.parametrize("fields", [{}, {"from": ROSA}, {"text": "HOLA"}])
async def test_a_message_without_its_fields_is_400(place: Village, fields: dict[str, str]) -> None:
    assert (await place.knock("POST", KANNEL_SMS, fields))[0] == 400


async def test_half_a_surrogate_pair_is_no_reason_to_lose_a_word(place: Village) -> None:
    headers = {"Content-Type": "application/json"}
    said = b'{"id": "x\\ud800y", "from": "+51900000001", "text": "HOLA \\ud83d"}'
    async with place.client.post(place.url + KANNEL_SMS, data=said, headers=headers) as got:
        assert got.status == 200
    await place.settle()
    assert place.heard() == [(KANNEL, f"tel:{ROSA}", "text")]
    assert [each["to"] for each in place.box.messages] == [ROSA]


async def test_a_receipt_with_half_a_surrogate_pair_is_taken(place: Village) -> None:
    mid = await _said(place, KANNEL)
    headers = {"Content-Type": "application/json"}
    told = b'{"status": "16", "err": "\\udc00", "id": "\\ud800"}'
    async with place.client.post(f"{place.url}{KANNEL_STATUS}?mid={mid}", data=told, headers=headers) as got:
        assert got.status == 200
    assert place.states() == ["failed"]


async def test_a_longer_text_than_anybody_writes_is_cut(place: Village) -> None:
    assert await place.knock("POST", KANNEL_SMS, {"from": ROSA, "text": "a" * 20_000, "id": "k9"}) == (200, "")
    with place.house.database.reading() as conn:
        payload = conn.execute(select(inbox.c.payload)).scalar_one()
    assert len(payload) < 5_000


async def test_json_that_is_none_is_400_and_a_body_over_64_kib_413(place: Village) -> None:
    for body, due in ((b"{", 400), (b"[]", 400), (b" " * 70_000, 413)):
        headers = {"Content-Type": "application/json"}
        async with place.client.post(place.url + KANNEL_SMS, data=body, headers=headers) as got:
            assert got.status == due


@pytest.mark.parametrize(
    ("told", "states"),
    [
        (("8", "1"), ["sent", "delivered"]),
        (("1", "8", "4"), ["delivered", "delivered", "delivered"]),
        (("4", "2"), ["sent", "undelivered"]),
        (("16",), ["failed"]),
        (("77", ""), ["sent", "sent"]),
    ],
)
async def test_kannels_numbers_move_a_message_only_forward(
    place: Village, told: tuple[str, ...], states: list[str]
) -> None:
    mid = await _said(place, KANNEL)
    seen = []
    for status in told:
        assert (await place.knock("GET", KANNEL_STATUS, {"mid": mid, "status": status}, query=True))[0] == 200
        seen += place.states()
    assert seen == states


async def test_jasmins_receipt_finds_its_message_by_jasmins_id(place: Village) -> None:
    mid = await _said(place, JASMIN)
    path = f"/webhooks/http/jasmin/status/{SECRET}"
    id = "07033084-5cfd-4812-90a4-e4d24ffb6e00"

    fields = {"id": id, "message_status": "ESME_ROK", "level": "1", "connector": "tigo"}
    assert await place.knock("POST", f"{path}?mid={mid}", fields) == (200, "ACK/Jasmin")
    fields = {"id": id, "message_status": "DELIVRD", "level": "2", "id_smsc": "1f", "dlvrd": "1", "err": "0"}
    assert await place.knock("POST", f"{path}?mid={mid}", fields) == (200, "ACK/Jasmin")

    assert place.states() == ["delivered"]


async def _said(place: Village, sender: str) -> str:
    """Let one message leave; our id, out of the address that the gateway was given."""
    row = {
        "sender": sender, "address": f"tel:{ROSA}", "kind": "reply", "content": content_json(Content(text="Hola")),
        "state": "queued", "created_at": place.clock.now, "not_before": place.clock.now,
    }  # fmt: skip
    with place.house.database.writing() as conn:
        conn.execute(outbox.insert(), row)
    await place.settle()
    (message,) = place.box.messages
    return parse_qs(urlsplit(message["dlr-url"]).query)["mid"][0]
