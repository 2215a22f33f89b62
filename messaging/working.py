"""The loops that answer and send: woken by what comes in, and looking again by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from messaging.answering import Desk, answer_round
from messaging.dispatching import dispatch
from messaging.posting import Post
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


def _nothing() -> None:
    return


async def answer_until(
    stop: asyncio.Event, desk: Desk, bell: Bell, done: Callable[[], None], beat: Callable[[], None] = _nothing
) -> None:
    """Answer whatever waits until `stop` is set and the round under way has ended.

    `done` is called after each round that wrote something, `beat` after each that came to its end. Ring the
    bell after setting `stop`.
    """

    async def round_() -> int:
        # Decided where it is written: on SQLite, what comes in and is answered at once could else move what is decided.
        count = await desk.database.run(lambda: answer_round(desk))
        if count:
            done()
        return count

    await _until(stop, "answering", round_, bell, beat)


async def send_until(stop: asyncio.Event, post: Post, bell: Bell, beat: Callable[[], None] = _nothing) -> None:
    """Send whatever waits until `stop` is set; what has been claimed by then is sent and settled first."""
    await dispatch(post, stop.is_set, bell.wait, bell.ring, look_again=LOOK_AGAIN, beat=beat)


async def _until(
    stop: asyncio.Event, what: str, round_: Callable[[], Awaitable[int]], bell: Bell, beat: Callable[[], None]
) -> None:
    while not stop.is_set():
        try:
            count = await round_()
        except StoreError as error:
            log.error("The database is away while %s: %s", what, error)
            await bell.wait(_REST_AFTER_TROUBLE)
            continue
        except Exception:  # a loop that has ended is seen by nobody, until the learners ask
            log.exception("A round of %s broke; it goes on", what)
            await bell.wait(_REST_AFTER_TROUBLE)
            continue
        beat()
        if not count:
            await bell.wait(LOOK_AGAIN)
