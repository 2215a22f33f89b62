"""Commands spelt by ear or wished in free words are heard, and small talk in the same words is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret
from bot.talking.understanding.ear import command_by_ear
from bot.talking.understanding.patterns import compiled, expression
from bot.talking.understanding.shortening import shortens

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
HANDS = ("A) Agua y jabón", "B) Solo agua", "C) Ceniza")
METRES = ("A) 5 metros", "B) 10 metros", "C) 20 metros")
NUMBERS = ("A) 3", "B) 4", "C) 5")


def result(reply: str, language: str = "es", options: tuple[str, ...] = HANDS) -> str:
    return interpret(reply, language=language, options=options, vocabulary=WORDS, question=3).result


# --- by ear -----------------------------------------------------------------------------------------------------


def test_it_hears_a_command_that_is_spelt_by_ear():
    for reply in ("quiero canselar", "kiero zalir del kurso", "zaquenme de la lista", "la b, canselar"):
        assert result(reply) == "STOP", reply
    assert result("explikeme porfabor") == "HELP"
    assert result("numero ekivocado") == "WRONG_NUMBER"
    assert result("vorren mis datos") == "ERASE"
    assert command("kiero bolver al curso", language="es", vocabulary=WORDS).result == "START"


def test_it_hears_l_for_r_in_kinyarwanda_and_nothing_more():
    assert result("hagalika", "rw") == result("muleke kunyandikila", "rw") == "STOP"
    assert result("ndashaka kubamo", "rw") == "NONE"  # to be in it; "kuvamo" is to leave


def test_it_keeps_two_words_apart_that_are_heard_apart():
    assert command_by_ear("canselar", "es") == command_by_ear("kancelar", "es") == command_by_ear("cancelar", "es")
    assert command_by_ear("parrar", "es") != command_by_ear("parar", "es")
    assert command_by_ear("kubamo", "rw") != command_by_ear("kuvamo", "rw")
    assert command_by_ear("se", "es") == ""


def test_it_takes_a_word_by_ear_for_the_option_that_it_equals():
    assert result("vaja", options=("A) Alta", "B) Baja", "C) Media")) == "B"
    assert result("canselar", options=("A) Cancelar la deuda", "B) Pedir más", "C) Nada")) == "AMBIGUOUS"


# --- what a wish to stop is about ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wish", "innocent"),
    [
        ("es", "quiero cancelar", "quiero cancelar mi deuda"),
        ("es", "quiero salir", "quiero salir a vender"),
        ("es", "ya no quiero", "ya no quiero sembrar papa"),
        ("en", "i want to stop", "i want to stop the disease"),
        ("en", "stop now", "stop the water"),
        ("en", "i dont want this", "i dont want this disease on my farm"),
        ("fr", "je veux arrêter", "je veux arrêter la maladie"),
        ("rw", "ndashaka guhagarika", "ndashaka guhagarika indwara"),
    ],
)
def test_it_stops_nobody_who_speaks_of_something_else(language: str, wish: str, innocent: str):
    assert result(wish, language) == result(f"{wish}, murakoze", language) == "STOP"
    assert result(innocent, language) in ("NONE", "AMBIGUOUS")


def test_it_stops_one_who_says_why_or_signs():
    for reply in ("quiero salir porque no tengo tiempo", "quiero parar, estoy enfermo", "quiero salir Rosa Quispe"):
        assert result(reply) == "STOP", reply


def test_it_takes_tomorrow_for_no_wish_to_stop():
    for reply in ("mañana", "hola, mañana", "mañana profe"):  # "manaña" is no more, in Quechua
        assert result(reply) == "NONE", reply
        assert command(reply, language="es", vocabulary=WORDS) is None, reply


def test_it_does_not_stop_one_who_denies_it():
    for reply, language in (("i dont want to stop", "en"), ("sinshaka kuvamo", "rw"), ("no quiero salirme", "es")):
        assert result(reply, language) == "AMBIGUOUS", reply


def test_it_reads_a_full_stop_at_the_end_of_a_pattern():
    found = next(compiled([("STOP", "quiero cancelar .")], ("STOP", "")).at(("quiero", "cancelar", "deuda"), 0))
    assert (found.end, found.closed) == (2, True)
    assert expression("quiero cancelar .") == expression("quiero cancelar")


# --- in free words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "language", "expected"),
    [
        ("no llego completo, mandeme otra vez", "es", "REPEAT"),
        ("se me borro la pregunta sin querer", "es", "REPEAT"),
        ("i could not read the whole message, send again", "en", "REPEAT"),
        ("la question est arrivée coupée", "fr", "REPEAT"),
        ("me sali por error, quiero volver", "es", "START"),
        ("i left by mistake, i want to come back", "en", "START"),
        ("me falta mucho para acabar?", "es", "STATUS"),
        ("combien de leçons ai-je faites", "fr", "STATUS"),
        ("el tecnico no llego", "es", "NONE"),
        ("cuanto me falta para pagar la deuda", "es", "NONE"),
        ("my friend wants to join the course", "en", "ANOTHER"),
        ("la moitié du groupe n'est pas venue", "fr", "NONE"),
    ],
)
def test_it_hears_a_wish_of_which_every_word_belongs_to_it(reply: str, language: str, expected: str):
    assert result(reply, language) == expected


# --- numbers, units and places ------------------------------------------------------------------------------------


def test_it_knows_a_unit_with_letters_left_out():
    for reply in ("20 mts", "20mts", "20m", "veinte mtrs"):
        assert result(reply, options=METRES) == "C", reply
    assert result("20 kilos", options=METRES) == "AMBIGUOUS"
    assert result("2kg") == result("3m") == "NONE"
    assert shortens("mts", "metros")
    assert not shortens("mas", "metros")


def test_it_takes_money_with_its_sign_and_cents():
    soles = ("A) 5 soles", "B) 50 soles", "C) 100 soles")
    assert result("S/50.00", options=soles) == result("s/. 50", options=soles) == "B"


def test_it_asks_where_a_number_is_written_like_a_place():
    assert result("la 4", options=NUMBERS) == result("opcion 5", options=NUMBERS) == "AMBIGUOUS"
    assert result("la 20", options=("A) 10", "B) 20", "C) 30")) == "B"  # no question has twenty options
    assert result("4", options=NUMBERS) == result("son 4", options=NUMBERS) == "B"


def test_it_takes_no_ordinal_for_a_place_that_counts_something_else():
    for reply in ("la primera cosecha", "la segunda vez", "la ultima vez", "el primero de mayo", "la 2da siembra"):
        assert result(reply) == "NONE", reply
    assert result("the second week", "en") == result("la dernière récolte", "fr") == "NONE"
    assert result("la segunda opcion") == result("la segunda es la correcta") == "B"


def test_it_knows_a_label_word_with_letters_left_out():
    for reply in ("rsta b", "rpst. b", "altern b", "numr 2"):
        assert result(reply) == "B", reply


def test_it_asks_about_an_option_that_was_only_begun():
    assert result("cada", options=("A) Cada mes", "B) Cada año", "C) Nunca")) == "AMBIGUOUS"
    assert result("cada") == "NONE"


# --- labels and numbers --------------------------------------------------------------------------------------------


def test_it_asks_where_the_letter_and_the_text_are_of_two_options():
    light = ("A) À l'ombre", "B) En plein soleil")
    assert result("A en plein soleil", "fr", light) == "AMBIGUOUS"
    assert result("B en plein soleil", "fr", light) == "B"
    assert result("à l'ombre", "fr", light) == "A"
    assert result("A al sol", "es", ("A) A la sombra", "B) Al sol")) == "AMBIGUOUS"
    assert result("A in full sun", "en", ("A) Under the shade", "B) In full sun")) == "AMBIGUOUS"


def test_it_hears_a_letter_that_is_written_to_its_word():
    assert result("opcionb") == result("optionb", "en") == result("reponseb", "fr") == "B"
    assert result("answerd", "en", ("A) Sun", "B) Rain", "C) Wind", "D) Snow")) != "D"


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("es", "cuarenta y cinco días"),
        ("es", "cuarenta y cinco"),
        ("en", "forty-five"),
        ("fr", "quarante cinq"),
        ("rw", "mirongo ine na gatanu"),
    ],
)
def test_it_reads_a_number_of_several_words(language, reply):
    assert result(reply, language, ("A) 15", "B) 30", "C) 45")) == "C"
    assert result("75", "fr", ("A) soixante", "B) soixante quinze", "C) cent")) == "B"
    assert result("dos y tres", "es", ("A) 2", "B) 3", "C) 5")) == "AMBIGUOUS"
