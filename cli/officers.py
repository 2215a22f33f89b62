"""Officers at the terminal: who may speak for a cooperative, from which phone, with which PIN."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from authoring.shelf import Shelf
from bot.cooperating import pins
from bot.cooperating.members import folded
from bot.cooperating.numbers import BadNumber, e164
from bot.cooperating.organisations import Officer
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli import import_words, naming, wiring
from cli.organising import carried_out, listed, named
from cli.people_words import language, say
from cli.settings import Settings
from cli.usage import WrongUsage
from store import organisations
from store.database import Database


def officer(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui officer …`"""
    actions = {"add": _add_officer, "list": _list_officers, "pin": _new_pin, "close": _close_officer}
    return carried_out(settings, given, actions)


def _add_officer(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
        others = organisations.all_officers(conn, OPERATOR)
    where = naming.cooperative(known, given.cooperative)
    addresses = _addresses(settings, given, where.country or settings.country)
    languages = Shelf(settings.content_dir)().wording.languages
    if given.language and given.language not in languages:
        raise ValueError(say("officer.language", language=given.language, known=", ".join(languages)))
    made = Officer(
        id=_free_id(given.name, {each.id for each in others}),
        cooperative=where.id,
        name=named(given.name),
        language=given.language,
        addresses=addresses,
    )
    _refuse_double(made, others)
    pin, made_here = _pin(given, addresses)
    made = replace(made, pin=pins.hashed(pin, secrets.token_bytes(16)))
    with database.writing() as conn:
        if not organisations.add_officer(conn, OPERATOR, made, database.now()):
            raise ValueError(say("officer.twice", id=made.id))
    print(say("officer.made", name=made.name, cooperative=where.name, addresses=", ".join(addresses), id=made.id))
    _say_pin(pin, made_here)
    return 0


def _list_officers(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR)
        where = naming.cooperative(known, given.cooperative).id if given.cooperative else ""
        found = organisations.all_officers(conn, OPERATOR, cooperative=where)
    now = database.now()
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "cooperative": each.cooperative,
            "from": list(each.addresses),
            "language": each.language,
            "locked_until": _until(each, settings, now),
            "closed": each.closed,
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("officer.none"))


def _until(each: Officer, settings: Settings, now: datetime) -> str:
    if not pins.locked(each.locked_until, now) or each.locked_until is None:
        return ""
    return each.locked_until.astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d %H:%M")


def _new_pin(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    found = _officer(settings, given, database)
    pin, made_here = _pin(given, found.addresses)
    with database.writing() as conn:
        organisations.set_pin(conn, OPERATOR, found.id, pins.hashed(pin, secrets.token_bytes(16)))
    print(say("officer.pin.new", name=found.name))
    _say_pin(pin, made_here)
    return 0


def _close_officer(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    found = _officer(settings, given, database)
    with database.writing() as conn:
        organisations.close_officer(conn, OPERATOR, found.id, database.now())
    print(say("officer.closed", name=found.name, cooperative=found.cooperative))
    return 0


def _officer(settings: Settings, given: argparse.Namespace, database: Database) -> Officer:
    with database.reading() as conn:
        known = organisations.all_officers(conn, OPERATOR)
    try:
        address = f"tel:{e164(given.officer, settings.country)[0]}"
    except BadNumber:
        address = ""
    return naming.officer(known, given.officer, address)


def _addresses(settings: Settings, given: argparse.Namespace, country: str) -> tuple[str, ...]:
    found = []
    for written in given.phone:
        try:
            found.append(f"tel:{e164(written, country)[0]}")
        except BadNumber as error:
            why = import_words.row(wiring.console_words(settings), language(), str(error))
            raise ValueError(f"--phone {written}: {why}") from error
    for written in given.telegram:
        if not (written.isascii() and written.isdigit()):
            raise ValueError(say("officer.telegram", id=written))
        found.append(f"telegram:{written}")
    if not found:
        raise WrongUsage(say("officer.nowhere"))
    return tuple(dict.fromkeys(found))


def _refuse_double(made: Officer, others: Sequence[Officer]) -> None:
    for each in others:
        if each.closed or each.cooperative != made.cooperative:
            continue
        shared = set(each.addresses) & set(made.addresses)
        if shared:
            addresses = ", ".join(sorted(shared))
            known = {"name": each.name, "id": each.id, "cooperative": each.cooperative, "addresses": addresses}
            raise ValueError(say("officer.double", **known))


def _pin(given: argparse.Namespace, addresses: Sequence[str]) -> tuple[str, bool]:
    """A PIN and whether we made it. Raises ValueError for one of her own that is weak."""
    if not given.own_pin:
        return pins.made(secrets.randbelow, addresses), True
    if sys.stdin.isatty():
        typed = getpass.getpass(say("pin.ask"))
        if getpass.getpass(say("pin.again")) != typed:
            raise ValueError(say("pin.differ"))
    else:
        typed = sys.stdin.readline()
    pin = pins.plain(typed)
    why = pins.weak(pin, addresses)
    if why:
        because = say(f"pin.{why}", shortest=pins.SHORTEST, longest=pins.LONGEST)
        raise ValueError(say("pin.weak", why=because))
    return pin, False


def _say_pin(pin: str, made_here: bool) -> None:
    if made_here:
        print(say("pin.shown", pin=pin))
    else:
        print(say("pin.set"))


def _free_id(name: str, taken: set[str]) -> str:
    base = "-".join(folded(name).split())[:36] or "officer"
    numbers = iter(range(2, 10_000))
    id = base
    while id in taken:
        id = f"{base}-{next(numbers)}"
    return id
