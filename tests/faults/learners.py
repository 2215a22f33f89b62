"""Learners who write by SMS and by Telegram as their providers bring it, and providers that take their time."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from authoring.shelf import Shelf
from store.database import Database
from tests.bad_inputs.town import SECRET, SMS_PATH, TELEGRAM_PATH, signed, sms_fields, town
from tests.fakes import telegram_api, telegram_updates, twilio_api

SEED = 20_260_302

# The same question for the same answer twice, so that two equal texts go to one number within a second.
SCRIPT = ("VIVERO", "SI", "Rosa", "A", "B", "ESTADO", "ESTADO", "A")


class SlowTwilio(twilio_api.FakeTwilio):
    """Takes its time before it accepts a message, and again before it says so."""

    chance = random.Random(SEED)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.chance.uniform(0, 0.01))
        answer = await super()._create(request)
        await asyncio.sleep(self.chance.uniform(0, 0.03))
        return answer


class SlowTelegram(telegram_api.TelegramApi):
    """The same, and it cannot be asked what it has taken."""

    chance = random.Random(SEED + 1)

    async def _answer(self, call: telegram_api.Call) -> Any:
        answer = await super()._answer(call)
        await asyncio.sleep(self.chance.uniform(0, 0.03))
        return answer


@dataclass
class Learners:
    """Everybody who writes to the program at `url`, and which messages it has acknowledged."""

    url: str
    client: aiohttp.ClientSession
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    acknowledged: list[str] = field(default_factory=list)
    writing: list[asyncio.Task[None]] = field(default_factory=list)
    people: int = 0

    def come(self, count: int) -> None:
        """So many more begin to learn by SMS, and as many by Telegram."""
        for _ in range(count):
            self.people += 1
            self.writing.append(asyncio.create_task(self._learn(self.people, by_sms=True)))
            self.writing.append(asyncio.create_task(self._learn(700_000 + self.people, by_sms=False)))

    async def done(self) -> None:
        """Return once everybody has said her last line."""
        await asyncio.gather(*self.writing)

    async def _learn(self, number: int, *, by_sms: bool) -> None:
        """One learner says her lines. As a provider does, each is brought again until it is acknowledged."""
        for place, text in enumerate(SCRIPT):
            id = number * 100 + place
            while not await (self._sms(text, id, number) if by_sms else self._update(text, id, number)):
                await asyncio.sleep(self.chance.uniform(0.005, 0.02))
            self.acknowledged.append(f"SM{id:032x}" if by_sms else str(id))
            await asyncio.sleep(self.chance.uniform(0, 0.06))

    async def _sms(self, text: str, id: int, number: int) -> bool:
        fields = sms_fields(text, id, phone(number))
        return await self._post(SMS_PATH, data=fields, headers=signed(SMS_PATH, fields))

    async def _update(self, text: str, id: int, number: int) -> bool:
        chat = {"id": number, "type": "private", "first_name": "Rosa"}
        update = telegram_updates.text(text, id, chat=chat)
        return await self._post(TELEGRAM_PATH, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})

    async def _post(self, path: str, **given: Any) -> bool:
        try:
            async with self.client.post(self.url + path, **given) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def phone(number: int) -> str:
    return f"+519{number:08d}"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one kind of provider has taken, against what it ought to have taken: `lost` and `twice` are texts."""

    taken: int
    lost: int
    twice: int
    in_order: bool


def heard_by_sms(twilio: twilio_api.FakeTwilio, people: int, wanted: list[str]) -> Heard:
    """How the SMS of so many people compare with what each of them ought to have got."""
    texts: dict[str, list[str]] = {phone(number): [] for number in range(1, 1 + people)}
    for message in twilio.messages:
        texts[message["to"]].append(message["body"])
    return _compared(texts, wanted)


def heard_by_telegram(telegram: telegram_api.TelegramApi, people: int, wanted: list[str]) -> Heard:
    """The same for the chats."""
    texts: dict[str, list[str]] = {str(700_000 + number): [] for number in range(1, 1 + people)}
    for call in telegram.called("sendMessage"):
        texts[call.params["chat_id"]].append(call.params["text"])
    return _compared(texts, wanted)


def _compared(texts: dict[str, list[str]], wanted: list[str]) -> Heard:
    return Heard(
        taken=sum(len(each) for each in texts.values()),
        lost=sum((Counter(wanted) - Counter(each)).total() for each in texts.values()),
        twice=sum((Counter(each) - Counter(wanted)).total() for each in texts.values()),
        in_order=all(list(dict.fromkeys(each)) == list(dict.fromkeys(wanted)) for each in texts.values()),
    )


async def undisturbed(migrated: bytes, folder: Path, shelf: Shelf) -> tuple[list[str], list[str]]:
    """What one learner hears by SMS, and what one hears by Telegram, where nothing ever goes wrong."""
    (folder / "calm.db").write_bytes(migrated)
    database = Database.open(f"sqlite:///{folder / 'calm.db'}")
    try:
        async with town(database, shelf) as place:
            await place.talk(*SCRIPT)
            await place.chat(*SCRIPT)
            return place.heard(), place.read()
    finally:
        database.close()
