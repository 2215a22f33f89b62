"""When a learner may be spoken to unasked: waking hours in her own time zone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# None of the three has daylight saving time. Source: the IANA time zone database.
ZONES = {"PE": "America/Lima", "BO": "America/La_Paz", "RW": "Africa/Kigali"}


def zone_of(name: str, country: str) -> ZoneInfo:
    """The named zone, or the country's where there is none or an unknown one; never raises."""
    try:
        return ZoneInfo(name or ZONES.get(country, "America/Lima"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(ZONES.get(country, "America/Lima"))


def is_waking(at: datetime, zone: ZoneInfo, hours: tuple[int, int]) -> bool:
    """Whether `at` (aware) falls into waking hours `(from, to)` on the local clock; `to` itself is outside."""
    return hours[0] <= at.astimezone(zone).hour < hours[1]


def next_waking(at: datetime, zone: ZoneInfo, hours: tuple[int, int]) -> datetime:
    """`at` itself if it falls into waking hours, else the next opening, in the zone of `at`."""
    local = at.astimezone(zone)
    if is_waking(at, zone, hours):
        return at
    day = local.date() if local.hour < hours[0] else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hours[0]), zone).astimezone(at.tzinfo)


def at_her_hour(at: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The first time from `at` on (aware) when the local clock shows this hour: `at` itself within it."""
    local = at.astimezone(zone)
    if local.hour == hour:
        return at
    day = local.date() if local.hour < hour else local.date() + timedelta(days=1)
    return datetime.combine(day, time(hour), zone).astimezone(at.tzinfo)
