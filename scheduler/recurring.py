"""On which local dates a campaign goes out: APScheduler's triggers name the days, the local clock says when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.cron import CronTrigger

from bot.cooperating.organisations import DAYS, Cohort
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.hours import zone_of
from bot.delivering.planning import AHEAD, NOW, Slot, hour_of, instant, slot_of

_DAY = timedelta(days=1)
_YEAR = timedelta(days=370)
_BACK = timedelta(days=14)  # what is longer ago is not even recorded as missed


def slots(
    campaign: Campaign, cohort: Cohort | None, *, floor: datetime, now: datetime, usual_hour: int = 18
) -> list[Slot]:
    """The occurrences of a campaign from `floor` (when this version began to hold) until AHEAD from now, by its own
    zone. One of a once or a notice is there however late it is; of the others, none from before the floor."""
    zone = zone_of(campaign.schedule.zone, "")
    hour = hour_of(campaign, cohort)
    begun = (campaign.started_at or now).astimezone(zone).date()
    first = max(begun, (now - _BACK).astimezone(zone).date())
    found = []
    for day in dates(campaign, cohort, first, (now + AHEAD).astimezone(zone).date()):
        if hour == NOW:
            at = campaign.started_at or now if day == begun else instant(day, "00:00", zone)
        else:
            at = instant(day, hour or f"{usual_hour:02d}:00", zone)
        early = at is not None and at < floor and campaign.kind not in (Kind.ONCE, Kind.NOTICE)
        if not early and (at is None or at <= now + AHEAD):
            found.append(Slot(local_date=day, slot=slot_of(hour), at=at))
    return found


def is_over(campaign: Campaign, cohort: Cohort | None, after: date) -> bool:
    """Whether no day is left after this one."""
    return not any(day > after for day in dates(campaign, cohort, after + _DAY, after + _YEAR))


def dates(campaign: Campaign, cohort: Cohort | None, first: date, last: date) -> Iterator[date]:
    """Its days of the calendar from `first` to `last`, both included."""
    schedule = campaign.schedule
    if campaign.kind in (Kind.ONCE, Kind.NOTICE):
        on = schedule.on or (campaign.started_at or campaign.created_at).astimezone(zone_of(schedule.zone, "")).date()
        # A day before the start has passed; it is planned all the same, so that it is seen to have been missed.
        if first - _BACK <= on <= last:
            yield on
        return
    days, starts, ends = schedule.days, schedule.starts_on, schedule.ends_on
    if campaign.kind is Kind.DRIP:
        if cohort is None:
            return
        days, starts, ends = cohort.days, cohort.starts_on, cohort.ends_on
    begin, end = max(first, starts or first), min(last, ends or last)
    if begin > end:
        return
    trigger = _trigger(days if campaign.kind is not Kind.EVENT else (), begin, end)
    fired: datetime | None = None
    clock = datetime.combine(begin, time(0), UTC)
    while (fired := trigger.get_next_fire_time(fired, clock)) is not None and fired.date() <= end:
        yield fired.date()
        clock = fired + timedelta(seconds=1)


def _trigger(days: tuple[str, ...], begin: date, end: date) -> Any:
    # In UTC, for only dates are asked of it: a zone's jumps would move them. By names, for its numbers begin on Monday.
    if days:
        names = ",".join(day for day in DAYS if day in days)
        return CronTrigger(day_of_week=names, hour=0, minute=0, second=0, end_date=_late(end), timezone=UTC)
    return CalendarIntervalTrigger(days=1, start_date=begin, end_date=end, timezone=UTC)


def _late(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), UTC)
