"""The API under a fuzzer that reads its document: nothing undocumented is ever answered, nothing breaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.console.partners import make_token
from tests.console.standing import Standing, fresh_copy, standing
from tests.console.villages import village

_ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes, shelf: Shelf) -> Iterator[Standing]:
    """A console with something of everything in it."""
    database = fresh_copy(tmp_path_factory.mktemp("fuzzed"), migrated_sqlite)
    with standing(database, shelf) as made:
        yield made
    database.close()


def test_no_request_is_answered_otherwise_than_the_document_says(there: Standing, tmp_path: Path) -> None:
    """Every check that the fuzzer has, in its three phases. Longer and with other seeds: CHASQUI_FUZZING=200."""
    pytest.importorskip("schemathesis")
    ids = village(there, "norte", 11).ids
    token = make_token(there)
    examples = os.environ.get("CHASQUI_FUZZING", "4")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{there.url}/api/v1/openapi.json", "--url", there.url),
        *("-H", f"Authorization: Bearer {token}", "--checks", "all", "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", examples, "--seed", "1", "--no-color", "--warnings", "off"),
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.console.fuzzing_hooks",
        "PYTHONPATH": str(_ROOT),
        "FUZZING_IDS": json.dumps(ids),
    }
    came = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=1200, check=False
    )
    _, _, said = came.stdout.partition("FAILURES")
    assert came.returncode == 0, said[:20_000] or came.stdout[-3000:] + came.stderr[-3000:]
    assert "Tested: " in came.stdout
