"""Keep: what came in is on disk before anybody says 200; concurrent requests share one commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from bot.messages import Inbound, Receipt
from messaging.tallying import Tally
from store import inbox
from store.database import Database
from store.errors import StoreError, Unavailable
from store.receipts import receive_receipt

log = logging.getLogger(__name__)

# One transaction takes what waits, up to this many: a commit costs 0.3 ms whether it carries one row or two hundred.
_BATCH = 128
# Where several were answered together, they will mostly write again together: the first waits for as many as were
# answered and left waiting then, until for a moment no other one comes, and never longer than this (seconds). Together
# they cost half of what they cost one by one, and two halves that took turns become one again.
_A_MOMENT = 0.002
_AT_MOST = 0.012
_LOOK_AGAIN = 0.05  # seconds after which a provider that is kept waiting by a busy database is thought of again


class Receiver:
    """Drains what providers bring into the inbox, many at a time.

    `wake` is called after each commit that kept something new which waits to be answered; it must not block.
    `patience` (seconds) is how long a provider is kept waiting by a database that does not answer: it says the same
    again, and if this one was kept after all, the repeat is known. While the database is `busy` with what came before,
    which is no reason to refuse anybody, a provider waits on. `answer` keeps and answers a batch with one commit and
    says how many of it wait on, or None where it kept nothing; `said` is called after it.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        tally: Tally | None = None,
        patience: float | None = None,
        *,
        busy: Callable[[], bool] = lambda: False,
        answer: Callable[[Sequence[Inbound]], int | None] | None = None,
        said: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._tally = tally or Tally()
        self._patience, self._busy = patience, busy
        self._clock = clock
        self._wake = wake
        self._answer = answer
        self._said = said
        self._enough = 1  # as many as we may expect to come together
        self._are_enough = asyncio.Event()
        self._waiting: list[tuple[Inbound, asyncio.Future[bool]]] = []
        self._draining: asyncio.Task[None] | None = None
        self._since: dict[asyncio.Future[bool], float] = {}  # who is kept waiting, since when; the longest first
        self._watch: asyncio.TimerHandle | None = None

    async def receive(self, inbound: Inbound) -> None:
        """Return once the message is durable. Raises StoreError where it could not be kept: then nobody says 200.

        A repeat of a message that is kept already returns like the first one did.
        """
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((inbound, kept))
        if len(self._waiting) >= self._enough:
            self._are_enough.set()
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        self._since[kept] = loop.time()
        if self._watch is None and self._patience is not None:  # one clock for all who wait: each of its own costs more
            self._watch = loop.call_later(self._patience, self._look)
        try:
            await kept
        except BaseException:
            kept.cancel()
            raise
        finally:
            del self._since[kept]

    async def receipt(self, receipt: Receipt) -> None:
        """Keep a provider's later word on an outbound message. Raises StoreError where it could not be kept."""
        database, clock = self._database, self._clock

        def work() -> None:
            with database.writing() as conn:
                receive_receipt(conn, [receipt], clock())

        done, left = asyncio.ensure_future(database.run(work)), self._patience
        try:
            while not (await asyncio.wait((done,), timeout=left))[0]:
                if not self._busy():
                    raise _too_late()
                left = _LOOK_AGAIN
        except BaseException:
            done.cancel()
            raise
        done.result()
        self._tally.receipt(receipt)

    def _look(self) -> None:
        """Let go of whom nothing was kept of for too long, unless the database is busy with what came before."""
        loop, patience = asyncio.get_running_loop(), self._patience or 0.0
        self._watch, held = None, self._busy()
        for kept, since in self._since.items():
            left = since + patience - loop.time()
            if held or left > 0:
                self._watch = loop.call_later(max(left, _LOOK_AGAIN), self._look)
                return
            _fail(kept, _too_late())

    async def _drain(self) -> None:
        batch: list[tuple[Inbound, asyncio.Future[bool]]] = []
        try:
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                await self._take(batch)
                self._enough = min(len(batch) + len(self._waiting), _BATCH) if len(batch) > 1 else 1
        except BaseException:  # the loop is ending: who waits is told so, and 200 is said to nobody
            for _, kept in (*batch, *self._waiting):
                kept.cancel()
            self._waiting.clear()
            raise
        finally:
            self._draining = None

    async def _gather(self) -> None:
        """Return once as many are there as may be expected, or no more have come for a moment."""
        clock, seen = asyncio.get_running_loop().time, 0
        until = clock() + _AT_MOST
        while seen < len(self._waiting) < self._enough and clock() < until:
            seen = len(self._waiting)
            self._are_enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_A_MOMENT):
                    await self._are_enough.wait()

    async def _take(self, batch: Sequence[tuple[Inbound, asyncio.Future[bool]]]) -> None:
        answer, heard = self._answer, [inbound for inbound, _ in batch]
        try:
            left = await self._database.run(lambda: answer(heard)) if answer else None
        except Exception as error:
            for _, kept in batch:
                _fail(kept, error)
            return
        if left is None:
            await self._keep(batch)
            return
        for _, kept in batch:
            if not kept.done():
                kept.set_result(True)
        if left:
            self._wake()
        self._said()

    async def _keep(self, batch: Sequence[tuple[Inbound, asyncio.Future[bool]]]) -> None:
        try:
            news = await self._write([inbound for inbound, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _fail(batch[0][1], error)
                return
            # One poisoned row must hurt nobody else: row by row, each with its own outcome.
            for one in batch:
                await self._keep([one])
            return
        for (_, kept), new in zip(batch, news, strict=True):
            if not kept.done():
                kept.set_result(new)
        if any(news):
            self._wake()

    async def _write(self, inbounds: Sequence[Inbound]) -> list[bool]:
        database, clock = self._database, self._clock

        def work() -> list[bool]:
            with database.writing() as conn:
                return inbox.keep(conn, inbounds, clock())

        return await database.run(work)


def _too_late() -> Unavailable:
    return Unavailable("the database did not keep it in time")


def _fail(kept: asyncio.Future[bool], error: Exception) -> None:
    if kept.done():
        return
    if not isinstance(error, StoreError):
        log.exception("A message could not be kept", exc_info=error)
    kept.set_exception(error if isinstance(error, StoreError) else StoreError("the message could not be kept"))
