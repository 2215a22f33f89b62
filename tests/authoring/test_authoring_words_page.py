"""The page of words for those who train people: each of them is understood as it says, and no command is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.talking.obeying import KNOWN
from bot.talking.understanding import command

ROOT = Path(__file__).parents[2]
LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")
_ROW = re.compile(r"\| (?P<meaning>[^|]+)((?:\| [^|]+){6})\|")


def table(page: str) -> list[list[str]]:
    """The six cells of each command's row."""
    rows = [each for line in (ROOT / page).read_text().splitlines() if (each := _ROW.fullmatch(line))]
    return [[cell.strip() for cell in each[2].split("|")[1:]] for each in rows[1:]]


@pytest.mark.parametrize("page", ["docs/words.md", "docs/es/words.md"])
def test_every_word_of_the_page_does_what_it_says(page: str) -> None:
    vocabulary = Shelf(ROOT / "content")().vocabulary
    named: set[str] = set()
    for cells in table(page):
        meant = set()
        for language, cell in zip(LANGUAGES, cells, strict=True):
            for word in cell.replace("…", "").strip(" –").split(", "):
                if word:
                    found = command(word, language=language, vocabulary=vocabulary)
                    assert found is not None, (language, word)
                    meant.add(found.result)
        assert len(meant) == 1, (cells, meant)
        named |= meant
    assert named == KNOWN


def test_both_pages_name_the_same_words() -> None:
    assert table("docs/words.md") == table("docs/es/words.md")
