"""The tray of whoever is bounded to cooperatives: hers alone, in order, and without a look at anybody else's."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from bot.messages import Content
from bot.people import OPERATOR, Scope
from bot.turn import Consented, HelpAsked, ThreadMoved
from store import help_requests
from store.database import Database
from store.tables import help_requests as table
from store.tables import learners
from tests.store.rows import NOW, claim, join, turn

NORTH = Scope(role="coordinator", cooperatives=frozenset({"norte"}))


def asked(database: Database, count: int = 60) -> None:
    """Everybody asks in turn: one of the north, two of the south, and a number that nobody knows."""
    people = [{"id": f"l{n}", "cooperative": "sur" if n % 3 else "norte", "created_at": NOW} for n in range(30)]
    who = itertools.cycle([*(each["id"] for each in people), None])
    rows = [
        {"learner": next(who), "address": f"tel:+519{n:08}", "kind": "person", "text": str(n),
         "asked_at": NOW + timedelta(minutes=n), "answered_at": NOW if n % 7 == 6 else None}
        for n in range(count)
    ]  # fmt: skip
    with database.writing() as conn:
        conn.execute(insert(learners), people)
        conn.execute(insert(table), rows)


def test_a_bounded_tray_holds_hers_alone_in_order_page_by_page(database: Database) -> None:
    asked(database)
    with database.reading() as conn:
        seen: list[int] = []
        while page := help_requests.page(conn, NORTH, "waiting", after=seen[-1] if seen else None, limit=5):
            assert {each.cooperative for each in page} == {"norte"}
            seen += [each.id for each in page]
        latest = help_requests.page(conn, NORTH, "all", limit=100)
        everything = help_requests.page(conn, OPERATOR, "waiting", limit=100)
        of_the_north = [each.id for each in everything if each.cooperative == "norte"]
        assert seen == sorted(seen) == of_the_north == [each.id for each in help_requests.waiting(conn, NORTH)]
        assert help_requests.count(conn, NORTH, "waiting") == len(seen) < len(latest)
        assert [each.id for each in latest] == sorted((each.id for each in latest), reverse=True)
        assert help_requests.asked_at(conn, NORTH, 3) == [each.asked_at for each in everything if each.id in seen[:3]]
        assert any(not each.learner for each in everything), "who sees all sees those of unknown numbers"


def test_what_is_urgent_stands_first_until_it_is_seen_to_and_no_page_leaves_anything_out(database: Database) -> None:
    asked(database, count=30)
    with database.writing() as conn:
        everything = [each.id for each in help_requests.waiting(conn, OPERATOR)]
        first = everything[5::4]
        conn.execute(table.update().where(table.c.id.in_(first)).values(kind="urgent"))
        conn.execute(table.update().where(table.c.id == first[1]).values(kind="death"))
    with database.writing() as conn:
        for size in (1, 3, len(first), 50):
            seen: list[int] = []
            while page := help_requests.page(conn, OPERATOR, "waiting", after=seen[-1] if seen else None, limit=size):
                seen += [each.id for each in page]
            assert seen == [*first, *(each for each in everything if each not in first)]
        assert help_requests.urgent(conn, OPERATOR) == len(first)
        assert help_requests.waiting(conn, OPERATOR)[0].urgent
        help_requests.close(conn, OPERATOR, first[0], "seen to", NOW)
        assert help_requests.waiting(conn, OPERATOR)[0].id == first[1]


def test_a_bounded_tray_goes_by_the_members_of_its_cooperatives(sqlite: Database) -> None:
    asked(sqlite)
    query: Any = help_requests._among(NORTH).order_by(help_requests._in_order(NORTH)).limit(50)
    waiting = query.where(table.c.answered_at.is_(None), help_requests._in_order(NORTH) > 3)

    assert "help_requests USING INDEX ix_help_requests_open_learner (learner=?)" in _plan(sqlite, waiting)
    assert "help_requests USING INDEX ix_help_requests_learner (learner=?)" in _plan(sqlite, query)


def _plan(database: Database, query: Any) -> str:
    with database.reading() as conn:
        text = query.compile(conn.engine, compile_kwargs={"literal_binds": True})
        return "\n".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))


def test_an_answer_leaves_after_a_stop_only_where_she_asked_after_it(database: Database) -> None:
    address, no = join(database, 1, "rosa"), timedelta(minutes=5)
    for text, at in (("before", NOW), ("after", NOW + 2 * no)):
        assert turn(database, address, HelpAsked(learner="rosa", text=text), now=at)
        stop = Consented(learner="rosa", granted=False, text="BAJA", language="es", method="keyword")
        if text == "before":
            assert turn(database, address, stop, ThreadMoved(state="stopped"), now=at + no)
    with database.writing() as conn:
        for each in help_requests.waiting(conn, OPERATOR):
            assert help_requests.answer(conn, OPERATOR, each.id, Content(text=f"to {each.text}"), NOW + 3 * no)
    assert [each.content.text for each in claim(database, now=NOW + 3 * no)] == ["to after"]
