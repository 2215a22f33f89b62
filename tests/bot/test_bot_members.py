"""A cooperative's list, row by row: what is understood, and what is refused with which reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bot.cooperating import members
from bot.cooperating.members import Fault, Member, Reading
from bot.cooperating.numbers import BadNumber, e164

LANGUAGES = ("es", "en", "rw", "fr", "qu", "ay")


def read(header: str, row: str, country: str = "PE", sexes: Sequence[str] = ()) -> Member | tuple[Fault, ...]:
    reading = Reading(country=country, today=date(2026, 3, 2), languages=LANGUAGES)
    found = members.columns(header.split("|"))
    columns = members.Columns(places=found.places, women_are_m=members.sexes(sexes), ages=found.ages)
    return members.member(row.split("|"), 2, columns, reading)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("900000001", "PE", "+51900000001"),
        ("+51 900 000 001", "PE", "+51900000001"),
        ("51900000001", "PE", "+51900000001"),
        ("0051900000001", "PE", "+51900000001"),
        ("0900000001", "PE", "+51900000001"),
        ("51900000001.0", "PE", "+51900000001"),
        ("(900) 000-001", "PE", "+51900000001"),
        ("+51900000001", "RW", "+51900000001"),
        ("0788000001", "RW", "+250788000001"),
        ("250788000001", "PE", "+250788000001"),
        ("70000001", "BO", "+59170000001"),
        ("59170000001", "PE", "+59170000001"),
    ],
)
def test_it_reads_a_number_as_people_and_spreadsheets_write_it(written: str, country: str, number: str) -> None:
    assert e164(written, country)[0] == number


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "missing"),
        ("9.0E+08", "shortened"),
        ("5,19E+10", "shortened"),
        ("=A1", "formula"),
        ("90000000", "short"),
        ("9000000012", "long"),
        ("no tiene", "letters"),
        ("900000001 / 900000002", "several"),
        ("900000001, 900000002", "several"),
        ("014567890", "landline"),
        ("+254 711 234 567", "abroad"),
    ],
)
def test_it_says_why_a_number_cannot_be_one(written: str, why: str) -> None:
    with pytest.raises(BadNumber, match=why):
        e164(written, "PE")


@pytest.mark.parametrize(
    "header",
    [
        "Nombres y Apellidos|N° Celular|Sexo|Año de nacimiento|Caserío|Distrito",
        "Full name|Phone number|Gender|Birth Year|Village|District",
        "Nom complet|Téléphone|Sexe|Année de naissance|Communauté|Commune",
        "Amazina|Telefoni|Igitsina|Umwaka w'amavuko|Umudugudu|Akarere",
    ],
)
def test_it_knows_the_headings_of_four_languages(header: str) -> None:
    assert read(header, "Rosa|900000001|F|1985|La Palma|Jaén") == Member(
        line=2, phone="+51900000001", country="PE", name="Rosa", sex="f", birth_year=1985, community="La Palma",
        district="Jaén",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "born"), [("Edad|41", 1985), ("Edad (años)|41.0", 1985), ("EDAD|1985", 1985), ("Age|41", 1985)]
)
def test_a_column_of_ages_gives_the_year_in_which_she_was_born(written: str, born: int) -> None:
    heading, said = written.split("|")
    assert read(f"Telef. celular|{heading}", f"900000001|{said}") == Member(
        line=2, phone="+51900000001", country="PE", birth_year=born
    )


@pytest.mark.parametrize("written", ["Año de nacimiento|41", "Edad|3", "Edad|140", "Edad|joven"])
def test_what_is_neither_a_birth_year_nor_an_age_is_refused(written: str) -> None:
    heading, said = written.split("|")
    assert read(f"Celular|{heading}", f"900000001|{said}") == (Fault(field="birth_year", why="birth_year", value=said),)


def test_it_knows_a_heading_that_says_how_it_is_written() -> None:
    assert members.columns(["Teléf. celular", "Sexo (H/M)"]).places == {"phone": 0, "sex": 1}


def test_a_heading_that_was_named_wins_and_one_that_is_not_there_is_refused() -> None:
    assert members.columns(["Tel", "Cel. 1"], {"phone": "cel 1"}).places == {"phone": 1}
    with pytest.raises(KeyError):
        members.columns(["Tel"], {"phone": "Cel. 2"})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("QUISPE HUAMÁN, ROSA", "Rosa Quispe Huamán"),
        ("  rosa   quispe ", "Rosa Quispe"),
        ("Rosa 🌱", "Rosa"),
        ("'Rosa", "Rosa"),
        ("María del Carmen Fernández de la Torre Huamaní", "María del Carmen Fernández de la Torre Huamaní"),
        ("ROSA DE LA CRUZ QUISPE", "Rosa de la Cruz Quispe"),
        ("rosa t'ika ñahui", "Rosa T'ika Ñahui"),
    ],
)
def test_it_tidies_a_name(written: str, name: str) -> None:
    found = read("Celular|Nombre", f"900000001|{written}")
    assert isinstance(found, Member)
    assert found.name == name


@pytest.mark.parametrize("heading", ["Nombre", "Comunidad", "Distrito", "Operador", "Ficha", "Apoderado"])
def test_what_is_too_long_to_be_kept_whole_is_refused_and_never_cut(heading: str) -> None:
    whole = "Ana " + "b" * 56
    assert isinstance(read(f"Celular|{heading}", f"900000001|{whole}"), Member)
    (fault,) = read(f"Celular|{heading}", f"900000001|{whole}b")  # type: ignore[misc]
    assert (fault.why, fault.known) == ("too_long", "60")


def test_surnames_of_their_own_column_follow_the_name() -> None:
    found = read("Celular|Nombres|Apellidos", "900000001|Rosa|Quispe")
    assert isinstance(found, Member)
    assert found.name == "Rosa Quispe"


@pytest.mark.parametrize(("others", "sex"), [(["H"], "f"), (["F"], "m")])
def test_m_is_a_woman_beside_h_and_a_man_beside_f(others: list[str], sex: str) -> None:
    found = read("Celular|Sexo", "900000001|M", sexes=["M", *others])
    assert isinstance(found, Member)
    assert found.sex == sex


@pytest.mark.parametrize(
    ("heading", "written", "why"),
    [
        ("Sexo", "M", "sex_m"),
        ("Sexo", "abc", "sex"),
        ("Idioma", "klingon", "language"),
        ("Nacimiento", "1801", "birth_year"),
        ("Hora", "3", "hour"),
        ("Fecha de firma", "31/02/2026", "given_on"),
        ("Fecha de firma", "2026-03-03", "given_on"),
        ("Nombre", "=1+1", "formula"),
        ("Nombre", "NuÃ±ez", "garbled"),
        ("Caserío", "Ja\ufffdn", "garbled"),
    ],
)
def test_it_says_what_is_wrong_with_a_cell(heading: str, written: str, why: str) -> None:
    found = read(f"Celular|{heading}", f"900000001|{written}")
    assert isinstance(found, tuple)
    assert why in [each.why for each in found]


def test_it_names_everything_that_is_wrong_with_a_row_at_once() -> None:
    found = read("Celular|Idioma|Nacimiento", "9.0E+08|klingon|1801")
    assert isinstance(found, tuple)
    assert [each.field for each in found] == ["phone", "language", "birth_year"]


@pytest.mark.parametrize(("written", "hour"), [("18", 18), ("18:30", 18), ("6 pm", 18), ("7am", 7)])
def test_it_reads_an_hour(written: str, hour: int) -> None:
    found = read("Celular|Hora", f"900000001|{written}")
    assert isinstance(found, Member)
    assert found.hour == hour


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rosa", "Rosa Quispe", True),
        ("ROSA QUISPE", "Quispe Huamán Rosa", True),
        ("Rosa", "", True),
        ("Rosa Quispe", "Rosa Flores", False),
        ("Rosa", "Juan", False),
    ],
)
def test_it_tells_whether_two_names_can_be_one_person(one: str, other: str, same: bool) -> None:
    assert members.same_person(one, other) is same
