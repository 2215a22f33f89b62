"""`chasqui interpret` answers each line of JSON with one, and explains a line that it cannot use."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from authoring.words import load_words
from cli.interpret import interpret

WORDS = load_words(Path(__file__).parents[2] / "content" / "words")
OPTIONS = ["A) Agua y jabón", "B) Solo agua", "C) Ceniza"]


def asked(reply: str, **more: object) -> str:
    return json.dumps({"reply": reply, "language": "es", "options": OPTIONS, **more}, ensure_ascii=False)


def answers(*lines: str) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = interpret(io.StringIO("\n".join(lines)), out, WORDS)
    return code, [json.loads(line)["result"] for line in out.getvalue().splitlines()]


def test_it_writes_one_result_a_line():
    replies = ("B", "la c gracias", "STOP", "no sé", "a o b", "menu", "borrar mis datos", "numero equivocado")
    expected = ["B", "C", "STOP", "NONE", "AMBIGUOUS", "MENU", "ERASE", "WRONG_NUMBER"]
    assert answers(*map(asked, replies)) == (0, expected)


def test_it_passes_over_empty_lines_and_answers_nothing_to_nothing():
    assert answers("", asked("b"), "  ") == (0, ["B"])
    assert answers() == (0, [])


def test_it_asks_back_when_the_reply_names_another_question():
    assert answers(asked("p2 b", question=3), asked("p3 b", question=3), asked("p2 b")) == (0, ["AMBIGUOUS", "B", "B"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "this is not JSON"),
        ("[1]", "this is not a JSON object"),
        ('{"language": "es", "options": ["A"]}', '"reply" is missing'),
        ('{"reply": 3, "language": "es", "options": ["A"]}', '"reply" is missing or is not a text'),
        ('{"reply": "b", "options": ["A"]}', '"language" is missing'),
        ('{"reply": "b", "language": "es", "options": "A"}', '"options" is not a list'),
        ('{"reply": "b", "language": "es", "options": ["A"], "question": "3"}', "not a whole number"),
    ],
)
def test_it_explains_a_line_that_it_cannot_use(line: str, said: str, capsys: pytest.CaptureFixture[str]):
    assert answers(asked("b"), line, asked("c")) == (1, ["B"])
    error = capsys.readouterr().err
    assert error.startswith("line 2: ")
    assert said in error
    assert error.count("\n") == 1


def test_it_reads_what_is_broken_inside_the_text_as_it_stands():
    assert answers(asked("\ud800b"), asked("b\u0000"), asked("\u202eb"))[0] == 0


def test_without_options_no_question_is_open_and_only_commands_are_understood():
    lines = ('{"reply": "hola", "language": "es"}', '{"reply": "b", "language": "es", "options": []}')
    assert answers(*lines) == (0, ["MENU", "NONE"])
