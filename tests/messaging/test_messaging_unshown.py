"""A yes counts only to a question that has left: one that a provider refused for good is put again, in full."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from authoring.shelf import Shelf
from bot.messages import Address, Receipt, Refusal, SendFailed, Status
from cli.wiring import House
from messaging.answering import answer_round
from store.database import Database
from store.outbox import receive_receipt
from store.tables import consents, outbox
from tests.houses import ROSA, Clock, Phone, build, say, written

REFUSED = (Refusal.SETTINGS, Refusal.BAD_ADDRESS, Refusal.LANDLINE, Refusal.REJECTED)
TIMEOUT = SendFailed(Refusal.UNCERTAIN, ambiguous=True)
DIVINE = Address(scheme="tel", identity="+250788000001")


def refused(reason: Refusal = Refusal.REJECTED) -> SendFailed:
    return SendFailed(reason, permanent=True)


def ledger(database: Database) -> list[tuple[bool, str]]:
    with database.reading() as conn:
        return [tuple(row) for row in conn.execute(select(consents.c.granted, consents.c.text).order_by(consents.c.id))]


def house_with(database: Database, shelf: Shelf) -> tuple[House, Phone]:
    phone = Phone()
    return build(database, shelf, [phone], Clock()), phone


@pytest.mark.parametrize("reason", REFUSED)
async def test_a_yes_to_what_never_left_is_none_and_the_question_is_put_in_full(
    database: Database, shelf: Shelf, reason: Refusal
) -> None:
    house, phone = house_with(database, shelf)
    phone.faults = [refused(reason)]
    await say(house, "VIVERO", "SI")

    assert ledger(database) == []
    (question,) = phone.texts()
    assert question.startswith("Norandino (Elena Ruiz)")

    await say(house, "SI", first=3)
    assert ledger(database) == [(True, question)]


async def test_a_yes_after_an_unknown_outcome_counts(database: Database, shelf: Shelf) -> None:
    house, phone = house_with(database, shelf)
    phone.faults = [TIMEOUT]
    await say(house, "VIVERO", "SI")

    assert [granted for granted, _ in ledger(database)] == [True]


async def test_a_yes_to_what_a_receipt_says_was_not_delivered_is_none(database: Database, shelf: Shelf) -> None:
    house, phone = house_with(database, shelf)
    await say(house, "VIVERO")
    (sent,) = phone.said
    failed = Receipt(
        sender=phone.name,
        provider_id=f"SM{1:032x}",
        status=Status.UNDELIVERED,
        error="30007",
        refusal=Refusal.REJECTED,
        at=house.clock(),
    )
    with database.writing() as conn:
        receive_receipt(conn, [failed], house.clock())
    await say(house, "SI", first=2)

    assert ledger(database) == []
    assert phone.texts() == [sent.content.text] * 2


@pytest.mark.parametrize("state", [Status.CANCELLED, Status.EXPIRED, Status.HELD, Status.FAILED])
async def test_a_yes_to_what_was_put_aside_is_none(database: Database, shelf: Shelf, state: Status) -> None:
    house, phone = house_with(database, shelf)
    await say(house, "VIVERO")
    with database.writing() as conn:
        conn.execute(update(outbox).values(state=state.value))
    await say(house, "SI", first=2)

    assert ledger(database) == []
    assert len(phone.texts()) == 2


async def test_a_yes_right_behind_the_question_counts_though_it_has_not_left_yet(
    database: Database, shelf: Shelf
) -> None:
    house, phone = house_with(database, shelf)
    await house.receiver.receive(written("VIVERO", 1))
    await house.receiver.receive(written("SI", 2))
    while answer_round(house.desk):
        pass
    (kept,) = ledger(database)
    await say(house, "Rosa", first=3)
    assert kept == (True, phone.texts()[0])


@pytest.mark.parametrize("words", ["hola", "cuanto cuesta?", "quizas", "AYUDA", "MENU"])
async def test_whatever_she_writes_then_is_followed_by_the_whole_question(
    database: Database, shelf: Shelf, words: str
) -> None:
    house, phone = house_with(database, shelf)
    phone.faults = [refused()]
    await say(house, "VIVERO", words)

    assert [text.startswith("Norandino (Elena Ruiz)") for text in phone.texts()].count(True) == 1
    assert not any(text.startswith("¿Acepta el curso") for text in phone.texts())


async def test_a_no_to_what_never_left_is_kept_without_a_text_that_nobody_saw(database: Database, shelf: Shelf) -> None:
    house, phone = house_with(database, shelf)
    phone.faults = [refused()]
    await say(house, "VIVERO", "NO")

    assert ledger(database) == [(False, "")]


async def test_a_guardian_s_yes_needs_the_question_too(database: Database, shelf: Shelf) -> None:
    house, phone = house_with(database, shelf)
    await say(house, "SAVINGS", "YES", "Divine", address=DIVINE)
    phone.faults = [refused()]
    await say(house, "2014", "YES", first=4, address=DIVINE)
    asked = phone.texts(DIVINE)[-1]

    assert len(ledger(database)) == 1
    await say(house, "YES", first=6, address=DIVINE)
    assert ledger(database)[1] == (True, asked)


async def test_a_yes_to_be_assessed_needs_the_question_too(database: Database, shelf: Shelf) -> None:
    house, phone = house_with(database, shelf)
    phone.faults = [refused()]
    await say(house, "POSTULAR", "SI")

    assert ledger(database) == []
    await say(house, "SI", first=3)
    assert {text for _, text in ledger(database)} == {phone.texts(ROSA)[-2]}
