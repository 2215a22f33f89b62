"""The whole program on loopback: real web application, real database, both channels, and providers that are fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from multidict import MultiDict
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from authoring.shelf import Shelf
from bot.messages import Address
from cli import wiring
from cli.serving import application
from cli.settings import Settings
from cli.wiring import House
from messaging.answering import answer_round
from messaging.sending import reconcile, send_round
from messaging.twilio import TwilioChannel
from store import counters
from store.database import Database
from store.tables import consents, inbox, outbox, threads
from tests.changing import replace
from tests.fakes import telegram_api, telegram_updates, twilio_api
from tests.houses import PATIENT, Clock
from webhooks.limits import GuardedRunner, Limits

PUBLIC = "https://chasqui.example"
SECRET = "a-secret_of_43_characters"
ROSA = "+51900000001"
CHAT = telegram_updates.CHAT
SMS_PATH, STATUS_PATH, TELEGRAM_PATH = "/webhooks/twilio/sms", "/webhooks/twilio/status", "/webhooks/telegram"
FORM = "application/x-www-form-urlencoded"
TWILIO_SENDER, BOT = f"twilio:{twilio_api.NUMBER}", f"telegram:{telegram_updates.BOT}"


@dataclass
class Town:
    """One house in its town. `sms` and `update` knock as the providers do; `settle` answers and sends what waits."""

    house: House
    url: str
    client: aiohttp.ClientSession
    twilio: twilio_api.FakeTwilio
    telegram: telegram_api.TelegramApi
    clock: Clock
    answered: str = ""  # the body of the last answer
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.house.database

    async def post(self, path: str, body: Any, headers: Mapping[str, str]) -> int:
        async with self.client.post(
            aiohttp.client.URL(self.url + path, encoded=True), data=body, headers=headers
        ) as got:
            self.answered = await got.text()
            return got.status

    async def sms(self, text: str, number: int = 0, *, who: str = ROSA, sign: str = PUBLIC, **changed: str) -> int:
        """Somebody's SMS, signed by Twilio for the address `sign`; a `number` of its own unless it is given."""
        fields = sms_fields(text, number or self.next("sms"), who) | changed
        return await self.form(SMS_PATH, fields, sign=sign)

    async def status(self, sid: str, said: str, *, mid: int | str = "", **changed: str) -> int:
        """What Twilio says of a message of ours later."""
        fields = {"MessageSid": sid, "AccountSid": twilio_api.ACCOUNT, "MessageStatus": said, "To": ROSA} | changed
        return await self.form(f"{STATUS_PATH}?mid={mid}" if mid else STATUS_PATH, fields)

    async def form(self, path: str, fields: dict[str, str], *, sign: str = PUBLIC) -> int:
        """A form of Twilio's, with a genuine signature over it."""
        return await self.post(path, urlencode(fields).encode(), signed(path, fields, sign))

    async def update(self, update: Mapping[str, Any]) -> int:
        """One update of Telegram's."""
        async with self.client.post(
            self.url + TELEGRAM_PATH, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
        ) as got:
            self.answered = await got.text()
            return got.status

    async def chat(self, *texts: str) -> None:
        """Rosa writes on Telegram, each message answered before the next."""
        for text in texts:
            assert await self.update(telegram_updates.text(text, self.next("update"))) == 200
            await self.settle()

    async def talk(self, *texts: str, who: str = ROSA) -> None:
        """Somebody writes by SMS, each message answered before the next."""
        for text in texts:
            assert await self.sms(text, who=who) == 200
            await self.settle()

    def next(self, name: str) -> int:
        self.numbers[name] = self.numbers.get(name, 0) + 1
        return self.numbers[name]

    async def settle(self) -> None:
        """Answer and send until nothing more is due now."""
        while await self.database.run(lambda: answer_round(self.house.desk)) or await send_round(self.house.post):
            pass

    async def reconcile(self) -> None:
        """Let a minute pass, ask about what is unknown, and go on."""
        self.clock.wait(seconds=61)
        await reconcile(self.house.post)
        await self.settle()

    def heard(self, who: str = ROSA) -> list[str]:
        """What came to a phone by SMS, in order."""
        return [message["body"] for message in self.twilio.messages if message["to"] == who]

    def read(self) -> list[str]:
        """What came to Rosa by Telegram, in order."""
        return [call.params["text"] for call in self.telegram.called("sendMessage")]

    def buttons(self) -> list[str]:
        """The callback data under the last message with buttons."""
        calls = [call for call in self.telegram.called("sendMessage") if "reply_markup" in call.params]
        return [each["callback_data"] for row in calls[-1].json("reply_markup")["inline_keyboard"] for each in row]

    def rows(self, *columns: Any) -> list[Any]:
        """These columns of a table, in the order of the first."""
        with self.database.reading() as conn:
            return list(conn.execute(select(*columns).order_by(columns[0])).all())

    def inbox_rows(self) -> int:
        with self.database.reading() as conn:
            return int(conn.execute(select(func.count()).select_from(inbox)).scalar_one())

    def outbox_states(self) -> list[str]:
        return [state for _, state in self.rows(outbox.c.id, outbox.c.state)]

    def thread_state(self, address: str = f"tel:{ROSA}") -> str:
        with self.database.reading() as conn:
            return str(conn.execute(select(threads.c.state).where(threads.c.address == address)).scalar_one())

    def refusals(self) -> list[str]:
        """How people have said no, by the ledger."""
        with self.database.reading() as conn:
            return list(conn.execute(select(consents.c.method).where(consents.c.granted.is_(False))).scalars())

    def counted(self, name: str) -> int:
        with self.database.reading() as conn:
            return counters.totals(conn).get(name, 0)


