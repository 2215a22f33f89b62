"""A campaign that several clocks plan and several workers send, one of which dies."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.engines import Server
from tests.faults.mill import Place
from tests.faults.planning import each_due_once

pytestmark = pytest.mark.slow


async def test_two_clocks_and_three_workers_one_killed_make_and_answer_every_due_once(
    migrated_postgres: tuple[Server, str], tmp_path: Path, shelf: Shelf
) -> None:
    """F04, F05, F06, F24, F25"""
    server, template = migrated_postgres
    place = Place(url=server.create(f"{template}_planned", template), folder=tmp_path, shelf=shelf)
    result = await each_due_once(place, 60)
    assert result.good, result
