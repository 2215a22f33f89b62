"""What sounds like a wish to stop, to be erased or a wrong number, and is none; beside wishes that are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from authoring.words import load_words
from bot.talking.understanding import command, interpret

HERE = Path(__file__).parent
WORDS = load_words(HERE.parents[2] / "content" / "words")
OPTIONS = {
    "es": ("A) Enferma", "B) Cargada, con roya", "C) Cualquiera"),
    "en": ("A) Soap and water", "B) Only water", "C) Ash"),
    "fr": ("A) Eau et savon", "B) Eau seule", "C) Cendre"),
    "rw": ("A) Isabune", "B) Amazi gusa", "C) Ivu"),
}
OPTIONS["qu"] = OPTIONS["ay"] = OPTIONS["es"]
GRAVE = {"STOP", "ERASE", "WRONG_NUMBER"}


def told(leaves: str) -> list[tuple[str, str]]:
    """(language, words) of those that are labelled so."""
    with (HERE / "stops_own.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["language"], row["said"]) for row in rows if row["leaves"] == leaves]


def heard(said: str, language: str) -> set[str]:
    """What it is taken for, while a question is open and while none is."""
    ordered = command(said, language=language, vocabulary=WORDS)
    read = interpret(said, language=language, options=OPTIONS[language], vocabulary=WORDS, question=2)
    return {ordered.result if ordered else "", read.result}


@pytest.mark.parametrize(("language", "said"), told("no"))
def test_who_learns_is_not_taken_for_one_who_leaves(language: str, said: str) -> None:
    assert not heard(said, language) & GRAVE


@pytest.mark.parametrize(("language", "said"), told("yes"))
def test_who_wants_to_leave_is_heard(language: str, said: str) -> None:
    assert heard(said, language) == {"STOP"}
