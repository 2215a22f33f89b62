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
from cli import naming
from cli.import_words import ROWS
from cli.organising import carried_out, listed, named
from cli.settings import Settings
from store import organisations
from store.database import Database

_WEAK = {
    "length": f"A PIN has {pins.SHORTEST} to {pins.LONGEST} digits and nothing else.",
    "same": "This PIN has only one or two different digits: anybody would guess it.",
    "run": "This PIN counts up or down: anybody would guess it.",
    "repeated": "This PIN repeats itself: anybody would guess it.",
    "year": "This PIN looks like a year: anybody would guess it.",
    "phone": "This PIN is the end of the phone number: anybody would guess it.",
}


def officer(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui officer …`"""
    actions = {"add": _add_officer, "list": _list_officers, "pin": _new_pin, "close": _close_officer}
    return carried_out(settings, given, actions)


def _add_officer(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
        others = organisations.all_officers(conn, OPERATOR)
    where = naming.cooperative(known, given.cooperative)
    addresses = _addresses(given, where.country or settings.country)
    languages = Shelf(settings.content_dir)().wording.languages
    if given.language and given.language not in languages:
        raise ValueError(f"The bot does not speak {given.language!r}. Write one of {', '.join(languages)}.")
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
            raise ValueError(f"There is an officer {made.id} already. The list: chasqui officer list")
    print(f"{made.name} may speak for {where.name}, from {', '.join(addresses)}. Id: {made.id}")
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
    return listed(rows, as_json=given.json, nothing='No officer yet: chasqui officer add "NAME" --cooperative WORD')


def _until(each: Officer, settings: Settings, now: datetime) -> str:
    if not pins.locked(each.locked_until, now) or each.locked_until is None:
        return ""
    return each.locked_until.astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d %H:%M")


def _new_pin(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    found = _officer(settings, given, database)
    pin, made_here = _pin(given, found.addresses)
    with database.writing() as conn:
        organisations.set_pin(conn, OPERATOR, found.id, pins.hashed(pin, secrets.token_bytes(16)))
    print(f"{found.name} has a new PIN; the old one is good for nothing.")
    _say_pin(pin, made_here)
    return 0


def _close_officer(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    found = _officer(settings, given, database)
    with database.writing() as conn:
        organisations.close_officer(conn, OPERATOR, found.id, database.now())
    print(f"{found.name} no longer speaks for {found.cooperative}.")
    return 0


def _officer(settings: Settings, given: argparse.Namespace, database: Database) -> Officer:
    with database.reading() as conn:
        known = organisations.all_officers(conn, OPERATOR)
    try:
        address = f"tel:{e164(given.officer, settings.country)[0]}"
    except BadNumber:
        address = ""
    return naming.officer(known, given.officer, address)


def _addresses(given: argparse.Namespace, country: str) -> tuple[str, ...]:
    found = []
    for written in given.phone:
        try:
            found.append(f"tel:{e164(written, country)[0]}")
        except BadNumber as error:
            raise ValueError(f"--phone {written}: {ROWS['en'][str(error)]}") from error
    for written in given.telegram:
        if not (written.isascii() and written.isdigit()):
            raise ValueError(
                f"--telegram {written}: this is the account's number, not its name. "
                "Whoever wants to know hers writes to @userinfobot."
            )
        found.append(f"telegram:{written}")
    if not found:
        raise ValueError("From where does this officer write? Add --phone +51900000001 or --telegram 123456789.")
    return tuple(dict.fromkeys(found))


def _refuse_double(made: Officer, others: Sequence[Officer]) -> None:
    for each in others:
        if each.closed or each.cooperative != made.cooperative:
            continue
        shared = set(each.addresses) & set(made.addresses)
        if shared:
            raise ValueError(
                f"{each.name} ({each.id}) speaks for {each.cooperative} from {', '.join(sorted(shared))} already. "
                f"A new PIN: chasqui officer pin {each.id}"
            )


def _pin(given: argparse.Namespace, addresses: Sequence[str]) -> tuple[str, bool]:
    """A PIN and whether we made it. Raises ValueError for one of her own that is weak."""
    if not given.own_pin:
        return pins.made(secrets.randbelow, addresses), True
    if sys.stdin.isatty():
        typed = getpass.getpass("PIN (not shown): ")
        if getpass.getpass("The same again: ") != typed:
            raise ValueError("The two are not the same. Nothing was changed.")
    else:
        typed = sys.stdin.readline()
    pin = pins.plain(typed)
    why = pins.weak(pin, addresses)
    if why:
        raise ValueError(f"{_WEAK[why]} Nothing was changed.")
    return pin, False


def _say_pin(pin: str, made_here: bool) -> None:
    if made_here:
        print(f"PIN: {pin}")
        print("It is shown this once and kept nowhere. Tell it in person, never by message.")
    else:
        print("The PIN is set.")


def _free_id(name: str, taken: set[str]) -> str:
    base = "-".join(folded(name).split())[:36] or "officer"
    numbers = iter(range(2, 10_000))
    id = base
    while id in taken:
        id = f"{base}-{next(numbers)}"
    return id
