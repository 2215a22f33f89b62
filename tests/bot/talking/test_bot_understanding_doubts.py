"""What somebody is not, and what she has finished, closes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, has_finished, interpret
from bot.talking.understanding.reading import PERHAPS, Reading

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
PLANTS = ("A) Enferma", "B) Cargada, con roya", "C) Cualquiera")


def read(reply: str, language: str = "es", options: tuple[str, ...] = PLANTS) -> Reading:
    return interpret(reply, language=language, options=options, vocabulary=WORDS, question=2)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "no soy agricultor"),
        ("es", "no soy de aca"),
        ("es", "no soy de Puno"),
        ("es", "No soy Peruana"),
        ("es", "no soy yo la que sembro"),
        ("es", "ya no soy socia"),
        ("es", "no soy buena para esto"),
        ("es", "no conozco ninguna plaga"),
        ("es", "aqui no hay nadie que me ayude"),
        ("en", "I'm not a farmer"),
        ("en", "i am not hungry"),
        ("en", "i am not in Kigali"),
        ("en", "i dont know who to ask"),
        ("fr", "je ne suis pas agriculteur"),
        ("fr", "je ne connais pas cette maladie"),
        ("rw", "sindi umuhinzi"),
        ("qu", "mana chakrayuqchu kani"),
    ],
)
def test_it_takes_what_somebody_is_not_for_no_wrong_number(language, said):
    assert read(said, language).result != "WRONG_NUMBER"
    heard = command(said, language=language, vocabulary=WORDS)
    assert heard is None or heard.result != "WRONG_NUMBER"


def test_it_takes_a_name_for_a_wrong_number_perhaps():
    for said, language in [("no soy Juan", "es"), ("no soy rosa", "es"), ("je ne suis pas Jean", "fr")]:
        assert read(said, language) == Reading(result="WRONG_NUMBER", argument=PERHAPS), said
    assert read("se equivoco").argument == PERHAPS
    assert read("si ndi Claudine", "rw").argument == read("mana Juanchu kani", "qu").argument == PERHAPS


def test_it_is_sure_of_a_number_that_is_called_wrong():
    for said, language in [
        ("numero equivocado", "es"),
        ("nro ekivocado", "es"),
        ("este numero no es de Juan", "es"),
        ("wrong number", "en"),
        ("this number is not John's", "en"),
        ("mauvais numéro", "fr"),
        ("nimero si yo", "rw"),
    ]:
        assert read(said, language) == Reading(result="WRONG_NUMBER"), said


def test_it_doubts_a_bare_word_for_stopping_while_a_question_is_open():
    assert read("para") == read("FIN!") == Reading(result="AMBIGUOUS", argument="STOP")
    assert command("fin", language="es", vocabulary=WORDS) == Reading(result="STOP")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "¡Ya terminé!"),
        ("es", "listo ya termine, gracias"),
        ("es", "ya lo lei"),
        ("es", "ok recibido"),
        ("en", "I have read it"),
        ("en", "i got the message"),
        ("fr", "j'ai lu"),
        ("rw", "nasomye"),
        ("es", "ya acabe"),
        ("en", "I'm done"),
        ("en", "I finished"),
        ("fr", "terminé"),
        ("rw", "ndarangije"),
    ],
)
def test_it_takes_having_finished_for_no_stop(language, said):
    assert read(said, language).result == "NONE"
    assert command(said, language=language, vocabulary=WORDS) is None
    assert has_finished(said, language=language, vocabulary=WORDS)


def test_it_hears_no_stop_in_a_wish_not_to_disturb_or_for_less_water():
    assert read("no quiero molestar").result == "NONE"
    assert read("ya basta de agua").result == read("stop the rain", "en").result == "AMBIGUOUS"
    assert not has_finished("ya termine de sembrar", language="es", vocabulary=WORDS)
    assert read("no deseo mas").result == "STOP"


def test_it_guesses_at_no_option_in_a_sentence_about_something_else():
    for said in ("mi nombre es Rosa Maria", "profe... mi planta tiene roya que hago"):
        assert read(said).guess == "", said
        assert len(read(said).result) > 1
    assert read("la que tiene roya").guess == "B"
    assert read("cargada con roya").result == "B"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "someone wrote the wrong number in my savings book"),
        ("en", "i sent the money to the wrong number"),
        ("es", "pusieron el numero equivocado en mi libreta"),
        ("es", "deposite al numero equivocado"),
        ("fr", "ils ont mis le mauvais numero dans mon carnet"),
    ],
)
def test_the_wrong_number_of_a_book_or_of_money_is_asked_about(language, said):
    wrong = Reading(result="WRONG_NUMBER", argument=PERHAPS)
    assert read(said, language) == command(said, language=language, vocabulary=WORDS) == wrong
