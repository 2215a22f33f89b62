"""One weekly budget for everything that nobody asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.delivering.budgets import ceiling, has_room, next_week, week_of

LIMA = ZoneInfo("America/Lima")


def test_a_low_class_stops_early_so_that_a_lesson_slot_still_fits() -> None:
    classes = ("lesson", "sunday", "reminder", "review", "notice", "campaign")
    assert [ceiling(each, 12) for each in classes] == [12, 11, 10, 10, 9, 8]
    assert has_room("campaign", 1, 7, 12)
    assert not has_room("campaign", 1, 8, 12)
    assert has_room("lesson", 2, 10, 12)
    assert not has_room("lesson", 2, 11, 12), "a slot needs room for its card and its question"


@pytest.mark.parametrize(("budget", "expected"), [(0, 0), (1, 1), (3, 1), (6, 2)])
def test_a_small_budget_leaves_each_class_one_and_none_leaves_none(budget: int, expected: int) -> None:
    assert ceiling("campaign", budget) == expected


def test_her_week_is_that_of_her_own_calendar() -> None:
    monday = datetime(2026, 3, 2, 4, 59, tzinfo=UTC)  # still Sunday in Lima
    assert week_of(monday, LIMA) == "2026-W09"
    assert week_of(monday, ZoneInfo("Africa/Kigali")) == "2026-W10"
    assert week_of(datetime(2027, 1, 3, 12, tzinfo=UTC), LIMA) == "2026-W53"
    assert next_week(monday, LIMA) == datetime(2026, 3, 2, 5, tzinfo=UTC)
