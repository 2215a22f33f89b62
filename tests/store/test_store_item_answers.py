"""What item statistics read: first tries at quiz and exam questions, of a scope, and roughly who answered."""

from __future__ import annotations

from typing import Any

from bot.people import OPERATOR, Scope
from bot.turn import Answered, Linked
from store import erasure
from store.database import Database
from store.item_answers import responses
from tests.store.rows import NOW, join, later, phone, turn

SOL = Scope(role="coordinator", cooperatives=frozenset({"Sol"}))


def answer(item: str = "coffee-nursery.seed.q1", **more: Any) -> Answered:
    given = {"learner": "rosa", "right": True, "choice": 2, "purpose": "quiz", "attempt": "a1", "language": "es"}
    return Answered(
        course="coffee-nursery", unit="coffee-nursery.seed", lesson="", item=item, digest="", **{**given, **more}
    )


def test_it_reads_quizzes_and_exams_and_first_tries_alone(database: Database) -> None:
    rosa = join(database, 1, "rosa", sex="f")
    asked = [
        answer("q1"),
        answer("q2", purpose="lesson"),
        answer("q3", purpose="review"),
        answer("q4", purpose="exam"),
        answer("q5", tries=2),
    ]
    turn(database, rosa, *asked)
    with database.reading() as conn:
        found = responses(conn, OPERATOR)
    assert [each.item for each in found] == ["q1", "q4"]
    first = found[0]
    assert (first.right, first.choice, first.first) == (True, 2, True)
    assert (first.language, first.sex, first.channel) == ("es", "f", "sms")


def test_it_reads_one_course_where_it_is_asked(database: Database) -> None:
    turn(database, join(database), answer())
    with database.reading() as conn:
        assert len(responses(conn, OPERATOR, course="coffee-nursery")) == 1
        assert responses(conn, OPERATOR, course="coop-leader") == []


def test_a_question_met_again_is_not_a_first_answer(database: Database) -> None:
    rosa = join(database)
    turn(database, rosa, answer("q1"))
    turn(database, rosa, answer("q1", attempt="a2"), answer("q2", attempt="a2"), now=later(5))
    with database.reading() as conn:
        found = responses(conn, OPERATOR)
    assert [(each.item, each.sitting, each.first) for each in found] == [
        ("q1", "a1", True),
        ("q1", "a2", False),
        ("q2", "a2", True),
    ]


def test_the_time_is_that_since_the_answer_before_unless_the_phone_was_put_away(database: Database) -> None:
    rosa = join(database)
    for minutes, item in ((0, "q1"), (0.5, "q2"), (30, "q3")):
        turn(database, rosa, answer(item), now=later(minutes))
    with database.reading() as conn:
        assert [each.seconds for each in responses(conn, OPERATOR)] == [None, 30.0, None]


def test_a_scope_reads_its_own_people(database: Database) -> None:
    turn(database, join(database, 1, "rosa", cooperative="Sol"), answer("q1"))
    turn(database, join(database, 2, "juan", cooperative="Luna"), answer("q2", learner="juan", attempt="a2"))
    with database.reading() as conn:
        assert [each.item for each in responses(conn, SOL)] == ["q1"]
        assert responses(conn, Scope(role="coordinator", cooperatives=frozenset())) == []


def test_the_answers_of_the_erased_still_count_for_everybody_and_name_nobody(database: Database) -> None:
    turn(database, join(database, 1, "rosa", cooperative="Sol", sex="f"), answer("q1"))
    with database.writing() as conn:
        erasure.erase(conn, ["rosa"], NOW, b"a secret of the tests")
    with database.reading() as conn:
        [kept] = responses(conn, OPERATOR)
        assert (kept.item, kept.sex, kept.channel) == ("q1", "", "")
        assert responses(conn, SOL) == []


def test_who_has_two_kinds_of_phone_belongs_to_no_channel(database: Database) -> None:
    rosa = join(database)
    turn(database, rosa, Linked(learner="rosa", address="telegram:12345"), answer("q1"))
    turn(database, phone(2), answer("q2", learner="rosa"))
    with database.reading() as conn:
        assert {each.channel for each in responses(conn, OPERATOR)} == {""}
