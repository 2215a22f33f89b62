"""Cooperatives, officers, cohorts, dates and members as a coordinator makes them at the terminal."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from authoring.shelf import Shelf
from bot.cooperating import pins
from bot.people import OPERATOR
from store import organisations
from store.database import Database
from store.tables import learners, thread_learners, threads
from tests.cli.terminals import Terminal
from tests.houses import JUAN, ROSA, Clock, Phone, build, say, settle
from tests.store.rows import NOW, rows

HOUR_IN_LIMA = 15  # of UTC, at which it is ten in the morning there


class Spoken(Terminal):
    """In English, but for the report on a list, which is read in Spanish."""

    def __call__(self, *arguments: str, refused: bool = False, typed: str = "") -> str:
        chosen = arguments[:2] == ("learners", "import") or "--lang" in arguments
        told = arguments if chosen else (*arguments, "--lang", "en")
        return super().__call__(*told, refused=refused, typed=typed)


@pytest.fixture
def database(terminal: Terminal) -> Database:
    return terminal.database


@pytest.fixture
def chasqui(terminal: Terminal) -> Terminal:
    terminal.monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    return Spoken(terminal.capsys, terminal.monkeypatch, terminal.database)


@pytest.fixture
def jaen(chasqui: Terminal) -> Terminal:
    chasqui("cooperative", "add", "norandino", "Cooperativa Norandino")
    chasqui("cohort", "add", "jaen-1", "--course", "vivero", "--cooperative", "norandino", "--starts", "2/3/2026")
    return chasqui


def test_what_is_unknown_is_refused_with_what_comes_near(jaen: Terminal) -> None:
    assert "Did you mean norandino" in jaen("officer", "add", "Ana", "--cooperative", "norandin", refused=True)
    assert "Did you mean vivero" in jaen("cohort", "add", "x-1", "--course", "vivreo", refused=True)
    assert "Did you mean jaen-1" in jaen("session", "add", "jaen", "2030-01-01", "4pm", refused=True)
    assert "such as: sol-y-sombra" in jaen("cooperative", "add", "Sol y Sombra", "Sol y Sombra", refused=True)
    assert "already" in jaen("cooperative", "add", "norandino", "Otra", refused=True)


def test_a_pin_is_shown_once_and_kept_as_a_hash(jaen: Terminal, database: Database) -> None:
    said = jaen("officer", "add", "Elena Ruiz", "--cooperative", "norandino", "--phone", "900 000 009")
    pin = re.findall(r"^PIN: (\d{6})$", said, re.MULTILINE)[0]
    with database.reading() as conn:
        [elena] = organisations.all_officers(conn, OPERATOR)
    assert elena.addresses == ("tel:+51900000009",)
    assert pins.matches(pin, elena.pin)
    assert pin not in elena.pin
    assert pin not in jaen("officer", "list", "--json")


@pytest.mark.parametrize("weak", ["123456", "000000", "000009", "12"])
def test_a_weak_pin_of_ones_own_is_refused(jaen: Terminal, weak: str) -> None:
    officer = ("officer", "add", "Ana", "--cooperative", "norandino", "--phone", "+51900000009", "--own-pin")
    assert "Nothing was changed" in jaen(*officer, refused=True, typed=f"{weak}\n")
    assert jaen("officer", "list", "--json").strip() == "[]"


def test_a_pin_of_ones_own_is_read_from_standard_input_and_never_shown(jaen: Terminal, database: Database) -> None:
    jaen("officer", "add", "Ana", "--cooperative", "norandino", "--telegram", "12345")
    assert "483920" not in jaen("officer", "pin", "ana", "--own-pin", typed="48 39 20\n")
    with database.reading() as conn:
        assert pins.matches("483920", organisations.all_officers(conn, OPERATOR)[0].pin)


def test_days_are_written_in_either_language(jaen: Terminal) -> None:
    jaen("cohort", "add", "dos", "--course", "vivero", "--days", "viernes, Mié y lunes")
    found = {each["id"]: each["days"] for each in json.loads(jaen("cohort", "list", "--json"))}
    assert found == {"dos": ["mon", "wed", "fri"], "jaen-1": ["mon", "wed", "fri"]}
    assert "'viernez'" in jaen("cohort", "add", "tres", "--course", "vivero", "--days", "viernez", refused=True)


def test_a_date_is_local_and_cannot_be_past(jaen: Terminal, database: Database) -> None:
    year = database.now().year + 1
    assert f"{year}-12-03 16:00 (America/Lima)" in jaen("session", "add", "jaen-1", f"3/12/{year}", "4pm")
    assert json.loads(jaen("session", "list", "--json"))[0]["at"] == f"{year}-12-03 16:00"
    assert "is past" in jaen("session", "add", "jaen-1", "2020-01-01", "16:00", refused=True)
    assert "is no time" in jaen("session", "add", "jaen-1", "2030-01-01", "25:00", refused=True)
    assert "called off" in jaen("session", "cancel", "1")
    jaen("session", "cancel", "1", refused=True)


def test_learners_are_taken_in_by_number_or_cooperative(jaen: Terminal) -> None:
    Path("m.csv").write_text("celular,nombre\n900000001,Rosa\n900000002,Juan\n")
    jaen("learners", "import", "m.csv", "--cooperative", "norandino")
    assert "1 came into jaen-1" in jaen("cohort", "enrol", "jaen-1", "900000001")
    assert "1 came into jaen-1; 1 were in it" in jaen("cohort", "enrol", "jaen-1", "--cooperative", "norandino")
    missing = jaen("cohort", "enrol", "jaen-1", "900000077", refused=True)
    assert "900000077. Nothing was changed" in missing
    assert [each["agreed"] for each in json.loads(jaen("cohort", "members", "jaen-1", "--json"))] == ["not yet"] * 2


def test_a_dry_run_says_everything_and_keeps_nothing(jaen: Terminal, database: Database) -> None:
    Path("m.csv").write_text("Celular;Nombre\n900000001;Rosa\n9.0E+08;Ana\n")
    said = jaen("learners", "import", "m.csv", "--cohort", "jaen-1", "--dry-run", refused=True)
    assert "línea 2: Rosa, +51900000001, norandino" in said
    assert "línea 3: celular «9.0E+08»: la hoja de cálculo acortó el número" in said
    assert "no se guardó nada" in said
    assert rows(database, "SELECT count(*) FROM learners") == [(0,)]


def test_the_bad_rows_can_be_mended_and_imported(jaen: Terminal, database: Database) -> None:
    Path("m.csv").write_text("Celular;Nombre\n900000001;Rosa\n9.0E+08;Ana\n")
    said = jaen("learners", "import", "m.csv", "--bad", "bad.csv", "--lang", "en", refused=True)
    assert "The bad rows are in bad.csv" in said
    held = Path("bad.csv").read_text("utf-8-sig")
    assert "line" not in held.splitlines()[0]
    Path("bad.csv").write_text(held.replace("9.0E+08", "900000003", 1))
    jaen("learners", "import", "bad.csv")
    assert rows(database, "SELECT name FROM learners ORDER BY name") == [("Ana",), ("Rosa",)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--map", "phone=Celu"), 1, "Tiene: Cel 1"),
        (("--map", "fono"), 2, "escriba uno de phone"),
        (("--reference", "F-1", "--map", "phone=Cel 1"), 2, "--basis paper"),
        (("--cooperative", "norte", "--map", "phone=Cel 1"), 1, "No existe la cooperativa"),
        (("--basis", "paper", "--given-on", "2999-01-01", "--map", "phone=Cel 1"), 1, "un día que ya pasó"),
        ((), 1, 'Dígalo así: --map phone="Cel 1"'),
    ],
)
def test_an_import_that_cannot_be_is_refused_in_one_sentence(
    jaen: Terminal, arguments: tuple[str, ...], code: int, said: str
) -> None:
    Path("m.csv").write_text("Cel 1;Quién\n900000001;Rosa\n")
    assert said in jaen("learners", "import", "m.csv", *arguments, refused=code)


@pytest.mark.parametrize("more", [(), ("--map", "phone=Contacto")])
def test_no_line_of_a_file_without_headings_is_shown(jaen: Terminal, more: tuple[str, ...]) -> None:
    Path("wrong").write_text("CHASQUI_SECRET_KEY=canary-word\nCHASQUI_COUNTRY=PE\n")
    said = jaen("learners", "import", "wrong", *more, refused=True)
    assert "ninguna de sus primeras filas tiene títulos conocidos" in said
    assert "canary" not in said
    assert "CHASQUI_" not in said


def test_what_is_written_out_comes_in_again_as_known(jaen: Terminal) -> None:
    Path("m.csv").write_text("celular;nombre;sexo\n900000001;Rosa;mujer\n")
    jaen("learners", "import", "m.csv", "--cohort", "jaen-1")
    for name in ("out.csv", "out.xlsx"):
        jaen("learners", "export", name)
        assert "1  conocidas: sin cambios" in jaen("learners", "import", name)
        jaen("learners", "export", name, refused=True)
    assert '"Rosa","\'+51900000001","es","f"' in jaen("learners", "export")


def test_who_has_two_phones_comes_in_again_by_the_first(jaen: Terminal, database: Database) -> None:
    Path("m.csv").write_text("celular;nombre;sexo\n900000001;Rosa;mujer\n")
    jaen("learners", "import", "m.csv", "--cohort", "jaen-1")
    with database.writing() as conn:
        (rosa,) = conn.execute(select(learners.c.id)).scalars()
        for address in ("tel:+51900000002", "tel:+51900000003"):
            conn.execute(insert(threads), {"address": address, "sender": "t", "state": "open", "updated_at": NOW})
            conn.execute(insert(thread_learners), {"address": address, "learner": rosa})
    jaen("learners", "export", "out.csv")
    (written,) = csv.DictReader(StringIO(Path("out.csv").read_text(encoding="utf-8-sig")))
    assert written["phone"].lstrip("'") == "+51900000001"
    assert written["more phones"].lstrip("'") == "+51900000002 +51900000003"
    assert "1  conocidas: sin cambios" in jaen("learners", "import", "out.csv")


# --- from the list to the first lesson ---


def dialogue(phone: Phone) -> list[str]:
    return [*phone.texts(ROSA), *phone.texts(JUAN)]


async def test_an_import_leads_to_one_invitation_and_a_yes_to_the_first_lesson(
    jaen: Terminal, database: Database, tmp_path: Path
) -> None:
    Path("m.csv").write_text("celular;nombre\n900000001;Rosa\n900000002;Juan\n")
    jaen("learners", "import", "m.csv", "--cohort", "jaen-1")
    phone, clock = Phone(), Clock(database.now().replace(hour=HOUR_IN_LIMA))
    clock.wait(days=1)
    house = build(database, Shelf(tmp_path / "content"), [phone], clock)

    await settle(house)
    assert [each.count("le invita al curso") for each in dialogue(phone)] == [1, 1]
    jaen("learners", "import", "m.csv", "--cohort", "jaen-1")
    for _ in range(20):
        clock.wait(days=1)
        await settle(house)
    assert len(dialogue(phone)) == 2  # silence is no

    await say(house, "SI")
    assert "Rosa" in phone.texts(ROSA)[1]
    assert "A)" in phone.said[-1].content.text or phone.said[-1].content.choices
    assert rows(database, "SELECT course FROM enrolments") == [("vivero",)]
    await say(house, "NO", first=10, address=JUAN)
    before = len(phone.texts(JUAN))
    for _ in range(20):
        clock.wait(days=1)
        await settle(house)
    assert len(phone.texts(JUAN)) == before
    assert json.loads(jaen("cohort", "members", "jaen-1", "--json"))[0]["agreed"] == "no"


async def test_who_signed_hears_who_writes_and_how_to_stop_before_anything_else(
    jaen: Terminal, database: Database, tmp_path: Path
) -> None:
    Path("m.csv").write_text("celular;nombre;ficha\n900000001;Rosa;F-17\n900000002;Juan;\n")
    paper = ("--basis", "paper", "--given-on", "1/2/2026")
    said = jaen("learners", "import", "m.csv", "--cohort", "jaen-1", *paper, refused=True)
    assert "falta la referencia del consentimiento en papel" in said
    phone, clock = Phone(), Clock(database.now().replace(hour=HOUR_IN_LIMA))
    clock.wait(days=1)
    house = build(database, Shelf(tmp_path / "content"), [phone], clock)
    await settle(house)
    first = phone.texts(ROSA)[0]
    assert "Norandino" in first
    assert "aceptó en papel" in first
    assert "BAJA" in first
    assert phone.texts(JUAN) == []
    await say(house, "SI")
    assert len(phone.texts(ROSA)) > 1
    ledger = "SELECT method, reference, given_on FROM consents WHERE method = 'paper'"
    assert rows(database, ledger) == [("paper", "F-17", "2026-02-01")]
