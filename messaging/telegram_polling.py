"""Fetch updates from Telegram where it cannot reach us, and tell it once where we are and which commands there are."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.messages import Inbound, Json, Refusal, SendFailed
from messaging.telegram_reading import inbound

if TYPE_CHECKING:
    from telegram import Bot

    from messaging.telegram import TelegramChannel

Receive = Callable[[Inbound], Awaitable[object]]

# What we can read; the setting stays on Telegram's side until it is changed.
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]
WEBHOOK = "/webhooks/telegram"
_CONNECTIONS = 40  # at once, from Telegram to us: its own default
_LONGEST = 60.0  # seconds between two tries
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # Source: Bot API, BotCommand
_DESCRIPTION = 256
_CONFLICT = "409"
_log = logging.getLogger(__name__)


def _utc() -> datetime:
    return datetime.now(UTC)


async def poll(
    channel: TelegramChannel,
    receive: Receive,
    *,
    stop: asyncio.Event,
    now: Callable[[], datetime] = _utc,
    wait: int = 50,
    patience: float = 1.0,
) -> None:
    """Fetch updates until `stop` is set; then it ends at once. Raises nothing but cancellation.

    An update is confirmed to Telegram only after `receive` has returned for it, so one that could not be kept comes
    again. `wait` is how many seconds Telegram holds a question without news; `patience` is the first pause after a
    failure, in seconds, doubled up to a minute.
    """
    failures = 0
    offset: int | None = None
    unhooked = False
    while not stop.is_set():
        error: BaseException | None
        try:
            updates = await _unless(stop, _fetch(channel, offset, wait, unhook=not unhooked))
            unhooked = True
            offset, error = await _keep(channel.name, receive, updates, now())
        except SendFailed as failed:
            error = failed
            unhooked = unhooked and failed.code != _CONFLICT
        failures = failures + 1 if error else 0
        if error:
            pause = _pause(error, failures, patience)
            _complain(channel.name, error, failures, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)


async def register(
    channel: TelegramChannel,
    public_url: str,
    secret: str,
    *,
    patience: float = 1.0,
    connections: int = _CONNECTIONS,
    path: str = WEBHOOK,
) -> None:
    """Tell Telegram where to deliver, again and again until it has heard it. Run it beside the server, not before it.

    A refusal that time does not heal (a token, an address that is not https) is logged for the operator, and it ends.
    """

    async def act(bot: Bot) -> None:
        url = public_url.rstrip("/") + path
        await bot.set_webhook(
            url, secret_token=secret or None, allowed_updates=ALLOWED, max_connections=connections,
            drop_pending_updates=False,
        )  # fmt: skip
        _log.info("%s: Telegram delivers to %s", channel.name, url)

    await _insist(channel, "setWebhook", act, patience)


async def set_commands(
    channel: TelegramChannel, commands: Mapping[str, Sequence[tuple[str, str]]], *, patience: float = 1.0
) -> None:
    """Give the commands menu per language: language → (command, description). Retried like `register`.

    The list under "" (or else the first one) is shown to those whose app speaks a language that is not listed. A name
    that Telegram does not take (ñ, a space) is left out and logged: it can still be typed.
    """
    listed = {language: _taken(channel.name, pairs) for language, pairs in commands.items()}
    lists = {"": next(iter(listed.values()), []), **listed}

    async def act(bot: Bot) -> None:
        for language, pairs in lists.items():
            if pairs:
                await bot.set_my_commands(pairs, language_code=language or None)

    await _insist(channel, "setMyCommands", act, patience)


async def _fetch(channel: TelegramChannel, offset: int | None, wait: int, *, unhook: bool) -> list[Json]:
    if unhook:
        await _unhook(channel)
    question: Json = {"timeout": wait, "allowed_updates": ALLOWED}
    if offset is not None:
        question["offset"] = offset
    updates = await channel.call("getUpdates", question, seconds=wait + channel.timeout)
    return updates if isinstance(updates, list) else []


async def _unhook(channel: TelegramChannel) -> None:
    """Telegram answers either a webhook or questions; what waits for the webhook is kept and comes to us."""
    with channel.speaking() as bot:
        info = await bot.get_webhook_info()
        if info.url:
            _log.warning(
                "%s: a webhook was set (%s); it is removed, since this run asks for updates", channel.name, info.url
            )
            await bot.delete_webhook(drop_pending_updates=False)


async def _unless(stop: asyncio.Event, fetching: Coroutine[None, None, list[Json]]) -> list[Json]:
    """What was fetched, or nothing as soon as `stop` is set: nobody waits for the end of a long poll."""
    tasks = (asyncio.create_task(fetching), asyncio.create_task(stop.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].result() if tasks[0].done() else []
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(
    name: str, receive: Receive, updates: list[Json], now: datetime
) -> tuple[int | None, BaseException | None]:
    """Have a batch kept, side by side so that it shares a commit; what to confirm next, and why it stops there if so.

    After an empty answer everything is confirmed, and the offset is forgotten: after an idle week the numbers begin
    anywhere, also lower.
    """
    heard = [one for update in updates if isinstance(update, dict) and (one := inbound(update, sender=name, now=now))]
    outcomes = await asyncio.gather(*map(receive, heard), return_exceptions=True)
    offset: int | None = None
    for one, outcome in zip(heard, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            return int(one.provider_id), outcome
        offset = int(one.provider_id) + 1
    return offset, None


async def _insist(channel: TelegramChannel, what: str, act: Callable[[Bot], Awaitable[None]], patience: float) -> None:
    for failures in itertools.count(1):
        try:
            with channel.speaking() as bot:
                await act(bot)
            return
        except SendFailed as error:
            if error.permanent or error.reason in (Refusal.CREDENTIALS, Refusal.SETTINGS):
                _log.error("%s: %s was refused and is not tried again: %s", channel.name, what, error)
                return
            pause = _pause(error, failures, patience)
            if failures == 1:
                _log.warning("%s: %s did not work and is tried again until it does: %s", channel.name, what, error)
            await asyncio.sleep(pause)


def _pause(error: BaseException, failures: int, patience: float) -> float:
    """Seconds until the next try: what the provider named, or doubling, spread so that not all knock at once."""
    named = error.retry_after if isinstance(error, SendFailed) else None
    doubled = min(_LONGEST, patience * 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)
    return max(named or 0.0, doubled)


def _complain(name: str, error: BaseException, failures: int, pause: float) -> None:
    """The first failure in a row is worth a line, and so is each that only an operator can mend."""
    if isinstance(error, SendFailed) and error.code == _CONFLICT:
        _log.error("%s: another process asks for the updates of this bot, or has set a webhook. Stop it, or use a bot "
                   "of its own; the next try is in %.0f s", name, pause)  # fmt: skip
    elif isinstance(error, SendFailed) and error.reason is Refusal.CREDENTIALS:
        _log.error("%s: Telegram refuses the token; mend CHASQUI_TELEGRAM_TOKEN. Next try in %.0f s", name, pause)
    elif failures == 1:
        words = str(error) if isinstance(error, SendFailed) else f"updates cannot be kept ({type(error).__name__})"
        _log.warning("%s: fetching updates fails and goes on: %s", name, words)


def _taken(name: str, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    taken = [(command.lower(), text[:_DESCRIPTION]) for command, text in pairs if _COMMAND.fullmatch(command.lower())]
    if len(taken) < len(pairs):
        left_out = [command for command, _ in pairs if not _COMMAND.fullmatch(command.lower())]
        _log.warning("%s: not a name for Telegram's menu: %s", name, ", ".join(left_out))
    return taken
