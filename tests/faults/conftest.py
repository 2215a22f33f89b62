"""Name the marker of tests that take many seconds; they are part of the suite all the same."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes many seconds")
