"""The database is away: every provider hears 503 at once, tells it again, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from authoring.shelf import Shelf
from store.database import Database
from tests.bad_inputs.town import signed as signed_by_twilio
from tests.bad_inputs.town import sms_fields
from tests.fakes import telegram_updates
from tests.webhooks.village import ROSA, SECRET, Village, village


@pytest.fixture
async def place(database: Database, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Village]:
    async with village(database, shelf, tmp_path) as made:
        yield made


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Every commit fails as the driver fails when the server is gone."""
    dialect = database._writer.dialect
    proper = dialect.do_commit

    def gone(connection: Any) -> None:
        raise OperationalError("COMMIT", {}, ConnectionError("the server is gone"))

    dialect.do_commit = gone  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_commit = proper  # type: ignore[method-assign]


async def _telegram(place: Village, number: int, path: str = "", secret: str = "first") -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    update = telegram_updates.text("HOLA", number)
    async with place.client.post(f"{place.url}/webhooks/telegram{path}", json=update, headers=headers) as got:
        return got.status


async def _twilio(place: Village, number: int) -> int:
    fields = sms_fields("HOLA", number)
    path = "/webhooks/twilio/sms"
    async with place.client.post(place.url + path, data=fields, headers=signed_by_twilio(path, fields)) as got:
        return got.status


async def _android(place: Village, number: int) -> int:
    return await place.tell(place.phone.received("HOLA", id=f"event{number}"))


async def _http(place: Village, number: int) -> int:
    fields = {"from": ROSA, "text": "HOLA", "id": f"id{number}"}
    return (await place.knock("POST", f"/webhooks/http/sms/{SECRET}", fields))[0]


KNOCKS = {"telegram": _telegram, "twilio": _twilio, "android": _android, "http": _http}


@pytest.mark.parametrize("provider", KNOCKS)
async def test_it_says_503_at_once_and_never_200_for_what_is_not_kept(place: Village, provider: str) -> None:
    knock = KNOCKS[provider]
    with away(place.house.database):
        async with asyncio.timeout(60):
            assert await knock(place, 1) == 503
            assert await knock(place, 2) == 503
    assert place.rows() == 0

    assert [await knock(place, number) for number in (1, 2, 1)] == [200, 200, 200]

    assert place.rows() == 2


@pytest.mark.parametrize("provider", ["android", "http"])
async def test_a_receipt_that_is_not_kept_is_503(place: Village, provider: str) -> None:
    mid = "7-0b73-0123456789ab"
    with away(place.house.database):
        if provider == "http":
            status, _ = await place.knock("POST", f"/webhooks/http/status/{SECRET}", {"mid": mid, "status": "1"})
        else:
            from messaging.numbers import _digest

            ours = f"7-{_digest('android:+51900000009', 4)}-0123456789ab"
            status = await place.tell(place.phone.event("sms:delivered", messageId=ours))
    assert status == 503


async def test_each_bot_has_a_door_and_a_secret_of_its_own(place: Village) -> None:
    assert await _telegram(place, 1) == 200
    assert await _telegram(place, 1, "/bolivia", "second") == 200
    assert await _telegram(place, 2, "/bolivia", "first") == 401
    assert await _telegram(place, 2, "/peru", "second") in (401, 404)

    assert [sender for sender, _, _ in place.heard()] == ["telegram:110201543", "telegram:220201543"]


async def test_nothing_of_a_message_stands_in_the_log(place: Village, caplog: pytest.LogCaptureFixture) -> None:
    event = place.phone.received("una frase privada")
    with away(place.house.database):
        assert await place.tell(event) == 503
        await place.knock("POST", f"/webhooks/http/sms/{SECRET}", {"from": ROSA, "text": "otra frase privada"})
    assert "privada" not in caplog.text
    assert SECRET not in caplog.text
    assert json.dumps(event) not in caplog.text
