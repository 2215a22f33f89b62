"""A year of birth that was written wrong is corrected by herself, and by a person where a case was judged by it."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.certifying.cases import Case
from bot.turn import HelpAsked
from tests.changing import replace

RWANDA = "tel:+250788000001"


def child(real: Catalogue) -> Phone:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("KUZIGAMA", "YEGO", "Aline", "12")
    return phone


def grown(real: Catalogue) -> Phone:
    """Somebody whose first lesson is open, and whose year is known to be 1990."""
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    phone.record = phone.record.with_learner(replace(phone.record.learners[0], birth_year=1990))
    return phone


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize(
    ("said", "born"),
    [
        ("mfite imyaka 32", 1994),
        ("mbabarira navutse 1998", 1998),
        ("Oya, mfite imyaka 32", 1994),
        ("I was born in 1998 not 2012", 1998),
        ("tengo 32 años", 1994),
        ("me equivoque naci en mil novecientos ochenta y cinco", 1985),
    ],
)
def test_an_adult_who_was_taken_for_a_child_is_asked_and_begins(
    real: Catalogue, said: str, born: int, *, refused: bool
) -> None:
    phone = child(real)
    if refused:
        assert "UMUTOZA" in phone.write("oya")[0]

    assert phone.write(said) == [real.wording.say("rw", "year.is", number=born)]
    begun = phone.write("YEGO")
    assert (phone.record.learners[0].birth_year, phone.record.learners[0].guardian) == (born, "")
    assert begun[-1].startswith("1. ")


def test_a_no_keeps_the_year_and_asks_the_guardian_again(real: Catalogue) -> None:
    phone = child(real)
    guardian = phone.conversation.prompt
    phone.write("mfite imyaka 32")

    assert guardian is not None
    assert phone.write("oya") == [real.wording.say("rw", "year.kept"), guardian.data["shown"]]
    assert (phone.record.learners[0].birth_year, phone.record.learners[0].guardian) == (2014, "needed")


def test_a_younger_year_asks_a_guardian(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("KUZIGAMA", "YEGO", "Aline", "1990", "navutse 2013")
    said = phone.write("YEGO")

    assert said == [real.wording.say("rw", "guardian.ask", organisation="Norandino")]
    assert phone.record.learners[0].guardian == "needed"


@pytest.mark.parametrize("said", ["mi año de nacimiento es 1985", "me equivoqué, nací en 1985"])
def test_a_year_is_corrected_beside_an_open_question_which_stays_open(real: Catalogue, said: str) -> None:
    phone = grown(real)

    assert phone.write(said) == [real.wording.say("es", "year.is", number=1985)]
    told = phone.write("si")
    assert told[0].startswith(real.wording.say("es", "year.done", number=1985))
    assert phone.record.learners[0].birth_year == 1985
    assert phone.write("B")[0].startswith("¡Correcto!")


@pytest.mark.parametrize(("kind", "asked"), [("choice", True), ("number", False)])
def test_an_age_that_answers_no_question_is_asked_about(real: Catalogue, kind: str, asked: bool) -> None:
    """Behind letters it can mean nothing else; where a number is asked it may be the answer."""
    phone = Phone(catalogue=real, address=RWANDA)
    phone.write("SAVINGS", "YES", "Alice", "1990", *(["25"] if kind == "choice" else []))
    told = phone.write("I am 12 years old")

    assert (told == [real.wording.say("en", "year.is", number=2014)]) is asked
    if asked:
        assert phone.write("YES") == [real.wording.say("en", "guardian.ask", organisation="Norandino")]
        assert phone.record.learners[0].guardian == "needed"


@pytest.mark.parametrize(
    "said",
    ["nací en 1990", "la planta nació en 1985", "no nací en 1985?", "tengo 36 años", "tengo 20 años de socia", "B"],
)
def test_other_words_ask_after_no_year(real: Catalogue, said: str) -> None:
    phone = grown(real)
    phone.write(said)

    prompt = phone.conversation.prompt
    assert prompt is None or prompt.kind != "year_is"
    assert phone.record.learners[0].birth_year == 1990


def test_the_year_of_a_case_is_corrected_by_a_person(real: Catalogue) -> None:
    phone = grown(real)
    case = Case(
        id="c", number=1, candidate=phone.record.learners[0].id, standard="CHQ-NURSERY", version="1", country="PE",
        opened_at=phone.now,
    )  # fmt: skip
    phone.record = phone.record.with_case(case)
    phone.write("naci en 1985")
    told = phone.write("si")

    assert told[0].startswith(real.wording.say("es", "year.handed", coordinator="Elena Ruiz"))
    assert phone.record.learners[0].birth_year == 1990
    asked = [each for each in phone.facts if isinstance(each, HelpAsked)]
    assert "1990" in asked[-1].text
    assert "1985" in asked[-1].text
