"""The dates on which a cohort meets: set one, call one off."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.cooperating.calendars import date_fault, time_of
from bot.cooperating.members import day_of
from bot.cooperating.organisations import Cohort, Session
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from console.asked import Asked
from console.entering import page
from store import cohort_progress, cohorts, organisations
from store.database import Connection

_LONGEST = 80


def zone_of_cohort(asked: Asked, conn: Connection, cohort: Cohort) -> ZoneInfo:
    """The time zone of its cooperative's country, or of the programme."""
    known = {each.id: each.country for each in organisations.all_cooperatives(conn, asked.scope)}
    return zone_of("", known.get(cohort.cooperative) or asked.office.policy().country)


def cohort_here(conn: Connection, asked: Asked) -> tuple[Cohort, bool]:
    """The cohort that the path names, and whether it is closed. Raises NotThere."""
    found = cohort_progress.one(conn, asked.scope, asked.request.match_info["id"])
    if found is None:
        raise asked.missing()
    return found


async def listed(asked: Asked) -> web.Response:
    """The dates to come, and a form for another."""
    return await _page(asked, {})


async def _page(asked: Asked, errors: dict[str, str]) -> web.Response:
    def work(conn: Connection) -> tuple[Cohort, bool, list[Session], ZoneInfo]:
        cohort, closed = cohort_here(conn, asked)
        since = asked.now - timedelta(days=60)
        dates = cohorts.list_sessions(conn, asked.scope, since=since, cohort=cohort.id, limit=100)
        return cohort, closed, dates, zone_of_cohort(asked, conn, cohort)

    cohort, closed, dates, zone = await asked.look(work)
    return asked.show(
        "cohorts/dates.html.j2",
        status=422 if errors else 200,
        cohort=cohort,
        closed=closed,
        coming=[each for each in dates if each.at >= asked.now],
        past=[each for each in reversed(dates) if each.at < asked.now],
        errors=errors,
        form=asked.form,
        zone=zone,
        base=f"/console/cohorts/{cohort.id}",
        here="dates",
    )


async def add(asked: Asked) -> web.Response:
    """Set a date."""
    form = asked.form
    day, hour = day_of(form.text("day", 20)), time_of(form.text("time", 10))
    errors: dict[str, str] = {}
    if day is None:
        errors["day"] = asked.t("cohorts.day_bad")
    if hour is None:
        errors["time"] = asked.t("cohorts.time_bad")
    place, topic = form.text("place", _LONGEST), form.text("topic", _LONGEST)

    def work(conn: Connection) -> Any:
        cohort, closed = cohort_here(conn, asked)
        if closed:
            return "closed"  # in another window, since this form was opened
        zone = zone_of_cohort(asked, conn, cohort)
        at = datetime.combine(day or asked.now.date(), hour or time(0), zone)
        fault = date_fault(at, asked.now)
        if fault or errors:
            return fault
        there = cohorts.list_sessions(conn, asked.scope, since=asked.now, cohort=cohort.id)
        if any(each.at == at and not each.cancelled for each in there):
            return cohort  # the button was pressed twice
        made = cohorts.add_session(conn, asked.scope, cohort, at, place, topic)
        asked.audit(conn, "cohorts.date_set", f"cohort:{cohort.id}", at=at.isoformat(), number=made.id)
        return cohort

    done = await asked.do(work)
    if done == "closed":
        return asked.go(f"/console/cohorts/{asked.request.match_info['id']}/dates", told="cohorts.is_closed")
    if isinstance(done, str) and not errors:
        errors["day"] = asked.t(f"cohorts.date_{done}")
    if errors:
        return await _page(asked, errors)
    return asked.go(f"/console/cohorts/{done.id}/dates", told="cohorts.date_set")


async def cancel(asked: Asked) -> web.Response:
    """Call a date off."""
    number = asked.form.whole("number", 0, high=10**9) or 0

    def work(conn: Connection) -> Cohort:
        cohort, _ = cohort_here(conn, asked)
        mine = {each.id for each in cohorts.list_sessions(conn, asked.scope, cohort=cohort.id)}
        if number in mine and cohorts.cancel_session(conn, asked.scope, number):
            asked.audit(conn, "cohorts.date_cancelled", f"cohort:{cohort.id}", number=number)
        return cohort

    cohort = await asked.do(work)
    return asked.go(f"/console/cohorts/{cohort.id}/dates", told="cohorts.date_cancelled_told")


PAGES = [
    page("GET", "/cohorts/{id}/dates", Right.SEE_PEOPLE, listed),
    page("POST", "/cohorts/{id}/dates", Right.EDIT_PEOPLE, add),
    page("POST", "/cohorts/{id}/dates/cancel", Right.EDIT_PEOPLE, cancel),
]
