"""python-telegram-bot as its users have it: `Bot.send_message` over its own httpx transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.request import HTTPXRequest

from bench.outbound.bare import TEXT
from bench.outbound.pacing import Send, Until
from bench.serving import HOST


@asynccontextmanager
async def opened(port: int, in_flight: int, seconds: float) -> AsyncIterator[Send]:
    """What sends with so many in flight."""
    pool = HTTPXRequest(connection_pool_size=in_flight, pool_timeout=30)
    bot = Bot("1:bench", base_url=f"http://{HOST}:{port}/bot", request=pool)

    async def one_after_another(numbers: Until) -> None:
        for number in numbers:
            await bot.send_message(chat_id=number, text=TEXT)

    async def send(seconds: float) -> int:
        numbers = Until(seconds)
        await asyncio.gather(*(one_after_another(numbers) for _ in range(in_flight)))
        return numbers.given

    async with pool:
        yield send
