"""Nothing is taught that is not in facts.toml: what the check says of lessons without facts, and of number words."""

from __future__ import annotations

import pytest
from authoring_tree import EN, ES, Tree

from authoring.loading import load
from cli.settings import ROOT

NUMBERS = {
    "es": '[numbers]\n2 = ["dos"]\n10 = ["diez"]\n20 = ["veinte"]\n40 = ["cuarenta"]\n50 = ["cincuenta"]\n'
    '100 = ["cien", "ciento"]\n[words]\nbetween_numbers = ["y"]\n',
    "en": '[numbers]\n5 = ["five"]\n20 = ["twenty"]\n40 = ["forty"]\n50 = ["fifty"]\n',
}


@pytest.fixture
def counting(tree: Tree) -> Tree:
    """The tree with number words in both languages."""
    tree.understand("es", "en")
    for language, written in NUMBERS.items():
        tree.write(f"words/{language}.toml", written)
    return tree


@pytest.mark.parametrize(("old", "new"), [('facts = ["N7", "N12"]\n', ""), ('"N7", "N12"', "")])
def test_a_lesson_that_names_no_fact_is_warned_of(tree: Tree, old: str, new: str) -> None:
    tree.edit(EN, old, new)
    for number in ("1.5 cm deep", "10 cm deep", "10 cm is"):
        tree.edit(EN, number, "a little")
    said = tree.said()
    assert f"{EN}:" in said
    assert "warning: the lesson names no fact. List in facts = […] what it teaches" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "what"),
    [
        (EN, "flat side down.", "flat side down. In about twenty months", 6, "the number 20 (“twenty”)"),
        (EN, "Yes: so it grows", "Yes, forty-five times: so it grows", 11, "the number 45 (“forty five”)"),
        (ES, "Siembre a 1,5", "Siembre veinte, a 1,5", 7, "the number 20 (“veinte”)"),
        (ES, "why: La semilla", "why: Tras cuarenta días la semilla", 22, "the number 40 (“cuarenta”)"),
        (ES, 'title = "Sembrar"', 'title = "Cuarenta y dos pasos"', 3, "the number 42 (“cuarenta y dos”)"),
    ],
)
def test_a_number_in_words_that_no_fact_states_is_warned_of(
    counting: Tree, file: str, old: str, new: str, line: int, what: str
) -> None:
    counting.edit(file, old, new)
    assert f"{file}:{line}: warning: {what} stands in no listed fact. List the fact" in counting.said()
    assert counting.load().catalogue is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Siembre a 1,5", "Con cincuenta por ciento de sombra, siembre a 1,5"),  # N12 says 50 %
        ("Siembre a 1,5", "Siembre dos, a 1,5"),  # below ten
        ("Siembre a 1,5", "Dos mil o cuarenta mil. Siembre a 1,5"),  # pieces of what is larger
        ("Piense en el lado", "Más de veinte. Piense en el lado"),  # a hint narrows down
        ("A) De pie              <- No: no", "A) Veinte <- No: veinte es mucho, no"),  # of a wrong answer
    ],
)
def test_number_words_that_teach_no_number_are_passed_over(counting: Tree, old: str, new: str) -> None:
    counting.edit(ES, old, new)
    assert counting.said() == ""


def test_what_ships_is_without_a_warning() -> None:
    assert [str(each) for each in load(ROOT / "content").refusals] == []
