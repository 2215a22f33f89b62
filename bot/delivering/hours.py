"""When a learner may be spoken to unasked: waking hours in her own time zone, shorter on Sundays and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Hours = tuple[int, int]  # local hours (from, to); `to` itself is outside


@dataclass(frozen=True, slots=True)
class Rest:
    """The shorter hours of Sundays and holidays, and the days besides on which they hold: the place's own feasts."""

    hours: Hours
    dates: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()  # month and day

    def covers(self, day: date) -> bool:
        """Whether it is one of those days."""
        return day in self.dates or (day.month, day.day) in self.yearly


Resting = Hours | Rest

# None of the three has daylight saving time. Source: the IANA time zone database.
ZONES = {"PE": "America/Lima", "BO": "America/La_Paz", "RW": "Africa/Kigali"}


URGENT: Hours = (5, 22)  # of a safety notice, on any day: a frost warning is of use before work begins


def zone_of(name: str, country: str) -> ZoneInfo:
    """The named zone, or the country's where there is none or an unknown one; never raises."""
    try:
        return ZoneInfo(name or ZONES.get(country, "America/Lima"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(ZONES.get(country, "America/Lima"))


def day_of(at: datetime, name: str, country: str) -> date:
    """The day on the calendar in that zone, as `zone_of` finds it: in Lima the evening is the next day in UTC."""
    return at.astimezone(zone_of(name, country)).date()


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (PE, BO, RW; of any other: none).

    Source: the `holidays` library. It is read the first time, which takes a fifth of a second, and kept by country
    and year; a program that must not stop for it asks once when it starts.
    """
    if country not in ZONES:
        return frozenset()
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))


def hours_on(day: date, hours: Hours, resting: Resting | None, country: str) -> Hours:
    """The waking hours of one day: `resting` on Sundays, on the country's holidays and on the place's own, `hours` on
    every other."""
    if resting is None:
        return hours
    shorter, ours = (resting.hours, resting.covers(day)) if isinstance(resting, Rest) else (resting, False)
    return shorter if ours or day.weekday() == 6 or day in holidays_of(country, day.year) else hours


def is_waking(at: datetime, zone: ZoneInfo, hours: Hours, resting: Resting | None = None, country: str = "") -> bool:
    """Whether `at` (aware) falls into waking hours on the local clock. Without `resting` every day is alike."""
    local = at.astimezone(zone)
    first, end = hours_on(local.date(), hours, resting, country)
    return first <= local.hour < end


def next_waking(
    at: datetime, zone: ZoneInfo, hours: Hours, resting: Resting | None = None, country: str = ""
) -> datetime:
    """`at` itself if it falls into waking hours, else the next opening, in the zone of `at`."""
    local = at.astimezone(zone)
    day = local.date()
    first, end = hours_on(day, hours, resting, country)
    if first <= local.hour < end:
        return at
    if local.hour >= end:
        day += timedelta(days=1)
        first = hours_on(day, hours, resting, country)[0]
    return _moment(day, first, zone).astimezone(at.tzinfo)


def window_end(
    at: datetime, zone: ZoneInfo, hours: Hours, resting: Resting | None = None, country: str = ""
) -> datetime:
    """When the waking hours end that `at` falls into, or the next ones where it falls into none; in the zone of `at`.

    What nobody asked for, and the time that a provider is given for it, end with them.
    """
    day = next_waking(at, zone, hours, resting, country).astimezone(zone).date()
    return _moment(day, hours_on(day, hours, resting, country)[1], zone).astimezone(at.tzinfo)


def at_her_hour(
    at: datetime, zone: ZoneInfo, hour: int, hours: Hours = (0, 24), resting: Resting | None = None, country: str = ""
) -> datetime:
    """The first time from `at` on (aware) when the local clock shows this hour: `at` itself within it.

    On a day on which the hour is no waking hour, the nearest one that is takes its place.
    """
    local = at.astimezone(zone)
    day = local.date()
    hers = _within(hour, hours_on(day, hours, resting, country))
    if local.hour == hers:
        return at
    if local.hour > hers:
        day += timedelta(days=1)
        hers = _within(hour, hours_on(day, hours, resting, country))
    return _moment(day, hers, zone).astimezone(at.tzinfo)


def _within(hour: int, hours: Hours) -> int:
    return min(max(hour, hours[0]), hours[1] - 1)


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """This hour of the local clock as a moment; an hour that a clock change leaves out is the one after it.

    The end of a day is hour 24.
    """
    day, hour = (day + timedelta(days=1), 0) if hour == 24 else (day, hour)
    # Through UTC and back, for a local time that does not exist is written an hour off else.
    return datetime.combine(day, time(hour), zone).astimezone(UTC).astimezone(zone)
