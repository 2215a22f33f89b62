"""A survey on a basic phone and with buttons: 1, 2, 3, words, skips, and never confused with a lesson's question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from phones import Phone

from bot.delivering.campaigns import Campaign, Kind, State, subject
from bot.delivering.sms import segments, sms_text
from bot.occasion import Occasion
from bot.people import Learner
from bot.reporting import surveys
from bot.reporting.surveys import Question, Survey
from bot.turn import Answered, Due, Missed, Owed, SurveyAnswered, SurveyAsked
from tests.changing import replace

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def question(kind: str, es: str) -> Question:
    return Question(kind=kind, texts={"es": es, "en": es.upper()})


MEETING = Survey(
    id="reunion",
    title="la reunion",
    purpose="mejorar",
    questions=(
        question("impression", "¿Cómo fue la reunión?"),
        question("objectives", "¿Se lograron los objetivos?"),
        question("free", "¿Qué mejoraría?"),
    ),
    languages=("es", "en"),
    state=surveys.State.RUNNING,
    created_at=NOW,
)


def put(phone: Phone, survey: Survey = MEETING, **more: object) -> list[str]:
    """Let the survey's campaign fall due for whoever holds the phone, an hour after she last wrote."""
    phone.now += timedelta(hours=2)
    campaign = Campaign(
        id="c1",
        name="survey",
        kind=Kind.ONCE,
        state=State.RUNNING,
        survey=survey.id,
        texts=({"es": "Encuesta"},),
        created_at=NOW,
    )
    [rosa] = [each for each in phone.record.learners if each.id == phone.conversation.learner]
    due = Due(learner=rosa.id, kind="campaign", subject=subject("c1", 1, phone.now.date(), "own", 0), at=phone.now)
    return phone.answer(due, Occasion(campaign=campaign, survey=survey, **more))  # type: ignore[arg-type]


def test_on_a_shared_phone_the_second_survey_waits_for_the_first(rosa: Phone):
    juan = Learner(id="juan", name="Juan", language="es", country="PE", created_at=NOW)
    rosa.record = rosa.record.with_learner(juan, consent=True)
    [first] = put(rosa)
    assert first.startswith("Rosa: ")
    due = Due(learner="juan", kind="campaign", subject=subject("c1", 1, rosa.now.date(), "own", 0), at=rosa.now)
    campaign = Campaign(id="c1", name="s", kind=Kind.ONCE, state=State.RUNNING, survey="reunion", created_at=NOW)
    occasion = Occasion(campaign=campaign, survey=MEETING)
    assert rosa.answer(due, occasion) == []
    rosa.write("1", "1", "Bien")
    assert {fact.learner for fact in rosa.facts if isinstance(fact, SurveyAnswered)} == {rosa.conversation.learner}
    rosa.now += timedelta(hours=2)
    [second] = rosa.answer(replace(due, at=rosa.now), occasion)
    assert second.startswith("Juan: ")
    rosa.write("2")
    assert [fact.learner for fact in rosa.facts if isinstance(fact, SurveyAnswered)][-1] == "juan"


def answered(phone: Phone) -> list[tuple[int, int, str, bool]]:
    found = [fact for fact in phone.facts if isinstance(fact, SurveyAnswered)]
    return [(each.place, each.choice, each.text or each.value, each.skipped) for each in found]


def test_it_is_answered_with_numbers_words_and_free_words(rosa: Phone):
    [first] = put(rosa)
    assert first == (
        "Norandino le pregunta sobre la reunion: 3 preguntas. Es voluntario. SIGUE salta una.\n¿Cómo fue la reunión?"
    )
    assert sms_text(rosa.said()[-1]).endswith("1) muy productiva\n2) productiva\n3) improductiva")
    assert segments(sms_text(rosa.said()[-1])) <= 2
    assert rosa.write("1") == ["¿Se lograron los objetivos?"]
    assert rosa.write("Parcialmente.") == ["¿Qué mejoraría?"]
    [last] = rosa.write("Más tiempo para la práctica")
    assert last.startswith("Gracias. Sus respuestas se cuentan sin su nombre. Rosa, su pregunta 1 sigue abierta")
    assert answered(rosa) == [(0, 0, "", False), (1, 1, "", False), (2, -1, "Más tiempo para la práctica", False)]
    assert [fact.last for fact in rosa.facts if isinstance(fact, SurveyAnswered)] == [False, False, True]
    [asked] = [fact for fact in rosa.facts if isinstance(fact, SurveyAsked)]
    assert (asked.survey, asked.language) == ("reunion", "es")
    assert asked.learner not in asked.reply


