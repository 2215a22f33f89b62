"""The loops that answer and send: woken by what comes in, and looking again by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from messaging.answering import Desk, answer_round
from messaging.sending import Post, send_round
from store.errors import StoreError

log = logging.getLogger(__name__)

# Wake-ups are hints; this is how often a loop looks without one (seconds).
LOOK_AGAIN = 0.5
_REST_AFTER_TROUBLE = 2.0


class Bell:
    """Rings for whoever waits; ringing twice before anybody listens is one ring."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the loop that listens."""
        self._rung.set()

    async def wait(self, at_most: float) -> None:
        """Return at the next ring, or after `at_most` seconds."""
        try:
            async with asyncio.timeout(at_most):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()


async def answer_forever(desk: Desk, bell: Bell, done: Callable[[], None]) -> None:
    """Answer whatever waits, until cancelled; `done` is called after each round that wrote something."""

    async def round_() -> int:
        count = await desk.database.run(lambda: answer_round(desk))
        if count:
            done()
        return count

    await _forever("answering", round_, bell)


async def send_forever(post: Post, bell: Bell) -> None:
    """Send whatever waits, until cancelled."""
    await _forever("sending", lambda: send_round(post), bell)


async def _forever(what: str, round_: Callable[[], Awaitable[int]], bell: Bell) -> None:
    while True:
        try:
            count = await round_()
        except StoreError as error:
            log.error("The database is away while %s: %s", what, error)
            await asyncio.sleep(_REST_AFTER_TROUBLE)
            continue
        if not count:
            await bell.wait(LOOK_AGAIN)
