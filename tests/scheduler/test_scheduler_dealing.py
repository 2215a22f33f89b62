"""Variants are dealt in turn from one day of a campaign to its next, so that nobody hears the same one for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.delivering.campaigns import Campaign, Kind, Schedule
from scheduler.spreading import _round_of


@pytest.mark.parametrize("days", [("mon", "wed", "fri"), ("tue", "thu"), ("sun",), ("thu", "mon")])
def test_each_day_of_a_campaign_is_the_next_round(days: tuple[str, ...]) -> None:
    campaign = Campaign(
        id="riego",
        name="Riego",
        kind=Kind.RECURRING,
        schedule=Schedule(days=days),
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    first = date(2026, 11, 23)
    held = [day for day in (first + timedelta(n) for n in range(28)) if names[day.weekday()] in days]
    rounds = [_round_of(campaign, day) for day in held]
    assert rounds == list(range(rounds[0], rounds[0] + len(held)))
