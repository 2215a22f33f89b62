"""Scripts taken apart into texts that a translator changes, and put together again letter for letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.differing import differences, words
from authoring.pieces import pieces, written
from bot.learning.drafting import FileChange

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(ROOT.glob("content/*/*/*.md"))
LESSON = """+++
id = "coffee.seed.trees"
title = "La planta \\"madre\\""
+++
Escoja plantas sanas.
Nada más.

[telegram]
**Escoja** plantas sanas.

? q1
¿De qué parte?
A) De la punta            <- No.
B) Del medio *
why: Del medio.

? q2 text vivero|almácigo
¿Cómo se llama?
"""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_script_comes_back_letter_for_letter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = pieces(text)

    assert written(text, told) == text
    changed = {name: f"{value} x" if value else f"now there is {name}" for name, value in told.items()}
    again = written(text, changed)
    assert pieces(again) == changed
    assert pieces(written(again, told)) == told


def test_the_pieces_of_a_lesson_have_names() -> None:
    assert pieces(LESSON) == {
        "title": 'La planta "madre"',
        "card1": "Escoja plantas sanas.\nNada más.",
        "card1.telegram": "**Escoja** plantas sanas.",
        "q1": "¿De qué parte?",
        "q1.A": "De la punta",
        "q1.A.feedback": "No.",
        "q1.B": "Del medio",
        "q1.B.feedback": "",
        "q1.hint": "",
        "q1.why": "Del medio.",
        "q2.answer": "vivero|almácigo",
        "q2": "¿Cómo se llama?",
        "q2.hint": "",
        "q2.why": "",
    }


def test_the_key_stays_where_it_is() -> None:
    after = written(LESSON, {"q1.B": "Del tercio medio *", "q1.B.feedback": "Sí.", "q1.hint": "Mire bien."})

    assert "B) Del tercio medio *     <- Sí.\nhint: Mire bien.\nwhy: Del medio." in after
    assert after.count("*") == LESSON.count("*")


def test_a_piece_that_is_emptied_goes_with_its_line() -> None:
    after = written(LESSON, {"card1.telegram": "", "q1.why": ""})

    assert "[telegram]" not in after
    assert "why:" not in after


def test_a_change_is_told_in_whole_words() -> None:
    runs = words("Tome la cereza verde del tercio.", "Tome la cereza muy madura del tercio.")

    assert [(run.kind, run.text) for run in runs] == [
        ("", "Tome la cereza "),
        ("del", "verde"),
        ("ins", "muy madura"),
        ("", " del tercio."),
    ]


def test_a_changed_key_is_told_apart_from_changed_words() -> None:
    after = LESSON.replace("De la punta  ", "De la punta *").replace("Del medio *", "Del medio")
    after = after.replace("plantas sanas.\nNada", "plantas muy sanas.\nNada")

    found = differences([FileChange(path="coffee/seed/01-trees.es.md", before=LESSON.encode(), after=after.encode())])

    assert [each.name for each in found[0].pieces] == ["card1", ""]
    assert (found[0].lesson, found[0].language, found[0].act) == ("01-trees", "es", "changed")


@pytest.mark.parametrize("text", ["", "+++", "+++\n+++", "? q1", "?\nA)", "\0", "+++\ntitle = 'x\n+++\n?\n?"])
def test_a_broken_script_raises_nothing(text: str) -> None:
    assert isinstance(written(text, dict.fromkeys(pieces(text), "x")), str)
