"""Lists that cooperatives send: damaged, mangled by a spreadsheet, or made to do harm."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from authoring import members
from authoring.members import read
from authoring.workbooks import ROOT, UnreadableList
from store.database import Database
from tests.store.rows import rows


def written(folder: Path, held: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(held)
    return path


def workbook(folder: Path, *table: list[object], name: str = "list.xlsx") -> Path:
    book = Workbook()
    assert book.active is not None
    for row in table:
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def repacked(path: Path, name: str, held: bytes) -> Path:
    """The workbook with one more part, or with a part that says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, held)
    path.write_bytes(out.getvalue())
    return path


# BI063
@pytest.mark.parametrize("alphabet", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_alphabet_and_separator_is_read(tmp_path: Path, alphabet: str, separator: str) -> None:
    text = f"Nombre{separator}Celular\r\nÑusta Muñoz{separator}900000001\r\n"
    sheet = read(written(tmp_path, text.encode(alphabet)))
    assert sheet.header == ("Nombre", "Celular")
    assert sheet.rows == ((2, ("Ñusta Muñoz", "900000001")),)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_title_above_the_headings_is_passed_over(tmp_path: Path, separator: str) -> None:
    table = ["N°|Celular|Nombre", "1|900000001|Ana", "2|900000002|Luz"]
    held = "\n".join(["Lista de socios, Cooperativa Norte, 2026", "", *table]).replace("|", separator)
    sheet = members.headed(read(written(tmp_path, held.encode())))
    assert sheet.header == ("N°", "Celular", "Nombre")
    assert sheet.rows == ((4, ("1", "900000001", "Ana")), (5, ("2", "900000002", "Luz")))


def test_a_title_in_a_workbook_is_passed_over_too(tmp_path: Path) -> None:
    sheet = members.headed(read(workbook(tmp_path, ["Socios 2026"], [], ["Nombre", "Celular"], ["Ana", "900000001"])))
    assert (sheet.header, sheet.rows) == (("Nombre", "Celular"), ((4, ("Ana", "900000001")),))


def test_headings_of_somebodys_own_are_found_by_what_she_told_of_them(tmp_path: Path) -> None:
    sheet = read(written(tmp_path, b"Socios\nContacto;Quien\n900000001;Ana\n"))
    assert members.headed(sheet, ["contacto"]).header == ("Contacto", "Quien")
    assert members.headed(sheet) == sheet


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("list.pdf", b"%PDF-1.7 1 0 obj"),
        ("list.csv", b"%PDF-1.7 1 0 obj"),
        ("list.docx", b"PK\x03\x04 word/document.xml"),
        ("list", b"PK\x03\x04 word/document.xml"),
        ("list.jpg", b"\xff\xd8\xff\xe0"),
        ("list.csv", b"\x89PNG\r\n"),
    ],
)
def test_what_is_no_list_is_not_said_to_be_an_empty_or_a_broken_one(tmp_path: Path, name: str, held: bytes) -> None:
    with pytest.raises(UnreadableList) as refused:
        read(written(tmp_path, held, name))
    assert refused.value.why == "kind"


# BI063
def test_two_alphabets_in_one_file_are_refused_with_the_line(tmp_path: Path) -> None:
    held = "Nombre;Celular\nMuñoz;900000001\n".encode() + "Núñez;900000002\n".encode("cp1252")
    with pytest.raises(UnreadableList) as refused:
        read(written(tmp_path, held))
    assert (refused.value.why, refused.value.values) == ("mixed", {"line": "3"})


# BI063
def test_a_mark_inside_the_file_is_no_letter(tmp_path: Path) -> None:
    sheet = read(written(tmp_path, "Nombre;Celular\n\ufeffRosa;900000001\n".encode()))
    assert sheet.rows[0][1] == ("Rosa", "900000001")


# BI064
def test_a_shortened_number_is_refused_and_a_whole_one_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Phone"], [51900000001.0], ["2.54711E+11"], ["'0711 234 567"], [900000001])
    assert [cells[0] for _, cells in read(path).rows] == ["51900000001", "2.54711E+11", "'0711 234 567", "900000001"]


