"""The short form of `python -m tests.faults`: a few kills of each kind; the program itself makes a thousand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authoring.shelf import Shelf
from tests.faults.killing import all_killed, worker_killed
from tests.faults.mill import Place

pytestmark = pytest.mark.slow


@pytest.fixture
def place(database_url: str, tmp_path: Path, shelf: Shelf) -> Place:
    return Place(url=database_url, folder=tmp_path, shelf=shelf)


async def test_a_worker_killed_while_it_sends_loses_nothing_and_says_no_sms_twice(
    place: Place, record_property: Any
) -> None:
    """F07, F08"""
    result = await worker_killed(place, 12)
    record_property("fault", str(result))
    assert result.good, result


async def test_killed_while_learners_write_it_answers_every_acknowledged_message_once(
    place: Place, migrated_sqlite: bytes, record_property: Any
) -> None:
    """F01, F02, F03"""
    result = await all_killed(place, migrated_sqlite, 12)
    record_property("fault", str(result))
    assert result.good, result
