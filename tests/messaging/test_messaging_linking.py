"""One learner on a phone and on Telegram: joined by a code, and never by a number alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from authoring.shelf import Shelf
from bot.messages import Address, Heard, Inbound
from bot.talking.linking import IN_VAIN, MOST_IN_VAIN
from cli.wiring import House
from store import counters
from store.database import Database
from tests.changing import replace
from tests.houses import JUAN, ROSA, Clock, Phone, build, settle
from tests.store.rows import rows

SMS, BOT = "twilio:+15005550006", "telegram:1"
CHAT = Address(scheme="telegram", identity="77")


@dataclass
class Two:
    """A house that is reached by SMS and on Telegram."""

    house: House
    clock: Clock
    sms: Phone
    bot: Phone
    written: int = 0

    async def write(self, *texts: str, at: Address = ROSA, kind: Heard = Heard.TEXT) -> str:
        """Write these one after the other; returns what was said there to the last."""
        phone, sender = (self.bot, BOT) if at.scheme == "telegram" else (self.sms, SMS)
        before = 0
        for text in texts:
            before = len(phone.texts(at))
            self.written += 1
            heard = Inbound(
                sender=sender,
                provider_id=f"{self.written}",
                address=at,
                kind=kind,
                text=text,
                received_at=self.clock.now,
            )
            await self.house.receiver.receive(heard)
            await settle(self.house)
            self.clock.wait(seconds=30)
        return "\n".join(phone.texts(at)[before:])

    async def code(self, at: Address = ROSA) -> str:
        said = await self.write("VINCULAR", at=at)
        return next(word for word in said.replace(".", " ").split() if word.isdigit() and len(word) == 8)

    def learners(self, at: Address) -> int:
        query = "SELECT learner FROM thread_learners WHERE address = :at"
        return len(rows(self.house.database, query, at=str(at)))


@pytest.fixture
def two(database: Database, shelf: Shelf) -> Two:
    clock, sms, bot = Clock(), Phone(name=SMS), Phone(name=BOT)
    return Two(house=build(database, shelf, [sms, bot], clock), clock=clock, sms=sms, bot=bot)


async def test_the_code_from_her_phone_opens_her_progress_on_telegram(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa", "B", "A")
    code = await two.code()
    assert code not in str(rows(two.house.database, "SELECT digest FROM link_codes"))
    assert "¡Bienvenida, Rosa!" in await two.write(code, at=CHAT)
    assert "también en Telegram. Si no fue usted" in two.sms.texts(ROSA)[-1]
    assert "lecciones leídas 1/2" in await two.write("ESTADO", at=CHAT)
    assert await two.write("SIGUE", at=CHAT)
    assert rows(two.house.database, "SELECT COUNT(*) FROM learners") == [(1,)]
    assert two.learners(CHAT) == 1


async def test_a_deep_link_carries_the_code(two: Two) -> None:
    desk = two.house.desk
    desk.policy = replace(desk.policy, telegram_username="chasqui_bot")
    await two.write("VIVERO", "SI", "Rosa")
    said = await two.write("VINCULAR")
    assert "t.me/chasqui_bot?start=" in said
    code = said.partition("?start=")[2][:8]
    assert "¡Bienvenida, Rosa!" in await two.write(code, at=CHAT, kind=Heard.START)


async def test_from_telegram_to_a_phone_with_the_word_before_the_code(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa", at=CHAT)
    code = await two.code(CHAT)
    assert "¡Bienvenida, Rosa!" in await two.write(f"vincular {code[:4]} {code[4:]}")
    assert "Su avance se abrió también en +51900000001" in two.bot.texts(CHAT)[-1]


async def test_a_code_is_good_once_and_for_fifteen_minutes(two: Two) -> None:
    """BI041"""
    await two.write("VIVERO", "SI", "Rosa")
    code = await two.code()
    two.clock.wait(minutes=16)
    assert "no vale o ya venció" in await two.write(code, at=CHAT)
    code = await two.code()
    await two.write(code, at=CHAT)
    assert "no vale o ya venció" in await two.write(code, at=Address(scheme="telegram", identity="78"))
    # A new code makes the one before worth nothing.
    first, second = await two.code(), await two.code()
    assert "no vale o ya venció" in await two.write(first, at=JUAN)
    assert "¡Bienvenida, Rosa!" in await two.write(second, at=JUAN)


async def test_guessing_is_over_after_five_tries(two: Two) -> None:
    """BI041"""
    await two.write("VIVERO", "SI", "Rosa")
    code = await two.code()
    for wrong in range(5):
        assert "no vale" in await two.write(f"1234567{wrong}", at=CHAT)
    assert "Demasiados intentos" in await two.write(code, at=CHAT)
    assert two.learners(CHAT) == 0
    two.clock.wait(hours=1)
    code = await two.code()
    assert "¡Bienvenida" in await two.write(code, at=CHAT)


async def test_guessing_from_many_accounts_is_over_for_the_day(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa")
    for each in range(2):
        await two.write(f"1234567{each}", at=Address(scheme="telegram", identity=str(500 + each)))
    with two.house.database.writing() as conn:
        counters.add(conn, {IN_VAIN: MOST_IN_VAIN - 2}, two.clock.now)
    assert "no vale" in await two.write(await two.code(), at=CHAT)
    assert two.learners(CHAT) == 0
    two.clock.wait(days=1)
    assert "¡Bienvenida" in await two.write(await two.code(), at=CHAT)


async def test_a_forged_number_does_not_get_at_somebodys_progress(two: Two) -> None:
    """Whoever forges Rosa's number gets Rosa a code, and has nothing to write on an account of his own."""
    await two.write("VIVERO", "SI", "Rosa")
    await two.write("VINCULAR")
    assert not two.bot.said
    assert "Primero escriba VINCULAR" in await two.write("VINCULAR", at=CHAT)
    assert two.learners(CHAT) == 0