# BI066
def test_a_workbook_that_swells_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = repacked(workbook(tmp_path, ["Phone"]), "xl/sharedStrings.xml", b"A" * 49_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(UnreadableList, match="bomb"):
        read(path)


# BI066
def test_a_workbook_of_a_thousand_parts_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Phone"])
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(1001):
            packed.writestr(f"x{number}", b"")
    with pytest.raises(UnreadableList, match="bomb"):
        read(path)


# BI067
def test_one_cell_far_away_is_too_wide(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "Phone"
    book.active["XFD2"] = "x"
    book.save(tmp_path / "wide.xlsx")
    with pytest.raises(UnreadableList, match="too_wide"):
        read(tmp_path / "wide.xlsx")


# BI067
def test_a_cell_in_the_last_row_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "Phone"
    book.active["A2"] = "900000001"
    book.active["A1048576"] = "900000002"
    book.save(tmp_path / "long.xlsx")
    with pytest.raises(UnreadableList, match="too_long"):
        read(tmp_path / "long.xlsx")


# BI067
def test_macros_and_passwords_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableList, match="macros"):
        read(repacked(workbook(tmp_path, ["Phone"]), "xl/vbaProject.bin", b"x"))
    with pytest.raises(UnreadableList, match="locked"):
        read(written(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "secret.xlsx"))
    with pytest.raises(UnreadableList, match="format"):
        read(written(tmp_path, b"x", "list.xlsm"))


# BI067
def test_a_formula_is_never_worked_out(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Phone", "Name"], ["900000001", '=HYPERLINK("http://x","y")'])
    assert read(path).rows == ((2, ("900000001",)),)


# BI068
@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b'Celular;Nombre\n900000001;"Rosa\n900000002;Ana\n', "quote"),
        (b"Celular;Nombre\n900000001;" + b"x" * 70_000 + b"\n", "cell"),
        (b"Celular;Nombre\n" + b"x;" * 600_000, "line"),
    ],
)
def test_a_broken_file_is_refused_with_the_line(tmp_path: Path, held: bytes, why: str) -> None:
    with pytest.raises(UnreadableList) as refused:
        read(written(tmp_path, held))
    assert (refused.value.why, refused.value.values["line"]) == (why, "2")


# BI068
def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(members.MOST_BYTES + 1)
    with pytest.raises(UnreadableList, match="too_big"):
        read(tmp_path / "huge.csv")


# BI046
def test_no_cell_that_is_written_out_is_a_formula(tmp_path: Path) -> None:
    nasty = ["=HYPERLINK(1)", "@SUM(1)", "+51900000001", "-1", "\t=1"]
    members.write(tmp_path / "out.csv", ["Name"], [[each] for each in nasty])
    members.write(tmp_path / "out.xlsx", ["Name"], [[each] for each in nasty])
    for name in ("out.csv", "out.xlsx"):
        assert [cells[0] for _, cells in read(tmp_path / name).rows] == [f"'{each}" for each in nasty]
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        members.write(tmp_path / "out.csv", ["Name"], [])


_KILLED = """
import os, signal, sys
from cli.main import main
from store import importing
take_in, calls = importing.take_in, []
def dying(*args, **more):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return take_in(*args, **more)
importing.take_in = dying
main(sys.argv[1:])
"""


# BI070
def test_an_import_killed_in_the_middle_is_simply_done_again(tmp_path: Path, sqlite: Database) -> None:
    list_ = "Celular;Nombre\n" + "".join(f"9{number:08d};Socia {number}\n" for number in range(1, 1601))
    path = written(tmp_path, list_.encode())
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")}
    environment = {**clean, "CHASQUI_DATABASE_URL": sqlite.url, "PYTHONPATH": str(ROOT), "CHASQUI_SECRET_KEY": "x" * 20}

    def run(program: list[str]) -> int:
        command = [sys.executable, *program, "learners", "import", str(path)]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, timeout=120).returncode

    assert run(["-c", _KILLED]) == -signal.SIGKILL
    assert rows(sqlite, "SELECT count(*) FROM learners") == [(1000,)]
    assert run(["-m", "cli.main"]) == 0
    for table in ("learners", "threads", "thread_learners"):
        assert rows(sqlite, f"SELECT count(*) FROM {table}") == [(1600,)]
    assert rows(sqlite, "SELECT count(*), count(DISTINCT learner) FROM dues WHERE kind = 'invitation'") == [
        (1600, 1600)
    ]
