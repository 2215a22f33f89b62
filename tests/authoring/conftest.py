"""What every test of this room starts from."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring_tree import EN, ES, FACTS, LESSON_EN, LESSON_ES, OCC, OCCUPATION, Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "content")
    made.write(OCC, OCCUPATION).write("facts.toml", FACTS).write(ES, LESSON_ES).write(EN, LESSON_EN)
    made.write("coffee-nursery/media/seed.jpg", b"jpeg").write("coffee-nursery/media/sow.es.ogg", b"ogg")
    return made


@pytest.fixture
def spoken(tree: Tree) -> Tree:
    """The same with wording and words in both languages."""
    for language in ("es", "en"):
        tree.write(f"wording/{language}.po", 'msgid ""\nmsgstr ""\n\nmsgid "a.greeting"\nmsgstr "Hola"\n')
    return tree.understand("es", "en")
