"""Who is behind a name by which somebody acts: two accounts of one person are no two people."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, or_, select

from bot.cooperating.tokens import ACTOR
from store.account_tables import accounts
from store.api_tables import api_tokens
from store.case_tables import assessors

_ACCOUNTS = select(accounts.c.name).where(
    or_(accounts.c.login == bindparam("who"), accounts.c.assessor == bindparam("who"))
)
_MAKER = select(api_tokens.c.created_by).where(api_tokens.c.id == bindparam("who"))
_ASSESSOR = select(assessors.c.name).where(assessors.c.id == bindparam("who"))


def names(conn: Connection, who: str) -> frozenset[str]:
    """What the person is called who acts as `who` (a login, an assessor's word, a name as it was typed, or a program's
    key, which is the hand of whoever made it), folded."""
    if not who.strip():
        return frozenset()
    if who.startswith(ACTOR):
        maker = conn.execute(_MAKER, {"who": who.removeprefix(ACTOR)}).scalar() or ""
        return names(conn, maker) | {who}
    found = [*conn.execute(_ACCOUNTS, {"who": who}).scalars(), *conn.execute(_ASSESSOR, {"who": who}).scalars()]
    return frozenset(" ".join(each.casefold().split()) for each in (who, *found) if each.strip())


def is_one(conn: Connection, who: str, others: Iterable[str]) -> bool:
    """Whether somebody is also one of these others, under another name of hers."""
    mine = names(conn, who)
    return any(mine & names(conn, other) for other in others)
