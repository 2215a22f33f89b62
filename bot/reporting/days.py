"""The days of results: those of the clock where the programme is, at every door that results are asked for."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.delivering.hours import zone_of

_FIRST = date(1970, 1, 1)  # nobody enrolled before; the first day of all has no UTC east of Greenwich


def begins(day: date, country: str) -> datetime:
    """The first moment of a day in the programme's country."""
    return datetime.combine(max(day, _FIRST), time(), zone_of("", country))


def ahead(now: datetime, country: str) -> int:
    """Seconds by which the clock of the programme's country is ahead of UTC."""
    offset = now.astimezone(zone_of("", country)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
