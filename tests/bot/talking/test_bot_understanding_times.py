"""Who wishes for no message at some hour is told how to choose one; who wishes for no message at all is let go."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret
from bot.talking.understanding.reading import PERHAPS, Reading

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
OPTIONS = ("Agua", "Sol", "Cal")


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("es", "no me manden a las mañanas"),
        ("es", "no me manden de noche"),
        ("es", "ya no quiero que me escriban de noche"),
        ("es", "no me molesten a la hora del almuerzo"),
        ("es", "de noche no me manden"),
        ("es", "no me manden mensajes a las 5 de la mañana"),
        ("en", "don't text me at night"),
        ("en", "please stop sending messages in the morning"),
        ("en", "don't message me so early"),
        ("fr", "n'écrivez pas la nuit"),
        ("fr", "ne m'envoyez pas de messages le matin"),
        ("rw", "ntimunyandikire nijoro"),
        ("ay", "jan apayanipxamti arumaxa"),
    ],
)
def test_it_takes_a_stop_for_one_time_of_day_for_the_wish_for_another_hour(language, wish):
    meant = Reading(result="HOUR", argument=PERHAPS)
    assert command(wish, language=language, vocabulary=WORDS) == meant
    assert interpret(wish, language=language, options=OPTIONS, vocabulary=WORDS) == meant


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("es", "no me manden más"),
        ("es", "no me manden mensajes"),
        ("es", "no me manden mensajes ni de dia ni de noche"),
        ("es", "no me manden a ninguna hora"),
        ("es", "no me manden mas, me despiertan de noche"),
        ("es", "no me manden mensajes, buenas noches"),
        ("es", "STOP no me manden de noche"),
        ("es", "baja, no me manden de noche"),
        ("es", "quiero salir esta noche"),
        ("en", "don't text me day or night"),
        ("en", "good morning stop texting me"),
        ("fr", "ne m'écrivez pas jour et nuit"),
        ("rw", "ntimunyoherereze ubutumwa"),
        ("qu", "manaña mensajeta munanichu"),
    ],
)
def test_it_takes_a_stop_for_all_times_or_for_none_named_for_a_stop(language, wish):
    assert command(wish, language=language, vocabulary=WORDS) == Reading(result="STOP")
    assert interpret(wish, language=language, options=OPTIONS, vocabulary=WORDS) == Reading(result="STOP")
