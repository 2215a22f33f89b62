"""Credentials: list, read, verify by code, and ask for one to be revoked, which two people do in the console."""

from __future__ import annotations

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
from store import credentials
from store.database import Connection


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


def ask_to_revoke(call: Call, conn: Connection) -> CredentialShown:
    """Ask for a credential to be revoked: noted in the log; two people do it."""
    need(call.scope, Right.CERTIFY)
    held, ground = _one(call, conn), call.sent(Ground).reason.strip()
    if held.word == REVOKED:
        raise problems.conflict("revoked", "It is revoked already.")
    call.audit(conn, "credential.revocation_asked", f"credential:{held.serial}", reason=ground)
    call.learner = held.award.learner
    return _shown(call, held)


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


ROUTES: list[Route] = [
    table.get("/credentials", Right.SEE_CASES, list_credentials, CredentialPage, query=CredentialQuery),
    table.get("/credentials/{credential}", Right.SEE_CASES, get_credential, CredentialShown),
    table.post(
        "/credentials/{credential}/revocation-requests",
        Right.CERTIFY,
        ask_to_revoke,
        CredentialShown,
        body=Ground,
        conflicts={"revoked": "It is revoked already."},
    ),
    table.get("/verifications", None, verify_code, Verified, query=CodeQuery),
]
