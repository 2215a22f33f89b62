"""An answer behind a name, on a shared phone, is marked as any other."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from tests.bot.phones import Phone


@pytest.fixture
def two(real: Catalogue) -> Phone:
    """Jeanne and Paul of the savings course on one phone; Paul's first question, how many people, was put last."""
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "YES", "Jeanne", "1985", "SAVINGS", "2", "YES", "Paul", "1990")
    return phone


def test_a_number_behind_her_name_is_hers(two: Phone) -> None:
    (feedback, *_) = two.write("Jeanne: 25")
    assert feedback.startswith("Correct")
    assert two.conversation.learner == two.record.learners[0].id


@pytest.mark.parametrize(
    "said",
    ["25, I am Jeanne", "25. Regards, Jeanne", "25 -Jeanne", "25\n- Jeanne", "hello I am Jeanne, 25", "25 ndi Jeanne"],
)
def test_a_number_above_her_name_is_hers(two: Phone, said: str) -> None:
    (feedback, *_) = two.write(said)
    assert feedback.startswith("Correct")
    assert two.answers()[-1].learner == two.record.learners[0].id
    assert two.conversation.learner == two.record.learners[0].id


def test_who_has_stopped_is_asked_nothing_and_told_how_to_come_back(two: Phone) -> None:
    two.write("STOP", "2")  # Paul
    assert two.record.state == "open"
    said = [text for reply in ("I am Paul", "2") for text in two.write(reply)]
    assert "START" in said[-1]
    assert not any("savings group?" in each for each in said)
    assert two.write("25") != []
    two.write("START")
    assert any(each.learner == two.record.learners[1].id for each in two.answers()) is False


@pytest.mark.parametrize("said", ["25", "25 I am Paul", "25, thank you Jeanne", "hello Jeanne, 25"])
def test_who_only_speaks_to_another_answers_for_herself(two: Phone, said: str) -> None:
    two.write(said)
    assert two.conversation.learner == two.record.learners[1].id
    assert all(each.learner == two.record.learners[1].id for each in two.answers())


@pytest.mark.parametrize("said", ["Jeanne: 25 francs", "Jeanne: between 15 and 25"])
def test_what_is_no_clear_number_behind_her_name_is_graded_for_nobody(two: Phone, said: str) -> None:
    before = {each.learner: each.tries for each in (two.conversation.question, *two.conversation.earlier) if each}
    two.write(said)
    after = {each.learner: each.tries for each in (two.conversation.question, *two.conversation.earlier) if each}
    assert after == before


_ANOTHER = {
    "es": "OTRA PERSONA",
    "en": "ANOTHER PERSON",
    "fr": "AUTRE PERSONNE",
    "rw": "UNDI MUNTU",
    "qu": "HUK RUNA",
    "ay": "YAQHA JAQI",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        *(("es", said) for said in ("no soy Marie", "No es marie", "yo no soy Marie!", "no soy Marie, soy Pablo")),
        *(("en", said) for said in ("I am not Marie", "not Marie")),
        *(("fr", said) for said in ("je ne suis pas Marie", "pas marie")),
        *(("rw", said) for said in ("si Marie", "sindi Marie", "ntabwo ndi Marie")),
        *(("qu", said) for said in ("manam Mariechu kani", "no soy Marie")),
        *(("ay", said) for said in ("janiw Mariekti", "no soy Marie")),
    ],
)
def test_who_is_not_the_one_name_known_here_is_another(real: Catalogue, language: str, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.conversation = phone.conversation.moved(language=language, chosen=True)
    phone.write("VIVERO", real.wording.say(language, "yes"), "Marie", _ANOTHER[language])
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "who"

    phone.write(said)

    assert not phone.conversation.learner


@pytest.mark.parametrize("said", ["I am not Jeanne", "not Paul"])
def test_who_is_not_one_of_two_is_asked_again(two: Phone, said: str) -> None:
    two.write("ANOTHER PERSON", said)
    assert two.conversation.prompt
    assert two.conversation.prompt.kind == "who"


@pytest.mark.parametrize("said", ["no, I am Jeanne", "not Paul, I am Jeanne", "Jeanne"])
def test_a_no_before_her_name_denies_nothing(two: Phone, said: str) -> None:
    two.write("ANOTHER PERSON", said)
    assert two.conversation.learner == two.record.learners[0].id


@pytest.mark.parametrize("said", ["Luis: b", "luis: b", "Luis: B", "Wilmer: b", "Luis Mamani: b"])
def test_an_answer_behind_the_name_of_a_stranger_is_not_graded_for_her(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", said)
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "who"
    assert not phone.answers()


@pytest.mark.parametrize("said", ["Respuesta: b", "opcion: b", "R: b", "profe: b", "Profe: b", "Rosa: b", "Tercio: b"])
def test_an_answer_behind_another_word_is_graded(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", said)
    assert [each.right for each in phone.answers()] == [True]
