"""A list of numbers is over once the question beneath it has been put again, or a day has gone by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from phones import Phone


@pytest.mark.parametrize("word", ["IDIOMA", "MENU"])
def test_after_a_reminder_a_number_answers_the_question(rosa: Phone, word: str) -> None:
    rosa.write(word)
    assert any("su pregunta 1 sigue abierta" in said for said in rosa.wait(hours=23))

    assert rosa.write("2")[0].startswith("¡Correcto!")
    assert [each.choice for each in rosa.answers()] == [1]
    assert rosa.conversation.prompt is None


def test_a_day_later_it_is_over_though_nothing_was_said_meanwhile(rosa: Phone) -> None:
    rosa.write("IDIOMA")
    rosa.dues.clear()
    rosa.wait(days=2)

    rosa.write("2")
    assert [each.choice for each in rosa.answers()] == [1]


def test_within_the_day_a_number_picks_from_the_list(rosa: Phone) -> None:
    rosa.write("IDIOMA")
    assert rosa.write("2", seconds=3600)[0].startswith("Done, we go on in English.")
    assert rosa.answers() == []


def test_where_the_question_was_said_again_a_number_answers_that(rosa: Phone) -> None:
    rosa.write("MENU", "REPITE", "2")
    assert [each.choice for each in rosa.answers()] == [1]


def test_a_list_of_courses_with_nothing_else_open_waits_for_days(rosa: Phone) -> None:
    luz = Phone(catalogue=rosa.catalogue, address="tel:+51900000002")
    luz.write("HOLA")
    luz.wait(days=3)
    assert "¿Acepta?" in luz.write("1")[0]


def test_a_button_of_an_old_list_stays_good(chat: Callable[[], Phone]) -> None:
    ana = chat()
    ana.write("IDIOMA")
    listed = ana.said()[-1]
    ana.write("REPITE")
    ana.wait(days=2)
    [said, *_] = ana.press(1, listed)
    assert said.text.startswith("Done, we go on in English.")
