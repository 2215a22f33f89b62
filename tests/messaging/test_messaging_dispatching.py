"""Keep sending: much is claimed ahead, little is in the air, and who waits for a turn holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.messages import Allowance, Capabilities, Outbound, Sent
from messaging.dispatching import dispatch
from messaging.posting import Post
from messaging.working import Bell
from store.database import Database
from store.tables import outbox
from tests.store.rows import rows


@dataclass
class Provider:
    """Takes everything, one turn of the loop later, and knows how much was on its way at once."""

    name: str
    allowance: Allowance | None = None
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(charset="any"))
    taken: list[str] = field(default_factory=list)
    in_the_air: int = 0
    most: int = 0

    async def send(self, outbound: Outbound) -> Sent:
        self.in_the_air += 1
        self.most = max(self.most, self.in_the_air)
        await asyncio.sleep(0)
        self.in_the_air -= 1
        self.taken.append(str(outbound.address))
        return Sent(provider_id=f"{self.name} {len(self.taken)}")

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        return None

    async def close(self) -> None:
        return


def fill(database: Database, sender: str, count: int) -> None:
    now = datetime.now(UTC) - timedelta(seconds=1)
    row = {"sender": sender, "kind": "reply", "content": '{"text":"x"}', "not_before": now, "created_at": now}
    with database.writing() as conn:
        conn.execute(insert(outbox), [{**row, "address": f"{sender}-{number}"} for number in range(count)])


async def run(post: Post, until: Callable[[], bool]) -> None:
    bell = Bell()
    async with asyncio.timeout(60):
        await dispatch(post, until, bell.wait, bell.ring, look_again=0.05, beat=lambda: None)


async def test_no_more_are_in_the_air_than_allowed_however_many_are_in_our_hands(sqlite: Database) -> None:
    quick = Provider("telegram:1")
    fill(sqlite, quick.name, 300)
    await run(
        Post(database=sqlite, channels={quick.name: quick}, clock=sqlite.now, width=3), lambda: len(quick.taken) >= 300
    )
    assert quick.most == 3
    assert len(set(quick.taken)) == 300
    assert rows(sqlite, "SELECT state, count(*) FROM outbox GROUP BY state") == [("sent", 300)]


async def test_a_sender_that_waits_for_its_turn_holds_up_no_other(sqlite: Database) -> None:
    slow, quick = Provider("telegram:1", Allowance(per_second=4)), Provider("telegram:2")
    fill(sqlite, slow.name, 20)
    fill(sqlite, quick.name, 60)
    said_by_then: list[int] = []

    def done() -> bool:
        if len(quick.taken) >= 60 and not said_by_then:
            said_by_then.append(len(slow.taken))
        return bool(said_by_then)

    await run(
        Post(database=sqlite, channels={each.name: each for each in (slow, quick)}, clock=sqlite.now, width=2), done
    )
    assert said_by_then[0] <= 8, "sixty quick ones waited for the slow ones"
