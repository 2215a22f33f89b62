"""Bad content and bad settings: what must happen before anything is served, by the row that asks for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from authoring.loading import load
from authoring.shelf import Shelf
from cli.settings import SettingsError, read
from store import lock
from store.database import Database
from store.errors import StoreError
from store.tables import answers
from tests.bad_inputs.town import town
from tests.transcripts.playing import content

ROOT = Path(__file__).parents[2]
LESSON = "vivero/semilla/01-madre.es.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return content(tmp_path / "content")


def refusals(folder: Path) -> list[str]:
    return [str(each) for each in load(folder).refusals]


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    written = path.read_text()
    assert old in written
    path.write_text(written.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "vivero"', "id = no"),
        ('id = "vivero"', "id = 1.10"),
        ('id = "vivero"', "id = vivero"),
        ('id = "vivero"', 'id = "vivero"\nid = "otro"'),
        ("[title]", "[title]\n[title]"),
    ],
)
def test_toml_that_could_mean_two_things_is_refused_with_file_line_and_cure(folder: Path, old: str, new: str) -> None:
    """BI072"""
    file = "vivero/occupation.toml"
    edit(folder, file, old, new)
    assert any(each.startswith(f"{file}:") and each.rstrip().endswith(".") for each in refusals(folder))
    assert load(folder).catalogue is None


def test_a_text_over_its_budget_is_refused_with_the_sign_that_made_it_dear(folder: Path) -> None:
    """BI076"""
    edit(folder, LESSON, "Elija una planta sana y productiva.", "a" * 4097)
    assert any("letters over" in each for each in refusals(folder))
    edit(folder, LESSON, "a" * 4097, "a" * 200 + " 🌱")
    assert any("(U+1F331) made it UCS-2" in each for each in refusals(folder))


@pytest.mark.parametrize("template", ["{{learner.__class__.__mro__}}", "{% for x in y %}", "{learner}"])
def test_a_template_is_no_part_of_a_lesson(folder: Path, template: str) -> None:
    """BI077"""
    edit(folder, LESSON, "Elija una", f"{template} Elija una")
    assert any("curly brackets" in each for each in refusals(folder))


def test_a_translation_that_drops_or_adds_a_place_is_refused(folder: Path) -> None:
    """BI078"""
    path = folder / "wording" / "es.po"
    written = path.read_text()
    path.write_text(written.replace("HORA y un número de {first} a {last}", "HORA y un número de {first} a {end}"))
    assert any("hour.how" in each and each.startswith("wording/es.po:") for each in refusals(folder))


def test_a_published_lesson_without_its_translation_is_refused(folder: Path) -> None:
    """BI078"""
    (folder / "vivero/semilla/02-siembra.en.md").unlink()
    assert any("02-siembra" in each for each in refusals(folder))


async def test_a_script_that_changes_under_an_open_question_never_changes_its_grade(
    sqlite: Database, folder: Path
) -> None:
    """BI079"""
    shelf = Shelf(folder)
    async with town(sqlite, shelf) as place:
        await place.talk("VIVERO", "SI", "Rosa")
        question = place.heard()[-1]
        written = (folder / LESSON).read_text()
        (folder / LESSON).write_text(written.replace("+++", "+", 1))  # half saved
        assert not shelf.look_again()
        swapped = written.replace("Enferma", "ENFERMA?").replace("Sana", "Enferma").replace("ENFERMA?", "Sana")
        (folder / LESSON).write_text(swapped)
        assert shelf.look_again()
        sana = next(line[0] for line in question.splitlines() if "Sana" in line)
        await place.talk(sana)
        assert [right for _, right in place.rows(answers.c.id, answers.c.right)] == [True]


def test_links_out_of_the_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    """BI080"""
    (tmp_path / "secret.md").write_text("secret")
    (folder / "vivero/semilla/03-x.es.md").symlink_to(tmp_path / "secret.md")
    said = refusals(folder)
    assert any("03-x.es.md" in each and "link" in each for each in said)
    assert "secret" not in "".join(said).replace("secret.md", "")


# -- settings --


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`chasqui run` with these settings, which must end by itself."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHASQUI_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "run", "--port", "65535"], cwd=folder, capture_output=True, text=True,
        env={**clean, "PYTHONPATH": str(ROOT), **settings}, timeout=60, check=False,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_database_of_a_newer_program_is_refused(sqlite: Database, tmp_path: Path) -> None:
    """BI082"""
    with sqlite.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    sqlite.close()
    refused(start(tmp_path, CHASQUI_DATABASE_URL=f"sqlite:///{sqlite.path}"), "9999", "newer program")


def test_a_database_that_cannot_be_written_is_refused(sqlite: Database, tmp_path: Path) -> None:
    """BI082"""
    assert sqlite.path
    sqlite.close()
    sqlite.path.chmod(0o444)
    refused(start(tmp_path, CHASQUI_DATABASE_URL=f"sqlite:///{sqlite.path}"), "cannot be written")


def test_a_file_that_is_served_already_is_refused_by_host_and_process(sqlite: Database, tmp_path: Path) -> None:
    """BI082, F22"""
    assert sqlite.path
    held = lock.hold(sqlite.path)
    sqlite.close()
    done = start(tmp_path, CHASQUI_DATABASE_URL=f"sqlite:///{sqlite.path}")
    refused(done, f"process {os.getpid()} on {socket.gethostname()}")
    held.release()
    with pytest.raises(StoreError, match="cannot be written"):
        lock.hold(Path("/proc/nowhere/chasqui.db"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://chasqui.example", "https"),
        ("https://my_host.example", "underscore"),
        ("chasqui.example", "https"),
        ("https://", "CHASQUI_PUBLIC_URL"),
        ("ftp://chasqui.example", "https"),
    ],
)
def test_a_public_url_that_no_provider_would_call_is_refused(tmp_path: Path, url: str, said: str) -> None:
    """BI083"""
    with pytest.raises(SettingsError, match=said):
        read({"CHASQUI_PUBLIC_URL": url}, tmp_path)


@pytest.mark.parametrize("url", ["https://chasqui.example/", "https://chasqui.example//", "https://chasqui.example"])
def test_a_slash_at_the_end_of_the_public_url_is_forgiven(tmp_path: Path, url: str) -> None:
    """BI083"""
    assert read({"CHASQUI_PUBLIC_URL": url}, tmp_path)[0].public_url == "https://chasqui.example"


def test_a_secret_that_everybody_may_read_stops_the_start(tmp_path: Path) -> None:
    """BI085: there is no console yet, so no password of an administrator, and no debug mode at all."""
    file = tmp_path / ".env"
    file.write_text("CHASQUI_TWILIO_AUTH_TOKEN=canary\n")
    file.chmod(0o644)
    done = start(tmp_path)
    refused(done, "chmod 600")
    assert "canary" not in done.stderr + done.stdout
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="CHASQUI_DEBUG"):
        read({"CHASQUI_DEBUG": "1"}, tmp_path)
