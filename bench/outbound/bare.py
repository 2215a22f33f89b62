"""The floor: a bare aiohttp client that posts Telegram's JSON, keeps nothing, and reads the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bench.outbound.pacing import Send, Until
from bench.serving import HOST

TEXT = "Correcto. La sombra guarda la humedad. ¿Cuanta sombra necesita el almacigo?"


@asynccontextmanager
async def opened(port: int, in_flight: int, seconds: float) -> AsyncIterator[Send]:
    """What sends with so many in flight. Raises RuntimeError when a message is not taken."""
    url = f"http://{HOST}:{port}/bot1:bench/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:

        async def one_after_another(numbers: Until) -> None:
            for number in numbers:
                async with session.post(url, json={"chat_id": number, "text": TEXT}) as response:
                    if not (await response.json())["ok"]:
                        raise RuntimeError("the stand-in did not take a message")

        async def send(seconds: float) -> int:
            numbers = Until(seconds)
            await asyncio.gather(*(one_after_another(numbers) for _ in range(in_flight)))
            return numbers.given

        yield send
