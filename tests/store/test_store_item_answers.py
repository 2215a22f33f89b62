"""What item statistics read: first tries at quiz and exam questions, of a scope, and roughly who answered."""

from __future__ import annotations

from typing import Any

from bot.certifying.examining import Exam, Served
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances
from bot.people import OPERATOR, Scope
from bot.turn import Answered, Linked
from store import erasure, exams
from store.case_tables import cases
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


def test_it_reads_the_latest_alone_where_that_is_asked_oldest_of_them_first(database: Database) -> None:
    rosa = join(database)
    for minutes, item in ((0, "q1"), (5, "q2"), (9, "q3")):
        turn(database, rosa, answer(item), now=later(minutes))
    with database.reading() as conn:
        assert [each.item for each in responses(conn, OPERATOR, most=2)] == ["q2", "q3"]


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


def served(place: int, reply: str, *, right: bool | None, message: int = 0, **more: Any) -> Served:
    """A question whose options were served as C, A, B of the script; the right one is the script's first."""
    given: dict[str, Any] = {
        "item": f"coffee-nursery.seed.exam.e{place}",
        "kind": "choice",
        "options": ("c", "a", "b"),
        "order": (2, 0, 1),
        "key": 1,
        "answered_at": later(place + 0.25) if right is not None else None,
    }
    return Served(
        place=place,
        message=message or place,
        digest="",
        text="?",
        chances=Chances(competent=0.9, not_yet=0.45),
        served_at=later(place),
        reply=reply,
        right=right,
        **{**given, **more},
    )


def sat(database: Database, *questions: Served, id: str = "x1", who: str = "rosa", number: int = 1) -> None:
    """A test of somebody's case, as it is kept."""
    with database.writing() as conn:
        row = {"id": f"case-{id}", "number": number, "learner": who, "created_at": NOW, "updated_at": NOW}
        conn.execute(cases.insert(), row)
        exam = Exam(
            id=id, case=f"case-{id}", unit="1", policy=KnowledgePolicy(), started_at=NOW, served=tuple(questions)
        )
        exams.write(conn, [exam])


def test_it_reads_tests_with_what_was_chosen_in_the_order_of_the_script(database: Database) -> None:
    join(database, 1, "rosa", cooperative="Sol", language="qu")
    sat(
        database,
        served(1, "B", right=True),
        served(2, "a)", right=False),
        served(3, "3C", right=False),
        served(4, "50", right=True, kind="number", options=(), order=(), key=-1),
        served(5, "no idea", right=False),
        served(6, "", right=None),
    )
    with database.reading() as conn:
        found = responses(conn, SOL, course="coffee-nursery")
        assert responses(conn, OPERATOR, course="coffee") == []
    assert [(each.right, each.choice) for each in found] == [(True, 0), (False, 2), (False, 1), (True, -1), (False, -1)]
    assert {(each.sitting, each.language, each.channel, each.seconds) for each in found} == {("x1", "qu", "sms", 15.0)}


def test_two_questions_of_one_message_have_no_time_of_their_own(database: Database) -> None:
    join(database)
    sat(database, served(1, "B", right=True, message=1), served(2, "B", right=True, message=1))
    with database.reading() as conn:
        assert [each.seconds for each in responses(conn, OPERATOR)] == [None, None]


def test_an_item_met_in_a_test_again_is_not_a_first_answer(database: Database) -> None:
    join(database)
    sat(database, served(1, "A", right=False))
    sat(database, served(2, "B", right=True, item="coffee-nursery.seed.exam.e1"), id="x2", number=2)
    with database.reading() as conn:
        assert [(each.sitting, each.first) for each in responses(conn, OPERATOR)] == [("x1", True), ("x2", False)]
