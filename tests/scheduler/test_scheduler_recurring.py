"""The days of a campaign: one occurrence for each local date, unless the date does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.cooperating.organisations import DAYS, Cohort
from bot.delivering.campaigns import Kind, Schedule
from scheduler.recurring import dates, is_over, slots
from tests.store.planned import campaign

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # a Monday, 09:00 in Lima
ZONES = (
    "America/New_York", "Europe/Madrid", "America/Lima", "America/La_Paz", "Africa/Kigali", "America/Santiago",
    "Australia/Lord_Howe", "Asia/Gaza", "Africa/Casablanca", "Pacific/Apia", "Atlantic/Azores",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_exactly_one_occurrence_for_each_local_date_of_a_random_schedule(seed: int) -> None:
    chance = Random(seed)
    zone, hour = chance.choice(ZONES), f"{chance.randrange(24):02d}:{chance.choice((0, 15, 30, 59)):02d}"
    days = tuple(sorted(chance.sample(DAYS, chance.randint(1, 7))))
    begin = date(2011, 12, 1) if zone == "Pacific/Apia" else date(chance.randint(2024, 2028), 1, 1)
    end = begin + timedelta(days=chance.randint(1, 400))
    schedule = Schedule(zone=zone, days=days, hour=hour, starts_on=begin, ends_on=end)
    here = ZoneInfo(zone)
    started = datetime(begin.year, begin.month, begin.day, tzinfo=here).astimezone(UTC) - timedelta(days=1)
    made = campaign(kind=Kind.RECURRING, schedule=schedule, created_at=started, started_at=started)
    found = {}
    now = started
    while now.astimezone(here).date() <= end:  # a clock that looks now and then, sometimes twice, sometimes late
        for slot in slots(made, None, floor=started, now=now):
            assert found.setdefault(slot.local_date, slot) == slot
        now += timedelta(hours=chance.choice((1, 7, 24, 40)))
    wanted = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    wanted = [day for day in wanted if DAYS[day.weekday()] in days]
    assert sorted(found) == wanted
    for day, slot in found.items():
        if slot.at is None:
            assert (zone, day) == ("Pacific/Apia", date(2011, 12, 30))
            continue
        local = slot.at.astimezone(here)
        assert local.date() == day
        shown = local.strftime("%H:%M")
        assert shown == hour or (shown > hour and _skipped(day, hour, here))


def _skipped(day: date, hour: str, zone: ZoneInfo) -> bool:
    wanted = datetime.combine(day, time.fromisoformat(hour))
    return wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wanted


def test_days_go_by_their_names() -> None:
    made = campaign(kind=Kind.RECURRING, schedule=Schedule(days=("mon",)), started_at=NOW)
    assert next(dates(made, None, date(2026, 11, 24), date(2026, 12, 31))) == date(2026, 11, 30)


def test_a_drip_keeps_the_days_of_its_cohort() -> None:
    cohort = Cohort(
        id="k", name="K", course="c", days=("tue",), hour=7, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 1)
    )
    made = campaign(kind=Kind.DRIP, schedule=Schedule(cohort="k"), started_at=NOW)
    (slot,) = slots(made, cohort, floor=NOW, now=NOW)
    assert (slot.local_date, slot.slot, slot.at) == (date(2026, 11, 24), "0700", datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert not is_over(made, cohort, date(2026, 11, 24))
    assert is_over(made, cohort, date(2026, 12, 1))
    assert is_over(made, None, date(2026, 11, 24))  # closed


def test_nothing_is_planned_further_ahead_than_two_days() -> None:
    made = campaign(kind=Kind.RECURRING, schedule=Schedule(hour="09:00"), started_at=NOW)
    assert [slot.local_date.day for slot in slots(made, None, floor=NOW, now=NOW)] == [23, 24, 25]


def test_a_once_on_a_far_day_waits_for_it() -> None:
    made = campaign(kind=Kind.ONCE, schedule=Schedule(on=date(2026, 12, 24), hour="09:00"), started_at=NOW)
    assert slots(made, None, floor=NOW, now=NOW) == []
    (slot,) = slots(made, None, floor=NOW, now=datetime(2026, 12, 23, tzinfo=UTC))
    assert slot.local_date == date(2026, 12, 24)


def test_a_day_that_had_passed_when_it_started_is_not_said() -> None:
    recurring = campaign(kind=Kind.RECURRING, schedule=Schedule(hour="07:00"), started_at=NOW)
    assert [slot.local_date.day for slot in slots(recurring, None, floor=NOW, now=NOW)] == [24, 25]
