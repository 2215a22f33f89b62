"""Cohorts and the dates on which they meet, at the terminal: make, list, take people in, close."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date, datetime, time

from authoring.shelf import Shelf
from bot.cooperating.calendars import cohort_fault, date_fault, time_of
from bot.cooperating.members import day_of, folded
from bot.cooperating.numbers import BadNumber, e164
from bot.cooperating.organisations import DAYS, Cohort
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli import naming
from cli.organising import Action, carried_out, listed
from cli.people_words import language, say
from cli.settings import Settings
from cli.usage import WrongUsage
from store import cohorts, organisations, people
from store.cohorts import Taken
from store.database import Connection, Database

_PAGE = 500
_DAY_WORDS = {
    "mon": "mon monday lun lunes lu",
    "tue": "tue tuesday tues mar martes ma",
    "wed": "wed wednesday mie miercoles mi",
    "thu": "thu thursday thur jue jueves ju",
    "fri": "fri friday vie viernes vi",
    "sat": "sat saturday sab sabado sa",
    "sun": "sun sunday dom domingo do",
}


def cohort(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui cohort …`"""
    from cli import rearranging  # which needs what is here

    actions: Mapping[str, Action] = {
        "add": _add,
        "edit": rearranging.edit_cohort,
        "open": rearranging.open_cohort,
        "leave": rearranging.leave_cohort,
        "list": _list,
        "members": _members,
        "enrol": _enrol,
        "close": _close,
    }
    return carried_out(settings, given, actions)


