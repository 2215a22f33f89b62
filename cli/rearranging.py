"""Change what is organised, at the terminal: a cohort's calendar, who is in it, whose member somebody is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from bot.people import OPERATOR
from cli import cohorting, naming, wiring
from cli.organising import named
from cli.people_words import say, speak
from cli.settings import Settings
from store import cohorts, organisations, rearranging
from store.database import Database


def edit_cohort(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cohort edit`: what is not named stays."""
    with database.reading() as conn:
        held = naming.cohort(cohorts.all_cohorts(conn, OPERATOR), given.id)
    changed = held
    if given.name.strip():
        changed = replace(changed, name=named(given.name))
    if given.days:
        changed = replace(changed, days=cohorting.days(given.days))
    if given.hour:
        changed = replace(changed, hour=_hour(given.hour))
    if given.starts:
        changed = replace(changed, starts_on=cohorting.day(given.starts, "--starts"))
    if given.ends:
        none = given.ends.strip().lower() in ("none", "no", "nunca", "-")
        changed = replace(changed, ends_on=None if none else cohorting.day(given.ends, "--ends"))
    if changed.ends_on and changed.ends_on < changed.starts_on:
        raise ValueError(say("cohort.ends", ends=changed.ends_on, starts=changed.starts_on))
    if changed == held:
        raise ValueError(say("cohort.same", id=held.id))
    with database.writing() as conn:
        if not rearranging.change_cohort(conn, OPERATOR, changed, database.now()):
            raise ValueError(say("cohort.shut", id=held.id))
    print(say("cohort.edited", id=held.id, calendar=cohorting.calendar(changed)))
    return 0


def _hour(written: str) -> int | None:
    if written.strip().lower() in ("own", "suya"):
        return None
    if not written.isdecimal() or not 7 <= int(written) <= 20:
        raise ValueError(say("cohort.hour.own", hour=written))
    return int(written)


def open_cohort(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cohort open`"""
    with database.reading() as conn:
        which = naming.cohort(cohorts.all_cohorts(conn, OPERATOR, closed=True), given.id)
    with database.writing() as conn:
        if not rearranging.open_cohort(conn, OPERATOR, which.id):
            raise ValueError(say("cohort.open", id=which.id))
    print(say("cohort.opened", id=which.id))
    return 0


def leave_cohort(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cohort leave`"""
    with database.reading() as conn:
        which = naming.cohort(cohorts.all_cohorts(conn, OPERATOR, closed=True), given.id)
    ids = _ids(settings, database, given.who)
    if ids is None:
        return 1
    with database.writing() as conn:
        out = rearranging.take_out(conn, OPERATOR, which.id, ids)
    print(say("cohort.left", n=out, id=which.id))
    return 0


def move_members(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui learners move`"""
    speak(given.lang)
    database = wiring.open_database(settings)
    try:
        with database.reading() as conn:
            where = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR, closed=False), given.cooperative)
        ids = _ids(settings, database, given.who)
        if ids is None:
            return 1
        with database.writing() as conn:
            moved = rearranging.move_members(conn, OPERATOR, where.id, ids)
        print(say("learners.moved", n=moved, name=where.name, there=len(ids) - moved))
        return 0
    finally:
        database.close()


def edit_cooperative(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cooperative edit`"""
    with database.reading() as conn:
        found = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR), given.id)
    name = named(given.name) if given.name.strip() else ""
    if not name and given.monthly_notices is None and not given.open:
        raise ValueError(say("cooperative.same", id=found.id))
    with database.writing() as conn:
        rearranging.change_cooperative(
            conn, OPERATOR, found.id, name=name, notices=given.monthly_notices, opened=given.open
        )
    print(say("cooperative.edited", name=name or found.name))
    return 0


def _ids(settings: Settings, database: Database, who: Sequence[str]) -> list[str] | None:
    """Whom these numbers and ids name; None, and it is said, where one of them names nobody."""
    with database.reading() as conn:
        by_name = {each: cohorting.learners(conn, each, settings.country) for each in who}
    missing = [written for written, found in by_name.items() if not found]
    if missing:  # printed here, for a refusal that is raised has its numbers masked
        print(say("learners.missing", who=", ".join(missing)), file=sys.stderr)
        return None
    return list(dict.fromkeys(id for found in by_name.values() for id in found))
