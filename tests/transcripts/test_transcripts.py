"""Conversations that a teacher can read: each is played again, through the database, and must come out the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts.playing import HERE, played

FILES = sorted(path for path in HERE.glob("*.txt"))


@pytest.fixture(scope="session")
def content_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transcripts") / "content"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_is_as_it_is_written(path: Path, content_folder: Path) -> None:
    written = path.read_text()

    assert await played(written, content_folder) == written
