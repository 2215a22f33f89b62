"""A pause is as long as it is asked for, in days, weeks or months."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret
from bot.talking.understanding.reading import UNREAD, Reading

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
DAYS = ("A) 15 días", "B) 30 días", "C) 45 días")


@pytest.mark.parametrize(
    ("language", "wish", "days"),
    [
        ("es", "PAUSA 30", "30"),
        ("es", "PAUSA", ""),
        ("es", "PAUSA un mes", "30"),
        ("es", "PAUSA 2 semanas", "14"),
        ("es", "pausa 1 mes y 15 dias", "45"),
        ("es", "pausame 15 dias", "15"),
        ("es", "deme dos semanas de descanso", "14"),
        ("es", "pausa unas semanas", ""),
        ("en", "pause for 2 weeks", "14"),
        ("en", "i need a break of one month", "30"),
        ("fr", "pause pendant un mois", "30"),
        ("en", "PAUSE trois semaines", "21"),
        ("es", "pausa vingt et un jours", "21"),
        ("fr", "je veux une pause de quinze jours", "15"),
        ("rw", "ikiruhuko ibyumweru bibiri", "14"),
        ("rw", "ikiruhuko cy'iminsi 10", "10"),
        ("qu", "samay iskay semana", "14"),
        ("ay", "samaraña mä phaxsi", "30"),
    ],
)
def test_it_hears_how_long_a_pause_is(language, wish, days):
    assert command(wish, language=language, vocabulary=WORDS) == Reading(result="PAUSE", argument=days)
    assert interpret(wish, language=language, options=("Agua", "Sol", "Cal"), vocabulary=WORDS).argument == days


def test_it_takes_no_pause_of_another_length_for_one_that_it_cannot_read():
    for said in ("pausa 2 o 3 semanas", "pausa 2 horas", "pausa una semana y media"):
        assert command(said, language="es", vocabulary=WORDS) == Reading(result="PAUSE", argument=UNREAD), said


def test_it_takes_an_answer_that_speaks_of_a_rest_for_the_answer():
    assert interpret("descansa 15 días", language="es", options=DAYS, vocabulary=WORDS).result == "A"
    assert interpret("PAUSA 15", language="es", options=DAYS, vocabulary=WORDS).argument == "15"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "PAUSA mil"),
        ("es", "PAUSA cuando quiera"),
        ("es", "estoy enferma, pausa hasta el lunes"),
        ("en", "PAUSE until monday"),
        ("en", "pause once a week"),
        ("fr", "PAUSE jusqu'à lundi"),
    ],
)
def test_it_hears_a_pause_whose_length_it_cannot_read(language, said):
    unread = Reading(result="PAUSE", argument=UNREAD)
    assert command(said, language=language, vocabulary=WORDS) == unread
    assert interpret(said, language=language, options=("Agua", "Sol", "Cal"), vocabulary=WORDS) == unread


def test_a_pause_beside_something_else_is_what_else_is_said():
    for said, heard in (("PAUSA quiero darme de baja", "STOP"), ("pausa, la b", "AMBIGUOUS"), ("pausa no", "NONE")):
        assert interpret(said, language="es", options=("Agua", "Sol", "Cal"), vocabulary=WORDS).result == heard, said
