"""A whole house for tests: a real database, the small courses, and a channel that hears and may fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from authoring.shelf import Shelf
from bot.messages import Address, Capabilities, Channel, Heard, Inbound, Outbound, SendFailed, Sent
from cli import wiring
from cli.settings import Settings
from cli.wiring import House
from messaging.answering import answer_round
from messaging.sending import send_round
from store.database import Database

ROSA = Address(scheme="tel", identity="+51900000001")
JUAN = Address(scheme="tel", identity="+51900000002")


@dataclass
class Clock:
    """A clock that moves when told to."""

    now: datetime = datetime(2026, 3, 2, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Phone:
    """A channel that keeps what it is given. `faults` are raised, one a send, before anything is kept."""

    name: str = "twilio:+15005550006"
    asks: bool = False
    said: list[Outbound] = field(default_factory=list)
    faults: list[SendFailed | None] = field(default_factory=list)
    found: dict[int, Sent] = field(default_factory=dict)  # what `find` knows, by outbox row

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(asks=self.asks)

    async def send(self, outbound: Outbound) -> Sent:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        self.said.append(outbound)
        return Sent(provider_id=f"SM{len(self.said):032x}", segments=1)

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        return self.found.get(outbound.id)

    async def close(self) -> None:
        return

    def texts(self, address: Address = ROSA) -> list[str]:
        """What was said to one address, in order."""
        return [each.content.text for each in self.said if each.address == address and each.content.text]


# Seconds for which tests wait for a database, which on a machine with much else to do is slow now and then: how soon a
# provider hears 503 has tests of its own.
PATIENT = 30.0


def build(
    database: Database,
    shelf: Shelf,
    channels: Sequence[Channel],
    clock: Callable[[], datetime],
    *,
    at_once: bool = True,
) -> House:
    """A house over this database. Not `at_once`: what comes in is kept first, and answered by the next round."""
    settings = Settings(organisation="Norandino", coordinator="Elena Ruiz")
    house = wiring.build(
        settings,
        database,
        shelf,
        channels,
        secret=b"a key for tests",
        clock=clock,
        chance=random.Random(7),
        at_once=at_once,
        patience=PATIENT,
    )
    house.post.me = "the one worker of this test"  # the house that comes next need not wait for this one's leases
    return house


def written(
    text: str,
    number: int,
    *,
    address: Address = ROSA,
    sender: str = "twilio:+15005550006",
    at: datetime = datetime(2026, 3, 2, 15, tzinfo=UTC),
) -> Inbound:
    """An SMS on its way in; `number` makes its MessageSid."""
    return Inbound(
        sender=sender,
        provider_id=f"SM{number:032x}",
        address=address,
        kind=Heard.TEXT,
        text=text,
        received_at=at,
    )


async def settle(house: House) -> None:
    """Answer and send until nothing more is due now."""
    while await house.database.run(lambda: answer_round(house.desk)) or await send_round(house.post):
        pass


async def say(house: House, *texts: str, first: int = 1, address: Address = ROSA, sent: datetime | None = None) -> None:
    """Let somebody write, one message after the other, each answered before the next."""
    for number, text in enumerate(texts, first):
        await house.receiver.receive(written(text, number, address=address, at=sent or house.clock()))
        await settle(house)


def shelf_at(folder: Path) -> Shelf:
    """The small courses, loaded."""
    from tests.transcripts.playing import content

    return Shelf(content(folder))
