"""A number right after PAUSE or HOUR is the days of the pause, or the hour, and no answer to what is open."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue


def hour(phone: Phone) -> int | None:
    return phone.record.learners[0].hour


@pytest.mark.parametrize(("written", "hours"), [("7", 7), ("19", 19), ("a las siete de la noche", 19), ("8 pm", 20)])
def test_the_hour_may_come_in_a_message_of_its_own(rosa: Phone, written: str, hours: int) -> None:
    rosa.write("HORA")

    assert rosa.write(written) == [f"Anotado: le escribiremos hacia las {hours}:00."]
    assert hour(rosa) == hours
    assert rosa.answers() == []


def test_a_number_after_a_pause_changes_its_days(rosa: Phone) -> None:
    rosa.write("PAUSA")

    assert rosa.write("2")[0].startswith("Pausa de 2 días, ")
    assert rosa.answers() == []
    rosa.write("2")  # the next one is an answer
    assert len(rosa.answers()) == 1


def test_where_a_number_is_asked_for_it_is_not_graded(real: Catalogue) -> None:
    jeanne = Phone(catalogue=real, address="tel:+250788000001")
    jeanne.write("KUZIGAMA", "YEGO", "Jeanne", "1985", "IKIRUHUKO")

    assert jeanne.write("10")[0].startswith("Iminsi y'ikiruhuko: 10,")
    jeanne.write("ISAHA", "7")
    assert hour(jeanne) == 7
    assert jeanne.answers() == []


def test_the_hour_is_no_year_of_birth(real: Catalogue) -> None:
    jeanne = Phone(catalogue=real, address="tel:+250788000001")
    jeanne.write("KUZIGAMA", "YEGO", "Jeanne", "ISAHA", "7")

    assert (hour(jeanne), jeanne.record.learners[0].birth_year) == (7, None)
    jeanne.write("1985")
    assert jeanne.record.learners[0].birth_year == 1985


def test_it_gives_way_to_an_answer_another_word_and_an_hour_that_goes_by(rosa: Phone) -> None:
    rosa.write("HORA", "2")  # nobody is written to at two
    assert len(rosa.answers()) == 1
    rosa.write("HORA", "A", "7")
    rosa.write("HORA", "MENU", "7")
    rosa.write("HORA")
    rosa.write("7", seconds=3700)
    assert hour(rosa) is None


@pytest.fixture
def counting(real: Catalogue) -> Phone:
    """At a question whose answer is a number, 10."""
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "B", "A", "C", "SIGUE", "C", "BCA")
    assert phone.conversation.question is not None
    assert (phone.conversation.question.kind, phone.conversation.question.answer) == ("number", "10")
    return phone


@pytest.mark.parametrize(("said", "hours"), [("a las 7 de la noche", 19), ("7 pm", 19), ("son las 10 pm", None)])
def test_the_time_of_day_is_no_answer_to_a_number_question(counting: Phone, said: str, hours: int | None) -> None:
    before = len(counting.answers())
    counting.write(said)
    assert (hour(counting), len(counting.answers())) == (hours, before)


def test_an_hour_at_which_nobody_is_written_to_is_refused_and_not_graded(counting: Phone) -> None:
    before = len(counting.answers())
    counting.write("HORA 5")
    assert counting.write("a las 5 de la mañana")[0].startswith("Escriba HORA y un número de 7 a 20.")
    assert len(counting.answers()) == before
    counting.write("diez por ciento")
    assert counting.answers()[-1].right


def test_a_yes_to_the_question_for_how_many_days_is_a_week(alice: Phone) -> None:
    [asked] = alice.write("i will be away for some days")
    assert asked.startswith("All right, take a rest. For how many days?")

    assert alice.write("yes please")[0].startswith("A pause of 7 days, ")
    assert alice.answers() == []
