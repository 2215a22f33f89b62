"""Who is in danger, or tells of a death, is answered at once, and a person is told first of all."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.people import Learner
from bot.talking.understanding.perils import peril
from bot.turn import Due, HelpAsked


def requests(phone: Phone) -> list[HelpAsked]:
    return [fact for fact in phone.facts if isinstance(fact, HelpAsked)]


def urgent(phone: Phone) -> str:
    return phone.catalogue.wording.say("es", "danger.told")


@pytest.mark.parametrize(
    "said",
    [
        "ayuda mi hijo tomo veneno",
        "urgente mi esposo se desmayo fumigando",
        "me quieren matar",
        "me quiero morir",
        "Mi esposo me pega",
        "¡Auxilio! A mi niña la mordió una culebra",
        "my husband beats me",
        "my child drank pesticide",
        "mon mari me frappe",
        "umugabo arankubita",
        "wawaymi hampita upyarqun",
        "wawaja venenu umantatayna",
    ],
)
def test_a_cry_for_help_is_answered_and_told_to_a_person_and_what_was_open_stays_open(rosa: Phone, said: str) -> None:
    question = rosa.conversation.question

    assert rosa.write(said) == [urgent(rosa)]
    (request,) = requests(rosa)
    assert (request.kind, request.text) == ("urgent", said)
    assert rosa.conversation.question == question
    assert rosa.answers() == []
    assert rosa.conversation.confused == 0


def test_it_is_answered_before_anybody_has_joined_and_whatever_is_asked(real: Catalogue) -> None:
    phone = Phone(catalogue=real)

    assert phone.write("my child drank pesticide") == [real.wording.say("en", "danger.told")]
    phone.write("VIVERO")
    assert phone.write("mi hijo se intoxico") == [urgent(phone)]
    prompt = phone.conversation.prompt
    assert prompt is not None
    assert prompt.kind == "consent"
    phone.write("SI")
    assert phone.write("me quieren matar") == [urgent(phone)]
    assert phone.write("Rosa")
    learner = phone.record.learners[0]
    assert learner.name == "Rosa"


def test_a_place_that_is_asked_for_is_no_cry_for_help(rosa: Phone) -> None:
    rosa.answer(Due(learner=rosa.record.learners[0].id, kind="profile", subject="community", at=rosa.now))
    rosa.write("mi hijo se intoxico")

    assert rosa.record.learners[0].community == ""
    assert requests(rosa)[0].kind == "urgent"


def test_the_same_words_again_are_kept_and_get_no_second_sms_within_an_hour(rosa: Phone) -> None:
    rosa.write("mi hijo tomo veneno")

    assert rosa.write("Mi hijo tomo veneno") == []
    assert [each.joins for each in requests(rosa)] == [False, True]
    assert rosa.write("mi hijo no respira") == [urgent(rosa)]
    assert rosa.write("mi hijo no respira", seconds=3600) == [urgent(rosa)]


def test_one_who_has_stopped_is_answered_too(rosa: Phone) -> None:
    rosa.write("BAJA")

    assert rosa.write("mi esposo me quiere matar") == [urgent(rosa)]
    assert rosa.record.state == "stopped"


def test_a_stop_beside_it_is_heeded(rosa: Phone) -> None:
    said = rosa.write("STOP, mi esposo me pega")

    assert said[0] == urgent(rosa)
    assert rosa.record.state == "stopped"
    assert requests(rosa)[0].kind == "urgent"


def test_what_an_option_says_or_begins_with_its_letter_is_an_answer(rosa: Phone) -> None:
    assert rosa.conversation.question
    told = rosa.conversation.question.changed(options=("Se desmayó", "Nada", "Otra cosa"))
    rosa.conversation = rosa.conversation.moved(question=told)

    rosa.write("el señor se desmayo")

    assert requests(rosa) == []
    rosa.conversation = rosa.conversation.moved(question=told)
    rosa.write("b) porque mi vecino se intoxico")
    assert requests(rosa) == []


def test_no_text_of_a_lesson_is_taken_for_a_cry_for_help(real: Catalogue) -> None:
    vocabulary = real.vocabulary
    for course in real.courses.values():
        for item in (*course.items.values(), *course.exam_items.values()):
            said = (item.text, item.hint, item.why, *(option.text for option in item.options))
            assert [text for text in said if peril(text, vocabulary)] == []


@pytest.mark.parametrize(
    "said",
    [
        "el veneno se guarda lejos", "la planta murio", "se murieron mis gallinas", "quiero terminar", "i want to end",
        "no entiendo", "mi hijo vendra mañana", "my child is in school", "se me cayo el celular", "matar la maleza",
    ],
)  # fmt: skip
def test_what_only_speaks_of_such_things_is_none(real: Catalogue, said: str) -> None:
    assert peril(said, real.vocabulary) is None


# --- word of a death ---


@pytest.mark.parametrize(
    "said",
    [
        "buenas tardes le informo que la señora Rosa fallecio ayer", "Rosa falleció", "Rosa murio", "murió la señora",
        "ella ha muerto", "she passed away", "yitabye Imana", "wañurqan", "jiwxiwa", "mi esposa ha fallecido",
    ],
)  # fmt: skip
def test_word_of_her_death_ends_the_lessons_until_somebody_writes_start(rosa: Phone, said: str) -> None:
    enrolments = rosa.record.enrolments

    assert rosa.write(said) == [rosa.catalogue.wording.say("es", "death.rests")]
    assert rosa.record.state == "stopped"
    assert [(each.kind, each.text) for each in requests(rosa)] == [("death", said)]
    assert rosa.wait(days=10) == []
    assert rosa.write("ALTA")
    assert rosa.record.state == "open"
    assert rosa.record.enrolments == enrolments
    assert rosa.conversation.question is not None


@pytest.mark.parametrize("said", ["fallecio el señor Pedro", "mi vecino ha muerto"])
def test_the_death_of_another_leaves_her_lessons(rosa: Phone, said: str) -> None:
    assert rosa.write(said) == [rosa.catalogue.wording.say("es", "death.noted")]
    assert rosa.record.state == "open"
    assert requests(rosa)[0].kind == "death"


def test_on_a_shared_phone_only_she_who_is_named_gets_no_more(rosa: Phone) -> None:
    juan = Learner(id="juan", name="Juan Perez", language="es", country="PE", created_at=rosa.now)
    rosa.record = rosa.record.with_learner(juan, consent=True)
    hers = rosa.record.learners[0].id

    assert rosa.write("murió la señora") == [rosa.catalogue.wording.say("es", "death.noted")]
    assert rosa.record.consents == {hers: True, "juan": True}
    assert "Juan Perez" in requests(rosa)[0].text
    (said,) = rosa.write("la señora Rosa falleció")
    assert "Rosa" in said
    assert rosa.record.consents == {hers: False, "juan": True}
    assert rosa.record.state == "open"
    assert rosa.conversation.question is None
