"""The door that Telegram knocks at: who is let in, what is kept, and what is answered."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Heard, Inbound
from tests.fakes import telegram_updates as updates
from webhooks import telegram
from webhooks.telegram import BODY_LIMIT, PATH, routes

SECRET = "a-secret_of_43_characters"
SENDER = "telegram:110201543"
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
GENUINE = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}


class Door:
    """The route with an inbox behind it that may be down, and a clock that a test moves."""

    def __init__(self, secret: str) -> None:
        self.kept: list[Inbound] = []
        self.counted: list[str] = []
        self.down = False
        self.time = 0.0
        application = web.Application()
        application.add_routes(
            routes(
                secret=secret,
                sender=SENDER,
                receive=self.receive,
                now=lambda: NOW,
                clock=lambda: self.time,
                count=self.counted.append,
            )
        )
        self.client = TestClient(TestServer(application))

    async def receive(self, heard: Inbound) -> None:
        if self.down:
            raise RuntimeError(f"INSERT INTO inbox … ({heard.text})")
        self.kept.append(heard)

    async def knock(self, body: Any, headers: dict[str, str] | None = None) -> int:
        """Post a body (bytes and streams as they are, anything else as JSON); the status. No answer says a word."""
        data = body if isinstance(body, bytes | io.BytesIO) or hasattr(body, "__aiter__") else json.dumps(body).encode()
        async with self.client.post(PATH, data=data, headers=GENUINE if headers is None else headers) as response:
            assert await response.read() == b""
            return response.status


@asynccontextmanager
async def a_door(secret: str = SECRET) -> AsyncIterator[Door]:
    door = Door(secret)
    async with door.client:
        yield door


async def test_a_genuine_update_is_kept_and_then_answered() -> None:
    async with a_door() as door:
        assert await door.knock(updates.text("Del tercio medio", 7)) == 200
    (heard,) = door.kept
    assert (heard.sender, heard.provider_id, heard.text) == (SENDER, "7", "Del tercio medio")
    assert (str(heard.address), heard.received_at) == (f"telegram:{updates.CHAT}", NOW)


async def test_the_answer_waits_until_the_message_is_kept() -> None:
    may_keep, keeping = asyncio.Event(), asyncio.Event()

    async def receive(heard: Inbound) -> None:
        keeping.set()
        await may_keep.wait()

    application = web.Application()
    application.add_routes(routes(secret=SECRET, sender=SENDER, receive=receive))
    async with TestClient(TestServer(application)) as client:
        answer = asyncio.ensure_future(client.post(PATH, json=updates.text("B"), headers=GENUINE))
        await keeping.wait()
        assert not answer.done()
        may_keep.set()
        assert (await answer).status == 200


@pytest.mark.parametrize(
    "header",
    [None, "", "wrong", SECRET[:-1], SECRET[:-1] + "S", SECRET + " x", "ñandú"],
)
async def test_without_the_right_secret_nothing_is_kept(header: str | None, caplog: pytest.LogCaptureFixture) -> None:
    # BI001, BI002
    headers = {"Content-Type": "application/json"}
    if header is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = header
    async with a_door() as door:
        assert await door.knock(updates.text("una frase privada"), headers) == 401
    assert door.kept == []
    assert door.counted == ["telegram_auth_failed"]
    assert "una frase privada" not in caplog.text
    assert not header or header not in caplog.text


async def test_without_a_secret_in_the_settings_everybody_is_refused() -> None:
    async with a_door(secret="") as door:
        assert await door.knock(updates.text("B"), GENUINE | {"X-Telegram-Bot-Api-Secret-Token": ""}) == 401
        assert await door.knock(updates.text("B"), {"Content-Type": "application/json"}) == 401


async def test_who_guesses_is_told_to_stop_and_the_log_is_spared(caplog: pytest.LogCaptureFixture) -> None:
    # BI002
    wrong = GENUINE | {"X-Telegram-Bot-Api-Secret-Token": "x" * len(SECRET)}
    async with a_door() as door:
        assert [await door.knock({}, wrong) for _ in range(22)] == [401] * 20 + [429] * 2
        # Telegram may come by the same proxy, and it has the right secret.
        assert await door.knock(updates.text("B")) == 200
        door.time = 59.9
        assert await door.knock({}, wrong) == 429
        door.time = 60.0
        assert await door.knock({}, wrong) == 401
    assert len(door.counted) == 24
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 2


def test_a_flood_from_everywhere_does_not_fill_the_memory() -> None:
    strangers = telegram._Strangers(lambda: 0.0)
    for number in range(25_000):
        assert strangers.turn_away(f"10.0.{number // 256}.{number % 256}") == 401
    assert len(strangers._failures) <= 10_000


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json; charset=UTF8", 200),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
async def test_it_takes_json_in_utf8_only(kind: str, status: int) -> None:
    # BI006
    async with a_door() as door:
        assert await door.knock(updates.text("B"), GENUINE | {"Content-Type": kind}) == status
    assert len(door.kept) == (status == 200)


async def test_a_delivery_that_names_no_kind_of_content_is_not_parsed() -> None:
    # BI006: aiohttp's client would fill the header in by itself.
    async with a_door() as door:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url, data = door.client.make_url(PATH), json.dumps(updates.text("B")).encode()
        async with (
            aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session,
            session.post(url, data=data, headers=headers) as response,
        ):
            assert response.status == 415


def padded(size: int) -> bytes:
    """A genuine update of exactly so many bytes."""
    frame = json.dumps(updates.text("B") | {"padding": ""}).encode()
    return json.dumps(updates.text("B") | {"padding": "x" * (size - len(frame))}).encode()


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("wrap", [io.BytesIO, chunks])
async def test_a_body_over_one_mebibyte_is_refused(wrap: Callable[[bytes], Any]) -> None:
    async with a_door() as door:
        assert await door.knock(wrap(padded(BODY_LIMIT))) == 200
        assert await door.knock(wrap(padded(BODY_LIMIT + 1))) == 413
    assert len(door.kept) == 1


async def test_a_small_body_that_unpacks_into_a_large_one_is_refused() -> None:
    async with a_door() as door:
        packed = zlib.compress(padded(50 * BODY_LIMIT))
        assert len(packed) < BODY_LIMIT
        assert await door.knock(packed, GENUINE | {"Content-Encoding": "deflate"}) == 413


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "BODY_SECONDS", 0.1)
    async with a_door() as door:
        host, port = door.client.host, door.client.port
        reader, writer = await asyncio.open_connection(host, port)
        head = [
            f"POST {PATH} HTTP/1.1",
            f"Host: {host}",
            "Content-Length: 100",
            *(f"{k}: {v}" for k, v in GENUINE.items()),
        ]
        writer.write("\r\n".join([*head, "", "{"]).encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize("odd", [b'{"a":' * 1_000 + b"1" + b"}" * 1_000, b"[" * 20_000 + b"]" * 20_000, b"9" * 5_000])
async def test_an_update_that_nobody_can_read_is_kept_by_its_number(odd: bytes) -> None:
    async with a_door() as door:
        assert await door.knock(b'{"update_id": 7, "message": ' + odd + b"}") == 200
    [kept] = door.kept
    assert (kept.provider_id, kept.kind, kept.text) == ("7", Heard.IGNORED, "ignored:unreadable")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"7", b'"x"', b"[]", b'[{"update_id": 1}]', b"{}", b'{"update_id": null}',
        b'{"update_id": "7"}', b'{"update_id": true}', b'{"update_id": 7.0}', b'{"update_id": 1e400}',
        b'{"update_id": ' + b"9" * 20 + b"}", b'{"update_id": ' + b"9" * 10_000 + b"}", b"\xff\xfe{}",
        '{"update_id": 7}'.encode("utf-16"), b"\xef\xbb\xbf{\"update_id\": 7}",
        b"[" * 500_000, b'{"a":' * 100_000, b'{"update_id": 7, "message": ' + b"[" * 200_000,
    ],
)  # fmt: skip
async def test_what_telegram_never_sends_is_a_bad_request(body: bytes) -> None:
    async with a_door() as door:
        assert await door.knock(body) == 400
    assert door.kept == []


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"update_id": 7}, Heard.IGNORED),
        ({"update_id": 7, "hologram": {"x": 1}}, Heard.IGNORED),
        ({"update_id": 7, "message": "x"}, Heard.IGNORED),
        ({"update_id": 7, "channel_post": updates.text("x", chat=updates.GROUP)["message"]}, Heard.IGNORED),
        (updates.member("member", "kicked"), Heard.BLOCKED),
        (updates.message(migrate_to_chat_id=-100900, chat=updates.GROUP), Heard.IGNORED),  # BI019
    ],
)
async def test_whatever_else_is_genuine_is_kept_and_answered(update: dict[str, Any], kind: Heard) -> None:
    # BI018
    async with a_door() as door:
        assert await door.knock(update) == 200
    assert [one.kind for one in door.kept] == [kind]


async def test_numbers_may_repeat_and_may_go_down() -> None:
    # BI003, BI004: which of them is new is for the inbox to say.
    async with a_door() as door:
        for number in (900, 900, 5, -1):
            assert await door.knock(updates.text("B", number)) == 200
    assert [one.provider_id for one in door.kept] == ["900", "900", "5", "-1"]


async def test_a_message_that_could_not_be_kept_is_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    async with a_door() as door:
        door.down = True
        assert await door.knock(updates.text("una frase privada", 7)) == 503
        door.down = False
        assert await door.knock(updates.text("una frase privada", 7)) == 200
    assert len(door.kept) == 1
    assert "update 7 could not be kept: RuntimeError" in caplog.text
    assert "una frase privada" not in caplog.text


async def test_it_listens_to_posts_only() -> None:
    async with a_door() as door, door.client.get(PATH, headers=GENUINE) as response:
        assert response.status == 405


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_body_brings_it_down(body: bytes) -> None:
    assert telegram._read(body, SENDER, NOW) is None
