"""Send a photo, a voice note or a file by Telegram: from content/, from memory, or again by the id it has there."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from telegram.error import BadRequest

from bot.messages import Media, Refusal
from messaging.telegram_errors import send_failed

if TYPE_CHECKING:
    from telegram import Bot, Message

FileIds = dict[tuple[str, bytes], str]  # (kind, SHA-256) → Telegram's file id, which holds for one bot
_CAPTION = 1024  # characters. Source: Bot API, sendPhoto
_log = logging.getLogger(__name__)


async def attach(
    bot: Bot,
    chat: int,
    media: Media,
    *,
    content_dir: Path | None,
    known: FileIds,
    draw: Callable[[str], Awaitable[bytes]] | None = None,
) -> int:
    """Send one file and return its message id; 0 where it is missing or refused, which is logged.

    The text of a message stands alone, so it must not wait for a file. Raises TelegramError for everything that would
    stop the text as well. What was uploaded is noted in `known`, so that a voice note travels once and not per learner.
    """
    try:
        data = await _content(media, content_dir, draw)
    except (OSError, ValueError, LookupError) as error:
        _log.error("%s %r cannot be read: %s", media.kind, media.path or media.name, type(error).__name__)
        return 0
    key = (media.kind, hashlib.sha256(data).digest())
    try:
        message = await _send(bot, chat, media, known.get(key, data))
    except BadRequest as error:
        if send_failed(error).reason is not Refusal.REJECTED:
            raise
        _log.error("%s %r was refused: %s", media.kind, media.path or media.name, error)
        known.pop(key, None)  # should it have been the id, the next one uploads again
        return 0
    if file_id := _file_id(message):
        known[key] = file_id
    return message.message_id


async def _content(media: Media, content_dir: Path | None, draw: Callable[[str], Awaitable[bytes]] | None) -> bytes:
    if media.made:
        if draw is None:
            raise LookupError("nothing that draws")
        return await draw(media.made)
    return media.data.encode(errors="replace") if media.data else await _read(content_dir, media.path)


async def _read(content_dir: Path | None, path: str) -> bytes:
    """A file under the content folder. Raises OSError, and ValueError for a path that leads out of it."""
    if content_dir is None or not path:
        raise ValueError("no content folder or no path")
    return await asyncio.to_thread(_inside, content_dir, path)


def _inside(folder: Path, path: str) -> bytes:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise ValueError("a path outside content/")
    return file.read_bytes()


async def _send(bot: Bot, chat: int, media: Media, file: bytes | str) -> Message:
    name = media.name or Path(media.path).name or "chasqui.txt"
    caption = media.caption[:_CAPTION] or None
    if media.kind == "photo":
        return await bot.send_photo(chat, file, caption=caption, filename=name)
    if media.kind == "voice":
        return await bot.send_voice(chat, file, caption=caption, filename=name)
    return await bot.send_document(chat, file, caption=caption, filename=name)


def _file_id(message: Message) -> str:
    sent = message.photo[-1] if message.photo else message.voice or message.audio or message.document
    return sent.file_id if sent else ""
