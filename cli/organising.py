"""Federations, cooperatives, officers, cohorts and dates at the terminal: make, list, change, close."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.cooperating.organisations import Cooperative, Federation
from bot.people import OPERATOR
from cli import naming, wiring
from cli.people_words import say, speak
from cli.settings import Settings
from store import organisations
from store.database import Database

Row = Mapping[str, object]
_COUNTRIES = ("PE", "BO", "RW")


def federation(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui federation …`"""
    return carried_out(settings, given, {"add": _add_federation, "list": _list_federations})


def cooperative(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui cooperative …`"""
    from cli import rearranging  # which needs what is here

    actions = {
        "add": _add_cooperative,
        "list": _list_cooperatives,
        "edit": rearranging.edit_cooperative,
        "close": _close_cooperative,
    }
    return carried_out(settings, given, actions)


Action = Callable[[Settings, argparse.Namespace, Database], int]


def carried_out(settings: Settings, given: argparse.Namespace, actions: Mapping[str, Action]) -> int:
    """Do the action that was asked for, on the configured database."""
    speak(given.lang)
    database = wiring.open_database(settings)
    try:
        return actions[given.action](settings, given, database)
    finally:
        database.close()


# --- federations and cooperatives ---


def _add_federation(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    made = Federation(id=naming.word(given.id), name=named(given.name), country=_country(given.country))
    with database.writing() as conn:
        if not organisations.add_federation(conn, made, database.now()):
            raise ValueError(say("federation.twice", id=made.id))
    print(say("federation.made", id=made.id, name=made.name))
    return 0


def _list_federations(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        found = organisations.all_federations(conn)
        belonging = organisations.all_cooperatives(conn, OPERATOR)
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "country": each.country,
            "cooperatives": sum(one.federation == each.id for one in belonging),
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("federation.none"))


def _add_cooperative(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        federations = organisations.all_federations(conn)
    above = naming.federation(federations, given.federation) if given.federation else None
    made = Cooperative(
        id=naming.word(given.id),
        name=named(given.name),
        federation=above.id if above else "",
        country=_country(given.country) or (above.country if above else "") or settings.country,
        monthly_notices=given.monthly_notices,
    )
    with database.writing() as conn:
        if not organisations.add_cooperative(conn, OPERATOR, made, database.now()):
            raise ValueError(say("cooperative.twice", id=made.id))
    print(say("cooperative.made", id=made.id, name=made.name))
    return 0


def _list_cooperatives(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        found = organisations.list_cooperatives(conn, OPERATOR)
    rows = [
        {
            "id": each.cooperative.id,
            "name": each.cooperative.name,
            "federation": each.cooperative.federation,
            "country": each.cooperative.country,
            "members": each.members,
            "officers": each.officers,
            "monthly_notices": each.cooperative.monthly_notices,
            "closed": each.cooperative.closed,
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("cooperative.none"))


def _close_cooperative(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        found = naming.cooperative(organisations.all_cooperatives(conn, OPERATOR), given.id)
    with database.writing() as conn:
        if not organisations.close_cooperative(conn, OPERATOR, found.id, database.now()):
            raise ValueError(say("cooperative.closed.already", name=found.name, id=found.id))
    print(say("cooperative.closed", name=found.name))
    return 0


# --- shared with the calendar ---


def listed(rows: Sequence[Row], *, as_json: bool, nothing: str) -> int:
    """Print rows as a table that a person reads, or as JSON. Columns in which nothing stands are left out."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return 0
    if not rows:
        print(nothing)
        return 0
    names = [name for name in rows[0] if any(_cell(row[name]) for row in rows)]
    table = [[say(f"head.{name}") for name in names], *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return say("yes") if value else ""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return "" if value is None else "".join(sign if sign.isprintable() else " " for sign in str(value))


def named(name: str) -> str:
    """A name without odd signs. Raises ValueError for what is none."""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not any(sign.isalpha() for sign in found) or len(found) > 80:
        raise ValueError(say("name.bad", name=name))
    return found


def _country(written: str) -> str:
    code = written.strip().upper()
    if code and code not in _COUNTRIES:
        raise ValueError(say("country.bad", code=written, known=", ".join(_COUNTRIES)))
    return code
