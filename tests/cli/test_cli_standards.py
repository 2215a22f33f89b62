"""`chasqui standards`: a standard as a tree that a teacher can read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from authoring.loading import load
from bot.catalogue import Catalogue
from cli import standards

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    found = load(CONTENT).catalogue
    assert found is not None
    return found


def _said(catalogue: Catalogue, code: str, language: str) -> list[str]:
    out = io.StringIO()
    assert standards.show(catalogue, code, language, out) == 0
    return out.getvalue().splitlines()


def test_without_a_code_it_lists_the_standards(catalogue: Catalogue) -> None:
    assert _said(catalogue, "", "en") == [
        "CHQ-NURSERY@0.1  Coffee nursery worker  (Draft: nobody has validated it)",
        "CHQ-SAVINGS@0.1  Savings group leader  (Draft: nobody has validated it)",
    ]


def test_a_tree_names_every_unit_element_and_criterion_with_its_evidence(catalogue: Catalogue) -> None:
    said = _said(catalogue, "chq-nursery", "es")
    assert said[:2] == [
        "CHQ-NURSERY@0.1  Viverista de café  (ISCO-08 6113)",
        "Borrador: nadie lo ha validado. No es una norma del Estado.",
    ]
    standard = catalogue.standards["CHQ-NURSERY"]
    for unit in standard.units:
        parts = [unit.code, *(each.code for each in unit.elements), *(each.code for each in unit.criteria)]
        assert all(any(f"─ {code}  " in line for line in said) for code in parts)
    (roots,) = [line for line in said if "2.2.2" in line]
    assert roots == (
        "│     ├─ 2.2.2  (!) Embolsa solo plantitas de raíz derecha y sin daño.  [conocimiento, desempeño, producto]"
    )
    assert any("en el tope decide un evaluador" in line for line in said)
    assert sum("todavía nadie puede emitir" in line for line in said) == 2


def test_a_standard_without_the_language_is_told_in_its_first(catalogue: Catalogue) -> None:
    said = _said(catalogue, "CHQ-SAVINGS@0.1", "es")
    assert said[0].startswith("CHQ-SAVINGS@0.1  Responsable de grupo de ahorro")  # a title may be in more languages
    assert any("Savings" in line or "savings" in line for line in said[1:])
    assert "Sin revisar por una persona de esa lengua: rw." in said
    assert any("desempeño ×2" in line for line in said)


def test_labels_are_the_same_in_both_languages() -> None:
    spanish, english = standards._WORDS["es"], standards._WORDS["en"]
    assert spanish.keys() == english.keys()


def test_an_unknown_code_is_answered_with_the_known_ones(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match=r"no standard 'X' in content/\. Known: CHQ-NURSERY, CHQ-SAVINGS"):
        _said(catalogue, "X", "es")
