"""What she asks and the bot does not understand is offered to a person, in her own words."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import HelpAsked

ASKED = "Buenos días, quería preguntarle por mis plantitas, se ponen amarillas"


@pytest.fixture
def rosa(real: Catalogue) -> Phone:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa")
    return phone


@pytest.fixture
def savings(real: Catalogue) -> Phone:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "YES", "Alice", "1990")
    return phone


def passed_on(phone: Phone) -> list[str]:
    return [each.text for each in phone.facts if isinstance(each, HelpAsked)]


def test_with_a_yes_her_own_words_go_to_a_person_and_the_lesson_goes_on(rosa: Phone) -> None:
    assert rosa.write(ASKED) == ["No le entendí. ¿Es una pregunta para una persona? Responda SI y se la pasamos, o NO."]
    assert passed_on(rosa) == []

    [said] = rosa.write("SI")
    assert said.startswith("Se la pasamos a Elena Ruiz: le responderá en 1 día hábil. Su pregunta 1 sigue abierta.")
    assert passed_on(rosa) == [ASKED]
    assert rosa.write("B")[0].startswith("¡Correcto!")


def test_with_a_no_nobody_hears_of_it(rosa: Phone) -> None:
    rosa.write("¿qué abono uso para el almácigo?")
    assert rosa.write("NO")[0].startswith("Rosa, su pregunta 1 sigue abierta.")
    assert passed_on(rosa) == []


def test_an_answer_closes_the_offer(rosa: Phone) -> None:
    rosa.write("¿qué abono uso para el almácigo?")
    assert rosa.write("B")[0].startswith("¡Correcto!")
    rosa.write("SI")
    assert passed_on(rosa) == []


def test_after_a_lesson_too(rosa: Phone) -> None:
    rosa.write("B", "A", "C", "1")
    rosa.write("¿dónde compro bolsas para el vivero?", "SI")
    assert passed_on(rosa) == ["¿dónde compro bolsas para el vivero?"]


@pytest.mark.parametrize("said", ["el gato azul de la vecina", "¿y?", "blanco o negro"])
def test_what_is_no_question_is_not_offered(rosa: Phone, said: str) -> None:
    assert "persona?" not in rosa.write(said)[0]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("b uenos días", "No le entendí"),  # no B
        ("c cómo era?", "¿Eligió C)"),
        ("b bueno", "¡Correcto!"),
    ],
)
def test_a_first_letter_may_be_no_label(rosa: Phone, said: str, told: str) -> None:
    first = rosa.write(said)[0]
    assert first.startswith(told) or (told == "No le entendí" and first.startswith("Rosa, su pregunta 1"))


@pytest.mark.parametrize(
    "said",
    [
        "¿cómo se hace el almácigo?",
        "ayuda con mis plantas",
        "mis gallinas están enfermas, qué les doy",
        "se me murieron los plantones que hago",
    ],
)
def test_a_call_for_help_with_her_own_work_is_one_for_a_person(rosa: Phone, said: str) -> None:
    assert "persona?" in rosa.write(said)[0]


@pytest.mark.parametrize(
    "said",
    ["ok muchas gracias", "buenos días profesora", "que bonito curso, muchas gracias", "gracias señorita muy amable"],
)
def test_thanks_and_praise_are_no_riddle(rosa: Phone, said: str) -> None:
    assert rosa.write(said)[0].startswith("Rosa, su pregunta 1 sigue abierta.")


@pytest.mark.parametrize("said", ["es muy difícil", "me olvidé de todo", "está muy difícil la pregunta"])
def test_to_whom_it_is_too_hard_the_hint_is_given(rosa: Phone, said: str) -> None:
    assert rosa.write(said)[0].startswith("No se preocupe: ")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("dígame la respuesta", "Pista: "),
        ("mándeme mejor en la noche", "Puede elegir su hora"),
        ("quiero cambiar de curso", "¿Qué desea?"),
        ("en portugués por favor", "¿En qué idioma?"),
        ("mi esposo va a responder por mí", "¿Quién escribe?"),
        ("me van a cobrar?", "El curso es gratis."),
        ("y si me equivoco", "Cada unidad termina"),
        ("para qué sirve el certificado", "Al terminar recibe"),
        ("Rosa ya no vive aquí", "¿Es un número equivocado?"),
    ],
)
def test_what_is_often_asked_is_understood(rosa: Phone, said: str, told: str) -> None:
    assert rosa.write(said)[0].startswith(told)


def test_a_number_in_words_is_heard_in_a_sentence(savings: Phone) -> None:
    assert savings.write("I think it is twenty five people at most")[0].startswith("Correct!")


def test_an_adjective_is_nobody(savings: Phone) -> None:
    assert "Who is writing?" not in savings.write("this is boring")[0]


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ("I am his father and I agree", True),
        ("I am his mother, yes", True),
        ("I am his father and I do not agree", False),
        ("I am his father", False),
        ("I am his sister and I agree", False),
    ],
)
def test_a_guardian_may_say_who_he_is(real: Catalogue, said: str, agreed: bool) -> None:
    kevin = Phone(catalogue=real, address="tel:+250788000001")
    kevin.write("SAVINGS", "YES", "Kevin", "2014")
    assert kevin.write(said)[0].startswith("Let us begin") is agreed


@pytest.mark.parametrize("said", ["no. next", "no i don't want that", "No"])
def test_a_no_with_something_behind_it_passes_nothing_on(alice: Phone, said: str) -> None:
    alice.write("25")
    [asked] = alice.write("what is the price of maize in kigali")
    assert "Is it a question for a person?" in asked

    [answer] = alice.write(said)
    assert "question 2 is still open" in answer
    assert alice.conversation.prompt is None
    assert not [fact for fact in alice.facts if isinstance(fact, HelpAsked)]
