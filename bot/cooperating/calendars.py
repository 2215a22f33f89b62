"""What is wrong with a cohort or a date before it is kept, in one word; and times of day as people write them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, time, timedelta

from bot.cooperating.organisations import Cohort

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
_FAR = timedelta(days=730)
LESSON_HOURS = (7, 20)
"""Local hours at which lessons may go out."""


def is_word(written: str) -> bool:
    """Whether something may be called by this word: small letters, digits and hyphens, 2 to 40 of them."""
    return bool(_WORD.fullmatch(written))


def cohort_fault(cohort: Cohort, country: str, countries: Collection[str]) -> str:
    """Why a cohort cannot be as it is: country (its course is not taught there), ends, hour or days; else empty."""
    if country and country not in countries:
        return "country"
    if cohort.ends_on and cohort.ends_on < cohort.starts_on:
        return "ends"
    if cohort.hour is not None and not LESSON_HOURS[0] <= cohort.hour <= LESSON_HOURS[1]:
        return "hour"
    return "" if cohort.days else "days"


def date_fault(at: datetime, now: datetime) -> str:
    """Why a group cannot meet then: past, or far (more than two years away, a year mistyped); else empty."""
    if at <= now:
        return "past"
    return "far" if at > now + _FAR else ""


def time_of(written: str) -> time | None:
    """A time of day: 16:00, 16h30, 4pm, 4 p.m.; None for what is none."""
    found = _TIME.fullmatch(written.strip().lower().replace(".m.", "m"))
    hour = int(found[1]) if found else 24
    if found and found[3] == "pm" and hour < 12:
        hour += 12
    if found and found[3] == "am" and hour == 12:
        hour = 0
    minute = int(found[2] or 0) if found else 0
    return time(hour, minute) if hour <= 23 and minute <= 59 else None
