"""A yes, an "ok" or "nadie" is no name in any language, and a name is found in the words around it."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue

NO_NAMES = [
    "ok", "MANA", "arí", "janiwa", "jisa", "oya", "yego", "oui", "yes", "bueno", "vamos", "nadie", "presente",
    "ok gracias", "ntawe", "nobody", "yo mismo",
]  # fmt: skip


@pytest.mark.parametrize("said", [each for each in NO_NAMES if each not in ("yes", "oui")])
def test_what_is_no_name_is_asked_back_once_where_one_joins(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI")

    assert phone.write(said) == [real.wording.say("es", "unclear.name")]
    assert phone.write("nadie") == []
    assert phone.record.learners[0].name == ""
    assert phone.write("Rosa Quispe")[0].startswith("¡Empezamos, Rosa Quispe!")


@pytest.mark.parametrize("said", NO_NAMES)
def test_what_is_no_name_is_asked_back_once_for_a_certificate(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("POSTULAR", "SI")

    assert phone.write(said) == [real.wording.say("es", "case.name.how")]
    assert phone.write("nadie") == []
    assert phone.record.learners[0].name == ""
    phone.write("Rosa Quispe")
    assert phone.record.learners[0].name == "Rosa Quispe"


@pytest.mark.parametrize("joins", [("VIVERO", "SI"), ("POSTULAR", "SI")])
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ponga nomas Rosita", "Rosita"),
        ("Anote Juan Pérez", "Juan Pérez"),
        ("escriba Juan Pérez", "Juan Pérez"),
        ("put Peter Mugisha", "Peter Mugisha"),
        ("just write Peter", "Peter"),
        ("Nayax Pedro Mamani satatawa", "Pedro Mamani"),
        ("Simón", "Simón"),
    ],
)
def test_the_name_is_taken_without_the_words_around_it(
    real: Catalogue, joins: tuple[str, ...], said: str, name: str
) -> None:
    phone = Phone(catalogue=real)
    phone.write(*joins, said)

    assert phone.record.learners[0].name == name


@pytest.mark.parametrize(
    "name",
    [
        "Rosa", "Simon", "Inti", "Sisa", "Wayra", "Mayta Quispe", "Jesús", "Cruz", "Paz Condori", "Aimé", "Ange",
        "Innocent", "Grace", "Faith", "Uwimana", "Mukamana Aline", "Jean Claude", "Angel Mamani", "Illa", "Pio",
    ],
)  # fmt: skip
def test_names_are_names(real: Catalogue, name: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", name)

    assert phone.record.learners[0].name == name


@pytest.mark.parametrize(
    ("said", "name"), [("Uwimana Aline", "Uwimana Aline"), ("sinzi neza", ""), ("Yego Murakoze", "")]
)
def test_a_name_where_the_year_is_asked_is_kept_and_the_year_asked_again(real: Catalogue, said: str, name: str) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    asks = phone.write("Muraho", "1", "YEGO")
    told = phone.write(said)

    assert phone.record.learners[0].name == name
    assert not name or told == asks
    phone.write("1990")
    assert phone.record.learners[0].birth_year == 1990


@pytest.mark.parametrize("said", ["cuanto cuesta", "para que", "no tengo apellido", "estoy en la chacra", "quien eres"])
def test_a_question_or_a_sentence_is_no_name_for_a_certificate(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("POSTULAR", "SI")

    phone.write(said)
    assert phone.record.learners[0].name == ""
    phone.write("Rosa del Carmen Quispe")
    assert phone.record.learners[0].name == "Rosa del Carmen Quispe"
