"""Where a learner is reached: which of her threads cost nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, or_

from store.tables import threads

TELEGRAM = ("telegram:%", "simulator:chat:%")


def is_free() -> ColumnElement[Any]:
    """1 for a thread on which messages are free, else 0."""
    return case((or_(*(threads.c.address.like(form) for form in TELEGRAM)), 1), else_=0)
