"""A house that is spoken to by a telephone with two SIMs, a Kannel, a Jasmin and two bots, all of them fakes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from authoring.shelf import Shelf
from cli import wiring
from cli.settings import Settings
from cli.wiring import House
from messaging.answering import answer_round
from messaging.sending import send_round
from store import counters
from store.database import Database
from store.tables import inbox, outbox
from tests.bad_inputs.town import serving
from tests.fakes import android_gateway, http_gateway, telegram_api, twilio_api
from tests.houses import PATIENT, Clock

CLARO, ENTEL = "android:+51900000009", "android:+51900000008"
ROSA = "+51900000001"
SECRET = "a-path-that-nobody-guesses"
SENDERS = """
[[telegram]]
name = "bolivia"
token = "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
secret = "second"
api_url = "{telegram}"

[[http]]
name = "jasmin"
profile = "jasmin"
url = "{box}"
username = "chasqui"
password = "a-secret-of-the-tests"
from = "4646"
secret = "{secret}"
country = "BO"
rate = 500
"""


@dataclass
class Village:
    """One house and who is around it."""

    house: House
    url: str
    client: aiohttp.ClientSession
    phone: android_gateway.AndroidGateway
    box: http_gateway.HttpGateway
    clock: Clock

    async def tell(self, event: Any, *, key: str = android_gateway.KEY, at: float = 0.0, body: bytes = b"") -> int:
        """An event of the telephone, signed by its key `at` seconds from now."""
        body = body or json.dumps(event).encode()
        now = datetime.fromtimestamp(datetime.now(UTC).timestamp() + at, UTC)
        headers = android_gateway.signed(body, now, key)
        async with self.client.post(self.url + "/webhooks/android", data=body, headers=headers) as got:
            return got.status

    async def knock(self, method: str, path: str, fields: Mapping[str, str], *, query: bool = False) -> tuple[int, str]:
        """A request of a gateway, its fields as a form or in the query."""
        how = {"params": fields} if query else {"data": fields}
        async with self.client.request(method, self.url + path, **how) as got:  # type: ignore[arg-type]
            return got.status, await got.text()

    async def settle(self) -> None:
        """Answer and send until nothing more is due now."""
        house = self.house
        while await house.database.run(lambda: answer_round(house.desk)) or await send_round(house.post):
            pass

    def heard(self) -> list[tuple[str, str, str]]:
        """Sender, address and kind of all that is in the inbox."""
        with self.house.database.reading() as conn:
            rows = conn.execute(select(inbox.c.sender, inbox.c.address, inbox.c.kind).order_by(inbox.c.id))
            return [(sender, address, kind) for sender, address, kind in rows]

    def states(self) -> list[str]:
        """Where each message of the outbox stands."""
        with self.house.database.reading() as conn:
            return list(conn.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())

    def counted(self, name: str) -> int:
        with self.house.database.reading() as conn:
            return counters.totals(conn).get(name, 0)

    def rows(self) -> int:
        with self.house.database.reading() as conn:
            return int(conn.execute(select(func.count()).select_from(inbox)).scalar_one())


@asynccontextmanager
async def village(database: Database, shelf: Shelf, folder: Path) -> AsyncIterator[Village]:
    """A village around this database. What is said to the fakes is held against their documentation."""
    clock = Clock()
    async with (
        android_gateway.AndroidGateway() as phone,
        http_gateway.HttpGateway() as box,
        telegram_api.TelegramApi() as telegram,
        aiohttp.ClientSession() as client,
    ):
        more = folder / "senders.toml"
        more.write_text(SENDERS.format(telegram=telegram.url, box=box.url, secret=SECRET))
        more.chmod(0o600)
        settings = Settings(
            public_url="https://chasqui.example",
            telegram_token=telegram_api.TOKEN,
            telegram_secret="first",
            telegram_api_url=telegram.url,
            twilio_account_sid=twilio_api.ACCOUNT,
            twilio_auth_token=(twilio_api.TOKEN,),
            twilio_from=twilio_api.NUMBER,
            twilio_api_url="http://127.0.0.1:9",
            android_url=phone.url,
            android_username=android_gateway.USERNAME,
            android_password=android_gateway.PASSWORD,
            android_signing_key=android_gateway.KEY,
            android_sims="1:+51900000009:claro,2:+51900000008:entel",
            android_every="0.001",
            http_profile="kannel",
            http_url=box.url,
            http_username=http_gateway.USERNAME,
            http_password=http_gateway.PASSWORD,
            http_from="4545",
            http_secret=SECRET,
            http_rate="500",
            senders_file=str(more),
            sms_price="0.02 USD",
        )
        house = wiring.build(
            settings,
            database,
            shelf,
            wiring.channels_of(settings, shelf),
            secret=b"a key for tests",
            clock=clock,
            patience=PATIENT,
        )
        try:
            async with serving(house) as url:
                yield Village(house=house, url=url, client=client, phone=phone, box=box, clock=clock)
        finally:
            for channel in house.channels.values():
                await channel.close()
    assert phone.violations == []
    assert box.violations == []
