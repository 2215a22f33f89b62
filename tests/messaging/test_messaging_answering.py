"""Answer: every message once, in order, whatever happens to one of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from bot.conversation import Conversation
from bot.people import OPERATOR
from messaging import answering
from messaging.answering import answer_round
from store import help_requests
from store.database import Database
from store.tables import inbox, outbox
from tests.changing import replace
from tests.houses import JUAN, ROSA, Clock, Phone, build, say, settle, written


async def test_a_turn_that_raises_is_kept_for_later_and_stops_nobody(
    database: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    real = answering.step

    def stumbles(conversation: Conversation, event: object, record: object, *rest: object) -> object:
        if record.address == JUAN:  # type: ignore[attr-defined]
            raise ArithmeticError("a stone in the road")
        return real(conversation, event, record, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "step", stumbles)
    await house.receiver.receive(written("VIVERO", 1, address=JUAN))
    await house.receiver.receive(written("VIVERO", 2, address=ROSA))
    await settle(house)

    assert len(phone.texts(ROSA)) == 1
    assert phone.texts(JUAN) == []
    assert "spoiled" in caplog.text
    assert JUAN.identity not in caplog.text, "a log named a number"

    monkeypatch.setattr(answering, "step", real)
    clock.wait(hours=2)
    await settle(house)
    assert len(phone.texts(JUAN)) == 1, "the message was lost instead of tried again"


async def test_a_turn_that_never_succeeds_is_given_up_and_the_next_message_is_answered(
    database: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    real = answering.step

    def stumbles(conversation: object, event: object, *rest: object) -> object:
        if getattr(event, "text", "") == "veneno":
            raise ArithmeticError
        return real(conversation, event, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "step", stumbles)
    await house.receiver.receive(written("veneno", 1))
    await house.receiver.receive(written("VIVERO", 2))
    for _ in range(8):
        await settle(house)
        clock.wait(hours=2)

    with database.reading() as conn:
        states = list(conn.execute(select(inbox.c.state).order_by(inbox.c.id)).scalars())
    assert states == ["spoiled", "answered"]
    assert len(phone.texts()) == 1


async def test_two_workers_that_answer_the_same_message_write_one_reply(database: Database, shelf: Shelf) -> None:
    house = build(database, shelf, [Phone()], Clock(), at_once=False)
    await house.receiver.receive(written("VIVERO", 1))
    behind = replace(house.desk, catalogue=_answering_meanwhile(house.desk))

    await house.database.run(lambda: answer_round(behind))

    with database.reading() as conn:
        assert len(list(conn.execute(select(outbox.c.id)))) == 1


def _answering_meanwhile(desk: answering.Desk) -> object:
    """A catalogue that, just before it is used, lets another worker answer what we have already read."""

    def look() -> object:
        answer_round(desk)
        return desk.catalogue()

    return look


async def test_a_reminder_comes_once_after_two_hours_and_not_after_the_answer(database: Database, shelf: Shelf) -> None:
    phone, clock = Phone(), Clock()  # ten in the morning in Lima
    house = build(database, shelf, [phone], clock)
    await say(house, "VIVERO", "SI", "Rosa")
    said = len(phone.said)
    clock.wait(hours=1, minutes=59)
    await settle(house)
    assert len(phone.said) == said

    clock.wait(minutes=1)
    await settle(house)
    clock.wait(hours=1)
    await settle(house)
    assert [each.kind for each in phone.said[said:]] == ["reminder"]

    await say(house, "B", "A", first=20)
    said = len(phone.said)
    clock.wait(days=5)
    await settle(house)
    assert len(phone.said) == said, "a reminder of a question that was answered"


async def test_who_never_answers_is_reminded_four_times_in_other_words_and_a_person_is_told(
    database: Database, shelf: Shelf
) -> None:
    phone, clock = Phone(), Clock()
    house = build(database, shelf, [phone], clock)
    await say(house, "VIVERO", "SI", "Rosa")
    said = len(phone.said)
    for _ in range(40 * 24):
        clock.wait(hours=1)
        await settle(house)

    reminders = phone.texts()[said:]
    assert len(reminders) == len(set(reminders)) == 4
    assert "ya no le recordaremos" in reminders[-1]
    with database.reading() as conn:
        assert [each.kind for each in help_requests.waiting(conn, OPERATOR, 10)] == ["silent"]
    await say(house, "hola", first=20)
    said = len(phone.said)
    clock.wait(hours=3)
    await settle(house)
    assert [each.kind for each in phone.said[said:]] == ["reminder"], "she is there again"


async def test_a_reminder_that_falls_into_the_night_waits_for_the_morning(database: Database, shelf: Shelf) -> None:
    phone, clock = Phone(), Clock()
    clock.wait(hours=9)  # seven in the evening
    house = build(database, shelf, [phone], clock)
    await say(house, "VIVERO", "SI", "Rosa")
    said = len(phone.said)
    clock.wait(hours=26)  # nine in the evening of the next day
    await settle(house)
    assert len(phone.said) == said

    clock.wait(hours=10)  # seven in the morning
    await settle(house)
    assert [each.kind for each in phone.said[said:]] == ["reminder"]


async def test_an_edited_script_never_changes_a_grade(database: Database, shelf: Shelf) -> None:
    phone = Phone()
    house = build(database, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI", "Rosa")
    edited = _with_other_key(shelf)
    house = build(database, lambda: edited, [phone], Clock())  # type: ignore[arg-type]

    await say(house, "B", first=20)

    assert "La sana da buena semilla" in phone.texts()[-2]


async def test_a_question_that_was_taken_out_is_said_to_be_gone_and_its_lesson_offered(
    database: Database, shelf: Shelf
) -> None:
    phone = Phone()
    house = build(database, shelf, [phone], Clock())
    await say(house, "VIVERO", "SI", "Rosa")
    house = build(database, lambda: _without_item(shelf), [phone], Clock())  # type: ignore[arg-type]
    said = len(phone.texts())

    await say(house, "B", first=20)

    after = phone.texts()[said:]
    assert "ya no cuenta" in after[0]
    assert after[1].startswith("Elija una planta")
    assert "De dónde toma la cereza" in after[2]


def _with_other_key(shelf: Shelf) -> object:
    catalogue = shelf()
    course = catalogue.courses["vivero"]
    place = ("vivero.semilla.madre.q1", "es")
    item = course.items[place]
    options = tuple(replace(option, key=number == 0, feedback="") for number, option in enumerate(item.options))
    changed = replace(course, items={**course.items, place: replace(item, options=options, digest="other")})
    return replace(catalogue, courses={**catalogue.courses, "vivero": changed})


def _without_item(shelf: Shelf) -> object:
    catalogue = shelf()
    course = catalogue.courses["vivero"]
    lesson = course.lessons[("vivero.semilla.madre", "es")]
    items = {key: item for key, item in course.items.items() if key[0] != "vivero.semilla.madre.q1"}
    lessons = {**course.lessons, (lesson.id, "es"): replace(lesson, items=lesson.items[1:])}
    changed = replace(course, items=items, lessons=lessons)
    return replace(catalogue, courses={**catalogue.courses, "vivero": changed})
