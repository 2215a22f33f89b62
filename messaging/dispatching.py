"""Keep sending: the next messages are claimed, and the last ones settled, while others are in the air.

A message counts as under way from its claim until it is settled, so no more than three batches of them are in our hands
when the process dies. Batches are settled one after the other, each as soon as the last one is: what has been spoken
without our having noted it is a batch, what landed while the last one was written, and what is in the air.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from bot.messages import Outbound
from messaging import sending
from messaging.posting import Post
from messaging.reconciling import lapse_all
from messaging.together import together
from store import leases
from store.errors import StoreError
from store.outbox import Settled

log = logging.getLogger(__name__)

_FIRST = 4  # messages claimed at once by a process that has settled none yet; with each settling twice as many
_GATHER = 0.01  # seconds in which results are gathered before they are settled together
_LOOK = 0.5  # seconds: as often we look for something new while what is in the air takes its time
_AGAIN = 2.0  # seconds of rest after trouble with the database


async def dispatch(
    post: Post,
    stopping: Callable[[], bool],
    idle: Callable[[float], Awaitable[None]],
    ring: Callable[[], None],
    *,
    look_again: float,
    beat: Callable[[], None],
) -> None:
    """Send whatever waits until `stopping`, and then settle what is in the air and let go of our senders.

    `idle(seconds)` waits for a hint that there is something to do, and `ring` gives one; `beat` is called after each
    look.
    """
    flow = _Flow(post, idle, ring)
    try:
        await _begin(post)
        while not stopping():
            busy = await flow.step(claiming=True)
            beat()
            if not busy and not stopping():
                await idle(_AGAIN if flow.troubled else look_again)
        while flow.lanes or flow.results:
            await flow.step(claiming=False)
            if flow.troubled:
                await asyncio.sleep(_AGAIN)
        await _let_go(post)
    finally:
        for lane in flow.lanes:
            lane.cancel()


class _Flow:
    """What is under way in one loop."""

    def __init__(self, post: Post, idle: Callable[[float], Awaitable[None]], ring: Callable[[], None]) -> None:
        self.post, self._idle, self._ring = post, idle, ring
        self.waiting: deque[tuple[Sequence[Outbound], float]] = deque()  # one address's messages, and until when ours
        self.lanes: set[asyncio.Task[None]] = set()  # each sends one address's after another's
        self.results: list[Settled] = []
        self.under_way = 0  # claimed and not settled
        self.width = min(_FIRST, post.batch)  # a process that dies young must not have taken much with it
        self.troubled = False
        self._full = asyncio.Event()  # a batch has landed, or nothing is in the air any more
        post.handed_over = self._go_on

    async def step(self, *, claiming: bool) -> bool:
        """Settle what has landed and claim what fits; False where there was nothing to do and nothing is in the air."""
        width = self.width
        if self.lanes and len(self.results) < width:
            await self._gather()
        most = min(width * 2, width * 3 - self.under_way) if claiming else 0
        if most < width // 2:
            most = 0
        results, self.results = self.results, []
        self._full.clear()
        if not (most or results):
            return bool(self.lanes)
        try:
            claimed, until = await sending.exchange(self.post, results, most)
        except StoreError as error:
            log.error("The database is away while sending: %s", error)
            self._trouble(results)
            return False
        except Exception:
            log.exception("A round of sending broke; it goes on")
            self._trouble(results)
            return False
        self.troubled = False
        self.under_way += len(claimed) - len(results)
        if results:
            self.width = min(self.post.batch, width * 2)
        self.waiting.extend((group, until) for group in together(claimed))
        self._go_on()
        return bool(claimed or results or self.lanes)

    async def _gather(self) -> None:
        """Wait until something lands or is new, and a moment longer for what lands with it: no longer than until a
        batch is full."""
        if not self.results:
            await self._idle(_LOOK)
        if self.results and self.lanes and len(self.results) < self.width:
            with suppress(TimeoutError):
                async with asyncio.timeout(_GATHER):
                    await self._full.wait()

    def _go_on(self) -> None:
        """Let as many lanes send as may be in the air, and one more for each that waits for a sender's turn."""
        for _ in range(min(len(self.waiting), self.post.width + self.post.asleep - len(self.lanes))):
            lane = asyncio.create_task(self._send())
            self.lanes.add(lane)
            lane.add_done_callback(self._ended)

    async def _send(self) -> None:
        while self.waiting and len(self.lanes) <= self.post.width + self.post.asleep:
            group, until = self.waiting.popleft()
            try:
                results = await sending.in_order(self.post, group, until)
            except Exception:
                # Its lease runs out: then it is asked about.
                log.exception("A message in the air was lost sight of")
                self.under_way -= len(group)
                continue
            if not self.results:
                self._ring()
            self.results += results
            if len(self.results) >= self.width:
                self._full.set()

    def _ended(self, lane: asyncio.Task[None]) -> None:
        self.lanes.discard(lane)
        self._go_on()  # several may have ended at once where only one was too many
        if not self.lanes:
            self._full.set()
            self._ring()

    def _trouble(self, results: list[Settled]) -> None:
        self.troubled = True
        self.results = results + self.results


async def _begin(post: Post) -> None:
    """What the last process had in its hands when it died is doubtful at once, not only when its lease runs out."""
    try:
        if count := await lapse_all(post):
            log.warning("%d messages may have left before the last end; they are asked about", count)
    except StoreError as error:
        log.error("The database is away while sending begins: %s", error)


async def _let_go(post: Post) -> None:
    """Whoever comes next need not wait for our leases to run out."""
    database, now = post.database, post.clock()

    def work() -> None:
        with database.writing() as conn:
            leases.release(conn, post.me, now)

    try:
        await database.run(work)
    except StoreError as error:
        log.warning("The senders stay leased for a moment: %s", error)
    post.held.clear()
    post.looked_at = float("-inf")
