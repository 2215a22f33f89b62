"""What Twilio could not deliver to us is fetched from its own list, once, and so is what became of our messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.messages import Content, Receipt
from messaging.receiving import Receiver
from messaging.sweeping import Sweep, Sweepable, sweep_round
from messaging.twilio import TwilioChannel, inbound
from store import counters
from store.database import Database
from store.shapes import content_json
from store.tables import inbox, outbox
from tests.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, FakeTwilio, Fault

ROSA, LUZ = "+51900000001", "+51900000002"
SENDER = f"twilio:{NUMBER}"


class Road:
    """A Twilio, a database, and the sweep between them."""

    def __init__(self, twilio: FakeTwilio, database: Database, channel: TwilioChannel) -> None:
        self.now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
        self.twilio, self.database, self.channel = twilio, database, channel
        twilio.now = lambda: self.now
        self.receiver = Receiver(database, lambda: self.now, lambda: None)
        self.sweep = self.process()

    def process(self) -> Sweep:
        return Sweep(
            database=self.database,
            channels={SENDER: self.channel},
            clock=lambda: self.now,
            receive=self.receiver.receive,
            receipt=self.receiver.receipt,
        )

    def wrote(self, who: str, text: str, ago: float = 1, **changed: Any) -> dict[str, Any]:
        """Somebody wrote so many minutes ago, and Twilio could not tell us."""
        at = self.now - timedelta(minutes=ago)
        given = {"direction": "inbound", "from": who, "to": NUMBER, "body": text, "status": "received"}
        return self.twilio.add(date_created=at, **given | changed)

    def kept(self) -> list[tuple[str, str]]:
        with self.database.reading() as conn:
            rows = conn.execute(select(inbox.c.provider_id, inbox.c.address).order_by(inbox.c.id))
            return [(row[0], row[1]) for row in rows]


@pytest.fixture
async def road(database: Database) -> AsyncIterator[Road]:
    async with FakeTwilio() as twilio:
        channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, sender=NUMBER, api_url=twilio.url)
        yield Road(twilio, database, channel)
        await channel.close()
    assert twilio.violations == []


async def test_it_keeps_what_was_written_while_we_were_away_in_its_order_and_only_once(road: Road) -> None:
    assert isinstance(road.channel, Sweepable)
    first, second = road.wrote(ROSA, "VIVERO", ago=40), road.wrote(LUZ, "AHORRO", ago=20)
    assert await sweep_round(road.sweep) == 2
    assert road.kept() == [(first["sid"], f"tel:{ROSA}"), (second["sid"], f"tel:{LUZ}")]
    road.now += timedelta(minutes=5)
    assert await sweep_round(road.sweep) == 0
    assert await sweep_round(road.process()) == 0
    assert len(road.kept()) == 2


async def test_what_a_webhook_brought_is_not_kept_again_and_is_no_clash(road: Road) -> None:
    made = road.wrote(ROSA, "STOP")
    fields = {"MessageSid": made["sid"], "AccountSid": ACCOUNT, "From": ROSA, "To": NUMBER, "Body": "STOP"}
    told = [*fields.items(), ("OptOutType", "STOP")]
    await road.receiver.receive(inbound(told, sender=SENDER, account_sid=ACCOUNT, now=road.now))
    assert await sweep_round(road.sweep) == 0
    with road.database.reading() as conn:
        assert "sid body mismatch" not in counters.totals(conn)


async def test_it_leaves_what_is_only_just_on_its_way_and_what_is_not_for_us(road: Road) -> None:
    road.wrote(ROSA, "A", ago=0.1)
    road.wrote(ROSA, "A", to="+15005550009")
    road.twilio.add(to=ROSA, body="Hola", date_created=road.now - timedelta(minutes=2))
    assert await sweep_round(road.sweep) == 0
    road.now += timedelta(minutes=5)
    assert await sweep_round(road.sweep) == 1


@pytest.mark.parametrize("date", [None, "", "soon", "Sat, 31 Feb 2026 10:00:00 +0000", 5])
async def test_one_entry_without_a_date_costs_none_of_those_beside_it(
    road: Road, caplog: pytest.LogCaptureFixture, date: object
) -> None:
    before, odd, after = road.wrote(ROSA, "A", ago=9), road.wrote(LUZ, "B", ago=8), road.wrote(ROSA, "C", ago=7)
    odd |= {"date_created": date}
    assert await sweep_round(road.sweep) == 2
    assert [sid for sid, _ in road.kept()] == [before["sid"], after["sid"]]
    assert len([each for each in caplog.messages if "left" in each]) == 1
    odd |= {"date_created": None, "date_sent": after["date_created"]}
    road.now += timedelta(minutes=5)
    assert await sweep_round(road.sweep) == 1


async def test_after_hours_of_downtime_it_goes_back_to_where_it_was_and_an_hour_more(road: Road) -> None:
    await sweep_round(road.sweep)
    road.now += timedelta(hours=9)
    early = road.wrote(ROSA, "A", ago=9 * 60 + 50)
    road.wrote(ROSA, "B", ago=9 * 60 + 70)
    assert await sweep_round(road.process()) == 1
    assert road.kept() == [(early["sid"], f"tel:{ROSA}")]


async def test_a_twilio_that_gives_no_answer_is_asked_for_the_same_time_again(road: Road) -> None:
    await sweep_round(road.sweep)
    road.now += timedelta(hours=9)
    road.wrote(ROSA, "A", ago=8 * 60)
    road.twilio.faults.append(Fault(status=503))
    assert await sweep_round(road.sweep) == 0
    road.now += timedelta(minutes=5)
    assert await sweep_round(road.sweep) == 1


async def test_what_has_been_silent_for_a_day_is_asked_about_once(road: Road) -> None:
    sent = [road.twilio.add(to=ROSA, body=f"Lección {n}") for n in range(3)]
    sent[0] |= {"status": "delivered"}
    sent[1] |= {"status": "undelivered", "error_code": 30003}
    row = {"sender": SENDER, "address": f"tel:{ROSA}", "kind": "lesson", "learner": "", "state": "sent"}
    row |= {"content": content_json(Content(text="Lección")), "created_at": road.now, "not_before": road.now}
    with road.database.writing() as conn:
        conn.execute(insert(outbox), [row | {"provider_id": each["sid"], "sent_at": road.now} for each in sent])
        conn.execute(update(outbox).values(sent_at=road.now))
    road.now += timedelta(hours=23)
    await sweep_round(road.sweep)
    assert len(road.twilio.gets) == 1, "it is too early to ask"
    road.now += timedelta(hours=2)
    told: list[Receipt] = []
    keep = road.sweep.receipt

    async def receipt(each: Receipt) -> None:
        told.append(each)
        await keep(each)

    road.sweep.receipt = receipt
    await sweep_round(road.sweep)
    await sweep_round(road.sweep)
    assert [(each.status, each.error) for each in told] == [("delivered", ""), ("undelivered", "30003")]
    with road.database.reading() as conn:
        states = conn.execute(select(outbox.c.state).order_by(outbox.c.id).limit(3)).scalars().all()
    assert states == ["delivered", "undelivered", "sent"]
