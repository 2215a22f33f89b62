"""Her hour is heard in figures, in words, and as it is counted where she lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret
from bot.talking.understanding.reading import UNREAD, Reading

WORDS = load_words(Path(__file__).parents[3] / "content" / "words")
PARTS = ("De la punta", "Del tercio medio", "Recogida del suelo")


@pytest.mark.parametrize(
    ("language", "said", "hour"),
    [
        ("es", "HORA 19", "19"),
        ("es", "HORA 7.30", "7"),
        ("es", "HORA siete y media", "7"),
        ("es", "HORA a las siete y media de la noche", "19"),
        ("es", "HORA a la una de la tarde", "13"),
        ("es", "HORA mediodía", "12"),
        ("es", "HORA diez y cinco", "10"),
        ("es", "HORA diez y siete", "17"),
        ("es", "HORA cuando pueda", UNREAD),
        ("en", "HOUR half past seven", "7"),
        ("en", "HOUR quarter past eight in the evening", "20"),
        ("en", "HOUR noon", "12"),
        ("en", "HOUR whenever you like", UNREAD),
        ("fr", "HEURE dix-sept heures", "17"),
        ("fr", "HEURE dix-huit", "18"),
        ("fr", "HEURE dix-neuf heures", "19"),
        ("fr", "HEURE 19h30", "19"),
        ("fr", "HEURE midi", "12"),
        ("fr", "HEURE sept heures et demie", "7"),
        ("en", "HEURE dix-sept heures", "17"),
        ("rw", "ISAHA saa moya", "7"),
        ("rw", "ISAHA saa mbiri z'umugoroba", "20"),
        ("rw", "ISAHA saa kumi n'ebyiri", "18"),
        ("rw", "ISAHA saa kumi n'ebyiri za mugitondo", "6"),
        ("rw", "ISAHA cumi na karindwi", "17"),
    ],
)
def test_it_hears_the_hour(language, said, hour):
    heard = Reading(result="HOUR", argument=hour)
    assert command(said, language=language, vocabulary=WORDS) == heard
    assert interpret(said, language=language, options=PARTS, vocabulary=WORDS) == heard


def test_some_other_hour_is_not_hers():
    assert interpret("hora de almuerzo", language="es", options=PARTS, vocabulary=WORDS).result == "NONE"
