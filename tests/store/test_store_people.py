"""What operators see: people within their scope, requests for help, and figures without names."""

from __future__ import annotations

from bot.messages import Content
from bot.people import OPERATOR, Scope
from bot.turn import Due, HelpAsked, Linked, Owed
from store import counters, health, help_requests, people
from store.database import Database
from tests.store.rows import NOW, claim, counts, inbound, join, keep, later, learner, load, phone, rows, said, turn

BOUND = Scope(role="coordinator", cooperatives=frozenset({"Sol"}))


def two(database: Database) -> None:
    join(database, 1, "rosa", cooperative="Sol")
    join(database, 2, "juan", cooperative="Luna")


def test_people_are_found_page_by_page_with_their_threads(database: Database) -> None:
    two(database)
    turn(database, phone(1), Linked(learner="rosa", address="tel:+51900000009"))
    with database.reading() as conn:
        found = people.find(conn, OPERATOR)
        assert [each.learner.id for each in found] == ["juan", "rosa"]
        assert found[1].threads == ((str(phone(1)), "open"), ("tel:+51900000009", ""))
        first = people.find(conn, OPERATOR, limit=1)
        assert [each.learner.id for each in people.find(conn, OPERATOR, after=first[-1].learner.id)] == ["rosa"]
        assert [each.learner for each in people.at(conn, OPERATOR, str(phone(1)))] == [
            learner("rosa", cooperative="Sol")
        ]


def test_a_scope_shows_its_own_cooperatives_only(database: Database) -> None:
    two(database)
    with database.reading() as conn:
        assert [each.learner.id for each in people.find(conn, BOUND)] == ["rosa"]
        assert people.at(conn, BOUND, str(phone(2))) == []
        assert people.find(conn, Scope(role="coordinator", cooperatives=frozenset())) == []


def test_nobody_has_no_data(database: Database) -> None:
    with database.reading() as conn:
        assert people.dump(conn, "nobody") == {}


def test_on_a_shared_phone_what_was_written_is_given_to_neither(database: Database) -> None:
    join(database, 1, "rosa")
    keep(database, inbound(text="mía"))
    with database.reading() as conn:
        assert [each["text"] for each in people.dump(conn, "rosa")["messages_in"]] == ["mía"]
    join(database, 1, "juan")
    with database.reading() as conn:
        assert people.dump(conn, "rosa")["messages_in"] == []


def test_a_request_is_answered_once_by_a_person(database: Database) -> None:
    two(database)
    turn(database, phone(1), HelpAsked(learner="rosa", text="¿?"))
    turn(database, phone(2), HelpAsked(learner="juan", text="¿?"))
    turn(database, phone(3), HelpAsked(learner="", kind="wrong_number", text="no"))
    with database.reading() as conn:
        assert [each.learner for each in help_requests.waiting(conn, OPERATOR)] == ["rosa", "juan", ""]
        (hers,) = help_requests.waiting(conn, BOUND)
    with database.writing() as conn:
        answered = help_requests.answer(conn, BOUND, hers.id, Content(text="Ya voy."), later(1))
        assert answered == hers
        assert help_requests.answer(conn, OPERATOR, hers.id, Content(text="twice"), later(2)) is None
        assert help_requests.answer(conn, BOUND, hers.id + 1, Content(text="not mine"), later(2)) is None
        assert help_requests.close(conn, OPERATOR, hers.id + 2, "called", later(2))
        assert not help_requests.close(conn, OPERATOR, hers.id + 2, "called", later(3))
    (said_,) = claim(database, now=later(1))
    assert (said_.content.text, said_.kind, said_.learner, said_.address) == ("Ya voy.", "person", "rosa", phone(1))
    with database.reading() as conn:
        assert [each.learner for each in help_requests.waiting(conn, OPERATOR)] == ["juan"]
    assert rows(database, "SELECT answer FROM help_requests ORDER BY id") == [("Ya voy.",), ("",), ("called",)]


def test_counters_add_up_by_day(database: Database) -> None:
    with database.writing() as conn:
        counters.add(conn, {"a": 1, "b": 2, "none": 0}, NOW)
        counters.add(conn, {"a": 3}, NOW)
        counters.add(conn, {"a": 5}, later(24 * 60))
        counters.add(conn, {}, NOW)
        assert counters.totals(conn) == {"a": 9, "b": 2}
    assert counts(database)["counters"] == 3


def test_the_figures_say_what_waits_and_for_how_long(database: Database) -> None:
    with database.reading() as conn:
        empty = health.figures(conn, NOW)
    assert (empty.inbox_waiting, empty.outbox_oldest, empty.dues_oldest, empty.counters) == (0, 0.0, 0.0, {})
    address = join(database)
    due = Due(learner="rosa", kind="reminder", subject="q", at=later(-2))
    turn(database, address, said("1"), said("2", not_before=later(60)), Owed(due=due), HelpAsked(learner="rosa"))
    keep(database, inbound(1, "1"), inbound(1, "2"), inbound(2, "3"))
    claim(database, limit=1)
    turn(database, phone(2), said("3"))
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE inbox SET state = 'spoiled' WHERE provider_id = '3'")
        counters.add(conn, {"duplicates": 2}, NOW)
    with database.reading() as conn:
        found = health.figures(conn, later(1))
    assert found == health.Figures(
        inbox_waiting=2,
        inbox_oldest=60.0,
        inbox_spoiled=1,
        dues_waiting=1,
        dues_oldest=180.0,
        outbox_waiting=1,
        outbox_oldest=60.0,
        outbox_later=1,
        outbox_sending=1,
        outbox_unknown=0,
        help_open=1,
        counters={"duplicates": 2},
    )


def test_a_learner_of_another_cooperative_is_not_loaded_for_a_bounded_scope(database: Database) -> None:
    from bot.record import Policy
    from store import records

    two(database)
    with database.reading() as conn:
        known = records.load(conn, BOUND, {phone(1): "s", phone(2): "s"}, Policy())
    assert [each.id for each in known[phone(1)][2].learners] == ["rosa"]
    assert known[phone(2)][2].learners == ()
    assert load(database, phone(2))[phone(2)][2].learners != ()
