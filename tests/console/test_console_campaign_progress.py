"""How far a campaign has come: kept for a moment where counting takes long, counted at once where it does not."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from bot.delivering.campaigns import Kind, State
from bot.people import OPERATOR, Scope
from store import progress_kept, progressing
from store.tables import outbox
from tests.console.consoles import Console
from tests.store.planned import campaign, make


def said(console: Console, many: int) -> None:
    row = {"sender": "twilio:+1", "address": "tel:+51900000001", "content": "{}", "kind": "campaign", "campaign": "c1"}
    times = {"not_before": console.clock(), "created_at": console.clock(), "sent_at": console.clock()}
    with console.database.writing() as conn:
        conn.execute(insert(outbox), [{**row, **times, "state": "sent"} for _ in range(many)])


def deliver(console: Console) -> None:
    with console.database.writing() as conn:
        conn.execute(update(outbox).values(state="delivered"))


@pytest.mark.parametrize(("kind", "section"), [(Kind.ONCE, "campaigns"), (Kind.NOTICE, "notices")])
async def test_a_large_one_is_counted_again_after_some_seconds(console: Console, kind: Kind, section: str) -> None:
    make(console.database, "c1", console.clock(), kind=kind)
    said(console, progress_kept.LARGE + 1)
    visitor = await console.signed_in()
    first = await visitor.get(f"/console/{section}/c1")
    deliver(console)
    assert _counts(await visitor.get(f"/console/{section}/c1")) == _counts(first)
    console.clock.wait(seconds=16)
    assert _counts(await visitor.get(f"/console/{section}/c1")) != _counts(first)


async def test_a_small_one_is_counted_at_once(sqlite_console: Console) -> None:
    make(sqlite_console.database, "c1", sqlite_console.clock(), kind=Kind.ONCE)
    said(sqlite_console, 3)
    visitor = await sqlite_console.signed_in()
    first = await visitor.get("/console/campaigns/c1")
    deliver(sqlite_console)
    assert _counts(await visitor.get("/console/campaigns/c1")) != _counts(first)


async def test_what_is_kept_is_of_one_state_one_version_and_one_scope(sqlite_console: Console) -> None:
    now = sqlite_console.clock()
    make(sqlite_console.database, "c1", now, kind=Kind.ONCE)
    said(sqlite_console, 3)
    held = campaign("c1", kind=Kind.ONCE, created_at=now)
    south = Scope(role="coordinator", cooperatives=frozenset({"sur"}))
    with sqlite_console.database.writing() as conn:
        progress_kept.keep(conn, OPERATOR, held, progressing.progress(conn, OPERATOR, "c1"), now)
        known = progress_kept.kept(conn, OPERATOR, held, now)
        assert known
        assert progressing.progress(conn, OPERATOR, "c1", known) == progressing.progress(conn, OPERATOR, "c1")
        for other in ({"state": State.PAUSED}, {"version": 2}, {"id": "c2"}):
            changed = campaign(**{"id": "c1", "kind": Kind.ONCE, "created_at": now, **other})
            assert progress_kept.kept(conn, OPERATOR, changed, now) is None
        assert progress_kept.kept(conn, south, held, now) is None


def _counts(page: str) -> list[str]:
    """The figures of a page. Its tokens differ each time, and may hold any digits."""
    _, _, after = page.partition("<main")
    return [line for line in after.splitlines() if 'class="number"' in line]
