"""A cooperative's notice from the officer's phone to her members' and back, through the whole house."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from authoring.shelf import Shelf
from bot.cooperating import pins
from bot.cooperating.organisations import Cooperative, Officer
from bot.delivering.campaigns import State
from bot.messages import Address, Heard, Inbound, Receipt, Status
from bot.people import OPERATOR, Learner
from bot.turn import Consented, Joined, Linked, Turn
from cli.wiring import House
from scheduler.campaigns import Planner, tick
from scheduler.tallying import Teller, tally_round
from store import campaigns, organisations, records, turns
from store.database import Database
from store.outbox import receive_receipt
from tests.changing import replace
from tests.houses import Clock, Phone, build, settle
from tests.store.rows import rows

PIN = "482915"
OFFICER = Address(scheme="tel", identity="+51900000090")
CHAT = Address(scheme="telegram", identity="900")
SMS, BOT = "twilio:+15005550006", "telegram:1"
BEGAN = datetime(2026, 3, 2, 15, tzinfo=UTC)  # a Monday, ten in the morning in Lima


@dataclass
class Village:
    """A house with a cooperative, an officer with a PIN, and the means to let people write."""

    house: House
    clock: Clock
    sms: Phone
    bot: Phone
    written: int = 0

    def member(self, number: int, *, at: Address | None = None, cooperative: str = "norte", id: str = "") -> Address:
        """Somebody who learns and belongs to the cooperative."""
        address = at or Address(scheme="tel", identity=f"+519{number:08d}")
        name = id or f"m{number}"
        learner = Learner(id=name, name=name, language="es", cooperative=cooperative, created_at=self.clock.now)
        self.turn(address, Joined(learner=learner), _yes(name))
        return address

    def turn(self, address: Address, *effects: object) -> None:
        database, sender = self.house.database, BOT if address.scheme == "telegram" else SMS
        with database.reading() as conn:
            policy = self.house.desk.policy
            talk, version, _ = records.load(conn, OPERATOR, {address: sender}, policy)[address]
        decided = Turn(conversation=talk, effects=tuple(effects))  # type: ignore[arg-type]
        one = turns.Answering(address=address, sender=sender, version=version, turn=decided)
        with database.writing() as conn:
            assert turns.write(conn, self.clock.now, [one], secret=b"key") == {0}

    async def write(self, text: str, address: Address = OFFICER) -> str:
        """Write something; returns all that is said to it there."""
        phone = self.bot if address.scheme == "telegram" else self.sms
        before = len(phone.texts(address))
        self.written += 1
        sender = BOT if address.scheme == "telegram" else SMS
        inbound = Inbound(
            sender=sender,
            provider_id=f"{sender}{self.written}",
            address=address,
            kind=Heard.TEXT,
            text=text,
            received_at=self.clock.now,
        )
        await self.house.receiver.receive(inbound)
        await settle(self.house)
        self.clock.wait(seconds=20)
        return "\n".join(phone.texts(address)[before:])

    async def spread(self, *, minutes: int = 11) -> None:
        """Let the clock look, after a while in which nobody is in the middle of anything."""
        for _ in range(minutes):
            await tick(Planner(database=self.house.database, clock=self.clock, catalogue=self.house.shelf))
            await settle(self.house)
            self.clock.wait(minutes=1)

    async def tally(self) -> int:
        desk = self.house.desk
        teller = Teller(database=desk.database, catalogue=desk.catalogue, policy=desk.policy, clock=self.clock)
        told = await tally_round(teller)
        await settle(self.house)
        return told

    def notices(self) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in rows(self.house.database, "SELECT id, state FROM campaigns ORDER BY id")]

    def heard(self, address: Address) -> list[str]:
        phone = self.bot if address.scheme == "telegram" else self.sms
        return [text for text in phone.texts(address) if text.startswith("Norte: ")]


def _yes(learner: str, **more: object) -> Consented:
    return Consented(learner=learner, granted=True, text="si", language="es", method="reply", **more)  # type: ignore[arg-type]


@pytest.fixture
def village(database: Database, shelf: Shelf) -> Village:
    clock, sms, bot = Clock(now=BEGAN), Phone(name=SMS), Phone(name=BOT)
    house = build(database, shelf, [sms, bot], clock)
    house.desk.policy = replace(house.desk.policy, prices={SMS: Decimal("0.05")})
    found = Village(house=house, clock=clock, sms=sms, bot=bot)
    with database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte", country="PE"), BEGAN)
        officer = Officer(
            id="elsa",
            cooperative="norte",
            name="Elsa",
            language="es",
            addresses=(str(OFFICER), str(CHAT)),
            pin=pins.hashed(PIN, b"sixteen bytes ok"),
        )
        organisations.add_officer(conn, OPERATOR, officer, BEGAN)
    return found


async def test_members_hear_a_notice_once_and_the_officer_its_tally_once(village: Village) -> None:
    ana, bea = village.member(1), village.member(2)
    cleo = village.member(3, at=Address(scheme="telegram", identity="3"))
    stranger = village.member(4, cooperative="sur")
    asked = await village.write("AVISO Reunión el sábado a las 9.\nTraer la libreta")
    assert "llega a 3, 2 SMS, USD 0.10" in asked
    assert "Norte: Reunión el sábado a las 9." in asked
    assert "PIN" in asked
    await village.spread()
    assert not village.heard(ana)
    assert "Va en camino a 3" in await village.write("AVISO Reunión el sábado a las 9. Traer la libreta") + (
        await village.write(PIN)
    )
    await village.spread()
    for each in (ana, bea, cleo):
        assert village.heard(each) == ["Norte: Reunión el sábado a las 9. Traer la libreta"]
    assert not village.heard(stranger)
    sid = next(each for each in rows(village.house.database, "SELECT provider_id FROM outbox WHERE learner = 'm1'"))
    with village.house.database.writing() as conn:
        receipt = Receipt(sender=SMS, provider_id=sid[0], status=Status.DELIVERED, at=village.clock.now)
        receive_receipt(conn, [receipt], village.clock.now)
    assert await village.tally() == 1
    assert await village.tally() == 0
    said = village.sms.texts(OFFICER)[-1]
    assert "enviados 3, entregados 1, fallidos 0, dijeron no más avisos 0" in said
    assert PIN not in str(rows(village.house.database, "SELECT payload FROM inbox"))
    await village.spread(minutes=30)
    assert len(village.heard(ana)) == 1


async def test_what_a_notice_costs_is_rounded_half_up(village: Village) -> None:
    for number in (1, 2):
        village.member(number)
    desk = village.house.desk
    desk.policy = replace(desk.policy, prices={SMS: Decimal("0.0525")}, currency="PEN")

    assert "llega a 2, 2 SMS, PEN 0.11" in await village.write("AVISO Reunión el sábado a las 9")


async def test_a_forged_number_sends_nothing_without_the_pin(village: Village) -> None:
    """BI044"""
    ana = village.member(1)
    await village.write("AVISO Depositen 100 soles en esta cuenta")
    assert "Solo su PIN" in await village.write("SI")
    for left in (4, 3, 2, 1):
        assert f"{left} intento" in await village.write("111222")
    assert "cerrado por una hora" in await village.write("111222")
    assert "cerrado por una hora" in await village.write("AVISO Depositen 100 soles en esta cuenta ahora")
    assert "cerrado" not in await village.write(PIN)
    # From her other account neither, for it is the same office.
    assert "cerrado por una hora" in await village.write("AVISO Depositen 100 soles en esta cuenta ya", CHAT)
    assert rows(village.house.database, "SELECT kind, text FROM help_requests") == [
        ("wrong_pin", "Elsa (Norte): 5 PIN")
    ]
    await village.write(PIN, CHAT)
    await village.spread()
    assert not village.heard(ana)
    assert not village.notices()
    village.clock.wait(hours=1)
    await village.write("AVISO Asamblea el domingo")
    assert "Va en camino" in await village.write(PIN)


async def test_a_pin_on_its_way_does_not_send_what_somebody_slipped_in_with_a_forged_number(village: Village) -> None:
    ana = village.member(1)
    await village.write("AVISO Asamblea el domingo")
    read_back = await village.write("AVISO Depositen 100 soles en esta cuenta")
    assert "Hay dos avisos suyos" in read_back
    assert "Hay dos avisos suyos" in await village.write(PIN)
    assert not village.notices()

    read_back = await village.write("AVISO Asamblea el domingo")
    reference = re.findall(r"PIN y (\w{4})", read_back)[0]
    assert "Hay dos avisos suyos" in await village.write(f"{PIN} {'0000' if reference != '0000' else '1111'}")
    assert "Va en camino" in await village.write(f"{PIN} {reference}")
    await village.spread()
    assert village.heard(ana) == ["Norte: Asamblea el domingo"]


async def test_a_pin_is_good_for_ten_minutes_and_for_one_notice(village: Village) -> None:
    village.member(1)
    await village.write("AVISO Asamblea el domingo")
    village.clock.wait(minutes=11)
    assert "10 minutos" in await village.write(PIN)
    assert not village.notices()
    await village.write("AVISO Asamblea el domingo")
    assert "Va en camino" in await village.write(PIN)
    await village.write(PIN)
    assert len(village.notices()) == 1


async def test_the_same_notice_again_is_refused_and_so_is_another_within_two_hours(village: Village) -> None:
    village.member(1)
    await village.write("AVISO Asamblea el domingo a las 9")
    await village.write(PIN)
    assert "ya salió el 02/03 10:00" in await village.write("AVISO asamblea el DOMINGO a las 9!!")
    assert "desde el 02/03 12:00" in await village.write("AVISO Se compra café el lunes")
    village.clock.wait(hours=2)
    assert "Dice" in await village.write("AVISO Se compra café el lunes")


async def test_the_quota_of_the_month_is_said_with_the_day_on_which_it_renews(village: Village) -> None:
    village.member(1)
    for day in ("lunes", "martes", "jueves", "viernes"):
        await village.write(f"AVISO Se compra café el {day}")
        assert "Va en camino" in await village.write(PIN)
        village.clock.wait(hours=3)
    refused = await village.write("AVISO Se compra cacao")
    assert "4 avisos de este mes" in refused
    assert "01/04/2026" in refused
    # What is a matter of safety has a small quota of its own.
    assert "URGENTE" in await village.write("AVISO URGENTE Helada esta noche, tape el vivero")
    village.clock.now = datetime(2026, 4, 1, 15, tzinfo=UTC)
    assert "Dice" in await village.write("AVISO Se compra cacao")


async def test_an_urgent_notice_leaves_at_five_and_another_waits_for_seven(village: Village) -> None:
    ana = village.member(1)
    village.clock.now = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)  # five in the morning in Lima
    await village.write("AVISO URGENTE Helada, tape el vivero")
    await village.write(PIN)
    await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    await village.spread()
    assert village.heard(ana) == ["Norte: Helada, tape el vivero"]
    village.clock.now = datetime(2026, 3, 3, 12, 1, tzinfo=UTC)
    await village.spread()
    assert village.heard(ana)[1:] == ["Norte: Asamblea el domingo"]


async def test_a_coordinator_stops_it_and_the_officer_hears_that(village: Village) -> None:
    ana = village.member(1)
    await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    [(id, state)] = village.notices()
    assert state == "running"
    with village.house.database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, id, State.CANCELLED, actor="Elena", now=village.clock.now)
    await village.spread()
    assert not village.heard(ana)
    assert await village.tally() == 1
    assert "detuvo su aviso" in village.sms.texts(OFFICER)[-1]


async def test_who_wants_no_notices_gets_none_and_may_come_back(village: Village) -> None:
    ana, bea = village.member(1), village.member(2)
    assert "ALTA AVISOS" in await village.write("BAJA AVISOS", ana)
    assert "llega a 1," in await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    await village.spread()
    assert not village.heard(ana)
    assert village.heard(bea)
    assert "BAJA AVISOS" in await village.write("ALTA AVISOS", ana)
    assert "Va en camino" in await village.write("AVISO URGENTE Helada") + await village.write(PIN)
    await village.spread()
    assert village.heard(ana) == ["Norte: Helada"]
    # A plain stop stops everything, also after notices were asked for again.
    await village.write("BAJA", ana)
    assert "llega a 1," in await village.write("AVISO URGENTE Inundación en el puente")
    await village.write(PIN)
    await village.spread()
    assert len(village.heard(ana)) == 1


async def test_a_shared_phone_hears_it_once(village: Village) -> None:
    shared = village.member(1, id="ana")
    village.member(1, id="bea")
    village.member(2)
    assert "llega a 2," in await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    await village.spread(minutes=25)
    assert village.heard(shared) == ["Norte: Asamblea el domingo"]


async def test_who_has_telegram_as_well_hears_it_there_and_nowhere_else(village: Village) -> None:
    ana = village.member(1)
    chat = Address(scheme="telegram", identity="1")
    village.turn(chat, Linked(learner="m1"))
    await village.write("hola", ana)  # the phone is what she used last
    assert "llega a 1, 0 SMS, USD 0.00" in await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    await village.spread(minutes=25)
    assert village.heard(chat) == ["Norte: Asamblea el domingo"]
    assert not village.heard(ana)


async def test_a_code_to_her_other_account_sends_it_without_a_pin(village: Village) -> None:
    village.member(1)
    assert "No hay otro teléfono" in await village.write("AVISO Asamblea el domingo") + await village.write("CODIGO")
    await village.write("hola", CHAT)
    await village.write("AVISO Asamblea el domingo")
    assert "Le mandamos un código" in await village.write("CODIGO")
    said = village.bot.texts(CHAT)[-1]
    assert "Asamblea el domingo" in said
    code = next(word for word in said.split() if word.isdigit())
    assert len(code) == 8
    assert code not in str(village.sms.texts(OFFICER))
    assert code not in str(rows(village.house.database, "SELECT conversation FROM threads"))
    assert "Ese PIN no es" in await village.write(f"{(int(code) + 1) % 10**8:08d}")
    assert "Va en camino" in await village.write(code)


async def test_a_code_for_another_notice_or_one_used_twice_sends_nothing(village: Village) -> None:
    """BI045"""
    village.member(1)
    await village.write("hola", CHAT)
    await village.write("AVISO Asamblea el domingo")
    await village.write("CODIGO")
    first = next(word for word in village.bot.texts(CHAT)[-1].split() if word.isdigit())
    await village.write("AVISO Depositen en esta cuenta")
    assert "Hay dos avisos suyos" in await village.write(first)
    await village.write("CODIGO")
    second = next(word for word in village.bot.texts(CHAT)[-1].split() if word.isdigit())
    assert "Va en camino" in await village.write(second)
    village.clock.wait(hours=3)
    await village.write("AVISO Se compra cacao")
    assert "Ese PIN no es" in await village.write(second)
    assert len(village.notices()) == 1


async def test_many_people_or_much_money_wait_for_a_second_person(village: Village) -> None:
    ana = village.member(1)
    village.member(2)
    desk = village.house.desk
    desk.policy = replace(desk.policy, notice_recipients=1)
    assert "la coordinación lo revisa" in await village.write("AVISO Asamblea el domingo") + await village.write(PIN)
    await village.spread()
    assert not village.heard(ana)
    [(id, state)] = village.notices()
    assert state == "waiting"
    assert await village.tally() == 0
    with village.house.database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, id, State.RUNNING, actor="Elena", now=village.clock.now)
    await village.spread()
    assert len(village.heard(ana)) == 1


async def test_two_phones_at_the_same_moment_do_not_double_it(village: Village) -> None:
    village.member(1)
    await village.write("hola", CHAT)
    await village.write("AVISO Asamblea el domingo")
    await village.write("AVISO Asamblea el domingo", CHAT)
    for address, sender in ((OFFICER, SMS), (CHAT, BOT)):
        inbound = Inbound(
            sender=sender, provider_id=f"{sender}pin", address=address, text=PIN, received_at=village.clock.now
        )
        await village.house.receiver.receive(inbound)
    await settle(village.house)
    assert [state for _, state in village.notices()] == ["running"]


async def test_whoever_is_no_officer_hears_that_notices_are_for_officers(village: Village) -> None:
    ana = village.member(1)
    assert "directivas de cooperativas" in await village.write("AVISO Asamblea el domingo", ana)
    assert not village.notices()


async def test_what_is_empty_too_long_or_for_nobody_is_said(village: Village) -> None:
    assert "no tiene a nadie más" in await village.write("AVISO Asamblea")
    village.member(1, at=OFFICER)
    assert "no tiene a nadie más" in await village.write("AVISO Asamblea")
    village.member(2)
    assert "Por ejemplo" in await village.write("AVISO")
    assert "Sobran 1" in await village.write(f"AVISO {'a' * 400}")
    assert "Sobra 1 letra" in await village.write(f"AVISO {'a' * (306 - len('Norte: ') + 1)}")


async def test_the_tally_comes_after_a_day_even_if_something_still_waits(village: Village) -> None:
    village.member(1)
    await village.write("AVISO Asamblea el domingo")
    await village.write(PIN)
    assert await village.tally() == 0
    village.clock.wait(hours=24)
    assert await village.tally() == 1


async def test_two_cooperatives_are_told_apart(village: Village) -> None:
    village.member(1)
    village.member(2, cooperative="sur")
    with village.house.database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="sur", name="Sur", country="PE"), BEGAN)
        other = Officer(id="elsa-sur", cooperative="sur", name="Elsa", addresses=(str(OFFICER),))
        organisations.add_officer(conn, OPERATOR, replace(other, pin=pins.hashed("739146", b"x" * 16)), BEGAN)
    assert "De qué cooperativa" in await village.write("AVISO Asamblea el domingo")
    assert "Sur: Asamblea el domingo" in await village.write("2")
    assert "Ese PIN no es" in await village.write(PIN)
    assert "Va en camino a 1" in await village.write("739146")
