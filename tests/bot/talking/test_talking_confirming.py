"""A bare number where a yes or no is awaited is neither, and answers nothing else."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import Consented, Erased

_YES_OR_NO = "No le entendí. Responda SI o NO, por favor."


def test_one_is_no_yes_to_did_you_choose_b(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    assert rosa.write("22") == ["¿Eligió B) Del tercio medio? Responda SI o NO."]

    assert rosa.write("1") == [_YES_OR_NO]
    assert rosa.write("2") == []
    assert rosa.answers() == []

    rosa.write("SI")
    assert [each.choice for each in rosa.answers()] == [1]


def test_one_is_no_consent_to_be_assessed_and_no_answer_to_the_open_question(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "POSTULAR")
    before = len([fact for fact in rosa.facts if isinstance(fact, Consented)])

    [how] = rosa.write("1")
    assert how.startswith("Es gratis y sin clases")
    assert rosa.write("1") == []
    assert rosa.answers() == []
    assert len([fact for fact in rosa.facts if isinstance(fact, Consented)]) == before

    assert rosa.write("si") == ["¿En qué año nació? Por ejemplo 1985."]
    assert len([fact for fact in rosa.facts if isinstance(fact, Consented)]) > before


def test_a_pressed_button_stays_a_yes(real: Catalogue) -> None:
    ana = Phone(catalogue=real, address="telegram:77", buttons=True)
    ana.write("VIVERO", "SI", "Ana", "POSTULAR")

    [said, *_] = ana.press(0, ana.said()[-1])
    assert said.text == "¿En qué año nació? Por ejemplo 1985."


@pytest.fixture
def asked(real: Catalogue) -> Phone:
    """Asked whether she chose C, which is right."""
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "B", "A")
    assert rosa.write("la madura i sana") == ["¿Eligió C) Madura y sana? Responda SI o NO."]
    return rosa


@pytest.mark.parametrize("said", ["si esa", "si esa misma es", "ya", "ajá", "eso", "dale", "that's it"])
def test_a_light_word_is_a_yes_where_a_grade_hangs_on_it(asked: Phone, said: str) -> None:
    asked.write(said)
    assert asked.answers()[-1].choice == 2


@pytest.mark.parametrize("said", ["no la B", "no, la b", "si b", "b"])
def test_the_letter_behind_a_no_is_the_answer(asked: Phone, said: str) -> None:
    asked.write(said)
    assert asked.answers()[-1].choice == 1


@pytest.mark.parametrize("said", ["no", "no, la otra", "no esa no"])
def test_any_other_no_is_told_how_to_answer(asked: Phone, said: str) -> None:
    before = len(asked.answers())
    assert asked.write(said) == ["Responda con una sola letra: A, B o C."]
    assert len(asked.answers()) == before


def test_who_does_not_know_gets_the_hint(asked: Phone) -> None:
    assert asked.write("no se")[0].startswith("No se preocupe: pruebe con lo que le parezca. Pista: ")


@pytest.mark.parametrize("said", ["si borren todo", "si quiero borrar todo", "borren nomas", "ya pe si", "delete it"])
def test_the_second_question_before_erasing_hears_a_whole_yes(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "BORRAR MIS DATOS", "si", said)
    assert any(isinstance(fact, Erased) for fact in rosa.facts)


@pytest.mark.parametrize("said", ["no borren", "mejor no", "ya", "quiero el curso", "¿borran todo?"])
def test_nothing_is_erased_on_anything_else(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "BORRAR MIS DATOS", "si", said)
    assert not any(isinstance(fact, Erased) for fact in rosa.facts)
