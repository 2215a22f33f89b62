"""aiogram as its users have it: `Bot.send_message` over its aiohttp session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bench.outbound.bare import TEXT
from bench.outbound.pacing import Send, Until
from bench.serving import HOST


@asynccontextmanager
async def opened(port: int, in_flight: int, seconds: float) -> AsyncIterator[Send]:
    """What sends with so many in flight."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://{HOST}:{port}"), limit=in_flight)
    bot = Bot("1:bench", session=session)

    async def one_after_another(numbers: Until) -> None:
        for number in numbers:
            await bot.send_message(chat_id=number, text=TEXT)

    async def send(seconds: float) -> int:
        numbers = Until(seconds)
        await asyncio.gather(*(one_after_another(numbers) for _ in range(in_flight)))
        return numbers.given

    async with bot:
        yield send
