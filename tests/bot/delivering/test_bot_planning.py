"""Local days and hours become moments; moves of a campaign follow one table; what is late is dropped by its policy."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivering.campaigns import Catchup, State
from bot.delivering.planning import ENDED, allowed, dropped, instant, refusal

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("America/Lima", date(2026, 11, 23), "09:00", "2026-11-23T14:00"),
        ("America/La_Paz", date(2026, 11, 23), "09:00", "2026-11-23T13:00"),
        ("Africa/Kigali", date(2026, 11, 23), "09:00", "2026-11-23T07:00"),
        ("America/New_York", date(2026, 3, 7), "02:30", "2026-03-07T07:30"),
        ("America/New_York", date(2026, 3, 8), "02:30", "2026-03-08T07:00"),  # 02:00 became 03:00
        ("Europe/Madrid", date(2026, 3, 29), "02:15", "2026-03-29T01:00"),
        ("America/New_York", date(2026, 11, 1), "01:30", "2026-11-01T05:30"),  # twice: the first
        ("Europe/Madrid", date(2026, 10, 25), "02:30", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:10", "2026-10-03T15:30"),  # a jump of half an hour
        ("America/Santiago", date(2026, 9, 6), "00:20", "2026-09-06T04:00"),  # at midnight
    ],
)
def test_a_local_time_is_one_moment(zone: str, day: date, hour: str, expected: str) -> None:
    found = instant(day, hour, ZoneInfo(zone))
    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == expected


def test_a_day_that_does_not_exist_has_no_moment() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went over the date line: after the 29th came the 31st
    assert instant(date(2011, 12, 30), "09:00", apia) is None
    assert instant(date(2011, 12, 31), "09:00", apia) is not None


def test_what_has_ended_goes_nowhere() -> None:
    assert not any(allowed(before, after) for before, after in itertools.product(ENDED, State))
    assert all(allowed(state, State.CANCELLED) for state in set(State) - ENDED)


def test_an_approval_comes_from_somebody_else() -> None:
    assert refusal(State.WAITING, State.RUNNING, "ana", ("ana", "luz")) == "second"
    assert refusal(State.WAITING, State.RUNNING, "eva", ("ana", "luz")) == ""
    assert refusal(State.PAUSED, State.RUNNING, "ana", ("ana",)) == ""
    assert refusal(State.FINISHED, State.RUNNING, "ana", ()) == "move"


@pytest.mark.parametrize(
    ("ago", "catchup", "gone"),
    [
        ((60, 36, 10), Catchup.LATEST, (0, 1)),
        ((60, 36, 13), Catchup.LATEST, (0, 1, 2)),
        ((10, 0.1), Catchup.LATEST, (0,)),  # the one of now is the latest
        ((10, -5), Catchup.LATEST, ()),
        ((60, 10, 0.1), Catchup.SKIP, (0, 1)),
        ((60, 10), Catchup.ALL, ()),
    ],
)
def test_what_is_late_is_dropped_by_the_policy(ago: tuple[float, ...], catchup: Catchup, gone: tuple[int, ...]) -> None:
    assert dropped([NOW - each * HOUR for each in ago], catchup, NOW) == gone
