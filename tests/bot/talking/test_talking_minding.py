"""What the law asks before the first lesson is asked for, whatever is said in between."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from tests.bot.phones import Phone

RWANDA, PERU = "tel:+250788000001", "tel:+51900000001"


def asked(phone: Phone) -> str:
    prompt = phone.conversation.prompt
    return prompt.kind if prompt else ""


def guardian(phone: Phone) -> str:
    return phone.record.learners[0].guardian


@pytest.mark.parametrize(
    ("address", "joins", "greeting"),
    [
        (RWANDA, ("SAVINGS", "YES"), "hi"),
        (RWANDA, ("SAVINGS", "YES"), "Good morning"),
        (RWANDA, ("KUZIGAMA", "YEGO"), "Muraho"),
        (RWANDA, ("SAVINGS", "YES", "Joy"), "hello"),
        (RWANDA, ("SAVINGS", "YES", "Joy", "2014"), "hi"),
        (PERU, ("VIVERO", "SI"), "buenas tardes"),
        (PERU, ("VIVERO", "SI"), "hola"),
    ],
)
def test_a_greeting_is_answered_with_what_is_asked(
    real: Catalogue, address: str, joins: tuple[str, ...], greeting: str
) -> None:
    phone = Phone(catalogue=real, address=address)
    said = phone.write(*joins)[-1:]
    kind = asked(phone)

    assert phone.write(greeting) == said
    assert asked(phone) == kind


@pytest.mark.parametrize("after", ["Rosa", "soy Rosa"])
def test_the_name_is_heard_after_a_greeting(real: Catalogue, after: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "hola", "si", after)

    assert phone.record.learners[0].name == "Rosa"


@pytest.mark.parametrize(
    "steps",
    [
        ("MENU", "1"),
        ("Joy", "MENU", "1"),
        ("Joy", "COACH", "my son is 12", "MENU", "1"),
        ("Joy", "STOP", "START"),
        ("STOP", "START", "NEXT"),
    ],
)
def test_no_lesson_begins_in_rwanda_before_the_year_was_given_or_declined(
    real: Catalogue, steps: tuple[str, ...]
) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", *steps)
    assert asked(phone) == "birth_year"
    assert phone.conversation.question is None

    phone.write("NEXT")
    assert phone.conversation.question is not None
    assert asked(phone) == ""


def test_a_year_that_was_given_by_the_way_of_the_menu_asks_a_guardian(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Joy", "MENU", "1", "15")

    assert (guardian(phone), asked(phone)) == ("needed", "guardian")


def test_the_name_is_asked_again_after_a_stop_and_a_start(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "BAJA", "ALTA", "Maria")

    assert phone.record.learners[0].name == "Maria"
    assert phone.conversation.question is not None
