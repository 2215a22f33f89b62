"""Whatever the bot itself says is one SMS, in every language; a lesson's card is at most two."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.delivering.sms import fold_text, segments, sms_text
from bot.messages import Content
from tests.changing import replace

LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")
# What stands in the places, as long as it is in real life.
VALUES: dict[str, object] = {
    "organisation": "Cooperativa Norandino",
    "coordinator": "Elena Ruiz",
    "course": "Vivero de café",
    "n": 9,
    "name": "María Elena",
    "number": 12,
    "ground": "sin referencias de su trabajo en la zona",
    "letters": "A, B, C o D",
    "numbers": "1, 2, 3, 4 o 5",
    "letter": "B",
    "option": "B) Del tercio medio, maduro",
    "key": "B) Del tercio medio, maduro",
    "who": "Cooperativa Norandino (Elena Ruiz)",
    "word": "VIVERO",
    "link": " https://t.me/chasqui_bot",
    "hint": "Primero la raíz, después el tallo y al final la hoja.",
    "reason": "No. Es B) Del tercio medio. La semilla se toma del tercio medio de la planta y de cada rama.",
    "text": "Compre el candado en la ferretería; que la llave la guarde otra persona.",
    "hour": 19,
    "how": "Responda A, B, C o D",
    "warm": "Lo aprendido queda para siempre.",
    "time": "15:00",
    "details": "Lugar: Local comunal de San Juan. Tema: Injerto y sombra.",
    "place": "Local comunal de San Juan",
    "topic": "Injerto y sombra",
    "first": 7,
    "last": "D",
    "language": "Ikinyarwanda",
    "taught": "Español",
    "done": 12,
    "of": 21,
    "lessons": 12,
    "total": 21,
    "date": "30/12/2026",
    "most": 365,
    "right": 5,
    "need": 7,
    "topics": "Elegir la planta madre 1/2, práctica 3/5",
    "unit": "Bolsa y trasplante",
    "next": "Elegir la planta madre",
    "code": "ABCD1234",
    "seq": 17,
    "words": "Norandino: La asamblea es el sábado a la...",
    "state": "SUSPENDIDO",
    "until": " (hasta 30/12/2026)",
    "sms": 1200,
    "money": "USD 1234.50",
    "at": "30/12 18:45",
    "where": "+51900000001",
    "cooperative": "Cooperativa Norandino",
    "sent": 1200,
    "delivered": 1150,
    "failed": 50,
    "out": 12,
    "held": "Rosa María Quispe",
    "wanted": "Rosa María Quispe Huamán",
    "data": "nombre María Elena; idioma Español; teléfono +51900000001",
}
LEADS = {"welcome": ", María Elena", "start.done": ", María Elena", "pause.over": ", María Elena"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_one_sms(real: Catalogue, language: str) -> None:
    say = real.wording.say
    unsigned = f" {say(language, 'welcome.unsigned')}"
    long = {}
    for id in real.wording.sentences[language]:
        values = VALUES | {"unsigned": unsigned, "name": LEADS.get(id, VALUES["name"])}
        text = fold_text(say(language, id, **values), "gsm")
        if segments(text) > 1:
            long[id] = text
    assert not long


def test_where_she_stands_before_a_quiz_is_one_sms(real: Catalogue) -> None:
    course, say = real.courses["coop-leader"], real.wording.say
    quiz = say("rw", "quiz.name", unit=course.units[0].titles["rw"])
    values = {"name": "Marie Claire Uwimana: ", "course": course.title("rw"), "lessons": 6, "total": 6, "done": 0}
    assert segments(fold_text(say("rw", "status.learning", next=quiz, of=1, **values), "gsm")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_costs_is_one_sms_with_the_question_for_consent(real: Catalogue, language: str) -> None:
    for course in real.courses.values():
        again = real.wording.say(language, "consent.again", course=course.title(language))
        for cost in ("cost.sms", "cost.internet"):
            text = f"{real.wording.say(language, cost)} {again}"
            assert segments(fold_text(text, "gsm")) == 1, (len(text), text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_is_one_sms(real: Catalogue, language: str) -> None:
    phone = Phone(catalogue=real)
    phone.conversation = phone.conversation.__class__(language=language, chosen=True)
    yes = real.wording.say(language, "yes")
    phone.write("VIVERO", yes, "Rosa", "MENU", "IDIOMA", "VIVERO", "2", yes, "Juan", "BAJA", "3", "ALTA", "STOP", "1")
    phone.write("BORRAR MIS DATOS", "1")

    listed = [content for content in phone.said() if content.listed and content.choices and content.token]
    assert len(listed) >= 6
    assert {segments(sms_text(content)) for content in listed} == {1}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["tel:+51900000001", "tel:+59170000001", "tel:+250788000001"])
def test_the_first_greeting_is_one_sms(real: Catalogue, language: str, address: str) -> None:
    organisation = "Cooperativa El Norandino"  # 24 letters
    phone = Phone(catalogue=real, address=address)
    phone.record = replace(phone.record, policy=replace(phone.record.policy, organisation=organisation))
    phone.conversation = phone.conversation.moved(language=language, chosen=True)
    phone.write("hola")

    (greeting,) = phone.said()
    assert organisation in greeting.text
    assert segments(sms_text(greeting)) == 1
    if language in ("es", "en"):
        assert " 9 " in greeting.text  # how often


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_for_consent_is_one_sms_and_names_the_language_of_the_lessons(
    real: Catalogue, language: str
) -> None:
    for course in real.courses.values():
        phone = Phone(catalogue=real)
        policy = replace(phone.record.policy, organisation="Cooperativa Sol", coordinator="Elena Ruiz")
        phone.record = replace(phone.record, policy=policy)
        phone.conversation = phone.conversation.moved(language=language, chosen=True)
        phone.write(course.join_word(language))
        asked, taught = phone.said()[-1], course.in_language(language)

        assert segments(sms_text(asked)) == 1
        assert taught == language or real.wording.say(language, f"language.in.{taught}") in asked.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_name_in_every_language(real: Catalogue, language: str) -> None:
    assert all(f"language.in.{each}" in real.wording.sentences[language] for each in LANGUAGES)


@pytest.mark.parametrize(("word", "language", "yes"), [("VIVERO", "es", "SI"), ("NURSERY", "en", "YES")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_message_of_the_nursery_course_is_one_sms(
    real: Catalogue, word: str, language: str, yes: str, place: int
) -> None:
    assert _played(real, "tel:+51900000001", word, yes, place)


@pytest.mark.parametrize(("word", "yes"), [("SAVINGS", "YES"), ("KUZIGAMA", "YEGO")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_message_of_the_savings_course_is_one_sms(real: Catalogue, word: str, yes: str, place: int) -> None:
    assert _played(real, "tel:+250788000001", word, yes, place)


def _played(real: Catalogue, address: str, word: str, yes: str, place: int) -> int:
    """Play a course with one letter first and the right one after; returns how many answers were given."""
    phone = Phone(catalogue=real, address=address)
    phone.write(word, yes, "María Elena", "1985")
    for _ in range(400):
        question = phone.conversation.question
        if question is None:
            phone.write("NEXT")
            if phone.conversation.question is None:
                break
        elif question.tries or question.purpose == "quiz" or question.kind != "choice":
            phone.write("ABCD"[question.key] if question.key >= 0 else question.answer)
        else:
            phone.write("ABC"[min(place, len(question.options) - 1)])
    for content in phone.said():
        assert segments(sms_text(content)) <= _most(content, phone), sms_text(content)
    assert real.wording.say(phone.record.learners[0].language, "course.ready")[:9] in phone.said()[-2].text
    return len(phone.answers())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["course.assessed", "course.pilot", "course.not_assessed"])
def test_what_is_said_at_the_end_of_a_course_is_one_sms(real: Catalogue, language: str, how: str) -> None:
    values = VALUES | {"name": "María Elena: ", "code": "7K4M-9QXT-H2", "of": 4, "done": 4}
    ends = ("course.ready course.proof", "course.finished", "status.ready", "completion.told")
    for end in ends:
        ids = [*end.split(), how, *(["course.others"] if end == "course.finished" else [])]
        text = " ".join(real.wording.say(language, id, **values) for id in ids)
        assert segments(fold_text(text, "gsm")) == 1, (len(text), text)


def _most(content: Content, phone: Phone) -> int:
    cards = {
        card.text
        for course in phone.catalogue.courses.values()
        for each in course.lessons.values()
        for card in each.cards
    }
    return 2 if content.text in cards else 1
