"""Who should be called, as the tables say it: failed twice, silent, in peace after a call, gone once she is erased."""

from __future__ import annotations

from datetime import timedelta

from authoring.shelf import Shelf
from bot.learning.calling import Outcome, Reason
from bot.people import OPERATOR, QuizResult, Scope
from bot.turn import Consented, LessonDone, QuizDone, QuizMoved
from store import call_list, calls, erasure
from store.database import Database
from tests.store.rows import NOW, SECRET, attempt, join, phone, rows, turn

UNIT = "vivero.semilla"


def fail(database: Database, number: int, times: int, *, passed: bool = False) -> None:
    for place in range(times):
        one = attempt(f"a{number}-{place}-{passed}", learner="rosa", enrolment="e-rosa", unit=UNIT)
        result = QuizResult(right=1, of=4, passed=passed, at=NOW + timedelta(minutes=place))
        moved = QuizMoved(attempt=one)
        assert turn(database, phone(1), moved, QuizDone(attempt=one.id, enrolment="e-rosa", unit=UNIT, result=result))


def work_out(database: Database, shelf: Shelf, days: float = 0) -> list[tuple[str, Reason]]:
    with database.writing() as conn:
        now = NOW + timedelta(days=days)
        change = call_list.changed(conn, shelf(), now)
        call_list.keep(conn, change, now)
    with database.reading() as conn:
        found, more = call_list.listed(conn, OPERATOR)
        assert not more
        assert not call_list.is_stale(conn, now)
    return [(each.learner.id, each.reason) for each in found]


def agree(database: Database) -> None:
    join(database, 1, "rosa", cooperative="norte", name="Rosa")
    assert turn(database, phone(1), Consented(learner="rosa", granted=True, text="?", language="es", method="reply"))


def test_failing_one_unit_twice_puts_her_on_the_list_and_passing_takes_her_off(
    database: Database, shelf: Shelf
) -> None:
    agree(database)
    fail(database, 1, 1)
    assert work_out(database, shelf) == []
    fail(database, 2, 1)
    assert work_out(database, shelf) == [("rosa", Reason.FAILED)]
    fail(database, 3, 1, passed=True)
    assert work_out(database, shelf) == []


def test_silence_is_left_in_peace_after_a_call_and_seen_only_by_her_own_cooperative(
    database: Database, shelf: Shelf
) -> None:
    agree(database)
    assert turn(database, phone(1), LessonDone(enrolment="e-rosa", lesson="l"))
    assert work_out(database, shelf, 13) == []
    assert work_out(database, shelf, 15) == [("rosa", Reason.SILENT)]
    with database.reading() as conn:
        south = Scope(role="facilitator", cooperatives=frozenset({"sur"}))
        assert call_list.listed(conn, south) == ([], "")
        assert call_list.of(conn, south, "rosa") is None
        assert call_list.count(conn, south) == 0
    with database.writing() as conn:
        late = NOW + timedelta(days=15)
        assert calls.log(conn, OPERATOR, "rosa", Outcome.NOT_REACHED, by="elena", note="", once="1", now=late)
        assert not calls.log(conn, OPERATOR, "rosa", Outcome.NOT_REACHED, by="elena", note="", once="1", now=late)
    assert work_out(database, shelf, 15.5) == []
    assert work_out(database, shelf, 17) == [("rosa", Reason.SILENT)]


def test_what_was_found_of_somebody_who_is_erased_meanwhile_is_not_written(database: Database, shelf: Shelf) -> None:
    agree(database)
    late = NOW + timedelta(days=20)
    with database.reading() as conn:
        change = call_list.changed(conn, shelf(), late)
    assert change.rows
    with database.writing() as conn:
        erasure.erase(conn, ["rosa"], NOW, SECRET)
    with database.writing() as conn:
        call_list.keep(conn, change, late)
    assert rows(database, "SELECT learner FROM to_call") == []
