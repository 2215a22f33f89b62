"""Credentials: list, read, verify by code, and ask for one to be revoked, to which a person in the console agrees."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated

from pydantic import Field

from bot.certifying import codes
from bot.certifying.credentials import REVOKED, Credential
from bot.certifying.verifying import verified
from bot.cooperating.roles import Right, need
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.shapes import Body, Line, Moment, Page, Query, Shown
from console.api.table import Call, Route
from store import credentials, takings
from store.casework import NotEntered
from store.database import Connection
from store.takings import Proposal


class CredentialQuery(PageQuery):
    """How a list of credentials is narrowed."""

    cooperative: str = Field(default="", max_length=60)
    standard: str = Field(default="", max_length=60)


class CredentialShown(Shown):
    """A credential, and whether it holds now."""

    serial: str
    code: str = Field(description="As it is printed.")
    kind: str = Field(description="completion, competence.")
    state: str = Field(description="valid, expired, suspended, revoked, not_yet.")
    learner: str = Field(description="Empty once she was erased.")
    title: str
    standard: str
    version: str
    cooperative: str
    issuer: str
    awarded_on: date
    valid_until: Moment | None
    units: list[str]


class CredentialPage(Page):
    """Credentials, by serial."""

    items: list[CredentialShown]


class Verified(Shown):
    """What whoever holds a code may know, the same as on the public page."""

    state: str = Field(
        description="valid, expired, suspended, revoked, not_yet; not_found; letters: no code has those."
    )
    code: str
    kind: str
    title: str
    name: str
    issuer: str
    standard: str
    awarded_on: date | None
    until: date | None


class CodeQuery(Query):
    """Which code."""

    code: str = Field(min_length=1, max_length=60)


class Ground(Body):
    """Why it should be revoked."""

    reason: Annotated[Line, Field(min_length=3, max_length=200)]


class RequestShown(Shown):
    """Something that is asked to be done to a credential. `state`: open, done or dropped."""

    id: str
    credential: str
    what: str = Field(description="suspended, reinstated, revoked.")
    reason: str
    asked_by: str
    asked_at: Moment
    state: str


class Requests(Page):
    """What was asked, the latest first."""

    items: list[RequestShown]


def list_credentials(call: Call, conn: Connection) -> CredentialPage:
    """List credentials."""
    need(call.scope, Right.SEE_CASES)
    query, after = call.asked(CredentialQuery), call.after(str)
    found = credentials.listed(
        conn,
        call.scope,
        cooperative=query.cooperative,
        standard=query.standard,
        after=after[0] if after else "",
        limit=query.limit + 1,
    )
    items = [_shown(call, each) for each in found[: query.limit]]
    return CredentialPage(items=items, next=call.next(found, lambda each: [each.serial]))


def get_credential(call: Call, conn: Connection) -> CredentialShown:
    """Read a credential, by its serial."""
    return _shown(call, _one(call, conn))


def verify_code(call: Call, conn: Connection) -> Verified:
    """Verify a code, as anybody may."""
    written = call.asked(CodeQuery).code
    found = verified(written, credentials.by_code(conn, codes.read(written).code), call.now)
    return Verified(**{name: getattr(found, name) for name in Verified.model_fields})


def ask_to_revoke(call: Call, conn: Connection) -> RequestShown:
    """Ask for a credential to be revoked: it waits for a person in the console, who agrees or does not."""
    held, ground = _one(call, conn), call.sent(Ground).reason.strip()
    if takings.waiting(conn, call.scope, held.serial):
        raise problems.conflict("waiting", _WHY["waiting"])
    made = Proposal(
        id=secrets.token_hex(16), serial=held.serial, act=REVOKED, reason=ground, by=call.token.actor, at=call.now
    )
    try:
        takings.propose(conn, call.scope, held, made)
    except NotEntered as refused:
        raise problems.conflict(refused.code, _WHY.get(refused.code, "")) from None
    call.audit(conn, "credentials.proposed", f"credential:{held.serial}", what=REVOKED, reason=ground)
    call.location, call.learner = f"/credentials/{held.serial}/revocation-requests", held.award.learner
    return _request(made, "open")


def list_requests(call: Call, conn: Connection) -> Requests:
    """List what was asked for a credential by two people's way, the latest first, and what became of each."""
    held = _one(call, conn)
    return Requests(
        items=[_request(each, state) for each, state in takings.asked(conn, call.scope, held.serial)], next=None
    )


def _one(call: Call, conn: Connection) -> Credential:
    need(call.scope, Right.SEE_CASES)
    found = credentials.by_serial(conn, call.path["credential"])
    bounds = call.scope.cooperatives
    if found is None or (bounds is not None and found.award.cooperative not in bounds):
        raise problems.missing()
    return found


def _shown(call: Call, each: Credential) -> CredentialShown:
    award = each.award
    return CredentialShown(
        serial=each.serial,
        code=codes.shown(each.code),
        kind=award.kind,
        state=each.state(call.now),
        learner=award.learner,
        title=each.title(award.language),
        standard=award.standard,
        version=award.version,
        cooperative=award.cooperative,
        issuer=award.issuer,
        awarded_on=award.awarded_on,
        valid_until=award.valid_until,
        units=[unit.code for unit in award.units],
    )


def _request(each: Proposal, state: str) -> RequestShown:
    return RequestShown(
        id=each.id,
        credential=each.serial,
        what=each.act,
        reason=each.reason,
        asked_by=each.by,
        asked_at=each.at,
        state=state,
    )


_WHY = {
    "revoked": "It is revoked already.",
    "ground": "Say why, in words that its holder may read.",
    "waiting": "Something that was asked before still waits for a second person.",
}
_REQUESTS = "/credentials/{credential}/revocation-requests"

ROUTES: list[Route] = [
    table.get("/credentials", Right.SEE_CASES, list_credentials, CredentialPage, query=CredentialQuery),
    table.get("/credentials/{credential}", Right.SEE_CASES, get_credential, CredentialShown),
    table.get(_REQUESTS, Right.SEE_CASES, list_requests, Requests),
    table.post(
        _REQUESTS,
        Right.CERTIFY,
        ask_to_revoke,
        RequestShown,
        body=Ground,
        status=201,
        conflicts=_WHY,
        description="Needs `see_cases` too. Nothing is revoked before a person agrees who is not the one that made "
        "this key.",
    ),
    table.get("/verifications", None, verify_code, Verified, query=CodeQuery),
]
