"""What the law asks before the first lesson is asked for, whatever is said in between, and an age is never a name."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from bot.turn import CaseOpened, HelpAsked
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
        (PERU, ("POSTULAR", "SI"), "hola"),
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


@pytest.mark.parametrize("after", ["Rosa", "Si Rosa", "Sí, Rosa", "soy Rosa"])
def test_the_name_is_heard_after_a_greeting_and_after_a_yes(real: Catalogue, after: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "hola", "si", after)

    assert phone.record.learners[0].name == "Rosa"


@pytest.mark.parametrize("yes", ["Si Claro", "Si Por Favor", "Si Quiero", "si rosa"])
def test_a_yes_and_what_goes_with_it_is_no_name(real: Catalogue, yes: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", yes)

    assert not phone.record.learners[0].name


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


@pytest.mark.parametrize("age", ["I am 12", "sorry, I am twelve years old", "mfite imyaka 12", "j'ai douze ans"])
def test_who_declined_the_year_and_says_that_she_is_a_child_needs_a_guardian(real: Catalogue, age: str) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Eric", "NEXT", age)
    assert (guardian(phone), asked(phone)) == ("needed", "guardian")
    assert phone.conversation.question is None

    phone.write("YES")
    assert phone.conversation.question is not None


@pytest.mark.parametrize("other", ["my son is 12", "I have 12", "12", "12 years", "I am 40", "I am not 12", "mfite 12"])
def test_any_other_number_is_an_answer_as_before(real: Catalogue, other: str) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Eric", "NEXT", other)

    assert guardian(phone) == ""
    assert asked(phone) != "guardian"


@pytest.mark.parametrize("age", ["16", "sixteen years", "I am 16", "mfite imyaka 16"])
def test_who_says_that_she_is_sixteen_is_not_under_sixteen(real: Catalogue, age: str) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Joy", age)

    assert guardian(phone) == ""
    assert phone.conversation.question is not None


@pytest.mark.parametrize("year", ["2010", "born in 10", "two thousand and ten", "15"])
def test_a_year_that_may_make_her_fifteen_asks_all_the_same(real: Catalogue, year: str) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Joy", year)

    assert (guardian(phone), asked(phone)) == ("needed", "guardian")


@pytest.mark.parametrize(
    ("joins", "age", "born"),
    [
        (("SAVINGS", "yes"), "fifteen", 2011),
        (("SAVINGS", "yes"), "thirty five", 1991),
        (("SAVINGS", "yes"), "I am nineteen eighty five", 1985),
        (("SAVINGS", "yes"), "I am 15 years old", 2011),
        (("SAVINGS", "d'accord"), "quinze ans", 2011),
        (("KUZIGAMA", "YEGO"), "makumyabiri na gatanu", 2001),
        (("AHORRO", "si"), "cincuenta años", 1976),
        (("AHORRO", "si"), "treinta", 1996),
    ],
)
def test_an_age_in_words_is_no_name_and_is_kept(real: Catalogue, joins: tuple[str, ...], age: str, born: int) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write(*joins)
    said = phone.write(age)

    assert said == [real.wording.say(phone.record.learners[0].language, "unclear.name")]
    learner = phone.record.learners[0]
    assert (learner.name, learner.birth_year, asked(phone)) == ("", born, "name")
    phone.write("NEXT")
    assert asked(phone) == ("guardian" if born == 2011 else "")


def test_a_name_is_not_corrected_to_a_number(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "mi nombre está mal")

    assert phone.write("treinta") == [real.wording.say("es", "unclear.name")]
    assert (phone.record.learners[0].name, phone.record.learners[0].birth_year) == ("Rosa", None)


@pytest.mark.parametrize("said", ["soy analfabeto", "soy analfabeta señorita", "soy iletrada"])
def test_who_cannot_read_is_answered_kindly_where_her_name_is_asked(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI")

    assert phone.write(said) == [real.wording.say("es", "person.reading", coordinator="Elena Ruiz")]
    assert asked(phone) == "name"


@pytest.mark.parametrize(
    "said", ["me robaron el celular", "hola, cambié de número", "perdi mi chip y tengo otro numero"]
)
def test_who_has_another_phone_is_told_how_to_keep_what_she_learned(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")

    assert phone.write(said) == [real.wording.say("es", "person.moved", coordinator="Elena Ruiz")]
    assert [each.text for each in phone.facts if isinstance(each, HelpAsked)] == [said]
    assert phone.conversation.question
    assert "Correcto" in phone.write("B")[0]


def test_who_cannot_read_and_wants_no_more_gets_no_more(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "no se leer, ya no me manden mensajes")

    assert phone.record.state == "stopped"


@pytest.mark.parametrize("known", [(), ("Rosa Quispe",), ("Rosa Quispe", "1980")])
def test_an_application_asks_again_what_it_asked(real: Catalogue, known: tuple[str, ...]) -> None:
    phone = Phone(catalogue=real)
    asks = phone.write("POSTULAR", "SI", *known)[-1]
    kind = asked(phone)

    assert phone.write("ESTADO") == [real.wording.say("es", "case.unfinished"), asks]
    assert asked(phone) == kind


def test_a_name_for_an_application_is_not_skipped_which_is_said_once(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    asks = phone.write("POSTULAR", "SI")[-1]

    assert phone.write("SIGUE") == [real.wording.say("es", "case.stays"), asks]
    assert phone.write("SIGUE") == []
    assert asked(phone) == "case_name"


def test_the_years_of_an_application_are_skipped(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("POSTULAR", "SI", "Rosa Quispe")

    assert phone.write("SIGUE") == [real.wording.say("es", "case.years.ask")]
    phone.write("SIGUE")
    assert not (asked(phone) or "").startswith("case_year")


def test_an_application_waits_behind_a_question_to_a_person(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    asks = phone.write("POSTULAR", "SI", "Rosa Quispe")[-1]
    said = phone.write("PERSONA", "¿cuánto demora?")
    assert said[-1] == asks

    phone.write("cuarenta y cinco", "20")
    assert phone.record.learners[0].birth_year == 1981
    assert any(isinstance(each, CaseOpened) for each in phone.facts)


def test_who_only_applies_goes_on_with_her_application(real: Catalogue) -> None:
    teofilo = Phone(catalogue=real)
    teofilo.write("hola", "2", "si", "Teofilo Mamani", "MENU")
    assert teofilo.write("sigue") == ["¿En qué año nació? Por ejemplo 1985."]
