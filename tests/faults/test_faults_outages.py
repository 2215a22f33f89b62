"""The short form: the database away, its machine lost, a worker frozen."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.engines import NoPostgres
from tests.faults import outages, pausing
from tests.faults.mill import Place
from tests.faults.servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[Server]:
    try:
        with outages.server() as made:
            yield made
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture
def place_at(tmp_path: Path, shelf: Shelf) -> Callable[[str], Place]:
    numbers = itertools.count()

    def make(url: str) -> Place:
        folder = tmp_path / f"place{next(numbers)}"
        folder.mkdir()
        return Place(url=url, folder=folder, shelf=shelf)

    return make


async def test_a_database_that_goes_and_comes_back_costs_no_message(
    server: Server, place_at: Callable[[str], Place], migrated_sqlite: bytes
) -> None:
    """F16"""
    result = await outages.away(place_at(server.url("chasqui")), server, migrated_sqlite, 2)
    assert result.good, result


async def test_a_frozen_worker_says_nothing_on_a_lease_that_is_no_longer_its_own(
    server: Server, place_at: Callable[[str], Place]
) -> None:
    """F10"""
    result = await pausing.paused(place_at(server.url("chasqui")), 3)
    assert result.good, result


async def test_with_a_synchronous_standby_nothing_acknowledged_is_lost_with_the_primary(
    place_at: Callable[[str], Place], server: Server
) -> None:
    """F18"""
    assert server
    result = await outages.lost(place_at, 1, synchronous=True)
    assert result.messages
    assert result.good, result


async def test_the_test_would_notice_for_without_one_something_is_lost(
    place_at: Callable[[str], Place], server: Server
) -> None:
    """F19"""
    assert server
    result = await outages.lost(place_at, 1, synchronous=False)
    assert result.good, result
