"""People of the console at the terminal: `chasqui user …`, and the link for the first of them."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from bot.cooperating.accounts import Account, Standing, folded_login, login_for, weak, wrong_login, wrong_reach
from bot.cooperating.roles import ROLES, Right
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli import naming, reaching
from cli.organising import Action, carried_out, listed, named
from cli.people_words import say
from cli.settings import Settings
from cli.wiring import House
from store import accounts, assessors, auditing, invitations, organisations
from store.database import Connection, Database
from store.invitations import Kind

_ACTOR = "operator"


def user(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui user …`"""
    actions: Mapping[str, Action] = {
        "add": _add,
        "list": _list,
        "invite": partial(_link, kind=Kind.INVITATION),
        "reset": partial(_link, kind=Kind.RESET),
        "disable": _disable,
        "enable": _enable,
        "roles": _roles,
    }
    return carried_out(settings, given, actions)


def wall_of(settings: Settings, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock by which links and sessions go: the programme's, or the true one where that is rehearsed."""
    return (lambda: datetime.now(UTC)) if settings.rehearsal else clock


def first_link(house: House) -> str:
    """The token of a new link for the first administrator; empty once there is one."""
    now = wall_of(house.settings, house.clock)()

    with house.database.writing() as conn:
        return "" if accounts.has_administrator(conn) else invitations.make(conn, Kind.FIRST, now)


# --- making ---


def _add(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    now, name = wall_of(settings, database.now)(), named(given.name)
    with database.reading() as conn:
        made = _made(conn, given, name, now)
    hashed = _hashed(settings, made) if given.own_password else ""
    with database.writing() as conn:
        token = invitations.invite(conn, OPERATOR, made, now, by=_ACTOR)
        if token is None:
            raise ValueError(say("user.taken", login=made.login))
        details = {"name": name, "login": made.login, "role": made.role, "cooperatives": made.cooperatives or "*"}
        auditing.append(conn, _ACTOR, "accounts.invited", f"account:{made.id}", details, database.now())
        if hashed:
            accounts.set_password(conn, made.id, hashed)
    print(say("user.made", name=name, login=made.login, role=made.role))
    if not hashed:
        _say_link(settings, made, token, now, Kind.INVITATION)
    return 0


def _made(conn: Connection, given: argparse.Namespace, name: str, now: datetime) -> Account:
    """The account as it was asked for. Raises ValueError."""
    login = folded_login(given.login) or login_for(name, accounts.logins_like(conn, OPERATOR, login_for(name)))
    if (what := wrong_login(login)) != "":
        raise ValueError(say(f"user.login.{what}", login=given.login))
    known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
    chosen = frozenset(naming.cooperative(known, each).id for each in given.cooperative)
    reach = chosen or None
    if (what := wrong_reach(given.role, reach)) != "":
        raise ValueError(say(f"user.reach.{what}"))
    if given.assessor and given.assessor not in assessors.known(conn):
        raise ValueError(say("user.assessor", id=given.assessor))
    return Account(
        id=accounts.new_account_id(now),
        login=login,
        name=name,
        role=given.role,
        cooperatives=reach,
        language=given.language,
        assessor=given.assessor,
        created_at=now,
    )


def _hashed(settings: Settings, made: Account) -> str:
    """A password that is typed now, as it is kept. Raises ValueError for a weak one."""
    if sys.stdin.isatty():
        typed = getpass.getpass(say("user.password"))
        if getpass.getpass(say("user.password.again")) != typed:
            raise ValueError(say("user.password.differ"))
    else:
        typed = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    about = (made.login, *made.name.split(), settings.organisation, "chasqui")
    from console import passwords  # what reckons them is not needed to serve

    if (what := weak(typed, about=about, common=passwords.common())) != "":
        raise ValueError(say(f"user.weak.{what}"))
    return asyncio.run(passwords.Reckoner().hashed(typed))


# --- changing ---


def _link(settings: Settings, given: argparse.Namespace, database: Database, *, kind: Kind) -> int:
    now = wall_of(settings, database.now)()
    account = _found(database, given.login)
    if account.state is Standing.DISABLED:
        raise ValueError(say("user.out", name=account.name, login=account.login))
    if kind is Kind.INVITATION and account.state is Standing.ACTIVE:
        raise ValueError(say("user.in", name=account.name, login=account.login))
    with database.writing() as conn:
        if getattr(given, "second_factor", False) and accounts.drop_second_factor(conn, OPERATOR, account.id):
            auditing.append(conn, _ACTOR, "accounts.factor_dropped", f"account:{account.id}", {}, database.now())
            print(say("user.factor", name=account.name))
        token = invitations.again(conn, OPERATOR, account, now, by=_ACTOR)
        auditing.append(conn, _ACTOR, "accounts.link", f"account:{account.id}", {}, database.now())
    _say_link(settings, account, token, now, kind)
    return 0


def _disable(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    account = _found(database, given.login)
    try:
        with database.writing() as conn:
            changed = accounts.disable(conn, OPERATOR, account.id)
            if changed:
                auditing.append(conn, _ACTOR, "accounts.disabled", f"account:{account.id}", {}, database.now())
    except accounts.LastAdministrator:
        raise ValueError(say("user.last", name=account.name)) from None
    print(say("user.disabled" if changed else "user.disabled.already", name=account.name))
    return 0


def _enable(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    account = _found(database, given.login)
    with database.writing() as conn:
        changed = accounts.enable(conn, OPERATOR, account.id)
        if changed:
            auditing.append(conn, _ACTOR, "accounts.enabled", f"account:{account.id}", {}, database.now())
    print(say("user.enabled" if changed else "user.enabled.already", name=account.name))
    return 0


def _found(database: Database, written: str) -> Account:
    with database.reading() as conn:
        found = accounts.by_login(conn, folded_login(written)) or accounts.get(conn, written.strip())
    if found is None:
        raise ValueError(say("user.unknown", login=written))
    return found


# --- showing ---


def _list(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    zone, rows, after = zone_of("", settings.country), [], ""
    with database.reading() as conn:
        while page := accounts.listed(conn, OPERATOR, after=after, limit=500):
            after = page[-1].login
            rows += [
                {
                    "login": each.login,
                    "name": each.name,
                    "role": each.role,
                    "cooperatives": "*" if each.cooperatives is None else sorted(each.cooperatives),
                    "state": each.state.value,
                    "second_factor": each.second_factor,
                    "seen": each.seen_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if each.seen_at else "",
                }
                for each in page
            ]
    return listed(rows, as_json=given.json, nothing=say("user.none"))


def _roles(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    widest = max(len(right) for right in Right)
    print(" " * widest, *ROLES, sep="  ")
    for right in Right:
        marks = (("x" if right in rights else "").ljust(len(role)) for role, rights in ROLES.items())
        print(f"{right.value:<{widest}}", *marks, sep="  ")
    return 0


def _say_link(settings: Settings, account: Account, token: str, now: datetime, kind: Kind) -> None:
    until = (now + invitations.FOR[kind]).astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d %H:%M")
    url = f"{reaching.base_of(settings)}/console/welcome/{token}"
    print(say("user.link", name=account.name, login=account.login, until=until, url=url))
    print(say("user.link.secret"))
