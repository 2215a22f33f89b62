"""Observation sheets that are not entered yet: the marks of one person on one unit of one case, as last sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.case_tables import sheet_drafts
from store.shapes import clean, dumps, loads

_KEEP = insert(sheet_drafts)
MOST = 20_000  # characters


def kept(conn: Connection, scope: Scope, account: str, case: str, unit: str) -> dict[str, str]:
    """What was marked so far; empty where nothing was."""
    need(scope, Right.ASSESS)
    query = select(sheet_drafts.c.body).where(_of(account, case, unit))
    found = loads(conn.execute(query).scalar() or "{}")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def keep(
    conn: Connection, scope: Scope, account: str, case: str, unit: str, marks: Mapping[str, str], now: datetime
) -> None:
    """Keep what was marked so far, in place of what was kept before."""
    need(scope, Right.ASSESS)
    row = {"account": account, "case": case, "unit": unit, "body": clean(dumps(dict(marks)))[:MOST], "at": now}
    conn.execute(
        _KEEP.on_conflict_do_update(
            index_elements=["account", "case", "unit"],
            set_={"body": _KEEP.excluded.body, "at": _KEEP.excluded.at, "version": sheet_drafts.c.version + 1},
        ),
        row,
    )


def forget(conn: Connection, scope: Scope, account: str, case: str, unit: str) -> None:
    """The sheet was entered."""
    need(scope, Right.ASSESS)
    conn.execute(delete(sheet_drafts).where(_of(account, case, unit)))


def of_account(conn: Connection, scope: Scope, account: str, case: str) -> list[tuple[str, datetime]]:
    """The units of a case of which somebody has a sheet that is not entered, and when she last wrote in it."""
    need(scope, Right.ASSESS)
    query = select(sheet_drafts.c.unit, sheet_drafts.c.at).where(
        sheet_drafts.c.account == account, sheet_drafts.c.case == case
    )
    return [(row.unit, row.at) for row in conn.execute(query.order_by(sheet_drafts.c.unit))]


def _of(account: str, case: str, unit: str) -> ColumnElement[bool]:
    return (sheet_drafts.c.account == account) & (sheet_drafts.c.case == case) & (sheet_drafts.c.unit == unit)
