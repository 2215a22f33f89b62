"""Changes of content/: tried in a copy, written in one go, older versions kept for those who began with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.drafting import Stale, apply, changes, forget, keep, tried
from authoring.folder import changed
from authoring.lesson_books import read_book, scripts, translated, write_book
from authoring.loading import load
from authoring.pieces import pieces, written
from authoring.workbooks import UnreadableList, written_sheets
from bot.catalogue import Catalogue
from bot.learning.drafting import FileChange
from tests.transcripts.playing import content


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return content(tmp_path / "content")


def catalogue_of(root: Path) -> Catalogue:
    catalogue = load(root).catalogue
    assert catalogue, load(root).errors
    return catalogue


def edited(root: Path, **values: str) -> tuple[str, list[FileChange]]:
    """A lesson with some of its pieces changed."""
    course, path = "vivero", "vivero/semilla/01-madre.es.md"
    text = (root / path).read_text(encoding="utf-8")
    return course, changes(root, {path: written(text, values).encode()})


def test_a_good_change_is_tried_without_touching_the_folder(root: Path) -> None:
    before = changed(root)
    course, wanted = edited(root, title="Un título nuevo")

    trial = tried(root, course, wanted)

    assert (trial.wrong, len(trial.version)) == ((), 12)
    assert changed(root) == before
    assert len(wanted) == 1


def test_a_bad_change_is_refused_with_its_line_and_cure(root: Path) -> None:
    course, wanted = edited(root, card1="Muy largo. " * 60)

    wrong = tried(root, course, wanted).errors

    assert [each.level for each in wrong] == ["error"]
    assert "segments by SMS" in wrong[0].what
    assert wrong[0].cure.startswith("Shorten it by")


def test_an_id_is_for_ever(root: Path) -> None:
    course, wanted = edited(root, title="Otro")
    after = wanted[0].after or b""
    wanted = changes(root, {wanted[0].path: after.replace(b'\nid = "', b'\nid = "x')})

    assert any("ids are" in each.cure or "Keep the id" in each.cure for each in tried(root, course, wanted).errors)


def test_a_change_is_written_whole_and_twice_is_as_once(root: Path) -> None:
    course, wanted = edited(root, title="Un título nuevo")

    apply(root, wanted)
    apply(root, wanted)

    assert any(each.title == "Un título nuevo" for each in catalogue_of(root).courses[course].lessons.values())
    assert not list(root.rglob(".*.half"))


def test_what_somebody_else_changed_meanwhile_is_not_written_over(root: Path) -> None:
    _, wanted = edited(root, title="Un título nuevo")
    place = root / wanted[0].path
    place.write_text(place.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with pytest.raises(Stale, match=r"01-.*\.es\.md"):
        apply(root, wanted)


def test_where_one_file_cannot_be_written_none_is(root: Path) -> None:
    _, wanted = edited(root, title="Un título nuevo")
    bad = FileChange(path="../outside.md", before=None, after=b"x")

    with pytest.raises(OSError, match="leads out"):
        apply(root, [*wanted, bad])

    assert (root / wanted[0].path).read_bytes() == wanted[0].before
    assert not (root.parent / "outside.md").exists()


def test_who_began_with_a_version_is_taught_it_to_the_end(root: Path) -> None:
    before = catalogue_of(root)
    course, wanted = edited(root, title="Un título nuevo")
    old = before.courses[course]

    keep(root, old)
    keep(root, old)
    apply(root, wanted)

    now = catalogue_of(root)
    assert now.courses[course].version != old.version
    assert now.kept[course, old.version] == old
    assert now.as_taught({course: old.version}).courses[course] == old
    assert now.as_taught({course: "unknown"}) is now
    assert now.as_taught({course: now.courses[course].version}) is now
    forget(root, course, {old.version})
    assert catalogue_of(root).kept
    forget(root, course, set())
    assert not catalogue_of(root).kept


def test_a_workbook_brings_the_texts_back(root: Path) -> None:
    catalogue = catalogue_of(root)
    for course in catalogue.courses.values():
        raw = write_book(root, course.id, course.languages)
        assert read_book(raw, root, course.id, course.languages) == ({}, [])


def test_a_changed_cell_changes_its_file_and_strange_rows_are_refused(root: Path) -> None:
    lesson = "semilla/01-madre"
    rows = [
        ["lesson", "text", "es", "xx"],
        [lesson, "title", "=1+1 nuevo", ""],
        [lesson, "q99", "x", ""],
        ["nowhere/01-x", "title", "x", ""],
    ]

    files, refused = read_book(written_sheets({"lessons": rows, "items": []}), root, "vivero", ["es"])

    assert pieces(files[f"vivero/{lesson}.es.md"].decode())["title"] == "=1+1 nuevo"
    assert [(each.row, each.why, each.value) for each in refused] == [
        (1, "column", "xx"),
        (3, "text", "q99"),
        (4, "lesson", "nowhere/01-x"),
    ]


def test_what_is_no_workbook_is_refused(root: Path) -> None:
    with pytest.raises(UnreadableList):
        read_book(b"PK not a workbook", root, "x", ["es"])


def test_a_translation_is_a_script_once_every_text_is_there(root: Path) -> None:
    source = scripts(root, "vivero")["semilla/01-madre"]["es"]
    told = {name: f"{value} (en)" for name, value in pieces(source).items() if value}

    made = translated(source, told)

    assert made is not None
    assert {name: value for name, value in pieces(made).items() if value} == told
    assert translated(source, {**told, "title": " "}) is None
