"""`chasqui assessor`: who may judge, against which standards, until when, and her ties to candidates."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, date, datetime, time

from authoring.shelf import Shelf
from bot.certifying.cases import Assessor, Conflict
from bot.cooperating.numbers import BadNumber, e164
from bot.people import OPERATOR, Learner
from cli import naming
from cli.organising import carried_out, listed
from cli.settings import Settings
from store import assessors, people
from store.database import Connection, Database


def assessor(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0. Raises ValueError with a plain sentence where it is refused."""
    actions = {"add": _add, "list": _list, "conflict": _conflict, "renew": _renew, "close": _close}
    return carried_out(settings, given, actions)


def candidate(conn: Connection, number: str, settings: Settings) -> Learner:
    """The learner at a phone number. Raises ValueError where there is none, or more than one."""
    try:
        phone = e164(number, settings.country)[0]
    except BadNumber as error:
        raise ValueError(f"{number!r} is not a phone number ({error}). Write it like +51900000001.") from error
    found = [each for scheme in ("tel:", "simulator:sms:") for each in people.at(conn, OPERATOR, f"{scheme}{phone}")]
    ids = {each.learner.id for each in found}
    if len(ids) != 1:
        raise ValueError(f"{len(ids)} people are known at {phone}; there must be one.")
    return found[0].learner


def day(written: str) -> datetime:
    """A date as the first moment of that day, in UTC. Raises ValueError."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), UTC)
    except ValueError as error:
        raise ValueError(f"{written!r} is not a date. Write it like 2027-01-31.") from error


def _add(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    known = Shelf(settings.content_dir)().standards
    for code in given.standard:
        if code not in known:
            raise ValueError(f"There is no standard {code!r}. There are: {', '.join(known) or 'none'}.")
    now = database.now()
    made = Assessor(
        id=naming.word(given.id),
        name=given.name.strip(),
        credential=given.credential,
        trade_credential=given.trade,
        valid_from=day(given.since) if given.since else now,
        valid_until=day(given.until),
        standards=frozenset(given.standard),
        addresses=tuple(f"tel:{e164(each, settings.country)[0]}" for each in given.phone),
    )
    if made.valid_until <= made.valid_from:
        raise ValueError("Her certificate ends before it begins.")
    with database.writing() as conn:
        if made.id in assessors.known(conn):
            raise ValueError(f"There is an assessor {made.id} already. The list: chasqui assessor list")
        learners = {each.learner.id for address in made.addresses for each in people.at(conn, OPERATOR, address)}
        if len(learners) == 1:
            made = replace(made, learner=learners.pop())
        assessors.add(conn, made, now)
    print(f"{made.name} ({made.id}) may assess {', '.join(sorted(made.standards))} until {given.until}.")
    return 0


def _list(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        found = assessors.known(conn)
    now = database.now()
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "credential": each.credential,
            "standards": " ".join(sorted(each.standards)),
            "until": f"{each.valid_until:%Y-%m-%d}",
            "state": "closed"
            if each.closed_at
            else "valid"
            if each.valid_from <= now < each.valid_until
            else "EXPIRED",
        }
        for each in found.values()
    ]
    nothing = "No assessors. One: chasqui assessor add WORD NAME --credential … --until … --standard …"
    return listed(rows, as_json=given.json, nothing=nothing)


def _conflict(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.writing() as conn:
        _known(conn, given.assessor)
        learner = candidate(conn, given.number, settings)
        tie = Conflict(assessor=given.assessor, learner=learner.id, kind=given.kind)
        assessors.declare(conn, tie, given.by, database.now())
    print(f"{given.assessor} is declared as {given.kind}: no judgement of hers stands in this candidate's cases.")
    return 0


def _renew(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.writing() as conn:
        _known(conn, given.assessor)
        assessors.renew(conn, given.assessor, day(given.until))
    print(f"{given.assessor} may assess until {given.until}.")
    return 0


def _close(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.writing() as conn:
        _known(conn, given.assessor)
        assessors.close(conn, given.assessor, database.now())
    print(f"{given.assessor} assesses no more; what she judged stays.")
    return 0


def _known(conn: Connection, name: str) -> Assessor:
    found = assessors.known(conn).get(name)
    if found is None:
        raise ValueError(f"There is no assessor {name!r}. The list: chasqui assessor list")
    return found
