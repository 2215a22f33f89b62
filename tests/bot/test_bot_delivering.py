"""Waking hours, the guard against machines, and when to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivering import guard
from bot.delivering.hours import next_waking, zone_of
from bot.delivering.retrying import pause_before
from bot.messages import Refusal

LIMA = ZoneInfo("America/Lima")
HOURS = (7, 21)


def lima(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=LIMA).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (lima(2, 9), lima(2, 9)),
        (lima(2, 6, 59), lima(2, 7)),
        (lima(2, 20, 59), lima(2, 20, 59)),
        (lima(2, 21), lima(3, 7)),
        (lima(31, 23), lima(31, 23) + timedelta(hours=8)),
    ],
)
def test_it_waits_for_the_morning_of_the_learner(at: datetime, opens: datetime) -> None:
    assert next_waking(at, LIMA, HOURS) == opens


def test_an_unknown_zone_is_that_of_the_country() -> None:
    assert zone_of("Mars/Phobos", "RW").key == "Africa/Kigali"
    assert zone_of("../etc/passwd", "BO").key == "America/La_Paz"
    assert zone_of("", "").key == "America/Lima"


def test_twenty_messages_in_ten_minutes_are_borne_and_the_next_is_not() -> None:
    memory: guard.Memory = ()
    for number in range(20):
        memory = guard.remember(memory, f"mensaje {number}", number)

    assert not guard.too_much(memory)
    assert guard.too_much(guard.remember(memory, "uno más", 20))
    assert not guard.too_much(guard.remember(memory, "mucho después", 20 + guard.WINDOW))


def test_five_alike_are_too_many_whatever_their_case() -> None:
    memory: guard.Memory = ()
    for second, text in enumerate(("Hola", "hola ", "HOLA", "adios", "hola")):
        memory = guard.remember(memory, text, second)

    assert not guard.too_much(memory)
    assert guard.too_much(guard.remember(memory, "hola", 9))


def test_the_guards_memory_stays_small() -> None:
    memory: guard.Memory = ()
    for number in range(10_000):
        memory = guard.remember(memory, str(number), 0)

    assert len(memory) == guard.MOST + 1


def test_what_the_provider_asks_for_wins_and_refusals_end_it() -> None:
    assert pause_before(Refusal.RATE_LIMITED, 1, 35) == 35
    assert pause_before(Refusal.RATE_LIMITED, 99, None) == 120
    assert pause_before(Refusal.UNREACHABLE, 1, None) == 3600
    assert pause_before(Refusal.UNREACHABLE, 4, None) is None
    assert pause_before(Refusal.BLOCKED, 1, None) is None
    assert pause_before(Refusal.REJECTED, 1, 5) is None
