"""Learners are found by a number; whoever has two phones is found once."""

from __future__ import annotations

from sqlalchemy import insert

from bot.people import OPERATOR
from store import learner_search
from store.database import Database
from store.learner_search import Sought
from store.tables import thread_learners, threads
from tests.store.planned import people
from tests.store.rows import NOW


def test_two_phones_that_begin_alike_are_one_learner(database: Database) -> None:
    ana, luz = people(database, 2, start=50)
    with database.writing() as conn:
        for id, address in ((ana, "tel:+51900000011"), (ana, "tel:+51900000012"), (luz, "tel:+51900000013")):
            conn.execute(insert(threads), {"address": address, "sender": "t", "state": "open", "updated_at": NOW})
            conn.execute(insert(thread_learners), {"address": address, "learner": id})
    for typed, expected in (("9000000", [ana, luz]), ("900000012", [ana])):
        with database.reading() as conn:
            page = learner_search.search(conn, OPERATOR, Sought(text=typed), NOW, country="PE")
        assert [each.learner.id for each in page.people] == expected


def test_a_phone_here_and_one_over_the_border_are_one_learner(database: Database) -> None:
    """What is typed begins a number of either country, so that she is found in two ways."""
    (ana,) = people(database, 1, start=50)
    with database.writing() as conn:
        for address in ("tel:+51788000001", "tel:+250788000001", "simulator:sms:+51788000001"):
            conn.execute(insert(threads), {"address": address, "sender": "t", "state": "open", "updated_at": NOW})
            conn.execute(insert(thread_learners), {"address": address, "learner": ana})
    with database.reading() as conn:
        page = learner_search.search(conn, OPERATOR, Sought(text="788000001"), NOW, country="PE")
    assert [each.learner.id for each in page.people] == [ana]
