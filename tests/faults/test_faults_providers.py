"""Providers that fail in turn, and clocks that jump: everything is delivered, nothing said twice by SMS."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.faults.mill import Place
from tests.faults.providers import clock_jumps, misbehaving


@pytest.fixture
def place(database_url: str, tmp_path: Path, shelf: Shelf) -> Place:
    return Place(url=database_url, folder=tmp_path, shelf=shelf)


async def test_through_refusals_breaks_and_nonsense_everything_is_delivered_once(place: Place) -> None:
    """F09, F14, F15"""
    result = await misbehaving(place, 24)
    assert result.good, result


async def test_a_clock_that_jumps_loses_nothing_and_doubles_nothing(place: Place) -> None:
    """F30"""
    result = await clock_jumps(place, 12)
    assert result.good, result
