"""Appoint assessors, renew and end their credentials, declare their ties: for people, by right and within a scope."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from bot.certifying.cases import Assessor, Conflict
from bot.cooperating import tokens
from bot.cooperating.roles import Right, need
from bot.people import OPERATOR, Scope
from store import assessors, people
from store.account_tables import accounts
from store.api_tables import api_tokens
from store.case_tables import assessors as assessor_rows
from store.case_tables import conflicts
from store.columns import among
from store.tables import learners


def listed(conn: Connection, scope: Scope) -> list[Assessor]:
    """All of them, by name: who judges is no secret of one cooperative. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    return sorted(assessors.known(conn).values(), key=lambda each: (each.closed_at is not None, each.name.casefold()))


def one(conn: Connection, scope: Scope, id: str) -> Assessor | None:
    """The assessor of this word; None where there is none. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    return assessors.known(conn).get(id)


def appoint(conn: Connection, scope: Scope, made: Assessor, now: datetime) -> bool:
    """A new one; False where there is one of this word already. Where somebody learns at her number, it is she."""
    need(scope, Right.CERTIFY)
    if made.id in assessors.known(conn):
        return False
    known = {each.learner.id for address in made.addresses for each in people.at(conn, OPERATOR, address)}
    assessors.add(conn, replace(made, learner=known.pop()) if len(known) == 1 else made, now)
    return True


def renew(conn: Connection, scope: Scope, id: str, until: datetime) -> bool:
    """Her credential holds until then."""
    need(scope, Right.CERTIFY)
    return assessors.renew(conn, id, until)


def close(conn: Connection, scope: Scope, id: str, now: datetime) -> bool:
    """She judges no more from now on; what she judged stays."""
    need(scope, Right.CERTIFY)
    return assessors.close(conn, id, now)


def declare(conn: Connection, scope: Scope, tie: Conflict, by: str, now: datetime) -> bool:
    """A tie to a candidate of the scope; False where she is none of it."""
    need(scope, Right.CERTIFY)
    query = select(learners.c.id).where(learners.c.id == tie.learner, people.within(scope))
    if conn.execute(query).first() is None:
        return False
    assessors.declare(conn, tie, by, now)
    return True


def ties(conn: Connection, scope: Scope, id: str) -> list[tuple[str, str, str, datetime]]:
    """Her declared ties to people of the scope: name, kind, who declared it, when. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    query = (
        select(learners.c.name, conflicts.c.kind, conflicts.c.declared_by, conflicts.c.declared_at)
        .join(learners, learners.c.id == conflicts.c.learner)
        .where(conflicts.c.assessor == id, people.within(scope))
        .order_by(conflicts.c.declared_at)
        .limit(200)
    )
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(query)]


def called(conn: Connection, scope: Scope, words: Collection[str]) -> dict[str, str]:
    """How those are called who act in cases, by the word under which they do: an assessor's, a login, or a program's
    key. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    if not words:
        return {}
    query = select(accounts.c.login, accounts.c.name).where(among(accounts.c.login, "words"))
    found = {row.login: row.name for row in conn.execute(query, {"words": sorted(words)})}
    judges = select(assessor_rows.c.id, assessor_rows.c.name).where(among(assessor_rows.c.id, "words"))
    found |= {row.id: row.name for row in conn.execute(judges, {"words": sorted(words)})}
    keys = {each.removeprefix(tokens.ACTOR): each for each in words if each.startswith(tokens.ACTOR)}
    named = select(api_tokens.c.id, api_tokens.c.name).where(among(api_tokens.c.id, "words"))
    return found | {keys[row.id]: row.name for row in conn.execute(named, {"words": sorted(keys)}) if keys}
