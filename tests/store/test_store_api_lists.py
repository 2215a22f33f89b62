"""What a bounded account sees of keys and subscriptions: all of its own, however many others are newer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.cooperating import tokens as rules
from bot.people import OPERATOR, Scope
from store import hooks, tokens
from store.api_tables import api_tokens
from store.api_tables import hooks as hooks_table
from store.database import Database
from tests.store.rows import NOW

REACH: tuple[frozenset[str] | None, ...] = (
    frozenset({"norte"}),
    frozenset({"norte", "norte-2"}),
    frozenset({"norte", "oeste", "sur"}),
    frozenset({"norte-2"}),
    frozenset({"nort"}),
    frozenset({"Norte"}),
    frozenset({"sur"}),
    None,
)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.writing() as conn:
        for number, each in enumerate(REACH):
            at = NOW + timedelta(minutes=number)
            row = {"cooperatives": rules.spread(each), "created_at": at}
            conn.execute(insert(hooks_table), {"id": f"hook_{number}", **row})
            conn.execute(insert(api_tokens), {"id": f"{number:012x}", **row, "expires_at": NOW + timedelta(days=9)})
    return database


@pytest.mark.parametrize("names", [(), ("norte",), ("norte", "norte-2"), ("norte", "oeste", "sur"), ("norte", "sur")])
def test_it_lists_what_the_scope_reaches_and_nothing_else(filled: Database, names: tuple[str, ...]) -> None:
    scope = Scope(role="administrator", cooperatives=frozenset(names))
    fitting = [each for each in reversed(REACH) if rules.reaches(scope, each)]
    with filled.reading() as conn:
        assert [each.cooperatives for each in hooks.listed(conn, scope)] == fitting
        assert [each.cooperatives for each in tokens.listed(conn, scope)] == fitting


def test_newer_ones_of_others_do_not_hide_it(filled: Database) -> None:
    norte = Scope(role="administrator", cooperatives=frozenset({"norte"}))
    with filled.reading() as conn:
        assert [each.id for each in hooks.listed(conn, norte, limit=1)] == ["hook_0"]
        assert [each.id for each in tokens.listed(conn, norte, limit=1)] == [f"{0:012x}"]
        assert [each.id for each in hooks.listed(conn, OPERATOR, limit=1)] == [f"hook_{len(REACH) - 1}"]
