"""A stranger is answered in the language in which she begins, and who does not understand ours can say so in hers."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue


@pytest.mark.parametrize(
    ("said", "language"),
    [("YACHAY", "qu"), ("Imaynalla", "qu"), ("kamisaki", "ay"), ("AMASOMO", "rw"), ("¡Muraho!", "rw")],
)
def test_a_stranger_is_answered_in_the_one_language_that_her_word_belongs_to(
    real: Catalogue, said: str, language: str
) -> None:
    phone = Phone(catalogue=real)
    told = phone.write(said)

    assert told[0].startswith(real.wording.say(language, "menu.welcome", organisation="Norandino", n=9)[:12])
    assert (phone.conversation.language, phone.conversation.chosen) == (language, False)


@pytest.mark.parametrize("said", ["hola", "ok", "MENU", "VIVERO", "si", "ari", "aru", "Rosa"])
def test_a_word_that_several_share_changes_nothing(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write(said)

    assert phone.conversation.language in ("", "es")


def test_a_word_of_another_language_changes_nothing_for_who_learns_here(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "Imaynalla")

    assert phone.conversation.language == "es"


@pytest.mark.parametrize(("said", "language"), [("quechuata", "qu"), ("aymar arut arst'asiñ munta", "ay")])
def test_a_language_is_asked_for_in_its_own_words(real: Catalogue, said: str, language: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", said)

    assert phone.record.learners[0].language == language


def test_who_does_not_understand_the_language_is_asked_which(real: Catalogue) -> None:
    phone = Phone(catalogue=real)

    assert phone.write("no entiendo castellano") == [real.wording.say("es", "language.ask")]


@pytest.mark.parametrize("said", ["quiero en castellano nomas", "quiero volver a castellano", "castellano"])
def test_who_tried_another_language_finds_her_way_back(real: Catalogue, said: str) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "IDIOMA", "6")
    assert phone.conversation.language == "ay"
    phone.write(said)
    assert phone.conversation.language == "es"


def test_who_does_not_understand_another_language_is_asked_which(real: Catalogue) -> None:
    phone = Phone(catalogue=real)
    phone.write("VIVERO", "SI", "Rosa", "IDIOMA", "6")
    assert phone.write("no entiendo aymara") == [real.wording.say("ay", "language.ask")]


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("je ne comprends pas l'anglais", "fr"),
        ("simvuga icyongereza", "rw"),
        ("je parle français", "fr"),
    ],
)
def test_who_does_not_speak_english_says_so_in_her_own_language(alice: Phone, said: str, language: str) -> None:
    alice.write(said)
    assert alice.conversation.language == language

    alice.write("can we go back to english")
    assert alice.conversation.language == "en"


@pytest.mark.parametrize("words", [("KINYARWANDA",), ("LANGUAGE", "4")])
def test_a_question_about_her_between_lessons_waits_for_another_language(alice: Phone, words: tuple[str, ...]) -> None:
    alice.write("25", "B", "A")
    assert alice.conversation.prompt is not None
    assert alice.conversation.prompt.kind == "sex"

    said = alice.write(*words)
    assert said[-1].startswith("Ikibazo kuri mwe")
    alice.write("1")
    assert alice.record.learners[0].sex == "f"
