"""A typed answer as its question is marked, whatever stands around it."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.conversation import Question
from bot.talking import figuring

ORDER = Question(token="0a", number=1, kind="order", options=("Lavar", "Despulpar", "Fermentar"), answer="BCA")
TEN = Question(token="0b", number=2, kind="number", answer="10", tolerance="1")


@pytest.mark.parametrize(
    ("reply", "language", "read"),
    [
        ("bca", "es", "BCA"),
        ("b, c y a", "es", "BCA"),
        ("b-c-a", "es", "BCA"),
        ("primero b, luego c y a", "es", "BCA"),
        ("primero la b después la c y al final la a", "es", "BCA"),
        ("1) b 2) c 3) a", "es", "BCA"),
        ("es bca", "es", "BCA"),
        ("2 3 1", "es", "BCA"),
        ("first b then c and a", "en", "BCA"),
        ("b, c o a", "es", "b, c o a"),
        ("no es b c a", "es", "no es b c a"),
        ("b y c", "es", "b y c"),
        ("a la b y a la c", "es", "a la b y a la c"),
    ],
)
def test_an_order_is_read_with_the_words_around_it(real: Catalogue, reply: str, language: str, read: str) -> None:
    assert figuring.plain(ORDER, reply, real.vocabulary.lists[language]) == read


@pytest.mark.parametrize(
    ("reply", "language", "read"),
    [
        ("diez", "es", "10"),
        ("diez por ciento", "es", "10"),
        ("son diez dias", "es", "10"),
        ("treinta y cinco", "es", "35"),
        ("10 %", "es", "10 %"),
        ("ten percent", "en", "10"),
        ("dix pour cent", "fr", "10"),
        ("vingt cinq", "fr", "25"),
        ("cumi na gatanu", "rw", "15"),
        ("makumyabiri n'itanu", "rw", "25"),
        ("itatu", "rw", "3"),
        ("makumyabiri na batanu", "rw", "25"),
        ("abantu makumyabiri na barindwi", "rw", "27"),
        ("mirongo itatu n'itandatu", "rw", "36"),
        ("noventa y nueve", "es", "99"),
        ("catorce", "es", "14"),
        ("ciento veinte", "es", "120"),
        ("treinta y un dias", "es", "31"),
        ("quatre-vingt-dix-neuf", "fr", "99"),
        ("treinta o cinco", "es", "treinta o cinco"),
        ("twenty or 25", "en", ""),
        ("twenty-five I think or is it 20", "en", ""),
        ("vingt ou 25", "fr", ""),
        ("veinte o 25", "es", ""),
        ("25 or twenty-five", "en", "25 or twenty-five"),
        ("de diez a quince", "es", "de diez a quince"),
        ("un peu", "fr", "un peu"),
        ("mucha agua", "es", "mucha agua"),
    ],
)
def test_a_number_in_letters_is_one_in_figures(real: Catalogue, reply: str, language: str, read: str) -> None:
    assert figuring.plain(TEN, reply, real.vocabulary.lists[language]) == read


@pytest.mark.parametrize(
    ("answer", "reply", "beside"),
    [
        ("10", "1985", True),
        ("10", "987654321", True),
        ("10", "+51 987 654 321", True),
        ("10", "50", False),
        ("1985", "1985", False),
        ("2500", "1990", False),
        ("250000", "3000000", False),
    ],
)
def test_a_year_or_a_phone_number_is_no_answer(answer: str, reply: str, beside: bool) -> None:
    assert figuring.is_beside(TEN.changed(answer=answer), reply) is beside


def at_the_order(real: Catalogue) -> Phone:
    """Rosa, with a question after an order open, and one after a number next."""
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", *["SIGUE"] * 5)
    assert rosa.conversation.question
    assert rosa.conversation.question.kind == "order"
    return rosa


def test_an_order_that_was_not_understood_is_asked_for_with_an_example(real: Catalogue) -> None:
    rosa = at_the_order(real)

    assert rosa.write("b y a") == [
        "No le entendí. Escriba solo las letras en su orden, por ejemplo CBA. También: PISTA, REPITE, AYUDA."
    ]
    assert rosa.write("primero b, luego c y a")[0].startswith("¡Correcto!")
    assert rosa.write("1985") == [
        "Ese número no puede ser la respuesta a la pregunta 6. Responda con un número. Para verla: REPITE."
    ]
    assert "no sé" not in [each.reply for each in rosa.answers()]
    assert rosa.write("no sé")[0].startswith("No se preocupe: pruebe con lo que le parezca. Pista: ")
    assert rosa.write("diez por ciento")[0].startswith("¡Correcto!")
    assert [each.tries for each in rosa.answers()] == [1, 1]


@pytest.mark.parametrize(
    ("address", "start", "unsure"),
    [
        ("tel:+51900000001", ("VIVERO", "SI", "Rosa"), "no se"),
        ("tel:+51900000001", ("VIVERO", "SI", "Rosa"), "no sé cuál es"),
        ("tel:+250788000001", ("SAVINGS", "YES", "Jeanne", "1985"), "I don't know"),
        ("tel:+250788000001", ("KUZIGAMA", "YEGO", "Jeanne", "1985"), "sinzi"),
    ],
)
def test_who_does_not_know_is_helped_and_it_costs_no_try(
    real: Catalogue, address: str, start: tuple[str, ...], unsure: str
) -> None:
    phone = Phone(catalogue=real, address=address)
    phone.write(*start)
    said = phone.write(unsure)
    assert phone.conversation.question
    assert said[0].startswith(real.wording.say(phone.record.learners[0].language, "doubt"))
    assert phone.answers() == []
    assert phone.conversation.question.tries == 0


PEOPLE = TEN.changed(answer="25", tolerance="0", text="At most how many people are in a savings group?")


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        ("half past seven", "en"),
        ("at 8 I go to church", "en"),
        ("call me at 5", "en"),
        ("my child is 5 and sick", "en"),
        ("I have 3 cows at home", "en"),
        ("te llamo a las 5", "es"),
        ("somos 12 en mi casa", "es"),
        ("mañana a las 3 viajo a Lima", "es"),
        ("2 B", "es"),
        ("2b", "es"),
        ("je vous appelle à 5 heures", "fr"),
        ("mfite abana 5 mu rugo", "rw"),
        ("makumyabiri na bafana", "rw"),
    ],
)
def test_a_number_among_other_things_is_no_answer(real: Catalogue, reply: str, language: str) -> None:
    assert figuring.is_among_others(PEOPLE, reply, real.vocabulary, language)


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        ("son 25", "es"),
        ("creo que son unas 25 personas en total", "es"),
        ("25 mujeres", "es"),
        ("máximo 25", "es"),
        ("25 porque así dice la lección", "es"),
        ("25. Mañana le escribo", "es"),
        ("25 Rosa Quispe", "es"),
        ("30 gr", "es"),
        ("about 25 people", "en"),
        ("not more than 25", "en"),
        ("twenty five pple", "en"),
        ("The group can have 25 people, that is what you taught us", "en"),
        ("pas plus de 25", "fr"),
        ("ntibarenze 25", "rw"),
        ("abantu makumyabiri na batanu", "rw"),
    ],
)
def test_a_number_with_small_words_around_it_is_an_answer(real: Catalogue, reply: str, language: str) -> None:
    assert not figuring.is_among_others(PEOPLE, reply, real.vocabulary, language)


def test_a_number_among_other_things_costs_no_try(real: Catalogue) -> None:
    jeanne = Phone(catalogue=real, address="tel:+250788000001")
    jeanne.write("SAVINGS", "YES", "Jeanne", "1985")
    assert jeanne.write("at 8 I go to church") == [
        "I did not understand. Reply with a number. Also: HINT, REPEAT, HELP."
    ]
    assert jeanne.write("HOUR half past seven") == ["Noted: we will write to you at about 7:00."]
    assert jeanne.answers() == []
    assert jeanne.write("1 B") == ["I did not understand. Reply with a number. Also: HINT, REPEAT, HELP."]
    assert jeanne.write("about 25 people")[0].startswith("Correct!")


def test_an_answer_to_a_closed_question_is_not_asked_to_be_a_letter_where_a_number_is_awaited(real: Catalogue) -> None:
    rosa = at_the_order(real)
    rosa.write("primero b, luego c y a")
    assert rosa.conversation.question
    assert rosa.conversation.question.kind == "number"
    number = rosa.conversation.question.number
    assert rosa.write("2 B") == [f"Esa pregunta ya se cerró. La que espera es la {number}. Para verla: REPITE."]
