"""Long polling and registration against a Bot API on loopback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.messages import Heard, Inbound
from messaging.telegram import TelegramChannel
from messaging.telegram_polling import poll, register, set_commands
from tests.fakes import telegram_updates as updates
from tests.fakes.telegram_api import TOKEN, Fault, TelegramApi, error

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
NAME = "telegram:110201543"


class Inbox:
    """Keeps what it hears; of each number in `refuse` only the second time."""

    def __init__(self, *refuse: str) -> None:
        self.kept: list[Inbound] = []
        self.refuse = set(refuse)
        self._news = asyncio.Condition()

    async def receive(self, heard: Inbound) -> None:
        if heard.provider_id in self.refuse:
            self.refuse.remove(heard.provider_id)
            raise OSError("the database is down")
        async with self._news:
            self.kept.append(heard)
            self._news.notify_all()

    async def until(self, count: int) -> list[Inbound]:
        async with self._news:
            await self._news.wait_for(lambda: len(self.kept) >= count)
        return self.kept


async def polling(inbox: Inbox, script: Callable[[TelegramApi], Awaitable[None]], *, webhook: str = "") -> TelegramApi:
    """Poll while a script runs; ends by `stop`, within the time of the test."""
    async with TelegramApi() as api:
        api.webhook = webhook
        channel = TelegramChannel(name=NAME, token=TOKEN, api_url=api.url, timeout=5.0)
        stop = asyncio.Event()
        running = asyncio.create_task(poll(channel, inbox.receive, stop=stop, now=lambda: NOW, wait=30, patience=0.0))
        try:
            async with asyncio.timeout(60):
                await script(api)
                stop.set()
                await running
        finally:
            running.cancel()
            await channel.close()
    assert api.violations == []
    return api


def confirmed(api: TelegramApi) -> list[str | None]:
    return [call.params.get("offset") for call in api.called("getUpdates")]


async def test_it_confirms_an_update_only_after_it_was_kept() -> None:
    inbox = Inbox("41")

    async def script(api: TelegramApi) -> None:
        await api.deliver(updates.text("B", 41))
        await inbox.until(1)
        await api.until_called("getUpdates", 3)

    api = await polling(inbox, script)
    # the second question confirms nothing new: 41 is asked for again, and confirmed by the third
    assert confirmed(api) == [None, "41", "42"]
    assert [(one.provider_id, one.text, one.received_at) for one in inbox.kept] == [("41", "B", NOW)]


async def test_it_confirms_what_was_kept_before_the_one_that_failed() -> None:
    inbox = Inbox("43")

    async def script(api: TelegramApi) -> None:
        await api.deliver(*(updates.text(str(number), number) for number in (42, 43, 44)))
        await inbox.until(4)
        await api.until_called("getUpdates", 3)

    api = await polling(inbox, script)
    assert confirmed(api) == [None, "43", "45"]
    assert [one.provider_id for one in inbox.kept] == ["42", "44", "43", "44"]  # the inbox knows a repeat by its number


async def test_it_asks_for_what_it_can_read_and_waits_long() -> None:
    async def script(api: TelegramApi) -> None:
        await api.until_called("getUpdates")

    api = await polling(Inbox(), script)
    (call,) = api.called("getUpdates")
    assert call.params["timeout"] == "30"
    assert call.json("allowed_updates") == [
        "message", "edited_message", "callback_query", "my_chat_member", "channel_post",
    ]  # fmt: skip


async def test_it_ends_at_once_though_the_server_holds_the_question() -> None:
    began = asyncio.get_running_loop().time()

    async def script(api: TelegramApi) -> None:
        await api.until_called("getUpdates")

    await polling(Inbox(), script)
    assert asyncio.get_running_loop().time() - began < 5


async def test_it_takes_a_webhook_away_first_and_keeps_what_waits_for_it(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()

    async def script(api: TelegramApi) -> None:
        await api.deliver(updates.text("B", 7))
        await inbox.until(1)

    api = await polling(inbox, script, webhook="https://old.example.org/hook")
    assert [call.method for call in api.calls[:3]] == ["getWebhookInfo", "deleteWebhook", "getUpdates"]
    assert api.called("deleteWebhook")[0].params.get("drop_pending_updates", "false") == "false"
    assert "a webhook was set (https://old.example.org/hook)" in caplog.text


async def test_it_says_clearly_that_somebody_else_asks_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()

    async def script(api: TelegramApi) -> None:
        await api.deliver(updates.text("A", 6))
        await api.until_called("getUpdates", 2)
        api.fail("getUpdates", error(409, "Conflict: terminated by other getUpdates request"))
        await api.deliver(updates.text("B", 7), updates.text("C", 8))
        await api.until_called("getUpdates", 4)
        await inbox.until(3)

    api = await polling(inbox, script)
    assert "another process asks for the updates of this bot" in caplog.text
    assert len(api.called("getWebhookInfo")) == 2  # it looks again whether a webhook was set meanwhile


@pytest.mark.parametrize(
    "fault",
    [
        error(500, "Internal Server Error"),
        error(401, "Unauthorized"),
        error(429, "Too Many Requests", retry_after=0),
        Fault(502, body=b"<html>"),
        Fault(200, body=b'{"ok": true, "result": [{"upd'),
        Fault(how="drop"),
    ],
)
async def test_it_survives_a_bad_answer(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()

    async def script(api: TelegramApi) -> None:
        api.fail("getWebhookInfo", fault)
        api.fail("getUpdates", fault, fault)
        await api.deliver(updates.text("B", 7))
        await inbox.until(1)

    await polling(inbox, script)
    assert [one.text for one in inbox.kept] == ["B"]
    assert 1 <= len(caplog.records) <= 3


async def test_one_update_that_nobody_understands_does_not_hold_up_the_rest() -> None:
    inbox = Inbox()

    async def script(api: TelegramApi) -> None:
        answer = {"ok": True, "result": [{"no": "number"}, "what", {"update_id": 8, "message": {"text": 1}}]}
        api.fail("getUpdates", Fault(answer=answer))
        await api.deliver(updates.text("B", 9))
        await inbox.until(2)

    await polling(inbox, script)
    assert [(one.kind, one.provider_id) for one in inbox.kept] == [(Heard.IGNORED, "8"), (Heard.TEXT, "9")]


async def test_numbers_that_begin_again_lower_are_heard() -> None:
    # BI004: after an idle week Telegram picks a random number; an offset that was kept would skip it for ever.
    inbox = Inbox()

    async def script(api: TelegramApi) -> None:
        for answer in ([updates.text("antes", 900)], []):
            api.fail("getUpdates", Fault(answer={"ok": True, "result": answer}))
        await api.deliver(updates.text("después", 5))
        await inbox.until(2)

    api = await polling(inbox, script)
    assert confirmed(api)[:3] == [None, "901", None]
    assert [one.text for one in inbox.kept] == ["antes", "después"]


async def registered(*faults: Fault, method: str, act: Callable[[TelegramChannel], Awaitable[None]]) -> TelegramApi:
    async with TelegramApi() as api:
        api.fail(method, *faults)
        channel = TelegramChannel(name=NAME, token=TOKEN, api_url=api.url, timeout=5.0)
        async with asyncio.timeout(60):
            await act(channel)
        await channel.close()
    assert api.violations == []
    return api


def registering(channel: TelegramChannel) -> Awaitable[None]:
    return register(channel, "https://chasqui.example.org/", "s3cret_canary", patience=0.0)


async def test_it_tells_telegram_where_to_deliver_and_with_which_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api = await registered(method="setWebhook", act=registering)
    (call,) = api.calls
    assert call.params["url"] == "https://chasqui.example.org/webhooks/telegram"
    assert call.params["secret_token"] == "s3cret_canary"
    assert (call.params["max_connections"], call.params["drop_pending_updates"]) == ("40", "false")
    assert "callback_query" in call.json("allowed_updates")
    assert "s3cret_canary" not in caplog.text


async def test_it_registers_again_until_telegram_has_heard_and_complains_once(caplog: pytest.LogCaptureFixture) -> None:
    down = (Fault(502, body=b"<html>"), Fault(how="drop"), error(429, "Too Many Requests", retry_after=0))
    api = await registered(*down, method="setWebhook", act=registering)
    assert len(api.called("setWebhook")) == 4
    assert api.webhook == "https://chasqui.example.org/webhooks/telegram"
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


@pytest.mark.parametrize(
    "fault",
    [error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"), error(401, "Unauthorized")],
)
async def test_it_gives_up_on_what_only_an_operator_can_mend(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    api = await registered(fault, method="setWebhook", act=registering)
    assert len(api.called("setWebhook")) == 1
    assert "is not tried again" in caplog.text


async def test_it_gives_the_commands_menu_in_each_language(caplog: pytest.LogCaptureFixture) -> None:
    commands = {"es": [("MENU", "Ver los cursos"), ("ayuda", "Pedir ayuda")], "ay": [("yatiqaña", "…"), ("aru", "Aru")]}
    api = await registered(method="setMyCommands", act=lambda channel: set_commands(channel, commands, patience=0.0))
    assert [(call.params.get("language_code"), call.json("commands")) for call in api.calls] == [
        (
            None,
            [{"command": "menu", "description": "Ver los cursos"}, {"command": "ayuda", "description": "Pedir ayuda"}],
        ),
        (
            "es",
            [{"command": "menu", "description": "Ver los cursos"}, {"command": "ayuda", "description": "Pedir ayuda"}],
        ),
        ("ay", [{"command": "aru", "description": "Aru"}]),
    ]
    assert "yatiqaña" in caplog.text
