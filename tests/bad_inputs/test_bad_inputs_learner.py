"""Bad input in what a learner writes, through the whole program: what must happen, by the row that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from store.database import Database
from store.tables import answers, attempts, learners, quiz_results
from tests.bad_inputs.town import Town, town
from tests.changing import replace
from tests.fakes import telegram_updates


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(sqlite, shelf) as made:
        yield made


@pytest.mark.parametrize("payload", ["x" * 64, "tok_0123456789", "../../etc/passwd", "%00", "<b>", "VIVERO2"])
async def test_a_link_that_is_not_ours_is_answered_the_same_whatever_is_in_it(place: Town, payload: str) -> None:
    """BI041: a link that leads nowhere. Codes that are used once: tests/messaging/test_messaging_linking.py."""
    await place.chat(f"/start {payload}")
    said = place.read()
    assert payload not in "".join(said)
    await place.chat("/start " + "y" * 64)
    again = place.read()[len(said) :]
    # A payload that Telegram could not have made is no payload at all, and opens the menu like a bare Start.
    assert again[-1] == said[-1]
    assert again[0] == place.house.shelf().wording.say("es", "link.invalid")


async def test_an_answer_after_the_quiz_is_closed_counts_for_no_quiz(place: Town) -> None:
    """BI043"""
    await place.chat("VIVERO", "SI", "Rosa", "B", "A", "SIGUE", "SIGUE", "A", "SIGUE", "SIGUE")
    while not place.rows(quiz_results.c.attempt):
        button = place.buttons()[0]
        await place.chat("A")
    result, graded = place.rows(quiz_results.c.attempt, quiz_results.c.right), len(place.rows(answers.c.id))
    late = telegram_updates.press(button, 900)
    assert await place.update(late) == 200
    await place.settle()
    assert place.rows(quiz_results.c.attempt, quiz_results.c.right) == result
    assert len(place.rows(answers.c.id)) == graded
    closed = place.house.shelf().wording.say("es", "button.old")
    assert place.telegram.called("answerCallbackQuery")[-1].params["text"] == closed
    assert all(finished for _, finished in place.rows(attempts.c.id, attempts.c.finished_at))


async def test_an_answer_to_a_question_that_was_taken_out_is_not_graded_and_told(
    sqlite: Database, shelf: Shelf
) -> None:
    """BI043"""
    async with town(sqlite, shelf) as place:
        await place.talk("VIVERO", "SI", "Rosa")
        fewer = _without_items(shelf())
        place.house.desk.catalogue = lambda: fewer
        await place.talk("A")
        assert place.rows(answers.c.id) == []
        assert len(place.heard()) > 3


def _without_items(catalogue: Catalogue) -> Catalogue:
    courses = {id: replace(course, items={}) for id, course in catalogue.courses.items()}
    return replace(catalogue, courses=courses)


@pytest.mark.parametrize("text", ["SEND ALL Reunion hoy", "AVISO Reunion hoy", "NOTICE all: meeting", "/send_all x"])
async def test_a_number_alone_sends_nothing_to_anybody_else(place: Town, text: str) -> None:
    """BI044: of somebody who is no officer. Of an officer's own number: tests/scheduler/test_scheduler_notices.py."""
    await place.talk("VIVERO", "SI", "Juana", who="+51900000002")
    before = place.heard("+51900000002")
    await place.talk("VIVERO", "SI", "Rosa", text)
    place.clock.wait(hours=1)
    await place.settle()
    assert place.heard("+51900000002") == before


async def test_a_name_that_is_a_formula_is_kept_as_it_is_and_goes_out_as_text(place: Town) -> None:
    """BI046"""
    name = '=HYPERLINK("http://x","y")'
    await place.talk("VIVERO", "SI", name)
    assert [kept for _, kept in place.rows(learners.c.id, learners.c.name)] == [name]
    assert any(name in text for text in place.heard())


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("IDIOMA", "English"),
        ("IDIOMA xx-invalid", ""),
        ("LANGUAGE klingon", ""),
        ("HORA 25", "HORA 19"),
        ("HORA -3", "HORA 19"),
        ("HORA Mars/Phobos", ""),
    ],
)
async def test_a_language_or_an_hour_that_is_none_is_answered_and_changes_nothing(
    place: Town, text: str, choices: str
) -> None:
    """BI048"""
    await place.talk("VIVERO", "SI", "Rosa")
    columns = (learners.c.id, learners.c.language, learners.c.hour, learners.c.timezone)
    before, said = place.rows(*columns), len(place.heard())
    await place.talk(text)
    assert place.rows(*columns) == before
    (answer,) = place.heard()[said:]
    assert choices in answer


@pytest.mark.parametrize("days", ["99999999999999999999", "0", "-5", "1e9", "٣"])
async def test_a_pause_of_no_sensible_length_is_explained_or_a_week(place: Town, days: str) -> None:
    """BI048"""
    await place.talk("VIVERO", "SI", "Rosa", f"PAUSA {days}")
    ((_, until),) = place.rows(learners.c.id, learners.c.paused_until)
    assert until is None or (until - place.clock.now).days < 366
    assert place.thread_state() == "open"
