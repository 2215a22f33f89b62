"""Nothing of another cooperative is ever shown or changed, whoever asks and wherever its ids are put.

A part of the walk; all of it, more than ten thousand requests: `python -m tests.leaks`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.console.standing import Standing, fresh_copy, standing
from tests.console.test_console_api_drift import BODIES
from tests.leaks import CONTENT, Report, snapshot, walk


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes) -> Iterator[Standing]:
    """All that is served, with the real lessons and standards."""
    folder = tmp_path_factory.mktemp("walked")
    database = fresh_copy(folder, migrated_sqlite)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # the keys that it makes go there
        with standing(database, Shelf(CONTENT), whole=True) as made:
            yield made
    database.close()


@pytest.fixture(scope="module")
def walked(there: Standing) -> Report:
    return asyncio.run(walk(there, BODIES, most=int(os.environ.get("CHASQUI_LEAKS", "1500"))))


def test_nothing_of_another_cooperative_is_shown_to_anybody(walked: Report) -> None:
    assert walked.requests > 1000
    assert walked.leaks == []


def test_no_request_breaks_a_page(walked: Report) -> None:
    assert walked.failures == []


def test_no_request_changes_anything_of_another_cooperative(walked: Report) -> None:
    assert walked.changed == []


def test_the_walk_gets_into_pages_and_is_refused_at_others(walked: Report) -> None:
    """A walk that everybody turns away, or that finds nothing, would prove nothing."""
    assert walked.statuses[200] > walked.requests // 10
    assert walked.statuses[404] + walked.statuses[403] > walked.requests // 10


def test_what_belongs_to_the_other_is_there_to_be_found(there: Standing, walked: Report, tmp_path: Path) -> None:
    """Each kind of thing that must not be shown stands in a table under its mark."""
    found = snapshot(there.database, ["sur"])
    kinds = {
        "learners",
        "help_requests",
        "campaigns",
        "credentials",
        "evidence",
        "surveys",
        "hooks",
        "cohorts",
        "outbox",
    }
    assert {name for name, rows in found.items() if rows} >= kinds
