"""Take a credential back, or give it back: proposed by one person with a ground, carried out by another who agrees.

A competence is moved by an entry of its case, which takes the credential along; a completion has no case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, insert, select, update

from bot.certifying.cases import Act
from bot.certifying.credentials import COMPETENCE, REINSTATED, REVOKED, SUSPENDED, Credential, objection
from bot.certifying.standards import Standard, bare
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import cases, casework, credentials, organisations, persons_behind
from store.case_tables import credential_proposals
from store.casework import NotEntered
from store.credential_tables import credentials as issued
from store.shapes import clean

ACTS = {"suspend": SUSPENDED, "reinstate": REINSTATED, "revoke": REVOKED}
_ENTRY = {became: act for act, became in ACTS.items()}
Known = Callable[[str, str], Standard | None]  # code and version → the standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposes to do to a credential; it waits for a second person."""

    id: str
    serial: str
    act: str
    reason: str
    by: str
    at: datetime


def move(
    conn: Connection,
    scope: Scope,
    found: Credential,
    act: str,
    *,
    by: str,
    second: str,
    reason: str,
    now: datetime,
    known: Known,
) -> Credential:
    """Suspend, reinstate or revoke (`act`: suspended, reinstated, revoked), by two people; the credential after it.
    Raises NotEntered with the reason where it cannot be done."""
    need(scope, Right.CERTIFY)
    by, second, reason = by.strip(), second.strip(), reason.strip()
    why = objection(found, act, by=by, second=second, reason=reason)
    if why or persons_behind.is_one(conn, by, [second]):
        raise NotEntered(f"Nothing was changed ({why or 'same'}).", why or "same")
    case = cases.find(conn, found.award.decision.rpartition("/")[0]) if found.award.kind == COMPETENCE else None
    if case and case.credential:
        standard = known(case.standard, case.version) or bare(case.standard, case.version)
        entry = Act(kind=_ENTRY[act], actor=by, role="issuer", reason=reason, data={"second": second})
        casework.enter(conn, scope, case, standard, entry, now)
    else:
        credentials.move(conn, found.code, act, by=by, second=second, reason=reason, now=now)
    moved = credentials.by_code(conn, found.code)
    if moved is None:
        raise NotEntered("There is no such credential.", "missing")
    return moved


# --- two people, one after the other ---


def propose(conn: Connection, scope: Scope, found: Credential, made: Proposal) -> None:
    """Propose it. One that waits is taken back by a new one. Raises NotEntered."""
    need(scope, Right.CERTIFY)
    if why := objection(found, made.act, by=made.by, second=f"not {made.by}", reason=made.reason):
        raise NotEntered(f"Nothing was changed ({why}).", why)
    if waiting(conn, scope, found.serial, id=made.id):
        return  # the same form, sent twice
    conn.execute(_end(found.serial).values(state="dropped", second=made.by, ended_at=made.at))
    row = {"id": made.id, "credential": found.serial, "act": made.act, "reason": clean(made.reason), "by": made.by}
    conn.execute(insert(credential_proposals), {**row, "at": made.at, "state": "open"})


def waiting(conn: Connection, scope: Scope, serial: str, *, id: str = "") -> Proposal | None:
    """What waits for a second person; None where nothing does."""
    need(scope, Right.SEE_CASES)
    query = select(credential_proposals).where(credential_proposals.c.credential == serial)
    query = query.where(credential_proposals.c.id == id) if id else query.where(credential_proposals.c.state == "open")
    row = conn.execute(query).first()
    return _proposal(row) if row else None


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(id=row.id, serial=row.credential, act=row.act, reason=row.reason, by=row.by, at=row.at)


def asked(conn: Connection, scope: Scope, serial: str, *, limit: int = 50) -> list[tuple[Proposal, str]]:
    """What was proposed for a credential, the latest first, each with its state: open, done, dropped."""
    need(scope, Right.SEE_CASES)
    query = select(credential_proposals).where(credential_proposals.c.credential == serial)
    ordered = query.order_by(credential_proposals.c.at.desc(), credential_proposals.c.id).limit(limit)
    return [(_proposal(row), row.state) for row in conn.execute(ordered)]


def every_open(conn: Connection, scope: Scope, *, limit: int = 20) -> list[tuple[Proposal, Credential]]:
    """What waits for a second person within the scope, the oldest first, each with its credential."""
    need(scope, Right.SEE_CASES)
    query = select(credential_proposals).where(
        credential_proposals.c.state == "open",
        credential_proposals.c.credential.in_(
            select(issued.c.serial).where(organisations.within(scope, issued.c.cooperative))
        ),
    )
    ordered = query.order_by(credential_proposals.c.at, credential_proposals.c.id).limit(limit)
    found = [_proposal(row) for row in conn.execute(ordered)]
    held = ((each, credentials.by_serial(conn, each.serial)) for each in found)
    return [(each, credential) for each, credential in held if credential]


def is_own(conn: Connection, proposal: Proposal, person: str) -> bool:
    """Whether this is the person behind a proposal: who made it, or who made the key by which it came. Such a key is
    its maker's own hand; nobody is two people by making one."""
    return persons_behind.is_one(conn, proposal.by, [person])


def carry_out(
    conn: Connection, scope: Scope, found: Credential, proposal: Proposal, second: str, now: datetime, known: Known
) -> Credential:
    """A second person agrees, and it is done. Raises NotEntered."""
    done = move(
        conn,
        scope,
        found,
        proposal.act,
        by=proposal.by,
        second=second,
        reason=proposal.reason,
        now=now,
        known=known,
    )
    conn.execute(_end(found.serial).values(state="done", second=second, ended_at=now))
    return done


def drop(conn: Connection, scope: Scope, serial: str, by: str, now: datetime) -> bool:
    """It is not done after all; whether anything waited."""
    need(scope, Right.CERTIFY)
    return bool(conn.execute(_end(serial).values(state="dropped", second=by, ended_at=now)).rowcount)


def _end(serial: str) -> Update:
    return update(credential_proposals).where(
        credential_proposals.c.credential == serial, credential_proposals.c.state == "open"
    )
