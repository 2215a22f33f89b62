"""The authors' commands, as they answer on a terminal and to a program."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli.scripts import check, cost, segments

OCCUPATION = """\
id = "savings"
isco08 = "1114"
countries = ["RW"]
languages = ["en"]
quiz_items = 2
licence = "CC BY 4.0"
authors = ["An author"]
[title]
en = "Savings"
[[units]]
id = "savings.group"
folder = "group"
[units.title]
en = "The group"
"""
LESSON = """\
+++
id = "savings.group.keys"
title = "Keys"
+++
Three people hold the keys, never one – “alone”.

? q1
Who holds the keys?
A) One person
B) Three people *

? q2 task
Show the box.
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "content/savings/group").mkdir(parents=True)
    (tmp_path / "content/savings/occupation.toml").write_text(OCCUPATION)
    (tmp_path / "content/savings/group/01-keys.en.md").write_text(LESSON)
    return tmp_path / "content"


def spoil(content: Path) -> Path:
    script = content / "savings/group/01-keys.en.md"
    script.write_text(LESSON.replace(" *", ""))
    return script


def test_check_counts_what_it_found(content: Path) -> None:
    out = io.StringIO()
    assert check(content, False, out) == 0
    assert out.getvalue().split("\n")[-2] == "2 files, 0 errors, 2 warnings."


def test_check_prints_file_line_and_cure_and_ends_with_1(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(content)
    monkeypatch.chdir(content.parent)
    out = io.StringIO()
    assert check("content", False, out) == 1
    assert "content/savings/group/01-keys.en.md:7: no option is the key. Put one * behind" in out.getvalue()


def test_check_of_one_file_or_course_speaks_of_that_only(content: Path) -> None:
    script = spoil(content)
    (content / "wording").mkdir()
    (content / "wording/xx.po").write_text("")
    for path, errors in (
        (script, 1),
        (script.parent, 1),
        (content / "savings", 1),
        (content / "wording", 1),
        (content, 3),
    ):
        out = io.StringIO()
        check(path, True, out)
        assert json.loads(out.getvalue())["errors"] == errors


def test_check_answers_a_program_in_json(content: Path) -> None:
    spoil(content)
    out = io.StringIO()
    assert check(content, True, out) == 1
    told = json.loads(out.getvalue())
    assert (told["errors"], told["warnings"], told["files"]) == (1, 2, 2)
    assert next(each for each in told["refusals"] if each["level"] == "error") == {
        "file": str(content / "savings/group/01-keys.en.md"),
        "line": 7,
        "what": "no option is the key",
        "cure": "Put one * behind the right option, before <-",
        "level": "error",
    }


def test_a_lesson_alone_is_not_called_right_while_the_facts_cannot_be_read(content: Path) -> None:
    (content / "facts.toml").write_text("[[[")
    for path in (content / "savings", content / "facts.toml", content):
        out = io.StringIO()
        assert check(path, True, out) == 1
        assert {each["file"] for each in json.loads(out.getvalue())["refusals"] if each["level"] == "error"} == {
            str(content / "facts.toml")
        }


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("nowhere", "there is no such file or folder"),
        ("content/savings/group/nowhere.en.md", "there is no such file or folder"),
        ("passwd", "this file belongs to no lessons"),
        ("empty", "there are no lessons in this folder"),
    ],
)
def test_what_holds_no_lessons_is_refused_with_what_was_expected(content: Path, place: str, what: str) -> None:
    (content.parent / "passwd").write_text("root:x:0:0\n")
    (content.parent / "empty").mkdir()
    for command in (check, cost):
        out = io.StringIO()
        assert command(content.parent / place, False, out) == 1
        cure = "Give content/, the folder of an occupation (with occupation.toml in it), or a file in one of them."
        assert out.getvalue().startswith(f"{content.parent / place}:1: {what}. {cure}\n")


def test_cost_tells_segments_as_sent_and_without_folding(content: Path) -> None:
    out = io.StringIO()
    assert cost(content, True, out) == 0
    told = json.loads(out.getvalue())
    row = {"course": "savings", "lesson": "savings.group.keys", "language": "en"}
    assert told["rows"] == [{**row, "segments": 3, "segments_unfolded": 3}]
    assert told["totals"] == [
        {"course": "savings", "language": "en", "lessons": 1, "segments": 3, "segments_unfolded": 3}
    ]


def test_cost_prints_a_table_for_people(content: Path) -> None:
    out = io.StringIO()
    assert cost(content / "savings", False, out) == 0
    assert "savings.group.keys  en           3         3" in out.getvalue()
    assert "savings in en: 1 lesson, 3 segments of cards and questions, 3 without folding (1.00)" in out.getvalue()


def test_cost_of_scripts_with_errors_is_their_errors(content: Path) -> None:
    spoil(content)
    for as_json in (False, True):
        out = io.StringIO()
        assert cost(content, as_json, out) == 1
        assert "no option is the key" in out.getvalue()


def told(policy: str, raw: bytes) -> list[dict[str, object]]:
    out = io.StringIO()
    assert segments(policy, io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"), out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_segments_answers_one_object_a_line() -> None:
    assert told("gsm", "Así “ya”\n\n".encode()) == [
        {"text": 'Asi "ya"', "encoding": "GSM-7", "segments": 1, "parts": ['Asi "ya"']},
        {"text": "", "encoding": "GSM-7", "segments": 1, "parts": [""]},
    ]
    assert told("exact", "Así".encode()) == [{"text": "Así", "encoding": "UCS-2", "segments": 1, "parts": ["Así"]}]


def test_segments_reads_written_line_breaks_and_backslashes() -> None:
    assert [each["text"] for each in told("gsm", rb"a\nb \\n \\\n \t" + b"\n")] == ["a\nb \\n \\\n \\t"]


def test_segments_parts_lines_at_line_feeds_only_and_trims_nothing() -> None:
    assert [each["text"] for each in told("exact", "a\r \u2028b \n c\x0c\x85\n".encode())] == [
        "a\r \u2028b ",
        " c\x0c\x85",
    ]


def test_segments_survives_bytes_that_are_not_utf_8() -> None:
    assert told("exact", b"caf\xe9\n")[0]["text"] == "caf\ufffd"


def test_segments_cuts_as_a_network_does() -> None:
    (only,) = told("gsm", b"{" * 153)
    assert (only["segments"], [len(part) for part in only["parts"]]) == (3, [76, 76, 1])  # type: ignore[arg-type]


def test_segments_refuses_an_unknown_policy() -> None:
    with pytest.raises(ValueError, match="latin"):
        told("latin", b"a\n")
