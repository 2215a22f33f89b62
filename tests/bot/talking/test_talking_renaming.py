"""Her name as it will stand on her certificate: corrected by a word or by saying it, and nobody else's with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.certifying.cases import Case
from bot.conversation import Prompt
from bot.delivering.sms import fold_text, segments
from bot.people import Learner
from bot.turn import Answered, Changed, HelpAsked
from tests.bot.talking.test_talking_surveying import put
from tests.certificates import credential
from tests.changing import replace

LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")
OPEN = "Su pregunta 1 sigue abierta. Responda A, B o C, o REPITE para verla de nuevo."


def name_of(phone: Phone) -> str:
    return next(each.name for each in phone.record.learners if each.id == phone.conversation.learner)


def reads(phone: Phone, id: str, **values: object) -> str:
    return phone.catalogue.wording.say("es", id, **values)


@pytest.mark.parametrize(
    "wish",
    [
        "MI NOMBRE",
        "mi nombre esta mal",
        "Quiero cambiar mi nombre",
        "me equivoqué de nombre",
        "mi nombre está mal escrito, por favor",
        "corrijan mi nombre",
        "puse mal mi apellido",
        "se equivocaron en mi nombre",
        "mi nombre no es Rosa",
        "falta mi apellido",
        "profe, esta mal mi nombre",
        "mi nonbre esta mal",
        "mi nombre no está bien escrito",
        "change my name",
        "my name is not Rosa",
        "my name is wrong",
        "you got my name wrong",
        "changer mon nom",
        "mon nom est faux",
        "je me suis trompée de nom",
        "guhindura izina",
        "sutiy pantasqa",
        "sutijax pantjatawa",
    ],
)
def test_who_says_that_her_name_is_wrong_is_asked_for_it(rosa: Phone, wish: str) -> None:
    assert rosa.write(wish) == [reads(rosa, "name.now", name="Rosa")]

    assert rosa.write("Rosa Quispe Huaman") == [
        "Listo. Su nombre ahora es Rosa Quispe Huaman. "
        "Su pregunta 1 sigue abierta. Responda A, B o C, o REPITE para verla de nuevo."
    ]
    assert name_of(rosa) == "Rosa Quispe Huaman"
    rosa.write("B")
    assert [each.right for each in rosa.answers()] == [True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_that_we_print_is_heard_in_every_language(real: Catalogue, language: str) -> None:
    phone = Phone(catalogue=real)
    phone.conversation = phone.conversation.moved(language=language, chosen=True)
    say = real.wording.say
    phone.write("VIVERO", say(language, "yes"), "Rosa")

    word = real.vocabulary.commands[language]["NAME"][0]
    assert phone.write(word) == [say(language, "name.now", name="Rosa")]
    assert phone.write("Rosa Quispe")[0].startswith(say(language, "name.done", name="Rosa Quispe"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "mi nombre es Rosa Quispe Huaman"),
        ("es", "Me llamo Rosa Quispe Huaman"),
        ("es", "mi nombre completo es Rosa Quispe Huaman"),
        ("es", "disculpe profe, me equivoqué, mi nombre es Rosa Quispe Huaman"),
        ("es", "mi nombre esta mal, me llamo Rosa Quispe Huaman"),
        ("es", "mi nombre está mal: es Rosa Quispe Huaman"),
        ("es", "cambiar mi nombre a Rosa Quispe Huaman"),
        ("es", "corrijan mi nombre por Rosa Quispe Huaman"),
        ("en", "my name is Rosa Quispe Huaman"),
        ("en", "change my name to Rosa Quispe Huaman"),
        ("fr", "je m’appelle Rosa Quispe Huaman"),
        ("fr", "mon nom est Rosa Quispe Huaman"),
        ("rw", "nitwa Rosa Quispe Huaman"),
        ("qu", "sutiymi Rosa Quispe Huaman"),
        ("ay", "nayan sutijax Rosa Quispe Huaman"),
        ("es", "my name is Rosa Quispe Huaman"),  # whatever language she writes
    ],
)
def test_who_says_another_name_is_asked_whether_it_is_hers(real: Catalogue, language: str, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.conversation = phone.conversation.moved(language=language, chosen=True)
    say = real.wording.say
    phone.write("VIVERO", say(language, "yes"), "Rosa Mamani")

    assert phone.write(said) == [say(language, "name.is.held", held="Rosa Mamani", name="Rosa Quispe Huaman")]
    assert name_of(phone) == "Rosa Mamani"
    assert len(phone.write(say(language, "yes"))) == 1
    assert name_of(phone) == "Rosa Quispe Huaman"


def test_a_no_changes_nothing_and_may_say_the_name(rosa: Phone) -> None:
    rosa.write("mi nombre es Rosa Huaman")
    assert rosa.write("no") == [f"Bien, su nombre queda igual: Rosa. {OPEN}"]

    rosa.write("mi nombre es Rosa Huaman")
    assert rosa.write("no, Rosa Huamani") == [reads(rosa, "name.is.held", held="Rosa", name="Rosa Huamani")]
    rosa.write("si")
    assert name_of(rosa) == "Rosa Huamani"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Rosa Huaman", "Rosa Huaman"),
        ("mi nombre es Rosa Huaman, no Rosa", "Rosa Huaman"),
        ("Rosa", "Rosa"),
        ("no, Rosa", "Rosa"),
        ("me llamo Rosa.", "Rosa"),
    ],
)
def test_the_name_itself_answers_whether_it_is_hers(rosa: Phone, said: str, name: str) -> None:
    rosa.write("mi nombre es Rosa Huaman")
    text = f"Listo. Su nombre ahora es {name}." if name != "Rosa" else "Bien, su nombre queda igual: Rosa."
    assert rosa.write(said) == [f"{text} {OPEN}"]
    assert name_of(rosa) == name


@pytest.mark.parametrize("word", ["SIGUE", "no", "Rosa"])
def test_her_name_may_stay_as_it_is_and_no_question_is_skipped(rosa: Phone, word: str) -> None:
    rosa.write("MI NOMBRE")

    assert rosa.write(word) == [f"Bien, su nombre queda igual: Rosa. {OPEN}"]
    assert not [
        each for each in rosa.facts if isinstance(each, Changed) and each.changes.get("name") not in (None, "Rosa")
    ]


def test_what_she_writes_long_after_it_was_asked_is_asked_about(rosa: Phone) -> None:
    rosa.write("MI NOMBRE")
    rosa.now += timedelta(days=2)

    assert rosa.write("Flor de Canela") == [reads(rosa, "name.is.held", held="Rosa", name="Flor de Canela")]
    rosa.write("no")
    assert name_of(rosa) == "Rosa"


@pytest.mark.parametrize("said", ["no es para mi", "la lluvia y el sol", "Rosa 2", "está muy lejos"])
def test_what_does_not_read_like_a_name_is_none(rosa: Phone, said: str) -> None:
    rosa.write("MI NOMBRE", said)

    assert name_of(rosa) == "Rosa"


def test_who_skipped_her_name_may_say_it_later(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    phone.write("VIVERO", "SI", "SIGUE")

    assert phone.write("me llamo Rosa Quispe") == [reads(phone, "name.is", name="Rosa Quispe")]
    phone.write("SI")
    assert name_of(phone) == "Rosa Quispe"


@pytest.mark.parametrize(
    "said",
    [
        *("me llamo Rosa", "mi nombre es rosa", "mi nombre es muy largo", "mi nombre es correcto", "mi nombre es ese"),
        *("te llamo luego", "soy de San Ignacio", "cual es su nombre", "¿mi nombre es Rosa Huaman?", "no se su nombre"),
    ],
)
def test_what_gives_no_other_name_is_not_taken_for_one(rosa: Phone, said: str) -> None:
    rosa.write(said)

    assert rosa.conversation.prompt is None or rosa.conversation.prompt.kind == "refer"
    assert name_of(rosa) == "Rosa"


@pytest.mark.parametrize("open_", ["", "MI NOMBRE"])
@pytest.mark.parametrize("answer", ["b", "me llamo Rosa Huaman y mi respuesta es la b", "Sana"])
def test_an_answer_to_the_question_is_never_a_name(rosa: Phone, open_: str, answer: str) -> None:
    rosa.write(*[each for each in [open_] if each], answer)

    assert [each.right for each in rosa.facts if isinstance(each, Answered)] == [True]
    assert name_of(rosa) == "Rosa"


def test_an_option_that_is_a_name_wins(rosa: Phone) -> None:
    question = rosa.conversation.question
    assert question
    asked = question.changed(options=("Juan", "Ana Huaman", "Pedro"))
    rosa.conversation = rosa.conversation.moved(question=asked)

    rosa.write("MI NOMBRE", "Ana Huaman")
    assert [each.reply for each in rosa.answers()] == ["Ana Huaman"]
    assert name_of(rosa) == "Rosa"


def test_what_was_asked_of_her_waits_and_is_asked_again(rosa: Phone) -> None:
    put(rosa)
    assert "encuesta" not in rosa.write("mi nombre esta mal")[0]

    said = rosa.write("Rosa Quispe")
    assert said[0] == "Listo. Su nombre ahora es Rosa Quispe."
    assert said[1].startswith("¿Cómo fue la reunión?")
    assert rosa.write("2")[0].startswith("¿Se lograron")


def test_the_birth_year_waits_too_and_a_village_is_no_name(small: Catalogue) -> None:
    phone = Phone(catalogue=small, address="tel:+250788000001")
    phone.write("VIVERO", "SI", "Divine")
    asked = phone.said()[-1].text
    phone.write("MI NOMBRE")
    assert phone.write("Divine Uwase")[-1] == asked
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "birth_year"
    assert name_of(phone) == "Divine Uwase"


def test_her_name_is_not_taken_for_her_village(rosa: Phone) -> None:
    village = reads(rosa, "community.ask")
    asked = Prompt(kind="community", token="t", values=("skip",), options=("Saltar",), data={"shown": village})
    rosa.conversation = rosa.conversation.moved(prompt=asked)

    assert rosa.write("me llamo Rosa Quispe") == [reads(rosa, "name.is.held", held="Rosa", name="Rosa Quispe")]
    assert rosa.write("si")[-1] == village


# --- on a shared phone ---


@pytest.fixture
def two(rosa: Phone) -> Phone:
    """Rosa, and Juan Perez who learns on the same phone."""
    juan = Learner(id="juan", name="Juan Perez", language="es", country="PE", created_at=rosa.now)
    rosa.record = rosa.record.with_learner(juan, consent=True)
    return rosa


@pytest.mark.parametrize("said", ["me llamo Juan Perez", "soy Juan Perez", "mi nombre es Juan", "soy Juan"])
def test_who_says_the_name_of_another_on_the_phone_is_that_other(two: Phone, said: str) -> None:
    two.write(said)

    assert name_of(two) == "Juan Perez"
    assert sorted(each.name for each in two.record.learners) == ["Juan Perez", "Rosa"]


def test_a_stranger_on_a_shared_phone_is_asked_who_she_is(two: Phone) -> None:
    assert two.write("me llamo Pedro Mamani") == [reads(two, "who.ask")]
    assert two.write("me llamo Rosa Mamani") != [reads(two, "who.ask")]


@pytest.mark.parametrize("ways", [("MI NOMBRE",), ("cambiar mi nombre a Juan Perez", "si")])
def test_nobody_is_given_the_name_of_another_on_her_phone(two: Phone, ways: tuple[str, ...]) -> None:
    two.write(*ways)
    if len(ways) == 1:
        two.write("Juan Perez")
    assert two.said()[-1].text == reads(two, "name.others", name="Juan Perez")

    two.write("juan perez", "SIGUE")
    assert sorted(each.name for each in two.record.learners) == ["Juan Perez", "Rosa"]


def test_who_corrects_her_name_keeps_her_place_in_the_list(two: Phone) -> None:
    two.write("MI NOMBRE", "Rosa Huaman", "otra persona")

    assert [each.text for each in two.said()[-1].choices] == ["Rosa Huaman", "Juan Perez", "Otra persona"]


def test_on_a_shared_phone_that_was_quiet_it_is_asked_whose_name_it_is(two: Phone) -> None:
    two.now = two.now.replace(hour=two.now.hour + 2)

    assert two.write("MI NOMBRE") == [reads(two, "who.ask")]
    assert two.write("Juan Perez") == [reads(two, "name.now", name="Juan Perez")]


# --- in an official record ---


def official(phone: Phone, how: str) -> None:
    who = phone.conversation.learner
    if how == "case":
        case = Case(id="c", number=123456, candidate=who, standard="X", version="1", country="PE", opened_at=phone.now)
        phone.record = phone.record.with_case(case)
    else:
        phone.record = replace(phone.record, credentials=(credential(learner=who),))


@pytest.mark.parametrize("how", ["case", "certificate"])
@pytest.mark.parametrize(
    "ways", [("MI NOMBRE", "Rosa Quispe Huaman"), ("mi nombre es Rosa Quispe Huaman", "SI")], ids=["word", "sentence"]
)
def test_a_name_in_an_official_record_is_corrected_by_a_person(rosa: Phone, how: str, ways: tuple[str, ...]) -> None:
    official(rosa, how)

    said = rosa.write(*ways)
    assert name_of(rosa) == "Rosa"
    assert said[0].startswith(reads(rosa, "name.handed", coordinator="Elena Ruiz"))
    (request,) = [each for each in rosa.facts if isinstance(each, HelpAsked)]
    assert request.kind == "person"
    assert request.text == "Pide corregir su nombre. Ahora: Rosa. Correcto: Rosa Quispe Huaman."


def test_she_is_told_before_who_corrects_it_and_may_leave_it(rosa: Phone) -> None:
    official(rosa, "case")

    assert rosa.write("MI NOMBRE") == [reads(rosa, "name.now.official", name="Rosa")]
    assert rosa.write("SIGUE") == [f"Bien, su nombre queda igual: Rosa. {OPEN}"]
    assert not [each for each in rosa.facts if isinstance(each, HelpAsked)]


def test_the_case_of_another_on_the_phone_holds_nobody_up(two: Phone) -> None:
    official(two, "certificate")
    held = two.record.credentials
    two.record = replace(two.record, credentials=(credential(learner="juan"),))
    assert held != two.record.credentials

    two.write("MI NOMBRE", "Rosa Huaman")
    assert name_of(two) == "Rosa Huaman"


# --- and how it is said ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_name_leaves_each_of_its_sentences_one_sms(real: Catalogue, language: str) -> None:
    long = dict.fromkeys(("name", "held", "coordinator"), "x" * 40)
    said = [each for each in real.wording.sentences["es"] if each.startswith(("name.is", "name.now", "name.kept"))]
    for id in (*said, "name.others", "name.done", "name.handed"):
        assert segments(fold_text(real.wording.say(language, id, **long), "gsm")) == 1, id


def test_on_telegram_buttons_answer(chat: Callable[[], Phone]) -> None:
    phone = chat()
    phone.write("mi nombre es Ana Condori")
    asked = phone.said()[-1]
    assert [each.text for each in asked.choices] == ["Sí", "No"]

    phone.press(0, asked)
    assert name_of(phone) == "Ana Condori"
    phone.write("MI NOMBRE")
    phone.press(0, phone.said()[-1])
    assert name_of(phone) == "Ana Condori"


def test_what_is_held_of_her_shows_the_new_name(rosa: Phone) -> None:
    rosa.write("MI NOMBRE", "Rosa Quispe")

    assert "Rosa Quispe" in rosa.write("MIS DATOS")[0]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("rosa mamani", "Rosa Mamani"),
        ("ROSA ÑAHUI DE LA CRUZ", "Rosa Ñahui de la Cruz"),
        ("me llamo ana-maría quispe", "Ana-María Quispe"),
        ("rosa t'ika", "Rosa T'ika"),
        ("J.P. QUISPE", "J.P. Quispe"),
        ("maria del carmen de los angeles quispe huaman", "Maria del Carmen de los Angeles Quispe Huaman"),
        ("Rosa MAMANI", "Rosa MAMANI"),
        ("de la Cruz Rosa", "de la Cruz Rosa"),
    ],
)
def test_a_name_stands_on_the_certificate_with_the_capitals_of_a_name(small: Catalogue, said: str, name: str) -> None:
    first, later = Phone(catalogue=small), Phone(catalogue=small)
    first.write("VIVERO", "SI", said)
    assert name_of(first) == name

    later.write("VIVERO", "SI", "Juana", "MI NOMBRE", said)
    assert name_of(later) == name


@pytest.mark.parametrize(
    "said",
    [
        "la señora de la casa de la esquina",
        "quisiera que me mande la leccion de ayer otra vez",
        "maria carmen angeles quispe huaman mamani condori",
    ],
)
def test_a_sentence_of_many_words_is_no_name(small: Catalogue, said: str) -> None:
    phone = Phone(catalogue=small)
    phone.write("VIVERO", "SI", said)
    assert phone.record.learners[0].name == ""


@pytest.mark.parametrize("said", ["Actually my name is Uwera Alicia not Alice", "my name is Uwera Alicia, not Alice"])
def test_the_other_name_behind_a_not_is_no_part_of_hers(alice: Phone, said: str) -> None:
    alice.write(said, "yes")

    assert alice.record.learners[0].name == "Uwera Alicia"


@pytest.mark.parametrize("said", ["I am not Uwera, I am Uwase", "I'm not Alice, I'm Eric"])
def test_who_is_another_than_the_one_who_learns_is_asked_about(alice: Phone, said: str) -> None:
    [asked] = alice.write(said)

    assert asked.startswith("Who is writing?")
    assert alice.answers() == []