def sms_fields(text: str, number: int, who: str = ROSA) -> dict[str, str]:
    """A form as Twilio posts it."""
    return {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": twilio_api.ACCOUNT,
        "From": who,
        "To": twilio_api.NUMBER,
        "Body": text,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }


def signed(path: str, fields: Mapping[str, str], url: str = PUBLIC, token: str = twilio_api.TOKEN) -> dict[str, str]:
    """The headers of a form that Twilio has signed for this address."""
    signature = RequestValidator(token).compute_signature(url + path, MultiDict(fields))
    return {"X-Twilio-Signature": signature, "Content-Type": FORM}


def settings_for(twilio: twilio_api.FakeTwilio, telegram: telegram_api.TelegramApi, **more: Any) -> Settings:
    """Both channels set, against the fakes."""
    given = Settings(
        public_url=PUBLIC,
        organisation="Norandino",
        coordinator="Elena Ruiz",
        telegram_token=telegram_api.TOKEN,
        telegram_secret=SECRET,
        telegram_api_url=telegram.url,
        telegram_mode="webhook",
        twilio_account_sid=twilio_api.ACCOUNT,
        twilio_auth_token=(twilio_api.TOKEN,),
        twilio_from=twilio_api.NUMBER,
        twilio_api_url=twilio.url,
    )
    return replace(given, **more)


@asynccontextmanager
async def serving(house: House, limits: Limits | None = None) -> AsyncIterator[str]:
    """The house's web application on loopback, as `chasqui run` serves it; the address."""
    runner = GuardedRunner(application(house), access_log=None, limits=limits)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{site.port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def town(
    database: Database, shelf: Shelf, *, limits: Limits | None = None, patience: float = PATIENT, **settings: Any
) -> AsyncIterator[Town]:
    """A town around this database, which providers wait for with `patience` (seconds).

    They may not have been spoken to against their specifications.
    """
    clock = Clock()
    async with (
        twilio_api.FakeTwilio(now=clock) as twilio,
        telegram_api.TelegramApi() as telegram,
        aiohttp.ClientSession() as client,
    ):
        given = settings_for(twilio, telegram, **settings)
        channels = wiring.channels_of(given, shelf)
        for channel in channels:
            if isinstance(channel, TwilioChannel):
                channel._clock = clock  # how long a message is good for is counted on the town's clock
        house = wiring.build(
            given, database, shelf, channels, secret=b"a key for tests", clock=clock, patience=patience
        )
        house.post.paces.clear()  # a pace is kept in real seconds, and days pass here in none; it has tests of its own
        try:
            async with serving(house, limits) as url:
                yield Town(house=house, url=url, client=client, twilio=twilio, telegram=telegram, clock=clock)
        finally:
            for channel in house.channels.values():
                await channel.close()
    assert twilio.violations == []
    assert telegram.violations == []


def rosa() -> Address:
    """Her telephone as an address."""
    return Address(scheme="tel", identity=ROSA)
