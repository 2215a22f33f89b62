"""`chasqui report`: the same words and numbers as on the pages, as a table, CSV, workbook and JSON."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.terminals import Terminal
from tests.store.planned import people, teach
from tests.store.rows import NOW


@pytest.fixture
def chasqui(terminal: Terminal) -> Terminal:
    database = terminal.database
    teach(database, course="vivero")
    long_ago = NOW - timedelta(days=900)
    people(database, 12, sex="f", cooperative="=cmd|' /C calc'!A0", course="vivero", created_at=long_ago)
    people(database, 3, start=12, sex="m", cooperative="sur", course="vivero", created_at=long_ago)
    people(database, 6, start=15, sex="", cooperative="sur", course="vivero", created_at=long_ago)
    return terminal.with_words("report")


def test_indicators_by_a_group_are_a_table_in_spanish_without_small_groups(chasqui: Terminal):
    told = chasqui("indicators", "I1", "--by", "sex", "--lang", "es")
    assert "Mujeres" in told
    assert "Grupos pequeños, juntos" in told
    assert "Hombres" not in told
    assert [line.split()[-4:] for line in told.splitlines() if "Total" in line] == [["21", "alcanzadas", "0", "0"]]


def test_csv_and_workbook_hold_the_same_and_no_formula(chasqui: Terminal, tmp_path: Path):
    chasqui("indicators", "I1,I3", "--by", "cooperative", "--format", "csv", "--out", "r.csv", "--lang", "en")
    chasqui("indicators", "I1,I3", "--by", "cooperative", "--format", "xlsx", "--out", "r.xlsx", "--lang", "en")
    rows = list(csv.reader((tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()))
    sheet = load_workbook(tmp_path / "r.xlsx").worksheets[0]
    cells = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Code", "Indicator", "Cooperative", "Of", "n", "What is counted", "How many", "%", "Note"]
    assert [row[4:] for row in rows] == [row[4:] for row in cells]
    assert any(row[2] == "'=cmd|' /C calc'!A0" for row in rows)
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}  # no formula
    assert sheet["E2"].value == 12


def test_json_is_for_a_program_and_hides_the_same(chasqui: Terminal):
    told = json.loads(chasqui("indicators", "I3", "--by", "sex,cooperative", "--format", "json", "--lang", "en"))
    assert told[-1]["n"] == 21
    assert all(line["n"] is None or line["n"] >= 5 for line in told)


def test_what_is_not_collected_says_what_would_be_needed(chasqui: Terminal):
    told = chasqui("indicators", "--missing", "--lang", "es")
    assert "I6" in told
    assert "Falta una prueba antes del curso" in told


def test_money_is_told_with_what_staff_cost(chasqui: Terminal):
    told = chasqui("money", "--staff", "2100,50", "--lang", "es")
    assert [line.split()[-1] for line in told.splitlines()[1:3]] == ["2100.50", "2100.50"]
    [each] = [line for line in told.splitlines() if line.startswith("Por persona inscrita")]
    assert each.split()[-4:] == ["21", "·", "·", "100.02"]


def test_wrong_words_are_refused_in_a_sentence(chasqui: Terminal):
    assert "«tamaño» no es un grupo" in chasqui("indicators", "--by", "tamaño", "--lang", "es", refused=True)
    assert "at most" in chasqui("indicators", "--by", "sex,age,place", "--lang", "en", refused=True).lower()
    assert "No hay un indicador I99" in chasqui("indicators", "I99", "--lang", "es", refused=True)
    assert "2026-02-30" in chasqui("indicators", "--from", "2026-02-30", "--lang", "es", refused=True)
    assert "ningún grupo nadie" in chasqui("cohort", "nadie", "--lang", "es", refused=True)
    assert "ninguna encuesta x" in chasqui("surveys", "x", "--lang", "es", refused=True)
    assert "cantidad" in chasqui("money", "--staff", "mucho", "--lang", "es", refused=True)
    assert "--out" in chasqui("indicators", "--format", "xlsx", refused=True)


def test_a_file_that_is_there_is_not_written_over(chasqui: Terminal, tmp_path: Path):
    (tmp_path / "r.csv").write_text("mine")
    assert "r.csv ya existe" in chasqui("indicators", "--format", "csv", "--out", "r.csv", "--lang", "es", refused=True)
    assert (tmp_path / "r.csv").read_text() == "mine"


def test_surveys_are_listed(chasqui: Terminal):
    assert "Todavía no hay nada" in chasqui("surveys", "--lang", "es")
