"""Say one page in a Telegram chat, and tell in the house's words why it was not said.

Apart from `messaging.telegram` so that what every message needs of python-telegram-bot is looked up once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.messages import masked
from messaging.telegram_errors import Unclear, send_failed
from messaging.telegram_rendering import Page
from messaging.telegram_transport import AiohttpRequest

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Speaking:
    """`with` it, what the library raises leaves as SendFailed. It holds nothing, so one serves many at once."""

    __slots__ = ("_bot",)

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def __enter__(self) -> Bot:
        return self._bot

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, TelegramError):
            raise send_failed(error) from None


async def say(transport: AiohttpRequest, page: Page, chat: int) -> int:
    """Say it and return the id of the message. Raises TelegramError."""
    try:
        result = await transport.call("sendMessage", page.params(chat))
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        _log.warning("%r: markup was refused, so the text goes out plain: %s", transport, error)
        result = await transport.call("sendMessage", page.params(chat, plain=True))
    number = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(number, int):
        raise Unclear("an answer without a message id", 200)
    return number


async def followed(chat: int, act: Callable[[int], Awaitable[T]]) -> T:
    """Do it in this chat and, where it is a group that has become a supergroup, once more there."""
    try:
        return await act(chat)
    except ChatMigrated as moved:
        _log.info("Chat %s has moved", masked(f"telegram:{chat}"))
        return await act(moved.new_chat_id)
