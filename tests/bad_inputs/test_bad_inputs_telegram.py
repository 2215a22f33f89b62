"""Bad input at Telegram's webhook, through the whole program: what must happen, by the row that asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from cli import wiring
from store.database import Database
from store.tables import answers, inbox, outbox, thread_learners
from tests.bad_inputs.town import BOT, CHAT, SECRET, TELEGRAM_PATH, Town, serving, settings_for, town
from tests.fakes import telegram_updates as updates
from tests.fakes.telegram_api import error

FLOOD = error(429, "Too Many Requests: retry after 35", retry_after=35)
TO_QUESTION = ("VIVERO", "SI", "Rosa")  # after these the first question is open


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(sqlite, shelf) as made:
        yield made


def press(data: str, update_id: int, *, message: int = 8) -> dict[str, Any]:
    update = updates.press(data, update_id)
    update["callback_query"]["message"] = update["callback_query"]["message"] | {"message_id": message}
    update["callback_query"]["id"] = f"query-{update_id}"
    return update


async def test_a_delivery_without_the_secret_leaves_no_row_and_is_counted(place: Town) -> None:
    """BI001"""
    async with place.client.post(place.url + TELEGRAM_PATH, json=updates.text("B")) as got:
        assert (got.status, await got.read()) == (401, b"")
    assert place.inbox_rows() == 0
    async with place.client.get(place.url + "/metrics") as got:
        assert 'chasqui_events_total{event="telegram_auth_failed"} 1' in await got.text()


async def test_a_secret_of_the_right_length_is_as_wrong_as_any_and_guessing_is_slowed(place: Town) -> None:
    """BI002"""
    wrong = {"X-Telegram-Bot-Api-Secret-Token": "x" * len(SECRET)}
    statuses = []
    for _ in range(25):
        async with place.client.post(place.url + TELEGRAM_PATH, json=updates.text("B"), headers=wrong) as got:
            statuses.append(got.status)
    assert statuses == [401] * 20 + [429] * 5
    assert await place.update(updates.text("VIVERO")) == 200


async def test_one_update_at_two_nodes_at_once_is_one_row_and_one_reply(database: Database, shelf: Shelf) -> None:
    """BI003, F05"""
    async with town(database, shelf) as place:
        settings = settings_for(place.twilio, place.telegram)
        other = wiring.build(settings, database, shelf, [], secret=b"k", clock=place.clock)
        async with serving(other) as second, aiohttp.ClientSession() as client:

            async def knock(url: str) -> int:
                headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                async with client.post(url + TELEGRAM_PATH, json=updates.text("VIVERO", 77), headers=headers) as got:
                    return got.status

            assert await asyncio.gather(knock(place.url), knock(second)) == [200, 200]
            await place.settle()
            assert await knock(place.url) == 200
        await place.settle()
        assert place.inbox_rows() == 1
        assert len(place.read()) == 1


async def test_a_number_lower_than_the_last_is_answered_like_any_other(place: Town) -> None:
    """BI004"""
    for number, text in ((900, "VIVERO"), (17, "SI"), (5, "Rosa")):
        assert await place.update(updates.text(text, number)) == 200
        await place.settle()
    assert "Empezamos, Rosa" in place.read()[2]


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-16"])
async def test_another_kind_of_content_is_not_parsed(place: Town, kind: str) -> None:
    """BI006"""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": kind}
    assert await place.post(TELEGRAM_PATH, b'{"update_id": 1}', headers) == 415
    assert place.inbox_rows() == 0


async def test_nul_is_stored_as_the_same_sign_on_both_databases(database: Database, shelf: Shelf) -> None:
    """BI011"""
    async with town(database, shelf) as place:
        assert await place.update(updates.text("ho\0la \ud83d")) == 200
        ((_, payload),) = place.rows(inbox.c.id, inbox.c.payload)
        assert "ho\ufffdla \ufffd" in payload


@pytest.mark.parametrize("data", ["x" * 64, "q:nobody:1", "q::0", "q:t:999", "next", '{"a": 1}', "q:\ud83d:0"])
async def test_a_button_that_is_not_of_an_open_question_says_so_and_changes_nothing(place: Town, data: str) -> None:
    """BI014"""
    await place.chat(*TO_QUESTION)
    said = len(place.read())
    assert await place.update(press(data, 900)) == 200
    await place.settle()
    (answer,) = place.telegram.called("answerCallbackQuery")
    assert answer.params["text"] == place.house.shelf().wording.say("es", "button.old.open")
    assert len(place.read()) == said
    assert place.rows(answers.c.id) == []


async def test_a_button_of_somebody_elses_question_answers_nothing(place: Town) -> None:
    """BI014"""
    await place.chat(*TO_QUESTION)
    hers = place.buttons()[1]
    juan = {"id": 700002, "type": "private", "first_name": "Juan"}
    for number, text in enumerate(("VIVERO", "SI", "Juan"), 500):
        assert await place.update(updates.text(text, number, chat=juan)) == 200
        await place.settle()
    stolen = press(hers, 900)
    stolen["callback_query"]["message"]["chat"] = juan
    assert await place.update(stolen) == 200
    await place.settle()
    assert place.rows(answers.c.id) == []


@pytest.mark.parametrize("choice", [1, 0], ids=["the right option", "a wrong option"])
async def test_of_twenty_presses_the_first_decides_also_three_days_later(place: Town, choice: int) -> None:
    """BI015"""
    await place.chat(*TO_QUESTION)
    button = place.buttons()[choice]
    for number in range(20):
        assert await place.update(press(button, 900 + number, message=6)) == 200
    await place.settle()
    place.clock.wait(days=3)
    assert await place.update(press(button, 990, message=6)) == 200
    await place.settle()
    graded = place.rows(answers.c.id, answers.c.right)
    assert [right for _, right in graded] == [choice == 1]
    assert len(place.telegram.called("answerCallbackQuery")) == 21


async def test_somebody_elses_number_is_not_linked(place: Town) -> None:
    """BI017"""
    await place.chat("VIVERO", "SI", "Rosa")
    assert await place.update(updates.contact("51900000009", 700002) | {"update_id": 900}) == 200
    await place.settle()
    assert place.read()[-1] == place.house.shelf().wording.say("es", "contact.other")
    assert [address for address, _ in place.rows(thread_learners.c.address, thread_learners.c.learner)] == [
        f"telegram:{CHAT}"
    ]


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 900, "hologram": {"x": 1}},
        {"update_id": 900, "message": {"message_id": 1, "date": 1, "chat": updates.PRIVATE, "from": updates.ROSA,
                                       "a_field_of_next_year": {"deep": [1, {"er": None}]}}},
        {"update_id": 900, "channel_post": updates.text("x", chat=updates.GROUP)["message"]},
        {"update_id": 900, "poll_answer": {"poll_id": "1", "option_ids": [], "user": updates.ROSA}},
        {"update_id": 900},
    ],
)  # fmt: skip
async def test_a_kind_that_nobody_has_seen_is_kept_as_ignored(place: Town, update: dict[str, Any]) -> None:
    """BI018"""
    assert await place.update(update) == 200
    await place.settle()
    ((_, kind, payload, state),) = place.rows(inbox.c.id, inbox.c.kind, inbox.c.payload, inbox.c.state)
    assert (kind, state) == ("ignored", "answered")
    assert "ignored:" in payload
    assert place.read() == []


async def test_who_blocks_the_bot_is_closed_and_what_waits_for_her_is_cancelled(place: Town) -> None:
    """BI018"""
    await place.chat("VIVERO", "SI", "Rosa")
    said = len(place.read())
    place.telegram.fail("sendMessage", FLOOD)
    await place.chat("A")  # the answer waits behind a flood limit
    assert await place.update(updates.member("member", "kicked", update_id=900)) == 200
    await place.settle()
    assert place.thread_state(f"telegram:{CHAT}") == "blocked"
    place.clock.wait(hours=1)
    await place.settle()
    assert len(place.read()) == said + 1  # the one that was told to wait
    assert place.outbox_states()[-1] == "cancelled"


async def test_a_group_that_moves_is_kept_and_nobody_is_written_to(place: Town) -> None:
    """BI019: groups are not taught here, so there is nothing to move."""
    assert await place.update(updates.message(900, migrate_to_chat_id=-100900, chat=updates.GROUP)) == 200
    await place.settle()
    assert [kind for _, kind in place.rows(inbox.c.id, inbox.c.kind)] == ["ignored"]
    assert place.telegram.calls == []


async def test_a_name_that_is_a_formula_or_markup_is_kept_and_escaped(place: Town) -> None:
    """BI046"""
    for name in ('=HYPERLINK("http://x","y")', "@SUM(1)", "<b>Rosa & </i>"):
        number = place.next("chat") + 800_000
        who = {"id": number, "type": "private", "first_name": name}
        for text in ("VIVERO", "SI", name):
            assert await place.update(updates.text(text, place.next("update"), chat=who)) == 200
            await place.settle()
    with place.database.reading() as conn:
        told = conn.execute(select(outbox.c.content).where(outbox.c.sender == BOT)).scalars().all()
    assert len(told) >= 9  # and the fake has taken every text apart as Telegram does
