"""What people of no schooling write for a name, a year of birth and years of work."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.talking import introducing

LISTS = Shelf(Path(__file__).parents[3] / "content")().vocabulary.lists["es"]


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("1968", 1968),
        ("nací en 1968", 1968),
        ("58 años", 1968),
        ("tengo 58", 1968),
        ("58 años y medio creo", 1968),
        ("68", None),  # her age, or her year
        ("el 68", None),
        ("no sé", None),
        ("15/04/68", None),
        ("cuarenta y cinco", 1981),
        ("sesenta y ocho", None),
        ("mil novecientos ochenta", 1980),
        ("1868", None),
        ("desde los 10 años trabajo en el café", None),  # for how long, not how old
        ("trabajo hace 20 años", None),
    ],
)
def test_a_year_is_read_from_the_year_or_from_her_age_and_never_guessed(written: str, year: int | None) -> None:
    assert introducing.year_in(written, 2026, LISTS) == year


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("30", 30),
        ("unos 30 años", 30),
        ("20 o 25", 20),
        ("más de treinta", 30),
        ("treinta y cinco años", 35),
        ("desde 1990", 36),
        ("desde mil novecientos noventa", 36),
        ("veinte o veinticinco", 20),
        ("de cinco a diez años", 5),
        ("quince años", 15),
        ("toda la vida", None),
        ("900", None),
        ("0", 0),
    ],
)
def test_years_of_work_are_read_as_people_say_them(written: str, years: int | None) -> None:
    assert introducing.years_in(written, 2026, LISTS) == years


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Rosa Quispe Mamani", "Rosa Quispe Mamani"),
        ("me llamo Rosa Quispe", "Rosa Quispe"),
        ("¿qué es eso?", None),
        ("para que quieren saber mi nombre ustedes", None),
        ("no sé", None),
        ("1968", None),
        ("cuarenta y cinco", None),
    ],
)
def test_a_question_is_no_name_for_a_certificate(written: str, name: str | None) -> None:
    assert introducing.name_in(written, LISTS) == name
