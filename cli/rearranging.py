"""Change what is organised, at the terminal: a cohort's calendar, who is in it, whose member somebody is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from bot.people import OPERATOR
from cli import cohorting, naming, wiring
from cli.organising import named
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
        raise ValueError(f"--ends {changed.ends_on} is before --starts {changed.starts_on}.")
    if changed == held:
        raise ValueError(f"Nothing to change in {held.id}. Write --days, --hour, --starts, --ends or --name.")
    with database.writing() as conn:
        if not rearranging.change_cohort(conn, OPERATOR, changed, database.now()):
            raise ValueError(f"The cohort {held.id} is closed. Open it again: chasqui cohort open {held.id}")
    hour = f"at {changed.hour}:00" if changed.hour is not None else "at each learner's own hour"
    until = f" to {changed.ends_on}" if changed.ends_on else ""
    print(f"Cohort {held.id}: {', '.join(changed.days)} {hour}, from {changed.starts_on}{until}.")
    print("Its lessons follow from the next date on; one that is owed already keeps its hour.")
    return 0


def _hour(written: str) -> int | None:
    if written.strip().lower() in ("own", "suya"):
        return None
    if not written.isdecimal() or not 7 <= int(written) <= 20:
        raise ValueError(f"--hour {written}: write an hour from 7 to 20, or own (each learner's own).")
    return int(written)


def open_cohort(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cohort open`"""
    with database.reading() as conn:
        which = naming.cohort(cohorts.all_cohorts(conn, OPERATOR, closed=True), given.id)
    with database.writing() as conn:
        if not rearranging.open_cohort(conn, OPERATOR, which.id):
            raise ValueError(f"The cohort {which.id} is open.")
    print(f"The cohort {which.id} is open again. If its lessons had ended with it, begin them anew:")
    print(f"  chasqui campaign new --drip {which.id}")
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
    print(f"{out} left {which.id}: no lessons by its calendar any more. They stay in the course.")
    return 0


def move_members(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui learners move`"""
    database = wiring.open_database(settings)
    try:
        with database.reading() as conn:
            where = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR, closed=False), given.cooperative)
        ids = _ids(settings, database, given.who)
        if ids is None:
            return 1
        with database.writing() as conn:
            moved = rearranging.move_members(conn, OPERATOR, where.id, ids)
        print(f"{moved} came to {where.name}; {len(ids) - moved} were members already. Their cohorts stay as they are.")
        return 0
    finally:
        database.close()


def edit_cooperative(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """`chasqui cooperative edit`"""
    with database.reading() as conn:
        found = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR), given.id)
    name = named(given.name) if given.name.strip() else ""
    if not name and given.monthly_notices is None and not given.open:
        raise ValueError(f"Nothing to change in {found.id}. Write --name, --monthly-notices or --open.")
    with database.writing() as conn:
        rearranging.change_cooperative(
            conn, OPERATOR, found.id, name=name, notices=given.monthly_notices, opened=given.open
        )
    print(f"{name or found.name} is changed. The list: chasqui cooperative list")
    return 0


def _ids(settings: Settings, database: Database, who: Sequence[str]) -> list[str] | None:
    """Whom these numbers and ids name; None, and it is said, where one of them names nobody."""
    with database.reading() as conn:
        by_name = {each: cohorting.learners(conn, each, settings.country) for each in who}
    missing = [written for written, found in by_name.items() if not found]
    if missing:  # printed here, for a refusal that is raised has its numbers masked
        print(f"No learner with the id or number {', '.join(missing)}. Nothing was changed.", file=sys.stderr)
        return None
    return list(dict.fromkeys(id for found in by_name.values() for id in found))
