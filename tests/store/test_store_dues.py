"""What the clock owes: found by time, on the thread that is free, or on which her question stands."""

from __future__ import annotations

from bot.conversation import Conversation, Question
from bot.messages import Address
from bot.turn import Due, Linked, Owed, ThreadMoved
from store import dues
from store.database import Database
from tests.changing import replace
from tests.store.rows import NOW, SENDER, counts, inbound, join, keep, later, plan, turn

REMINDER = Due(learner="rosa", kind="reminder", subject="q1", at=later(60))
TELEGRAM = Address(scheme="telegram", identity="7")


def waiting(database: Database, minutes: float = 60, limit: int = 10) -> list[tuple[Due, Address, str]]:
    with database.reading() as conn:
        return dues.waiting(conn, later(minutes), limit)


def test_it_is_due_at_its_time_and_not_before(database: Database) -> None:
    address = join(database)
    turn(database, address, Owed(due=REMINDER))
    assert waiting(database, 59.99) == []
    assert waiting(database) == [(REMINDER, address, SENDER)]


def test_the_longest_due_come_first_and_a_limit_holds(database: Database) -> None:
    owed = []
    for number in range(1, 6):
        address = join(database, number, f"l{number}")
        owed.append(replace(REMINDER, learner=f"l{number}", at=later(-number)))
        turn(database, address, Owed(due=owed[-1]))
    assert [due for due, _, _ in waiting(database)] == owed[::-1]
    assert [due for due, _, _ in waiting(database, limit=2)] == owed[:2:-1]


def test_the_thread_is_the_open_one_she_used_last(database: Database) -> None:
    address = join(database)
    turn(database, address, Owed(due=REMINDER))
    turn(database, TELEGRAM, Linked(learner="rosa"), now=later(5))
    assert waiting(database)[0][1] == TELEGRAM
    turn(database, address, now=later(6))
    assert waiting(database)[0][1] == address
    turn(database, address, ThreadMoved(state="stopped"), now=later(7))
    assert waiting(database)[0][1] == TELEGRAM


def test_what_nobody_asked_for_goes_where_it_is_free_and_a_reminder_to_where_its_question_stands(
    database: Database,
) -> None:
    address = join(database)
    asked = Conversation(learner="rosa", question=Question(token="t1", number=1, text="¿Qué falta?", learner="rosa"))
    others = [replace(REMINDER, kind=kind) for kind in ("booster", "campaign", "lesson", "review", "session", "sunday")]
    turn(database, TELEGRAM, Linked(learner="rosa"), now=later(5))
    turn(database, address, Owed(due=REMINDER), conversation=asked, now=later(6))
    assert waiting(database)[0][1] == address
    for due in others:
        turn(database, address, Owed(due=due), conversation=asked, now=later(7))
        settled(database, REMINDER)
        assert waiting(database) == [(due, TELEGRAM, SENDER)]
        settled(database, due)
    turn(database, address, Owed(due=REMINDER), conversation=asked, now=later(8))
    turn(database, TELEGRAM, now=later(9))
    assert waiting(database)[0][1] == address, "she wrote elsewhere, but the question stands here"
    turn(database, TELEGRAM, ThreadMoved(state="blocked"), Owed(due=others[2]), now=later(10))
    assert {each[1] for each in waiting(database)} == {address}


def settled(database: Database, due: Due) -> None:
    with database.writing() as conn:
        dues.drop(conn, due)


def test_she_is_not_interrupted_while_a_message_of_hers_waits(database: Database) -> None:
    address = join(database)
    turn(database, address, Owed(due=REMINDER))
    turn(database, TELEGRAM, Linked(learner="rosa"), now=later(5))
    keep(database, inbound(1))  # on her other thread
    assert waiting(database) == []
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE inbox SET state = 'answered'")
    assert len(waiting(database)) == 1


def test_two_on_one_phone_come_one_after_the_other(database: Database) -> None:
    join(database, 1, "rosa")
    address = join(database, 1, "juan")
    first, second = REMINDER, replace(REMINDER, learner="juan", at=later(61))
    turn(database, address, Owed(due=first), Owed(due=second))
    assert [due for due, _, _ in waiting(database, 70)] == [first]
    assert turn(database, address, due=first)
    assert [due for due, _, _ in waiting(database, 70)] == [second]


def test_those_without_an_open_thread_are_passed_over_and_in_the_end_dropped(database: Database) -> None:
    stopped = join(database, 1, "rosa")
    turn(database, stopped, Owed(due=REMINDER), ThreadMoved(state="stopped"))
    other = join(database, 2, "juan")
    his = replace(REMINDER, learner="juan")
    turn(database, other, Owed(due=his))
    assert [due for due, _, _ in waiting(database, 70, limit=1)] == [his]
    with database.writing() as conn:
        assert dues.drop_unreachable(conn, later(59)) == 0
        assert dues.drop_unreachable(conn, later(60)) == 1
    assert counts(database)["dues"] == 1


def test_owing_twice_moves_it_and_dropping_takes_it_away(database: Database) -> None:
    join(database)
    moved = replace(REMINDER, at=later(5))
    with database.writing() as conn:
        dues.owe(conn, [])
        dues.owe(conn, [REMINDER])
        dues.owe(conn, [moved])
    assert [due for due, _, _ in waiting(database)] == [moved]
    with database.writing() as conn:
        dues.drop(conn, moved)
    assert counts(database)["dues"] == 0


def test_the_next_due_is_told_to_a_clock_that_is_moved_by_hand(database: Database) -> None:
    with database.reading() as conn:
        assert dues.next_at(conn, later(0)) is None
    address = join(database)
    turn(database, address, Owed(due=REMINDER), Owed(due=replace(REMINDER, subject="q2", at=later(9))))
    with database.reading() as conn:
        assert dues.next_at(conn, later(0)) == later(9)
        assert dues.next_at(conn, later(9)) != later(9), "what is due already would hold up a clock for ever"
    turn(database, address, Owed(due=replace(REMINDER, subject="q2", at=later(9) + dues.HELD)))
    with database.reading() as conn:
        assert dues.next_at(conn, REMINDER.at) is None, "what a paused campaign holds back falls due on no day"


def test_what_is_due_is_found_by_the_index_on_its_time(sqlite: Database) -> None:
    found = plan(sqlite, dues._WAITING, now=NOW, limit=10)
    assert "SEARCH dues USING INDEX ix_dues_at (at<?)" in found
    assert "SCAN dues" not in found
