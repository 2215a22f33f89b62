"""Where the year of birth is asked, an age is as good; and who is a child by any of them needs a guardian's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.catalogue import Catalogue
from bot.talking import ages
from tests.bot.phones import Phone

LISTS = load_words(Path("content/words")).lists


@pytest.mark.parametrize(
    ("language", "written", "year"),
    [
        ("es", "1985", 1985),
        ("es", "15", 2011),
        ("es", "tengo 45 años", 1981),
        ("es", "45", 1981),
        ("es", "85", 1985),
        ("es", "nací en el 68", 1968),
        ("es", "tengo 68", 1958),
        ("es", "68", None),  # her age, or her year
        ("es", "15/04/68", 1968),
        ("es", "mil novecientos ochenta", 1980),
        ("es", "mil novecientos ochenta y cinco", 1985),
        ("es", "dos mil diez", 2010),
        ("es", "tengo catorce", 2012),
        ("es", "05", 2005),
        ("es", "2018", 2018),
        ("es", "2025", None),
        ("es", "no sé", None),
        ("en", "15 years old", 2011),
        ("en", "I'm fifteen", 2011),
        ("en", "nineteen eighty five", 1985),
        ("en", "mfite imyaka 15", 2011),
        ("fr", "j'ai 45 ans", 1981),
        ("rw", "imyaka cumi n'itanu", 2011),
        ("rw", "mfite imyaka mirongo itatu n'ibiri", 1994),
        ("es", "tengo treinta y un años", 1995),
        ("es", "veintiún años", 2005),
        ("es", "trenta i cinco", 1991),
        ("es", "mil novecientos noventa y uno", 1991),
        ("fr", "dix-sept ans", 2009),
        ("fr", "soixante et un ans", 1965),
        ("fr", "soixante-dix ans", 1956),
        ("fr", "j'ai soixante et onze ans", 1955),
        ("fr", "soixante-dix-sept ans", 1949),
        ("fr", "septante-trois ans", 1953),
        ("fr", "quatre-vingts ans", 1946),
        ("fr", "quatre-vingt-douze ans", 1934),
        ("fr", "quatre-vingt-dix-neuf ans", 1927),
        ("fr", "mille neuf cent quatre-vingt-cinq", 1985),
        ("fr", "soixante-dix", None),  # her age, or her year
    ],
)
def test_a_year_or_an_age_is_heard(language: str, written: str, year: int | None) -> None:
    assert ages.born_in_any(written, 2026, LISTS, language) == year


@pytest.mark.parametrize("age", ["15 years old", "15", "mfite imyaka 15", "i am fifteen", "2019", "8 years"])
def test_a_child_is_not_taught_before_a_guardians_word_however_the_age_is_said(real: Catalogue, age: str) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "yes", "Divine", age, "NEXT", "MENU", "1")

    assert phone.record.learners[0].guardian == "needed"
    assert phone.conversation.question is None


def test_a_number_that_may_be_either_is_asked_about(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "yes", "Divine")

    assert phone.write("68") == ["Are you 68 years old, or born in 1968? Write 68 YEARS or 1968."]
    phone.write("68 YEARS")
    assert phone.record.learners[0].birth_year == 1958