async def test_two_people_are_never_made_one(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa")
    await two.write("VIVERO", "SI", "Ana", "B", at=CHAT)
    code = await two.code()
    asked = await two.write(code, at=CHAT)
    assert "Aquí ya estudia Ana" in asked
    assert "nada cambia" in await two.write("3", at=CHAT)
    assert two.learners(CHAT) == 1
    await two.write(await two.code(), at=CHAT)
    assert "Cada quien conserva lo suyo" in await two.write("2", at=CHAT)
    assert two.learners(CHAT) == 2
    assert rows(two.house.database, "SELECT COUNT(*) FROM learners") == [(2,)]
    two.clock.wait(hours=2)
    assert "Quién escribe" in await two.write("ESTADO", at=CHAT)


async def test_one_person_who_joined_twice_is_left_to_a_person(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa")
    await two.write("VIVERO", "SI", "Rosita", "B", at=CHAT)
    await two.write(await two.code(), at=CHAT)
    await two.write("1", at=CHAT)
    assert rows(two.house.database, "SELECT kind FROM help_requests") == [("same_person",)]
    assert rows(two.house.database, "SELECT COUNT(*) FROM learners") == [(2,)]
    assert two.learners(CHAT) == 2


async def test_her_own_code_on_her_own_phone_changes_nothing(two: Two) -> None:
    await two.write("VIVERO", "SI", "Rosa")
    assert "no vale" in await two.write("VINCULAR 12345678")
    assert "Ya están unidos" in await two.write(await two.code())


async def test_the_number_of_an_identity_card_is_no_code(two: Two) -> None:
    await two.write("VIVERO", "SI")
    assert "Escriba solo su nombre" in await two.write("45678912")
    assert "¡Empezamos, Rosa!" in await two.write("Rosa")
    assert "Responda A, B o C" in await two.write("45678912")


async def test_who_guesses_in_the_middle_of_a_lesson_learns_nothing_and_her_tries_are_counted(two: Two) -> None:
    await two.write("VIVERO", "SI", "Ana", "B", at=CHAT)
    await two.write("VIVERO", "SI", "Rosa")
    code = await two.code()
    for wrong in range(5):
        await two.write(f"1234567{wrong}", at=CHAT)
    assert rows(two.house.database, f"SELECT SUM(n) FROM counters WHERE name = '{IN_VAIN}'") == [(5,)]
    before = len(two.bot.texts(CHAT))
    await two.write(code, at=CHAT)
    assert two.bot.texts(CHAT)[before:] == []  # as to the bad ones, once she had been told how to answer
    assert two.learners(CHAT) == 1
