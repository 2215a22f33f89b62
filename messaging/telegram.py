"""Telegram as a channel: prove that a delivery is genuine, read it, and say content with buttons and media.

python-telegram-bot is imported when the first message goes out, so that a command line without Telegram starts fast.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.messages import Allowance, Capabilities, Json, Media, Outbound, Refusal, SendFailed, Sent
from messaging.telegram_reading import inbound, update_id
from messaging.telegram_rendering import Page, render

if TYPE_CHECKING:
    from telegram import Bot

    from messaging.telegram_saying import Speaking
    from messaging.telegram_transport import AiohttpRequest

__all__ = ["API_URL", "TelegramChannel", "inbound", "is_genuine", "render", "update_id"]

API_URL = "https://api.telegram.org"
_CHAT_ID = re.compile(r"-?[0-9]{1,19}")
_NOTICE = 200  # characters. Source: Bot API, answerCallbackQuery
_SOON = 5.0  # seconds: nobody looks at a pressed button for longer
# She pressed twice, or hours ago: what was wanted is so already.
_CLOSED_ALREADY = ("message is not modified", "query is too old", "query id is invalid", "message to edit not found")
Draw = Callable[[str], Awaitable[bytes]]  # what a message names as `made` → the file; LookupError where it is gone
_log = logging.getLogger(__name__)


def is_genuine(header: str | None, secret: str) -> bool:
    """Whether `X-Telegram-Bot-Api-Secret-Token` carries our secret, in constant time; without a secret nothing does."""
    if not header or not secret:
        return False
    return hmac.compare_digest(header.encode(errors="surrogateescape"), secret.encode())


class TelegramChannel:
    """One bot. `name` is `telegram:<bot id>`; `timeout` is in seconds; media are read under `content_dir`.

    `share_label` gives the caption, in a language, of the button by which a learner shares her number.
    """

    # Source: Telegram's FAQ for bots ("My bot is hitting limits"): about these, and a 429 says the rest.
    allowance = Allowance(per_second=30, per_chat_second=1, per_group_minute=20)
    capabilities = Capabilities(buttons=True, media=True, charset="any", max_length=4096)

    def __init__(
        self,
        *,
        name: str,
        token: str,
        api_url: str = API_URL,
        timeout: float = 15.0,
        content_dir: Path | None = None,
        share_label: Callable[[str], str] = lambda language: "☎",
    ) -> None:
        self.name = name
        self._token = token
        self._api_url = api_url
        self.timeout = timeout
        self._content_dir = content_dir
        self._share_label = share_label
        self._opened: tuple[Bot, AiohttpRequest, Speaking] | None = None
        self._draw: Draw | None = None
        self._file_ids: dict[tuple[str, bytes], str] = {}  # what Telegram has already need not travel again

    def __repr__(self) -> str:
        return f"TelegramChannel({self.name!r})"

    def draw_with(self, draw: Draw) -> None:
        """By what is drawn that a message names as `made`: a credential's PDF."""
        self._draw = draw

    async def fetch(self, file: str, most: int) -> bytes:
        """A file that somebody has sent us, of at most `most` bytes. Raises SendFailed; REJECTED where it is larger, or
        is not there any more."""
        found = await self.call("getFile", {"file_id": file})
        path = found.get("file_path") if isinstance(found, dict) else None
        size = found.get("file_size") if isinstance(found, dict) else None
        if not isinstance(path, str) or (isinstance(size, int) and size > most):
            raise SendFailed(Refusal.REJECTED, permanent=True, detail="too large" if path else "no such file")
        with self.speaking():
            data = await self._open()[1].download(path, most)
        if data is None:
            raise SendFailed(Refusal.REJECTED, permanent=True, detail="too large")
        return data

    async def send(self, outbound: Outbound) -> Sent:
        """Say it: media first, then the text, while a pressed keyboard is closed. Raises SendFailed and nothing else.

        `provider_id` is the chat and the id of the last message in it, for Telegram numbers messages by chat; it is
        empty where only a press was closed.
        """
        content = outbound.content
        if outbound.address.scheme != "telegram" or not _CHAT_ID.fullmatch(outbound.address.identity):
            raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail="not a Telegram chat")
        chat = int(outbound.address.identity)
        pages = render(content, self._share_label)
        if not (pages or content.media or content.closes):
            raise SendFailed(Refusal.REJECTED, permanent=True, detail="nothing to say")
        if not content.closes:
            return Sent(provider_id=_named(chat, await self._say(chat, content.media, pages)))
        said, _ = await asyncio.gather(
            self._say(chat, content.media, pages),
            self._release(chat, content.closes, content.notice),
            return_exceptions=True,
        )
        if isinstance(said, BaseException):
            raise said
        return Sent(provider_id=_named(chat, said))

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """Telegram cannot be asked what it has sent."""
        return None

    async def close(self) -> None:
        """Let go of the connections; what is sent afterwards fails as unavailable."""
        await self._open()[1].shutdown()

    async def call(self, method: str, params: Json, *, seconds: float | None = None) -> Any:
        """The `result` of a Bot API method as plain JSON, within `seconds`. Raises SendFailed."""
        with self.speaking():
            return await self._open()[1].call(method, params, seconds=seconds)

    def speaking(self) -> AbstractContextManager[Bot]:
        """The library's Bot; what it raises leaves as SendFailed. The Bot itself does not know the token."""
        return self._open()[2]

    def _open(self) -> tuple[Bot, AiohttpRequest, Speaking]:
        if self._opened is None:
            from messaging.telegram_saying import Speaking
            from messaging.telegram_transport import connect

            bot, transport = connect(token=self._token, api_url=self._api_url, timeout=self.timeout)
            self._opened = bot, transport, Speaking(bot)
        return self._opened

    async def _say(self, chat: int, media: tuple[Media, ...], pages: tuple[Page, ...]) -> int:
        """The id of the last message; 0 where there was none. Raises SendFailed."""
        from messaging.telegram_saying import followed, say

        last, (_, transport, speaking) = 0, self._open()
        with speaking:
            for one in media:
                last = await followed(chat, partial(self._attach, one)) or last
            for page in pages:
                last = await followed(chat, partial(say, transport, page))
        return last

    async def _attach(self, media: Media, chat: int) -> int:
        from messaging.telegram_media import attach

        bot, known = self._open()[0], self._file_ids
        return await attach(bot, chat, media, content_dir=self._content_dir, known=known, draw=self._draw)

    async def _release(self, chat: int, handle: str, notice: str) -> None:
        """Stop the clock on a pressed button and take its keyboard away. If this fails, the answer goes out anyway."""
        query, _, message = handle.partition(":")
        bot, seconds = self._open()[0], min(self.timeout, _SOON)
        acts: list[Awaitable[object]] = []
        if query:
            acts.append(bot.answer_callback_query(query, text=notice[:_NOTICE] or None, read_timeout=seconds))
        if message.isdecimal():
            acts.append(bot.edit_message_reply_markup(chat, int(message), read_timeout=seconds))
        for outcome in await asyncio.gather(*acts, return_exceptions=True):
            words = str(outcome).lower()
            if isinstance(outcome, Exception) and not any(expected in words for expected in _CLOSED_ALREADY):
                _log.info("%s: a pressed keyboard stays open: %s", self.name, type(outcome).__name__)


def _named(chat: int, message: int | None) -> str:
    return f"{chat}:{message}" if message else ""
