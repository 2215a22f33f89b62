"""Credentials as the people of a programme see them: page by page, one by its code, within a scope."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.certifying import codes
from bot.certifying.credentials import Credential
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store import credentials, people

_PAGE = 500


def page(
    conn: Connection, scope: Scope, *, standard: str = "", cooperative: str = "", after: str = "", limit: int = 50
) -> list[Credential]:
    """Credentials of a scope by serial; go on with the last serial as `after`. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    return credentials.listed(conn, scope, standard=standard, cooperative=cooperative, after=after, limit=limit)


def everything(conn: Connection, scope: Scope, *, standard: str = "", cooperative: str = "") -> Iterator[Credential]:
    """All of them, for a register. Raises Forbidden."""
    after = ""
    while True:
        found = page(conn, scope, standard=standard, cooperative=cooperative, after=after, limit=_PAGE)
        yield from found
        if len(found) < _PAGE:
            return
        after = found[-1].serial


def one(conn: Connection, scope: Scope, written: str) -> Credential | None:
    """The credential of a code, however it is written; None where there is none within the scope. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    found = credentials.by_code(conn, codes.read(written).code)
    if found is None or scope.cooperatives is None:
        return found
    return found if found.award.cooperative in scope.cooperatives else None


def holders(conn: Connection, scope: Scope, found: list[Credential]) -> dict[str, str]:
    """The whole names of those who hold these, for papers and registers. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    return people.names(conn, [each.award.learner for each in found if each.award.learner])
