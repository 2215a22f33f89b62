"""Names, villages and the like are taken out of the sentences in which people write them; a question is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.catalogue import Catalogue
from bot.talking import gleaning
from tests.bot.phones import Phone

LISTS = load_words(Path("content/words")).lists


@pytest.mark.parametrize(
    ("language", "written", "name"),
    [
        ("es", "me llamo Rosa Quispe y tengo 45 años", "Rosa Quispe"),
        ("es", "si, me llamo Maria", "Maria"),
        ("es", "buenas tardes me llamo Juan Perez", "Juan Perez"),
        ("es", "hola Rosa", "Rosa"),
        ("es", "me llamo Rosa, vivo en Jaen", "Rosa"),
        ("es", "María de los Ángeles", "María de los Ángeles"),
        ("es", "Juan Ortega y Gasset", "Juan Ortega y Gasset"),
        ("es", "De la Cruz Rosa", "De la Cruz Rosa"),
        ("es", "Quispe, Rosa", "Quispe, Rosa"),
        ("es", "la respuesta es b", None),
        ("es", "soy de San Ignacio", None),
        ("es", "soy mujer", None),
        ("es", "soy nuevo", None),
        ("es", "soy principiante", None),
        ("es", "la del medio", None),
        ("es", "el de la tienda", None),
        ("es", "La Rosa Juan", "La Rosa Juan"),
        ("es", "treinta y cinco", None),
        ("es", "Sí, Rosa", "Rosa"),
        ("es", "Si Claro", None),
        ("en", "the one in the middle", None),
        ("en", "fifteen", None),
        ("rw", "Gatanu", "Gatanu"),  # five, and a name
        ("rw", "makumyabiri", None),
        ("en", "I am Divine, 15 years old", "Divine"),
        ("en", "i want to learn", None),
        ("fr", "je m'appelle Claire et j'ai 45 ans", "Claire"),
        ("rw", "nitwa Divine mfite imyaka 15", "Divine"),
    ],
)
def test_a_name_is_taken_out_of_its_sentence(language: str, written: str, name: str | None) -> None:
    assert gleaning.name_in(written, LISTS[language]) == name


@pytest.mark.parametrize("question", ["para que quieren mi nombre?", "quien pregunta", "por qué", "y para qué?"])
def test_who_asks_why_her_name_is_asked_is_told(real: Catalogue, question: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI")

    assert phone.write(question) == [real.wording.say("es", "name.why")]
    phone.write("Rosa")
    assert phone.record.learners[0].name == "Rosa"


def test_the_word_that_she_joined_by_is_no_name(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI")

    assert phone.write("vivero") == [real.wording.say("es", "name.ask")]
    assert not phone.record.learners[0].name


def test_an_age_beside_a_name_asks_for_the_guardian(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "yes", "I am Divine, 15 years old")

    (learner,) = phone.record.learners
    assert (learner.name, learner.birth_year, learner.guardian) == ("Divine", 2011, "needed")


@pytest.mark.parametrize(
    ("written", "sex"),
    [
        *(("soy mujer", "f"), ("female", "f"), ("umugore", "f"), ("F", "f"), ("varón", "m"), ("Hombre", "m")),
        *(("M", "?"), ("no soy hombre", ""), ("mujer u hombre", ""), ("1", ""), ("no decirlo", "")),
    ],
)
def test_her_sex_is_heard_in_words_and_an_m_is_asked_about(written: str, sex: str) -> None:
    assert gleaning.sex_in(written, LISTS, "es") == sex


def test_a_village_and_a_cooperative_are_taken_out_of_their_sentences(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    asked(phone, "community")
    phone.write("soy de San Ignacio")
    asked(phone, "cooperative")
    phone.write("soy socia de la cooperativa Norandino")

    (learner,) = phone.record.learners
    assert (learner.community, learner.cooperative) == ("San Ignacio", "cooperativa Norandino")


def asked(phone: Phone, field: str) -> None:
    """Her lessons, until this is asked."""
    for _ in range(80):
        prompt, question = phone.conversation.prompt, phone.conversation.question
        if prompt and prompt.kind == field:
            return
        if question is None or question.kind != "choice":
            phone.write(question.answer if question and question.answer else "SIGUE")
        else:
            phone.write("ABCD"[question.key])
    raise AssertionError(field)


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("I'm called Niyonzima Patrick", "Niyonzima Patrick"),
        ("you can call me Patrick", "Patrick"),
        ("Patrick is my name", "Patrick"),
        ("I will tell you later", ""),
        ("the last", ""),
        ("girl", ""),
    ],
)
def test_a_name_is_heard_out_of_its_sentence_and_what_is_none_is_not_kept(
    real: Catalogue, reply: str, name: str
) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "yes", reply)

    assert phone.record.learners[0].name == name


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("I will continue tomorrow, I am in the field now", ""),
        ("bye see you tomorrow", ""),
        ("nzakomeza ejo, ubu ndi mu murima", ""),
        ("I live in Gatare", "Gatare"),
        ("Umurima", "Umurima"),
    ],
)
def test_who_has_no_time_names_no_village(alice: Phone, reply: str, place: str) -> None:
    alice.write("25", "B", "A", "NEXT", "C", "A", "3", "1")
    prompt = alice.conversation.prompt
    assert prompt is not None
    assert prompt.kind == "community"

    alice.write(reply)
    assert alice.record.learners[0].community == place
