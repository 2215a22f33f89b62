"""Every await of the send path fails once, in three ways, on both databases."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from authoring.shelf import Shelf
from tests.faults.awaiting import each_await_fails
from tests.faults.mill import Place


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_whichever_await_fails_each_message_leaves_once_and_in_order(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, shelf: Shelf, record_property: Any
) -> None:
    """F02, F08, F09, F17"""
    numbers = itertools.count()

    def place() -> Place:
        number = next(numbers)
        if engine == "sqlite":
            path = tmp_path / f"{number}.db"
            path.write_bytes(request.getfixturevalue("migrated_sqlite"))
            return Place(url=f"sqlite:///{path}", folder=tmp_path, shelf=shelf)
        server, template = request.getfixturevalue("migrated_postgres")
        return Place(url=server.create(f"{template}_await_{number}", template), folder=tmp_path, shelf=shelf)

    result = await each_await_fails(place)
    record_property("fault", str(result))
    assert result.times >= 15
    assert result.good, result
