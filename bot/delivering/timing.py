"""When a campaign would reach somebody: her local hour on its next day, and how often it goes out until its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.cooperating.organisations import DAYS
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.hours import next_waking, zone_of
from bot.delivering.planning import NOW, STALE, hour_of, instant
from bot.people import Learner
from bot.record import Policy

_FAR = 370  # days in which a recurring campaign must have a day


def next_day(campaign: Campaign, today: date) -> date | None:
    """The next local day on which it goes out, from `today` on; None where there is none, or an event decides."""
    schedule = campaign.schedule
    if campaign.kind in (Kind.ONCE, Kind.NOTICE):
        return schedule.on or today
    if campaign.kind is not Kind.RECURRING or not schedule.days:
        return None
    first = max(today, schedule.starts_on or today)
    for after in range(_FAR):
        day = first + timedelta(days=after)
        if schedule.ends_on and day > schedule.ends_on:
            return None
        if DAYS[day.weekday()] in schedule.days:
            return day
    return None


def send_time(campaign: Campaign, learner: Learner, policy: Policy, now: datetime) -> datetime | None:
    """When it would be said to her, in her own zone and her waking hours; None where an event decides, or never."""
    country = learner.country or policy.country
    zone = zone_of(learner.timezone, country)
    today = now.astimezone(zone).date()
    hour = hour_of(campaign) or f"{policy.usual_hour if learner.hour is None else learner.hour:02d}:00"
    day = next_day(campaign, today)
    if day is None:
        return None
    at = now if hour == NOW else instant(day, hour, zone)
    if at is not None and at < now and campaign.kind is Kind.RECURRING:
        day = next_day(campaign, day + timedelta(days=1))
        at = instant(day, hour, zone) if day else None
    if at is None or at < now - STALE:
        return None
    return next_waking(max(at, now), zone, policy.waking, policy.resting, country).astimezone(zone)


def occasions(campaign: Campaign, now: datetime, until: date | None = None) -> int | None:
    """How often it still goes out, until its end or `until`; None where it has no end."""
    if campaign.kind is not Kind.RECURRING:
        return 1
    end = until or campaign.schedule.ends_on
    if end is None:
        return None
    zone = zone_of(campaign.schedule.zone, "")
    today = now.astimezone(zone).date()
    first = max(today, campaign.schedule.starts_on or today)
    last = min(end, campaign.schedule.ends_on or end)
    return sum(
        DAYS[(first + timedelta(days=after)).weekday()] in campaign.schedule.days
        for after in range(max((last - first).days + 1, 0))
    )


def dates(campaign: Campaign, first: date, last: date, cohort: Sequence[str] = ()) -> Iterator[date]:
    """The local days from `first` to `last` on which it goes out by its plan; `cohort`: the days of a drip's. None for
    what follows an event, and none for a notice, which goes out at once."""
    schedule = campaign.schedule
    if campaign.kind is Kind.ONCE and schedule.on and first <= schedule.on <= last:
        yield schedule.on
    days = cohort if campaign.kind is Kind.DRIP else schedule.days if campaign.kind is Kind.RECURRING else ()
    begin, end = max(first, schedule.starts_on or first), min(last, schedule.ends_on or last)
    for after in range((end - begin).days + 1 if days else 0):
        day = begin + timedelta(days=after)
        if DAYS[day.weekday()] in days:
            yield day
