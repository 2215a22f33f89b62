"""No question that is asked in every round reads a whole table."""

from __future__ import annotations

import re
from typing import Any

import pytest

from store import (
    closing,
    cohort_versions,
    cohorts,
    doubting,
    dues,
    erasure,
    inbox,
    judging,
    occasions,
    outbox,
    people,
    receipts,
    records,
    settling,
    turns,
)
from store.database import Database
from store.schema import metadata
from tests.store.rows import NOW, plan

# Reading the index of what waits from its beginning to the limit is the point of that index.
MEANT = ("inbox USING INDEX ix_inbox_waiting",)

GIVEN: dict[str, Any] = {
    **dict.fromkeys(("held", "now", "before", "after", "until", "at", "doubted", "then"), NOW),
    **dict.fromkeys(("addresses", "learners", "enrolments", "alone", "shared", "keys", "ids"), ("1",)),
    **dict.fromkeys(("limit", "row", "next"), 1),
    "unasked": False,
    "since": "2026-W47",
    **dict.fromkeys(
        ("from", "token", "as", "to", "who", "id", "address", "thread", "heard_by", "now_in", "talk", "which", "said"),
        "x",
    ),
    "heard": NOW,
}
STATEMENTS = [
    pytest.param(statement, id=f"{module.__name__}.{name}")
    for module, names in (
        (inbox, "_WAITING _KEPT _TRIED"),
        (records, "_THREADS _PEOPLE _ENROLMENTS _LESSONS _QUIZZES _ATTEMPTS _CONSENTS"),
        (turns, "_STILL_WAITING _STILL_OWED _LOCKED _ANSWERED"),
        (dues, "_WAITING _UNREACHABLE _NEXT"),
        (outbox, "_SENDERS _READY _CLAIM _CANCELLED _LATER _END"),
        (doubting, "FORGET _LAPSE _UNKNOWN _DOUBTFUL _OWNED"),
        (judging, "_STANDING _CANCEL_CAMPAIGN _HOLD_CAMPAIGN"),
        (settling, "_LINES _OWNERS _EARLY _FORGET"),
        (receipts, "_BY_PROVIDER_ID _BY_ID"),
        (cohorts, "_LATEST"),
        (cohort_versions, "_STAYING"),
        (closing, "_CLOSE _PEOPLE _CANCEL _FORGIVE"),
        (erasure, "_ADDRESSES _SHARED _LOCK _LEDGER _WELCOME _KNOWN"),
        (occasions, "_WEEKS _HEARD"),
        (people, "_THREADS _PROFILE _ADDRESSES _ENROLMENTS _MESSAGES_IN"),
    )
    for name in names.split()
    for statement in [getattr(module, name)]
] + [
    pytest.param(statement, id=f"store.erasure, step {step}")
    for step, statement in enumerate((*erasure._PSEUDONYMS, *erasure._GONE))
    if statement.table.name != "help_requests"  # few, and read once in an erasing
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_it_goes_by_an_index(sqlite: Database, statement: Any) -> None:
    steps = plan(sqlite, statement, **GIVEN).splitlines()
    tables = "|".join((*metadata.tables, "older", "other", "others"))
    whole = [step for step in steps if re.match(rf"SCAN ({tables})\b", step) and not step.endswith(MEANT)]
    assert [step for step in whole if "ix_dues_at" not in step] == []
