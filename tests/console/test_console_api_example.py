"""What docs/api.md shows works as it stands there."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from authoring.shelf import Shelf
from bot.cooperating.hooks import signed
from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from cli import token_arguments
from store import organisations
from tests.console.partners import make_token
from tests.console.standing import Standing, fresh_copy, standing

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


def made_as_on(page: Path) -> argparse.Namespace:
    """What the page has typed to make a key."""
    parser = argparse.ArgumentParser()
    token_arguments.add(parser.add_subparsers(), lambda given: 0)
    typed = re.search(r"^chasqui (token add .*?)\n(?=chasqui )", page.read_text(), re.DOTALL | re.MULTILINE)
    assert typed
    return parser.parse_args(shlex.split(typed[1].replace("\\\n", "")))


@pytest.fixture
def there(tmp_path: Path, migrated_sqlite: bytes, shelf: Shelf) -> Iterator[Standing]:
    database = fresh_copy(tmp_path, migrated_sqlite)
    with standing(database, shelf, whole=True) as made:
        yield made
    database.close()


@pytest.mark.parametrize("page", [PAGE, PAGE.parent / "es" / "api.md"], ids=["en", "es"])
def test_the_example_runs_as_it_stands_with_the_key_of_the_page(there: Standing, page: Path) -> None:
    with there.database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norandino", name="Norandino"), there.clock())
    key = made_as_on(page)
    token = make_token(there, key.right, key.cooperative, key.days)
    environment = {**os.environ, "CHASQUI_URL": there.url, "CHASQUI_TOKEN": token}
    came = subprocess.run(
        [sys.executable, "-c", examples()[0]], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert came.returncode == 0, came.stderr
    lines = came.stdout.splitlines()
    assert lines[0].split() == ["+51900000001", "new"]
    assert any(line.startswith("Rosa Huamán joined") for line in lines), lines
    assert any(line.startswith("Juan Quispe invited") for line in lines), lines
    assert lines[-1].startswith("I3 ")


def test_the_check_of_a_signature_takes_ours_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(examples()[1], names)
    genuine, body = names["genuine"], b'{"id": "ping:1"}'
    now = datetime.fromtimestamp(time.time(), UTC)
    header = signed(("whsec_new", "whsec_old"), now, body)
    assert genuine("whsec_new", header, body)
    assert genuine("whsec_old", header, body)
    assert not genuine("whsec_other", header, body)
    assert not genuine("whsec_new", header, body + b" ")
    assert not genuine("whsec_new", signed(("whsec_new",), datetime(2026, 1, 1, tzinfo=UTC), body), body)


def test_what_the_page_says_of_figures_is_so() -> None:
    from bot.cooperating.hooks import EVENTS, RETRIES
    from console.api.answering import MOST
    from console.api.pacing import Limits
    from console.api.paging import MOST as MOST_ON_A_PAGE

    text = PAGE.read_text()
    assert f"{Limits().token.burst} requests a minute" in text
    assert f"up to {MOST_ON_A_PAGE}" in text
    assert f"{MOST // 1024} KiB" in text
    assert all(f"`{event}`" in text for event in EVENTS)
    assert 24 <= sum(each.total_seconds() for each in RETRIES) / 3600 <= 30
