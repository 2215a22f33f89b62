"""Files that no author meant to write: whatever lies in content/, the check answers in a sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from authoring_tree import EN, ES, OCC, Tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authoring import folder
from authoring.loading import changed, load


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "cure"),
    [
        ('isco08 = "6113"', "isco08 = no", 2, "isco08 = no", "Put quotes"),
        ('isco08 = "6113"', "isco08 = 6113", 2, "isco08 = 6113 is a number", 'Put quotes: isco08 = "6113"'),
        ('isco08 = "6113"', "isco08 = 1.10", 2, "isco08 = 1.10 is a number", 'Put quotes: isco08 = "1.10"'),
        ('es = "Semilla"', "es = no", 27, "es = no", "Put quotes"),
        ('es = "Semilla"', "es = true", 27, "es = true is a yes or no", 'Put quotes: es = "true"'),
        ('es = "Semilla"', "es = 2026-11-21", 27, "es = 2026-11-21 is a date", 'Put quotes: es = "2026-11-21"'),
        ('es = "Semilla"', "es = Semilla fresca", 27, "es = Semilla fresca", "Put quotes"),
        ('es = "Semilla"', "es = “Semilla”", 27, "curly quotes", "Put quotes of the plain kind"),
        ('es = "Semilla"', 'es = "Semilla', 27, "a quote is not closed", "Put quotes on both sides"),
        ('["PE", "BO"]', '"PE"', 3, "a list of texts is due", "Put brackets and quotes"),
        ('["PE", "BO"]', "[1, 2]", 3, "a text is due", "Put quotes"),
        ("pass_mark = 80", 'pass_mark = "80"', 7, "a whole number is due", "without quotes"),
        ("published = true", 'published = "yes"', 12, "true or false is due", "without quotes"),
        ('isco08 = "6113"', 'isco08 = "6113"\nisco08 = "6114"', 3, "for the second time", "Keep one"),
        ("[join]", '[title]\nfr = "x"\n[join]', 18, "stands twice", "under one header"),
    ],
)
def test_toml_that_means_something_else_is_refused_and_not_guessed(  # BI072
    tree: Tree, old: str, new: str, line: int, what: str, cure: str
) -> None:
    tree.edit(OCC, old, new)
    said = tree.said().split("\n")
    assert any(each.startswith(f"{OCC}:{line}: ") and what in each and cure in each for each in said), "\n".join(said)


def test_toml_in_the_front_matter_is_refused_on_its_own_line(tree: Tree) -> None:
    tree.edit(ES, 'title = "Sembrar"', "title = Sembrar")
    assert f"{ES}:3: the value in “title = Sembrar” is not understood. Put quotes" in tree.said()


@pytest.mark.parametrize("toml", ["a = " + "[" * 5000, "a = " + "9" * 5000, "[" * 900, "\x00", "= = ="])
def test_toml_made_to_break_a_reader_does_not(tree: Tree, toml: str) -> None:
    tree.write(OCC, toml)
    assert f"{OCC}:1: " in tree.said()


def test_a_lesson_of_4097_letters_says_how_many_are_over(tree: Tree) -> None:  # BI076
    tree.edit(ES, "Siembre a 1,5 cm de hondo,\ncon el lado plano abajo.\n", "a" * 4097 + "\n")
    assert f"{ES}:7: the card takes 27 segments by SMS where 2 is the budget: 3791 letters over 306" in tree.said()
    tree.edit(ES, "[telegram]\n", f"[telegram]\n{'b' * 4097}\n")
    assert "letters on Telegram, which takes 1,024 with a picture" in tree.said()


def test_a_text_of_1601_letters_is_over_the_budget(tree: Tree) -> None:  # BI076
    tree.edit(EN, "Sow 1.5 cm deep, flat side down.", "a" * 1601)
    assert f"{EN}:6: the card takes 11 segments by SMS where 2 is the budget: 1295 letters over 306" in tree.said()


def test_the_last_letter_that_fits_fits(tree: Tree) -> None:
    tree.edit(EN, "Sow 1.5 cm deep, flat side down.", "a" * 306)
    assert tree.said() == ""
    tree.edit(EN, "a" * 306, "a" * 307)
    assert tree.said() == (
        f"{EN}:6: the card takes 3 segments by SMS where 2 is the budget: 1 letter over 306. Shorten it by 1 letter."
    )


def test_one_picture_that_makes_a_text_ucs_2_is_named(tree: Tree) -> None:  # BI076
    tree.edit(EN, "Sow 1.5 cm deep, flat side down.", "a" * 158 + " 🌱")
    tree.edit(EN, "facts =", "sms_budget = 1\nfacts =")
    said = tree.said()
    assert "the card takes 3 segments by SMS where 1 is the budget: 91 letters over 70" in said
    assert "“🌱” (U+1F331) made it UCS-2" in said
    assert "Shorten it by 91 letters, or take out “🌱” (U+1F331): then it takes 1." in said


@pytest.mark.parametrize(
    "template", ["{{learner.__class__.__mro__}}", "{% for x in y %}", "{name}", "{learner.save}", "{"]
)
def test_a_lesson_has_no_places_to_fill_in(tree: Tree, template: str) -> None:  # BI077
    tree.edit(ES, "Siembre a", f"{template} Siembre a")
    assert f"{ES}:7: curly brackets stand in the text" in tree.said()


def test_a_broken_edit_gives_no_catalogue_and_a_mended_one_gives_it_back(tree: Tree) -> None:  # BI079
    before = tree.course()
    tree.edit(ES, "+++\nid", "+\nid")
    assert tree.load().catalogue is None
    tree.edit(ES, "+\nid", "+++\nid").edit(ES, "De pie ", "Parada ")
    after = tree.course()
    assert after.version != before.version
    assert before.items["coffee-nursery.seed.sow.q1", "es"].options[0].text == "De pie"  # an attempt keeps the old


def test_links_are_refused_and_never_followed(tree: Tree, tmp_path: Path) -> None:  # BI080
    (tmp_path / "secret.md").write_text("secret")
    (tree.root / "coffee-nursery/seed-and-bed/02-x.es.md").symlink_to(tmp_path / "secret.md")
    (tree.root / "coffee-nursery/loop").symlink_to(tree.root)
    (tree.root / "coffee-nursery/media/gone.jpg").symlink_to(tmp_path / "nothing")
    said = tree.said()
    for name in ("seed-and-bed/02-x.es.md", "loop", "media/gone.jpg"):
        assert f"coffee-nursery/{name}:1: this is a link to another place" in said
    assert "secret" not in said


def test_more_than_5000_files_are_refused(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:  # BI080
    assert folder.MAX_FILES == 5_000
    monkeypatch.setattr(folder, "MAX_FILES", 8)  # to write 5,001 files takes some disks many seconds
    for number in range(9):
        tree.write(f"heap/{number}", "")
    assert "there are more than 8 files" in tree.said()


def test_a_pipe_is_refused_and_not_waited_for(tree: Tree) -> None:
    os.mkfifo(tree.root / "coffee-nursery/seed-and-bed/02-x.es.md")
    assert "02-x.es.md:1: this is not a file" in tree.said()


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1, "this is not a text file"),
        (b'+++\nid = "caf\xe9"\n+++\n', 2, "a letter is not in UTF-8 (byte 0xe9)"),
        (b"", 1, "the file does not begin with +++"),
        (b"+++", 1, "the front matter is not closed"),
        (b"+++\n+++", 2, "id is missing"),
        (b"x" * 1_000_001, 1, "the file has 1,000,001 bytes"),
        (b'+++\nid = "a.b"\ntitle = "x"\n+++\nAb\x07c\n', 5, "an invisible character (0x07)"),
    ],
)
def test_a_file_that_is_no_script_is_refused(tree: Tree, raw: bytes, line: int, what: str) -> None:
    tree.write(ES, raw)
    said = tree.said()
    assert any(each.startswith(f"{ES}:{line}: {what}") for each in said.split("\n")), said


def test_a_folder_that_is_not_there_or_empty_is_no_accident(tmp_path: Path) -> None:
    assert [each.what for each in load(tmp_path / "nowhere").refusals] == ["there is no such folder"]
    assert load(tmp_path).catalogue is not None


def test_a_name_that_is_not_utf_8_is_refused(tree: Tree) -> None:
    try:
        with open(os.fsencode(tree.root) + b"/caf\xe9.md", "wb"):
            pass
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert "the name of the file is not in UTF-8" in tree.said()


LINES = """\
+++|id = 1|id = "a.b"|title = "t"|? q1|? q2 order BA|A) x *|B) y <- z|hint: h|---||[telegram]|[audio] m.ogg|![a](b.jpg)
  go on|?|* x|[sms]|why:|a\x00|? q3 number 1|tolerance: x|}{|facts = ["N7"]"""


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(re.split(r"[|\n]", LINES)), max_size=14))
def test_no_heap_of_lines_brings_the_check_down(tree: Tree, lines: list[str]) -> None:
    tree.write(ES, "\n".join(lines))
    assert all(each.what and each.cure and each.line > 0 for each in tree.load().refusals)


def test_a_running_program_sees_that_scripts_changed(tree: Tree) -> None:
    first = changed(tree.root)
    assert first is not None
    assert changed(tree.root, first) is None
    tree.edit(ES, "De pie", "Parada, recta")
    second = changed(tree.root, first)
    assert second not in (None, first)
    (tree.root / EN).unlink()
    assert changed(tree.root, str(second)) not in (None, second)
