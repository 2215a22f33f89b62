"""Waking hours by the learner's own clock: nights, Sundays, holidays, her hour, and clocks that are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivering.hours import at_her_hour, holidays_of, is_waking, next_waking, window_end

LIMA, KIGALI, MADRID = ZoneInfo("America/Lima"), ZoneInfo("Africa/Kigali"), ZoneInfo("Europe/Madrid")
DAYS, REST = (7, 21), (9, 20)


def at(zone: ZoneInfo, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("month", "day", "hour", "country", "awake"),
    [
        (3, 2, 7, "PE", True),  # a Monday
        (3, 2, 6, "PE", False),
        (3, 2, 20, "PE", True),
        (3, 2, 21, "PE", False),
        (3, 1, 8, "PE", False),  # a Sunday
        (3, 1, 9, "PE", True),
        (3, 1, 20, "PE", False),
        (7, 28, 8, "PE", False),  # Independence Day, a Tuesday
        (7, 28, 8, "BO", True),
        (8, 6, 8, "BO", False),
        (7, 1, 8, "RW", False),
        (7, 1, 8, "", True),
    ],
)
def test_it_rests_longer_on_sundays_and_holidays(month: int, day: int, hour: int, country: str, awake: bool) -> None:
    assert is_waking(at(LIMA, month, day, hour, 30), LIMA, DAYS, REST, country) is awake


def test_a_saturday_night_waits_for_nine_on_sunday() -> None:
    assert next_waking(at(LIMA, 2, 28, 21), LIMA, DAYS, REST, "PE") == at(LIMA, 3, 1, 9)


def test_a_holiday_evening_waits_for_the_next_working_morning() -> None:
    # 28 and 29 July are holidays.
    assert next_waking(at(LIMA, 7, 28, 20, 30), LIMA, DAYS, REST, "PE") == at(LIMA, 7, 29, 9)
    assert next_waking(at(LIMA, 7, 29, 20, 30), LIMA, DAYS, REST, "PE") == at(LIMA, 7, 30, 7)


def test_what_is_said_unasked_ends_with_the_hours_that_it_falls_into() -> None:
    assert window_end(at(LIMA, 3, 2, 12), LIMA, DAYS, REST, "PE") == at(LIMA, 3, 2, 21)
    assert window_end(at(LIMA, 3, 1, 12), LIMA, DAYS, REST, "PE") == at(LIMA, 3, 1, 20)
    assert window_end(at(LIMA, 2, 28, 22), LIMA, DAYS, REST, "PE") == at(LIMA, 3, 1, 20), "in the night, the next ones"
    assert window_end(at(KIGALI, 3, 2, 12), KIGALI, (0, 24)) == at(KIGALI, 3, 3, 0)


def test_her_hour_is_moved_into_the_hours_of_a_sunday() -> None:
    assert at_her_hour(at(LIMA, 3, 1, 1), LIMA, 7, DAYS, REST, "PE") == at(LIMA, 3, 1, 9)
    assert at_her_hour(at(LIMA, 3, 1, 1), LIMA, 20, DAYS, REST, "PE") == at(LIMA, 3, 1, 19)
    assert at_her_hour(at(LIMA, 3, 1, 19, 30), LIMA, 7, DAYS, REST, "PE") == at(LIMA, 3, 2, 7)
    assert at_her_hour(at(LIMA, 3, 2, 18, 30), LIMA, 18, DAYS, REST, "PE") == at(LIMA, 3, 2, 18, 30)


@pytest.mark.parametrize("day", [28, 29, 24, 25])  # around the last Sundays of March and October 2026
@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_a_clock_change_moves_no_opening_and_no_end(month: int, day: int, hour: int) -> None:
    now = at(MADRID, month, day, hour, 30)
    opens, ends = next_waking(now, MADRID, DAYS, REST), window_end(now, MADRID, DAYS, REST)

    assert is_waking(opens, MADRID, DAYS, REST)
    assert now <= opens < ends <= opens + timedelta(hours=14)
    assert ends.astimezone(MADRID).hour in (20, 21)
    assert not is_waking(ends, MADRID, DAYS, REST)


def test_an_hour_that_the_clock_leaves_out_is_the_one_after_it() -> None:
    # In Madrid 29 March 2026 has no 02:00 to 03:00.
    assert at_her_hour(at(MADRID, 3, 29, 0), MADRID, 2).astimezone(MADRID).hour == 3
    # And 25 October has it twice: the first one counts, and the second is no reason to speak again.
    first = at_her_hour(at(MADRID, 10, 25, 0), MADRID, 2)
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_it_knows_no_holidays_of_a_country_that_it_does_not_serve() -> None:
    assert holidays_of("", 2026) == holidays_of("XX", 2026) == frozenset()
    assert len(holidays_of("PE", 2027)) > 12