def test_a_letter_answers_the_lesson_that_waits_and_a_number_the_survey(rosa: Phone):
    put(rosa)
    rosa.write("2")
    assert answered(rosa) == [(0, 1, "", False)]
    assert rosa.answers() == []
    rosa.write("B")
    [graded] = [fact for fact in rosa.facts if isinstance(fact, Answered)]
    assert graded.right
    assert len(answered(rosa)) == 1


def test_next_skips_one_question_and_nothing_else(rosa: Phone):
    put(rosa)
    assert rosa.write("SIGUE") == ["¿Se lograron los objetivos?"]
    rosa.write("1")
    assert answered(rosa) == [(0, -1, "", True), (1, 0, "", False)]


def test_what_is_no_answer_is_told_how_once(rosa: Phone):
    put(rosa)
    assert rosa.write("9") == ["Responda con el número: 1, 2 o 3. Para saltar: SIGUE."]
    assert rosa.write("99") == []
    assert answered(rosa) == []
    rosa.write("3")
    assert answered(rosa) == [(0, 2, "", False)]


def test_stop_is_still_stop_in_the_middle_of_it(rosa: Phone):
    put(rosa)
    said = rosa.write("BAJA")
    assert said
    assert answered(rosa) == []


@pytest.mark.parametrize(("said", "choice"), [("si", 0), ("No", 1), ("2", 1)])
def test_yes_and_no_are_understood_as_words_and_numbers(rosa: Phone, said: str, choice: int):
    one = Survey(id="s", title="salud", purpose="x", questions=(question("yes_no", "¿Tiene seguro?"),), created_at=NOW)
    put(rosa, one)
    rosa.write(said)
    assert answered(rosa) == [(0, choice, "", False)]


def test_a_number_is_taken_with_its_unit(rosa: Phone):
    one = Survey(id="s", title="horas", purpose="x", questions=(question("number", "¿Horas?"),), created_at=NOW)
    put(rosa, one)
    assert rosa.write("no sé") == ["Responda con un número, por ejemplo 12. Para saltar: SIGUE."]
    rosa.write("48 horas")
    assert answered(rosa) == [(0, -1, "48", False)]


def test_buttons_answer_the_question_that_they_belong_to(chat):
    ana = chat()
    put(ana)
    first = ana.said()[-1]
    assert [choice.text for choice in first.choices] == ["muy productiva", "productiva", "improductiva"]
    ana.press(0, first)
    ana.press(2, first)  # the same keyboard again: too late
    assert answered(ana) == [(0, 0, "", False)]
    ana.press(1, [content for content in ana.said() if content.choices][-1])
    assert answered(ana)[-1] == (1, 1, "", False)


def test_it_is_put_to_nobody_twice_and_not_once_it_is_closed(rosa: Phone):
    assert put(rosa, reply=("r1", 0)) == []
    assert [fact.reason for fact in rosa.facts if isinstance(fact, Missed)] == ["text"]
    assert rosa.conversation.prompt is None


def test_what_was_left_unfinished_is_asked_once_more_a_day_later(rosa: Phone):
    put(rosa)
    rosa.write("1")
    [due] = [fact.due for fact in rosa.facts if isinstance(fact, Owed) and fact.due.kind == "survey"]
    rosa.now = due.at
    [asked] = rosa.answer(due, Occasion(survey=MEETING, reply=("r1", 1)))
    assert asked == "Su encuesta sobre la reunion sigue abierta (2 por responder).\n¿Se lograron los objetivos?"
    rosa.write("1")
    assert answered(rosa)[-1] == (1, 0, "", False)
    assert rosa.answer(due, Occasion(survey=MEETING, reply=("r1", 3))) == []
