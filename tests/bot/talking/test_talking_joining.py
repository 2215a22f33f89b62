"""A join word joins with whatever signs and courtesies stand around it, but takes no answer's place."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.messages import Heard

_WRITTEN = [
    "Vivero.",
    "¡Vivero!",
    "¡¡vivero!! 🙏",
    "(VIVERO)",
    '"vivero"',
    "*VIVERO*",
    "«Vivero»",
    " - VIVERO",
    "vivero:",
    "VIVERO?",
    "Vivero ...",
    "vivéro",
    "V I V E R O",
    "vivero vivero",
    "quiero VIVERO",
    "vivero por favor",
    "hola vivero",
    "Buenos días, quiero el curso de vivero, por favor",
    "VIVERO\n--\nEnviado desde mi iPhone",
]


@pytest.mark.parametrize("written", _WRITTEN)
def test_a_join_word_joins_whatever_stands_around_it(small: Catalogue, written: str):
    assert "curso Vivero" in Phone(catalogue=small).write(written)[0]


def test_who_agrees_to_lessons_in_another_language_has_been_told_which(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    assert "Grupo de ahorro (lecciones en inglés)" in phone.write("AHORRO")[0]
    phone.write("SI")

    assert not any("Le escribimos en" in said for said in phone.write("Rosa"))
    assert phone.conversation.question


def test_who_learns_already_is_told_once_of_the_language_of_another_course(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    told = real.wording.say("es", "language.but", language="español", taught="inglés")

    assert phone.write("AHORRO").count(told) == 1
    assert told not in [*phone.write("VIVERO"), *phone.write("AHORRO")]


@pytest.mark.parametrize("written", _WRITTEN)
def test_it_also_joins_under_a_menu(small: Catalogue, written: str):
    phone = Phone(catalogue=small)
    phone.write("HOLA")
    [said] = phone.write(written)
    assert "curso Vivero" in said


@pytest.mark.parametrize(
    ("written", "begins"), [("NURSERY.", "Nursery"), ("Savings!", "Savings"), ("AHORRO.", "Ahorro")]
)
def test_the_word_chooses_course_and_language(real: Catalogue, written: str, begins: str):
    plain = Phone(catalogue=real).write(written.rstrip(".!"))
    assert Phone(catalogue=real).write(written) == plain
    assert "1)" not in plain[0]


@pytest.mark.parametrize("payload", ["VIVERO", "VIVERO.", "vivero"])
def test_a_deep_link_is_read_alike(small: Catalogue, payload: str):
    phone = Phone(catalogue=small, address="telegram:77", buttons=True)
    assert "curso Vivero" in phone.hear(Heard.START, text=payload)[0]


def test_with_a_question_open_only_the_word_alone_joins(rosa: Phone):
    question = rosa.conversation.question
    rosa.write("en el vivero")
    assert rosa.conversation.question == question
    rosa.write("quiero vivero")
    assert rosa.conversation.question == question
    rosa.write("Savings.")
    assert rosa.conversation.course == "ahorro"


@pytest.mark.parametrize(
    "written", ["mi vecino tiene un vivero muy grande en el pueblo", "ayer fui a ver el nuevo vivero de la cooperativa"]
)
def test_a_sentence_that_holds_the_word_does_not_join(small: Catalogue, written: str):
    assert "¿Acepta?" not in Phone(catalogue=small).write(written)[0]


def test_a_refusal_names_the_word_of_a_language_in_which_the_course_was_shown(real: Catalogue):
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.conversation = phone.conversation.moved(language="fr", chosen=True)
    phone.write("COURS", "1")
    assert "SAVINGS" in phone.write("non merci")[0]


@pytest.mark.parametrize(("word", "course"), [("AHORRO", "coop-leader"), ("vivero", "coffee-nursery")])
def test_a_join_word_of_who_was_asked_to_agree_is_not_of_her_who_learns_here(
    real: Catalogue, word: str, course: str
) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "OTRA PERSONA", "Luis", word)
    assert [each.name for each in phone.record.learners] == ["Rosa"]

    phone.write("SI")

    rosa, luis = phone.record.learners
    assert luis.name == "Luis"
    assert phone.record.enrolment(luis.id, course)
    assert len(phone.record.of(rosa.id)) == 1


def test_a_join_word_long_after_another_was_asked_to_agree_asks_who_writes(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "OTRA PERSONA", "Luis")
    phone.write("VIVERO", seconds=2 * 3600)

    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "who"


@pytest.mark.parametrize(
    ("address", "hello", "said"),
    [
        ("tel:+51900000001", "hola", "quiero aprender de cafe"),
        ("tel:+51900000001", "hola", "quiero estudiar vivero"),
        ("tel:+51900000001", "hola", "me interesa el vivero"),
        ("tel:+51900000001", "hola", "me interesa"),
        ("tel:+51900000001", "hola", "quiero el curso"),
        ("tel:+51900000001", "hola", "cómo me inscribo?"),
        ("tel:+250788000001", "hello", "i am interested"),
        ("tel:+250788000001", "hello", "I want to learn about savings"),
        ("tel:+250788000001", "hello", "how do i join"),
    ],
)
def test_a_newcomer_says_in_her_own_words_what_she_wants_to_learn(
    real: Catalogue, address: str, hello: str, said: str
) -> None:
    phone = Phone(catalogue=real, address=address)
    phone.write(hello)
    phone.write(said)
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "consent"


@pytest.mark.parametrize(
    "said", ["no", "quiero saber más", "a qué hora es?", "quiero hablar con alguien", "estoy en la chacra"]
)
def test_what_wants_no_course_chooses_none(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("hola")
    phone.write(said)
    assert not phone.conversation.prompt or phone.conversation.prompt.kind != "consent"


def test_a_course_is_wished_by_its_word_of_another_language(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("muraho", "Ndashaka course ya savings")

    assert phone.conversation.prompt is not None
    assert phone.conversation.prompt.kind == "consent"