def session(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui session …`"""
    return carried_out(settings, given, {"add": _add_date, "list": _list_dates, "cancel": _cancel_date})


# --- cohorts ---


def _add(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    course = naming.course(Shelf(settings.content_dir)(), given.course)
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
    where = naming.cooperative(known, given.cooperative) if given.cooperative else None
    country = where.country if where else settings.country
    starts = day(given.starts, "--starts") if given.starts else _today(settings, database)
    ends = day(given.ends, "--ends") if given.ends else None
    made = Cohort(
        id=naming.word(given.id),
        name=given.name.strip() or given.id,
        course=course.id,
        cooperative=where.id if where else "",
        days=days(given.days),
        hour=given.hour,
        starts_on=starts,
        ends_on=ends,
    )
    if fault := cohort_fault(made, country, course.countries):
        offered = ", ".join(course.countries)
        held = {"course": course.id, "country": country, "offered": offered, "ends": ends, "starts": starts}
        raise ValueError(say(f"cohort.{fault}", **held, hour=given.hour))
    with database.writing() as conn:
        if not cohorts.add_cohort(conn, OPERATOR, made, database.now()):
            raise ValueError(say("cohort.twice", id=made.id))
    print(say("cohort.made", id=made.id, course=course.title(language()), calendar=calendar(made)))
    return 0


def calendar(cohort: Cohort) -> str:
    """Its days, its hour, and from when to when."""
    until = say("cohort.until", ends=cohort.ends_on) if cohort.ends_on else ""
    held = {"days": ", ".join(map(_day_name, cohort.days)), "hour": cohort.hour, "starts": cohort.starts_on}
    return say("cohort.at.own" if cohort.hour is None else "cohort.at", **held, until=until)


def _day_name(day: str) -> str:
    return say(f"day.{day}")


def days(written: str) -> tuple[str, ...]:
    """Days of the week in Spanish or English, in the order of the week. Raises ValueError with the one that is none."""
    found = set()
    for word in folded(written).split():
        meant = next((each for each, words in _DAY_WORDS.items() if word in words.split()), None)
        if meant is None and word not in ("y", "and"):
            raise ValueError(say("days.bad", word=word))
        if meant:
            found.add(meant)
    if not found:
        raise ValueError(say("days.none"))
    return tuple(each for each in DAYS if each in found)


def _list(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        found = cohorts.list_cohorts(conn, OPERATOR)
    rows = [
        {
            "id": each.cohort.id,
            "name": each.cohort.name,
            "course": each.cohort.course,
            "cooperative": each.cohort.cooperative,
            "days": list(each.cohort.days if given.json else map(_day_name, each.cohort.days)),
            "hour": ("own" if given.json else say("own")) if each.cohort.hour is None else each.cohort.hour,
            "starts": str(each.cohort.starts_on),
            "ends": str(each.cohort.ends_on or ""),
            "members": each.members,
            "agreed": each.agreed,
            "closed": each.closed,
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("cohort.none"))


def _members(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        which = naming.cohort([each.cohort for each in cohorts.list_cohorts(conn, OPERATOR)], given.id)
        found = cohorts.members(conn, OPERATOR, which.id)
    words = {True: "yes", False: "no", None: "not_yet"}
    rows = [
        {
            "id": each.learner.id,
            "name": each.learner.name or "-",
            "language": each.learner.language,
            "agreed": words[each.agreed].replace("_", " ") if given.json else say(words[each.agreed]),
            "since": each.joined_at.astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d"),
        }
        for each in found
    ]
    nothing = say("cohort.empty", id=which.id)
    return listed(rows, as_json=given.json, nothing=nothing)


def _enrol(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    if not given.who and not given.cooperative:
        raise WrongUsage(say("cohort.who", id=given.id))
    with database.reading() as conn:
        which = naming.cohort(cohorts.all_cohorts(conn, OPERATOR), given.id)
        known = organisations.all_cooperatives(conn, OPERATOR)
        where = naming.cooperative(known, given.cooperative) if given.cooperative else None
        by_name = {each: learners(conn, each, settings.country) for each in given.who}
        members = _of_cooperative(conn, where.id) if where else []
    missing = [written for written, found in by_name.items() if not found]
    if missing:  # printed here, for a refusal that is raised has its numbers masked
        print(say("learners.missing", who=", ".join(missing)), file=sys.stderr)
        return 1
    ids = [*dict.fromkeys([*(id for found in by_name.values() for id in found), *members])]
    course = Shelf(settings.content_dir)().courses.get(which.course)
    joined = enrolled = 0
    for at in range(0, len(ids), _PAGE):
        with database.writing() as conn:
            taken: Taken = cohorts.take_in(
                conn,
                OPERATOR,
                which,
                ids[at : at + _PAGE],
                database.now(),
                version=course.version if course else "",
            )
        joined += taken.joined
        enrolled += taken.enrolled
    print(say("cohort.enrolled", n=joined, id=which.id, there=len(ids) - joined, begun=enrolled))
    return 0


def learners(conn: Connection, written: str, country: str) -> list[str]:
    """The ids of those whom a phone number or an id names; a shared phone names everybody on it."""
    try:
        found = people.at(conn, OPERATOR, f"tel:{e164(written, country)[0]}")
    except BadNumber:
        found = [
            each for each in people.find(conn, OPERATOR, after=written[:-1], limit=3) if each.learner.id == written
        ]
    return [each.learner.id for each in found]


def _of_cooperative(conn: Connection, cooperative: str) -> list[str]:
    found: list[str] = []
    while True:
        page = people.find(conn, OPERATOR, after=found[-1] if found else "", limit=_PAGE, cooperative=cooperative)
        found += [each.learner.id for each in page]
        if len(page) < _PAGE:
            return found


def _close(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        which = naming.cohort([each.cohort for each in cohorts.list_cohorts(conn, OPERATOR)], given.id)
    with database.writing() as conn:
        if not cohorts.close_cohort(conn, OPERATOR, which.id, database.now()):
            raise ValueError(say("cohort.closed.already", id=which.id))
    print(say("cohort.closed", id=which.id))
    return 0


# --- dates ---


def _add_date(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        which = naming.cohort(cohorts.all_cohorts(conn, OPERATOR), given.cohort)
        known = {each.id: each for each in organisations.all_cooperatives(conn, OPERATOR)}
    country = known[which.cooperative].country if which.cooperative in known else settings.country
    zone = zone_of("", country or settings.country)
    at = datetime.combine(day(given.date, say("date.the")), _time(given.time), zone)
    if fault := date_fault(at, database.now()):
        raise ValueError(say(f"session.{fault}", at=f"{at:%Y-%m-%d %H:%M}" if fault == "past" else at.date()))
    with database.writing() as conn:
        made = cohorts.add_session(conn, OPERATOR, which, at, given.place.strip(), given.topic.strip())
    where = f", {made.place}" if made.place else ""
    held = {"day": _day_name(DAYS[at.weekday()]), "at": f"{at:%Y-%m-%d %H:%M}", "zone": zone, "where": where}
    print(say("session.made", cohort=which.id, number=made.id, **held))
    return 0


def _list_dates(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    since = None if given.all else database.now()
    with database.reading() as conn:
        every = [each.cohort for each in cohorts.list_cohorts(conn, OPERATOR)]
        which = naming.cohort(every, given.cohort).id if given.cohort else ""
        found = cohorts.list_sessions(conn, OPERATOR, since=since, cohort=which)
        countries = {each.id: each.country for each in organisations.all_cooperatives(conn, OPERATOR)}
    homes = {each.id: countries.get(each.cooperative) or settings.country for each in every}
    rows = [
        {
            "number": each.id,
            "cohort": each.cohort,
            "at": each.at.astimezone(zone_of("", homes.get(each.cohort, ""))).strftime("%Y-%m-%d %H:%M"),
            "place": each.place,
            "topic": each.topic,
            "cancelled": each.cancelled,
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("session.none"))


def _cancel_date(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.writing() as conn:
        if not cohorts.cancel_session(conn, OPERATOR, given.number):
            raise ValueError(say("session.missing", number=given.number))
    print(say("session.cancelled", number=given.number))
    return 0


def _today(settings: Settings, database: Database) -> date:
    return database.now().astimezone(zone_of("", settings.country)).date()


def day(written: str, what: str) -> date:
    """A date as people write it, day first. Raises ValueError that begins with `what`."""
    found = day_of(written)
    if found is None:
        raise ValueError(say("date.bad", what=what, date=written))
    return found


def _time(written: str) -> time:
    found = time_of(written)
    if found is None:
        raise ValueError(say("time.bad", time=written))
    return found
