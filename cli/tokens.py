"""Tokens of other programs at the terminal: `chasqui token …`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import timedelta

from bot.cooperating import tokens as rules
from bot.cooperating.tokens import Token
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli import naming
from cli.organising import Action, carried_out, listed, named
from cli.people_words import say
from cli.settings import Settings
from cli.users import wall_of
from store import auditing, organisations, tokens
from store.database import Database

_ACTOR = "operator"


def token(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui token …`"""
    actions: Mapping[str, Action] = {"add": _add, "list": _list, "revoke": _revoke}
    return carried_out(settings, given, actions)


def _add(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    if not 1 <= given.days <= rules.LONGEST.days:
        raise ValueError(say("token.days", days=given.days, most=rules.LONGEST.days))
    now, name = wall_of(settings, database.now)(), named(given.name)
    with database.writing() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
        chosen = frozenset(naming.cooperative(known, each).id for each in given.cooperative) or None
        made, written = tokens.add(
            conn,
            OPERATOR,
            name=name,
            rights=given.right,
            cooperatives=chosen,
            expires_at=now + timedelta(days=given.days),
            by=_ACTOR,
            now=now,
        )
        details = {"name": name, "rights": " ".join(sorted(made.rights)), "cooperatives": rules.spread(chosen)}
        auditing.append(conn, _ACTOR, "tokens.made", f"token:{made.id}", details, database.now())
    # What is said goes to the other stream, so that the token alone can be taken into a file.
    print(say("token.made", name=name, id=made.id, until=_day(settings, made)), file=sys.stderr)
    print(written)
    print(say("token.secret"), file=sys.stderr)
    return 0


def _list(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    now = wall_of(settings, database.now)()
    with database.reading() as conn:
        found = tokens.listed(conn, OPERATOR)
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "rights": " ".join(sorted(each.rights)),
            "cooperatives": " ".join(sorted(each.cooperatives)) if each.cooperatives is not None else say("token.all"),
            "until": _day(settings, each),
            "used": each.used_at.astimezone(zone_of("", settings.country)).date().isoformat() if each.used_at else "",
            "made_by": each.created_by,
            "state": say(f"token.{'open' if each.opens(now) else 'ended' if each.revoked_at else 'expired'}"),
        }
        for each in found
    ]
    return listed(rows, as_json=given.json, nothing=say("token.none"))


def _revoke(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    id = rules.id_of(given.id.strip()) or given.id.strip()
    with database.writing() as conn:
        found = tokens.get(conn, OPERATOR, id)
        if found is None:
            raise ValueError(say("token.unknown", id=id))
        ended = tokens.revoke(conn, OPERATOR, id, _ACTOR, wall_of(settings, database.now)())
        if ended:
            auditing.append(conn, _ACTOR, "tokens.revoked", f"token:{id}", {"name": found.name}, database.now())
    print(say("token.revoked" if ended else "token.revoked.already", name=found.name))
    return 0


def _day(settings: Settings, each: Token) -> str:
    return each.expires_at.astimezone(zone_of("", settings.country)).date().isoformat()
