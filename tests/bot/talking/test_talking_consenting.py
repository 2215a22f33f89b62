"""What must be answered before the first lesson outlives a side-step, and a question about it is answered."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from bot.delivering import sms
from bot.messages import Content, Heard
from bot.people import Learner
from tests.bot.phones import Phone
from tests.changing import replace

QUESTIONS = ("quien eres", "de donde tienen mi numero", "q es eso", "AYUDA", "?", "si quiero saber")


def consent(phone: Phone) -> list[bool]:
    return list(phone.record.consents.values())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_with_who_writes_and_the_question_again(real: Catalogue, question: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO")

    (said,) = phone.write(question)
    assert all(each in said for each in ("Norandino", "gratis", "BAJA", "SI o NO"))
    phone.write("si")
    assert consent(phone) == [True]


@pytest.mark.parametrize("question", ["cuanto cuesta", "es gratis?", "cuanto me van a cobrar", "me gasta saldo?"])
def test_what_it_costs_is_said_honestly_and_the_question_is_put_again(real: Catalogue, question: str) -> None:
    phone, chat = Phone(catalogue=real), Phone(catalogue=real, address="telegram:77", buttons=True)
    again = real.wording.say("es", "consent.again", course="Vivero de café")
    for each, cost in ((phone, "cost.sms"), (chat, "cost.internet")):
        each.write("VIVERO")

        assert each.write(question) == [f"{real.wording.say('es', cost)} {again}"]
        each.write("si")
        assert consent(each) == [True]


def test_a_guardian_who_asks_for_the_price_is_told_it_and_asked_again(real: Catalogue) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("SAVINGS", "yes", "Divine", "2014")

    said = child.write("is it free?")
    assert said[0] == real.wording.say("en", "cost.sms")
    assert said[1].endswith("Let that person reply YES or NO.")
    child.write("YES")
    assert child.record.learners[0].guardian == "given"


@pytest.mark.parametrize(
    "question", ["cuanto cuesta", "es gratis?", "quien es", "¿quién me escribe?", "es una estafa?", "son del gobierno?"]
)
def test_what_she_asks_about_us_is_answered_while_a_profile_question_is_open(small: Catalogue, question: str) -> None:
    rosa, ana = Phone(catalogue=small), Phone(catalogue=small)
    about = ("gratis", "operador") if "cuesta" in question or "gratis" in question else ("Norandino",)
    (named,) = ana.write("VIVERO", "SI", question)
    assert all(word in named for word in about)
    ana.write("Ana")
    assert ana.record.learners[0].name == "Ana"

    rosa.write("VIVERO", "SI", "Rosa", "B", "A")
    (said,) = rosa.write(question)
    assert all(word in said for word in about)
    assert rosa.conversation.prompt
    assert rosa.conversation.prompt.kind == "sex"
    rosa.write("1")
    assert rosa.record.learners[0].sex == "f"


@pytest.mark.parametrize(
    ("address", "word", "question", "id"),
    [
        ("tel:+51900000001", "VIVERO", "¿dan certificado?", "proof.about"),
        ("tel:+51900000001", "VIVERO", "y al terminar entregan constancia", "proof.about"),
        ("tel:+51900000001", "VIVERO", "cuanto dura el curso", "length.about"),
        ("tel:+51900000001", "VIVERO", "cuantas lecciones son", "length.about"),
        ("tel:+51900000001", "VIVERO", "hay examen?", "exam.about"),
        ("tel:+51900000001", "VIVERO", "¿es presencial o virtual?", "place.about"),
        ("tel:+250788000001", "SAVINGS", "do i have to travel somewhere", "place.about"),
        ("tel:+250788000001", "SAVINGS", "is there an exam?", "exam.about"),
        ("tel:+250788000001", "SAVINGS", "do we get a certificate at the end", "proof.about"),
        ("tel:+250788000001", "SAVINGS", "how many lessons are there?", "length.about"),
        ("tel:+250788000001", "SAVINGS", "will you sell my number", "data.about"),
        ("tel:+250788000001", "SAVINGS", "can i stop any time?", "leaving.about"),
        ("tel:+250788000001", "SAVINGS", "what time do you send the lessons?", "when.about"),
        ("tel:+51900000001", "VIVERO", "¿cuándo llega la próxima lección?", "when.about"),
        ("tel:+51900000001", "VIVERO", "¿qué hacen con mis datos?", "data.about"),
        ("tel:+51900000001", "VIVERO", "¿puedo salir cuando quiera?", "leaving.about"),
    ],
)
def test_what_the_course_leads_to_and_how_long_it_is_is_told_before_she_agrees(
    real: Catalogue, address: str, word: str, question: str, id: str
) -> None:
    phone = Phone(catalogue=real, address=address)
    phone.write(word)
    (said,) = phone.write(question)

    language = "es" if "+51" in address else "en"
    course = next(each for each in real.courses.values() if word == each.join_word(language))
    total = len(list(course.ordered_lessons()))
    assert said.startswith(real.wording.say(language, id, n=total, course=course.title(language)))
    assert said.endswith("SI o NO." if language == "es" else "YES or NO.")
    assert sms.segments(sms.fold_text(said, "gsm")) == 1
    assert consent(phone) == []


@pytest.mark.parametrize(
    "answer", ["cuánto tiempo dura la semilla", "certificado de semilla", "me dan la semilla", "hay que ir al vivero"]
)
def test_what_is_about_the_lesson_is_no_question_about_the_course(real: Catalogue, answer: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "si", "Rosa")

    (said,) = phone.write(answer)
    assert not said.startswith((*(real.wording.say("es", f"{each}.about") for each in ("proof", "place")), "Vivero"))


@pytest.mark.parametrize("steps", [("English",), ("IDIOMA", "2"), ("PERSONA", "es gratis?"), ("PERSONA",), ("MENU",)])
def test_a_yes_counts_after_a_side_step(real: Catalogue, steps: tuple[str, ...]) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", *steps, "si")

    assert consent(phone) == [True]
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "name"


def test_the_question_is_put_in_the_language_that_was_asked_for(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO")

    assert phone.write("English")[-1].endswith("Do you agree? Reply YES or NO.")


def test_a_button_that_was_set_aside_is_still_a_yes(real: Catalogue) -> None:
    phone = Phone(catalogue=real, buttons=True)
    phone.write("VIVERO")
    shown = asked(phone)
    phone.write("PERSONA")
    phone.press(0, shown)

    assert consent(phone) == [True]


def test_what_answers_the_side_step_is_no_consent(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "PERSONA", "ok gracias")
    assert consent(phone) == []

    phone.write("PERSONA", "no, es otra cosa")
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "consent"
    phone.write("BAJA")
    assert phone.record.state == "stopped"
    assert phone.conversation.prompt is None


def test_the_guardian_and_the_name_are_asked_for_again(real: Catalogue) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("SAVINGS", "yes")
    assert child.write("Francais")[-1] == real.wording.say("fr", "name.ask")
    child.write("Divine", "2014", "COACH", "why?", "MENU", "YES")

    assert child.record.learners[0].guardian == "given"


def test_other_words_that_are_no_yes_hear_once_what_is_asked_and_a_day_later_again(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO")
    asked_back, explained = phone.write("quizas"), phone.write("tal vez mañana")

    assert asked_back == [real.wording.say("es", "unclear.yes_no")]
    assert explained
    assert "gratis" in explained[0]
    assert "PERSONA" in explained[0]
    assert phone.write("no se") == phone.write("no se aun") == []
    phone.wait(hours=20)
    assert phone.write("no se") == []
    phone.wait(hours=5)
    assert phone.write("no se") == asked_back


@pytest.mark.parametrize("greeting", ["hola", "HOLA", "buenos dias", "hi"])
def test_a_greeting_puts_the_question_again_and_opens_no_menu(real: Catalogue, greeting: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO")
    again = [real.wording.say("es", "consent.again", course="Vivero de café")]

    assert phone.write(greeting) == again
    assert phone.write(greeting) == phone.write("hola") == []  # two machines that greet each other
    phone.wait(minutes=11)
    assert phone.write(greeting) == again
    phone.write("1")
    assert consent(phone) == []
    phone.write("si")
    assert consent(phone) == [True]


def test_a_number_that_is_shared_while_it_is_asked_leaves_the_question_open(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="telegram:77", buttons=True)
    phone.hear(Heard.START, text="VIVERO")
    again = real.wording.say("es", "consent.again", course="Vivero de café")

    assert phone.hear(Heard.CONTACT, phone="+51900000009") == [again]
    assert phone.hear(Heard.CONTACT, phone="")[-1] == again  # somebody else's
    phone.press(0, asked(phone))
    assert consent(phone) == [True]


def test_a_number_that_is_shared_with_nothing_open_brings_the_menu(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="telegram:77", buttons=True)

    assert "Norandino" in phone.hear(Heard.CONTACT, phone="+51900000009")[0]
    assert "Norandino" in phone.hear(Heard.CONTACT, phone="+51900000009")[0]


def test_a_number_that_others_share_keeps_the_question_for_who_is_none_of_them(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="telegram:77", buttons=True)
    phone.hear(Heard.START, text="VIVERO")
    rosa = Learner(id="rosa", name="Rosa", created_at=phone.now)
    known, phone.record = phone.record, replace(phone.record, elsewhere=(rosa,))
    phone.hear(Heard.CONTACT, phone="+51900000009")
    phone.record = known
    phone.press(1, asked(phone))  # somebody else

    phone.write("si")
    assert consent(phone) == [True]


def asked(phone: Phone) -> Content:
    return next(content for content in reversed(phone.said()) if content.token)


@pytest.mark.parametrize("question", ["cuanto cuesta", "quien es"])
def test_what_was_answered_is_answered_again_another_day(real: Catalogue, question: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    (first,) = rosa.write(question)

    rosa.wait(days=2)
    assert rosa.write(question) == [first]
