"""A foreman asks by SMS what a card is worth, from any phone; its holder chooses what is seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text as sql

from authoring.shelf import Shelf
from bot.certifying import codes
from bot.certifying.credentials import Credential
from bot.messages import Address, Heard, Inbound
from cli.wiring import House
from store import counters, credentials
from store.database import Database
from tests.certificates import YEAR, finished
from tests.houses import JUAN, ROSA, Clock, Phone, build, settle

SMS, BOT = "twilio:+15005550006", "telegram:1"
FOREMAN, GUESSER = JUAN, Address(scheme="tel", identity="+51900000003")
CHAT = Address(scheme="telegram", identity="77")


@dataclass
class Yard:
    """A house, and the people who write to it."""

    house: House
    clock: Clock
    sms: Phone
    bot: Phone
    written: int = 0

    async def write(self, *texts: str, at: Address = FOREMAN, kind: Heard = Heard.TEXT) -> str:
        """Write these one after the other; returns what was said there to the last."""
        phone, sender = (self.bot, BOT) if at.scheme == "telegram" else (self.sms, SMS)
        before = 0
        for text in texts:
            before = len(phone.texts(at))
            self.written += 1
            heard = Inbound(
                sender=sender, provider_id=f"{self.written}", address=at, kind=kind, text=text, received_at=self.clock()
            )
            await self.house.receiver.receive(heard)
            await settle(self.house)
            self.clock.wait(seconds=30)
        return "\n".join(phone.texts(at)[before:])

    def issue(self, number: int = 1, learner: str = "") -> Credential:
        now: datetime = self.clock()
        with self.house.database.writing() as conn:
            who = learner or f"l{number}"
            if not learner:
                conn.execute(sql("INSERT INTO learners (id, created_at) VALUES (:id, 0)"), {"id": who})
            made = finished(number, learner=who, valid_from=now, valid_until=now + YEAR, awarded_on=now.date())
            return credentials.issue(conn, made, by="ana", now=now, chance=Random(number))


@pytest.fixture
def yard(database: Database, shelf: Shelf) -> Yard:
    clock = Clock()
    sms, bot = Phone(), Phone(name=BOT)
    return Yard(house=build(database, shelf, [sms, bot], clock), clock=clock, sms=sms, bot=bot)


async def test_anybody_verifies_by_sms(yard: Yard) -> None:
    code = codes.shown(yard.issue().code)
    for written in (f"VERIFICA {code}", f"ver {code.lower()}", code, f"VERIFY {code.replace('-', ' ')}"):
        said = await yard.write(written)
        assert said.startswith(("VÁLIDO", "VALID")), said
        assert "Rosa Q" in said
        assert "Cooperativa Norandino" in said


async def test_a_deep_link_on_telegram_says_the_same(yard: Yard) -> None:
    code = yard.issue().code
    by_sms = await yard.write(f"VERIFICA {code}")
    assert await yard.write(f"v_{code}", at=CHAT, kind=Heard.START) == by_sms
    assert await yard.write(f"v_{codes.shown(code)}", at=CHAT, kind=Heard.START) == by_sms
    assert "No encontramos" in await yard.write("v_7K4M9QXTH2", at=CHAT, kind=Heard.START)


async def test_unknown_and_mistyped_codes_answer_alike_and_confusions_kindly(yard: Yard) -> None:
    known = codes.shown(yard.issue().code)
    unknown = codes.shown(codes.draw(Random(9)))
    mistyped = known[:-1] + ("2" if known[-1] != "2" else "3")
    answers = [(await yard.write(f"VERIFICA {each}")).replace(each, "CODE") for each in (unknown, mistyped)]
    assert answers[0] == answers[1]
    assert "No encontramos" in answers[0]
    assert "no lleva 0, O, 1, I ni L" in await yard.write("VERIFICA 7K4O-9QXT-H2")
    assert "VERIFICA y el código" in await yard.write("VERIFICA")


async def test_expiry_and_revocation_are_said_from_that_moment_on(yard: Yard) -> None:
    one, other = yard.issue(1), yard.issue(2)
    with yard.house.database.writing() as conn:
        credentials.move(conn, one.code, "revoked", by="ana", second="luis", reason="Fraude", now=yard.clock())
    assert (await yard.write(f"VERIFICA {one.code}")).startswith("ANULADO")
    assert (await yard.write(f"VERIFICA {other.code}")).startswith("VÁLIDO")
    yard.clock.wait(days=366)
    assert (await yard.write(f"VERIFICA {other.code}")).startswith("VENCIDO")


async def test_every_question_for_a_certificate_is_answered_and_costs_no_place_in_a_limit(yard: Yard) -> None:
    code = yard.issue().code
    answers = [await yard.write(f"VERIFICA {codes.draw(Random(each))}", at=GUESSER) for each in range(50, 80)]
    assert all("No encontramos" in each for each in answers)
    assert (await yard.write(f"VERIFICA {code}", at=GUESSER)).startswith("VÁLIDO")
    assert "¿Acepta?" in await yard.write("VIVERO", at=GUESSER)
    with yard.house.database.reading() as conn:
        assert counters.on(conn, "codes verified in vain", yard.clock().date().isoformat()) == 30


@pytest.mark.parametrize("written", ["VERIFICA X", "ver 12", "VERIFICA A1b", "VERIFICA ABCD1234", "VERIFICA 7K4M-9QXT"])
async def test_a_code_that_is_not_complete_is_said_to_be_so(yard: Yard, written: str) -> None:
    said = await yard.write(written)
    assert said.startswith("Un código tiene 10 letras y números")
    assert f"En {written.partition(' ')[2].upper().replace('ABCD1234', 'ABCD-1234')} faltan" in said


async def test_one_who_has_stopped_may_still_verify(yard: Yard) -> None:
    code = yard.issue().code
    await yard.write("VIVERO", "SI", "Juan", "BAJA")
    assert "VÁLIDO" in await yard.write(f"VERIFICA {code}")


async def test_its_holder_shares_for_a_day_and_hides_her_name(yard: Yard) -> None:
    await yard.write("VIVERO", "SI", "Rosa", at=ROSA)
    assert "Todavía no tiene" in await yard.write("COMPARTIR", at=ROSA)
    with yard.house.database.reading() as conn:
        (who,) = conn.execute(sql("SELECT id FROM learners")).scalars()
    made = yard.issue(5, learner=who)
    code = codes.shown(made.code)
    said = await yard.write("COMPARTIR", at=ROSA)
    assert code in said
    with yard.house.database.reading() as conn:
        held = credentials.by_code(conn, made.code)
        assert held
        assert held.shared(yard.clock())
        assert not held.shared(yard.clock() + timedelta(days=1))
    assert "ya no muestra su nombre" in await yard.write("COMPARTIR NO", at=ROSA)
    said = await yard.write(f"VERIFICA {code}")
    assert "Rosa" not in said
    assert "Nombre reservado" in said
    await yard.write("COMPARTIR NOMBRE", at=ROSA)
    assert "Rosa Q" in await yard.write(f"VERIFICA {code}")
