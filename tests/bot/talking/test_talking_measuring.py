"""A number is graded in the unit of its question: another one is converted exactly, or asked about."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.conversation import Question
from bot.delivering.sms import segments, sms_text
from bot.talking.measuring import in_its_unit
from bot.talking.understanding.quantities import asked_in

HEIGHT = "¿Cuántos cm de alto tiene la cama de semillas, más o menos?"
WEEKS = "Donde hace frío, ¿hasta cuántas semanas puede tardar en nacer?"
MOISTURE = "¿De qué humedad, en %, no debe bajar la semilla?"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (HEIGHT, ("cm", "cm")),
        (WEEKS, ("week", "semanas")),
        (MOISTURE, ("percent", "%")),
        ("What is the biggest loan, in francs?", ("franc", "francs")),
        ("Inguzanyo nini ni amafaranga angahe?", ("franc", "amafaranga")),
        ("Plantará a 2 metros entre filas. ¿Cuántas plantas van en una hectárea?", ("", "")),
        ("¿Cuánto le cuesta cada planta?", ("", "")),
    ],
)
def test_a_question_tells_the_unit_that_it_asks_in(real: Catalogue, text: str, unit: tuple[str, str]) -> None:
    assert asked_in(text, real.vocabulary) == unit


@pytest.mark.parametrize(
    ("text", "language", "reply", "marked"),
    [
        (HEIGHT, "es", "15", "15"),
        (HEIGHT, "es", "15cm", "15cm"),
        (HEIGHT, "es", "150 mm", "15"),
        (HEIGHT, "es", "0,15 m", "15"),
        (HEIGHT, "es", "15 kilos", None),
        (WEEKS, "es", "56 días", "8"),
        (WEEKS, "es", "8 dias", None),
        (WEEKS, "es", "2 meses", None),
        (WEEKS, "es", "buenos dias, 8", "buenos dias, 8"),
        (WEEKS, "es", "8 weeks", "8 weeks"),
        (WEEKS, "rw", "ibyumweru 8", "ibyumweru 8"),
        (WEEKS, "rw", "iminsi 8", None),
        (MOISTURE, "es", "10 %", "10 %"),
        (MOISTURE, "es", "10 por ciento", "10 por ciento"),
        (MOISTURE, "es", "10 kilos", None),
        ("¿Cuánto le cuesta cada planta?", "es", "3 soles", "3 soles"),
    ],
)
def test_a_reply_is_marked_in_the_unit_of_its_question(
    real: Catalogue, text: str, language: str, reply: str, marked: str | None
) -> None:
    question = Question(token="0a", number=1, kind="number", text=f"1. {text}", answer="15")
    assert in_its_unit(question, reply, reply, real.vocabulary, language) == marked


@pytest.fixture
def weeks(real: Catalogue) -> Phone:
    """Rosa, asked up to how many weeks it takes."""
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    question = rosa.conversation.question
    course = real.courses["coffee-nursery"]
    item = course.item("coffee-nursery.seed.emergence.q3", "es")
    assert question is not None
    assert item is not None
    asked = question.changed(
        kind="number", item=item.id, text=f"1. {WEEKS}", options=(), order=(), key=-1, answer="8", feedback=()
    )
    rosa.conversation = rosa.conversation.moved(question=asked)
    return rosa


def test_another_unit_is_asked_about_before_it_is_graded(weeks: Phone) -> None:
    [asked] = weeks.write("8 dias")
    assert asked == "La respuesta va en semanas. ¿Es 8 semanas? Responda SI o NO."
    assert segments(sms_text(weeks.said()[-1])) == 1
    assert weeks.answers() == []
    weeks.write("SI")
    assert [(each.right, each.reply) for each in weeks.answers()] == [(True, "8")]


def test_a_bare_number_answers_after_all(weeks: Phone) -> None:
    weeks.write("2 meses", "8")
    assert [each.right for each in weeks.answers()] == [True]


def test_a_no_grades_nothing(weeks: Phone) -> None:
    assert weeks.write("8 dias", "NO")[0].startswith("Rosa, su pregunta 1 sigue abierta.")
    assert weeks.answers() == []


@pytest.mark.parametrize("reply", ["6 a 8 semanas", "6-8", "de seis a ocho"])
def test_a_range_is_asked_for_one_number(weeks: Phone, reply: str) -> None:
    assert weeks.write(reply) == ["Responda con un solo número, por favor. También: PISTA, REPITE, AYUDA."]
    assert weeks.answers() == []
