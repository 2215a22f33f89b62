"""A batch of turns: the first wins, losers leave nothing, and every fact finds its table."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation import Conversation, Question
from bot.messages import Address
from bot.people import QuizResult
from bot.turn import (
    Answered,
    Changed,
    Consented,
    Due,
    Enrolled,
    Erased,
    Forgiven,
    HelpAsked,
    Joined,
    LessonDone,
    Linked,
    Owed,
    QuizDone,
    QuizMoved,
    Silenced,
    ThreadMoved,
    Turn,
    Unlinked,
)
from store import inbox, turns
from store.database import Database
from store.errors import StoreError
from tests.changing import replace
from tests.store.rows import (
    NOW,
    SENDER,
    attempt,
    claim,
    counts,
    enrolment,
    inbound,
    join,
    keep,
    later,
    learner,
    load,
    phone,
    rows,
    said,
    turn,
    write,
)

ANSWERED = Answered(
    learner="rosa",
    course="coffee-nursery",
    unit="coffee-nursery.seed",
    lesson="coffee-nursery.seed.mother-trees",
    item="coffee-nursery.seed.mother-trees.q1",
    digest="0123456789ab",
    purpose="lesson",
    reply="b\0",
    choice=1,
    right=True,
)
REMINDER = Due(learner="rosa", kind="reminder", subject="q1", at=later(60))


def answering(number: int = 1, version: int = 0, *effects: object, **more: object) -> turns.Answering:
    made = Turn(conversation=Conversation(counter=version + 1), effects=effects)  # type: ignore[arg-type]
    return turns.Answering(address=phone(number), sender=SENDER, version=version, turn=made, **more)  # type: ignore[arg-type]


def test_a_thread_that_nobody_knows_begins_at_version_nought(database: Database) -> None:
    conversation, version, record = load(database, phone(1))[phone(1)]
    assert (conversation, version) == (Conversation(), 0)
    assert (record.state, record.learners, record.sender) == ("open", (), SENDER)


def test_a_conversation_comes_back_as_it_was_one_version_later(database: Database) -> None:
    question = Question(token="t1", number=3, text="¿Qué?", options=("a", "b"), order=(1, 0), key=1, learner="rosa")
    talk = Conversation(language="es", learner="rosa", question=question, heard=((1, 2),), muted=True)
    assert turn(database, phone(1), conversation=talk)
    assert load(database, phone(1))[phone(1)][:2] == (talk, 1)
    assert turn(database, phone(1), conversation=talk.moved(muted=False))
    assert load(database, phone(1))[phone(1)][1] == 2


def test_a_conversation_keeps_its_length_while_it_grows_a_little(database: Database) -> None:
    talk = Conversation(language="es", question=Question(token="t1", number=3, text="¿Qué?" * 100))
    lengths = []
    for more in (talk, talk.moved(muted=True), talk.moved(learner="rosa", heard=((1, 2),))):
        assert turn(database, phone(1), conversation=more)
        assert load(database, phone(1))[phone(1)][0] == more
        ((stored,),) = rows(database, "SELECT conversation FROM threads")
        lengths.append(len(stored.encode()))
    assert len(set(lengths)) == 1


def test_a_conversation_that_cannot_be_read_is_a_fresh_one(database: Database) -> None:
    turn(database, phone(1))
    for stored in ("{", "[]", '{"question": 7, "heard": [[]]}', ""):
        with database.writing() as conn:
            conn.exec_driver_sql(f"UPDATE threads SET conversation = '{stored}'")
        assert load(database, phone(1))[phone(1)][:2] == (Conversation(), 1)


def test_of_two_turns_on_one_version_one_wins_and_the_other_leaves_nothing(database: Database) -> None:
    join(database)
    before = counts(database)
    first = answering(1, 1, said("first"))
    late = answering(
        1, 1, said("late"), ANSWERED, Owed(due=REMINDER), HelpAsked(learner="rosa"), Joined(learner=learner("x"))
    )
    assert write(database, [first, late]) == {0}
    assert write(database, [late]) == set()
    changed = {name: n - before[name] for name, n in counts(database).items() if n != before[name]}
    assert changed == {"outbox": 1}
    assert [each.content.text for each in claim(database)] == ["first"]


def test_the_losers_of_a_batch_hurt_no_winner(database: Database) -> None:
    for number in range(1, 5):
        turn(database, phone(number))
    batch = [answering(number, 1 if number % 2 else 0, said(str(number))) for number in range(1, 6)]
    assert write(database, batch) == {0, 2}  # 5 is not known yet, so version 1 is nobody's
    assert write(database, [answering(6, 0, said("6"))]) == {0}
    assert [each.content.text for each in claim(database)] == ["1", "3", "6"]


async def test_twenty_at_once_on_one_thread_are_one(database: Database) -> None:
    for version in (0, 1):
        turns_won = await asyncio.gather(
            *(database.run(lambda v=version: write(database, [answering(1, v, said("x"))])) for _ in range(20))
        )
        assert sorted(map(len, turns_won)) == [0] * 19 + [1]
    assert counts(database)["outbox"] == 2


def test_an_inbound_is_answered_once_whatever_the_version(database: Database) -> None:
    keep(database, inbound())
    with database.reading() as conn:
        row = inbox.waiting(conn, NOW, 1)[0].id
    assert turn(database, phone(1), said("yes"), inbox_id=row)
    assert not turn(database, phone(1), said("again"), inbox_id=row)  # with the newest version, as a late worker might
    assert rows(database, "SELECT state FROM inbox") == [("answered",)]
    assert counts(database)["outbox"] == 1


def test_a_due_is_answered_once_and_one_that_moved_is_another(database: Database) -> None:
    address = join(database)
    assert turn(database, address, Owed(due=REMINDER))
    moved = replace(REMINDER, at=later(90))
    assert turn(database, address, Owed(due=moved))
    assert not turn(database, address, said("too early"), due=REMINDER)
    assert turn(database, address, said("now"), due=moved)
    assert not turn(database, address, said("twice"), due=moved)
    assert counts(database)["dues"] == 0


def test_a_due_may_owe_itself_again(database: Database) -> None:
    address = join(database)
    turn(database, address, Owed(due=REMINDER))
    again = replace(REMINDER, at=later(120))
    assert turn(database, address, Owed(due=again), due=REMINDER)
    assert counts(database)["dues"] == 1
    assert turn(database, address, due=again)


def test_what_is_forgiven_is_gone_and_what_is_owed_after_stays(database: Database) -> None:
    address = join(database)
    resume = Due(learner="rosa", kind="resume", subject="pause", at=later(5))
    turn(database, address, Owed(due=REMINDER), Owed(due=resume))
    other = replace(REMINDER, subject="q2")
    turn(
        database,
        address,
        Owed(due=other),
        Forgiven(learner="rosa", kind="reminder"),
        Owed(due=replace(other, subject="q3")),
    )
    found = rows(database, "SELECT kind, subject FROM dues ORDER BY kind")
    assert found == [("reminder", "q3"), ("resume", "pause")]


def test_a_learner_joins_changes_and_is_found_again(database: Database) -> None:
    rosa = learner(name="Rosa \0", language="es", asked=("name",), hour=19, birth_year=1980)
    turn(
        database,
        phone(1),
        Joined(learner=rosa),
        Changed(learner="rosa", changes={"name": "Rosa María", "paused_until": later(5)}),
        Changed(learner="rosa", changes={"asked": ("name", "sex")}),
        Consented(learner="rosa", granted=True, text="¿Sí?", language="es", method="reply"),
    )
    record = load(database, phone(1))[phone(1)][2]
    assert record.learners == (replace(rosa, name="Rosa María", paused_until=later(5), asked=("name", "sex")),)
    assert record.consents == {"rosa": True}
    assert record.consent_dates == {"rosa": NOW}
    turn(database, phone(1), Consented(learner="rosa", granted=False, text="STOP", language="es", method="keyword"))
    assert load(database, phone(1))[phone(1)][2].consents == {"rosa": False}
    assert counts(database)["consents"] == 2


def test_a_change_of_a_field_that_nobody_has_is_a_mistake(database: Database) -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        turn(database, phone(1), Joined(learner=learner()), Changed(learner="rosa", changes={"shoe_size": 36}))
    assert counts(database)["learners"] == 0


def test_a_fact_about_nobody_is_refused_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(StoreError):
        turn(database, phone(1), said("x"), replace(ANSWERED, learner="nobody"))
    assert counts(database) == {**counts(database), "outbox": 0, "answers": 0, "threads": 0}


def test_a_linked_number_brings_its_people_before_its_first_word(database: Database) -> None:
    telegram = Address(scheme="telegram", identity="7")
    turn(database, telegram, Joined(learner=learner()), Linked(learner="rosa", address=str(phone(1))))
    assert [each.id for each in load(database, phone(1))[phone(1)][2].learners] == ["rosa"]
    turn(database, phone(1), Linked(learner="rosa"))  # recognised: known already
    turn(database, phone(1), Unlinked())
    assert load(database, phone(1))[phone(1)][2].learners == ()
    assert load(database, telegram)[telegram][2].learners != ()


def test_a_shared_contact_brings_the_people_of_its_number(database: Database) -> None:
    join(database, 1)
    telegram = Address(scheme="telegram", identity="7")
    record = load(database, telegram, elsewhere={telegram: phone(1).identity})[telegram][2]
    assert [each.id for each in record.elsewhere] == ["rosa"]
    assert record.learners == ()


def test_what_is_done_in_a_course_comes_back(database: Database) -> None:
    address = join(database)
    begun = attempt()
    turn(database, address, LessonDone(enrolment="e-rosa", lesson="l1"), QuizMoved(attempt=begun))
    record = load(database, address)[address][2]
    assert record.attempts == (begun,)
    moved = replace(begun, right=(True,))
    turn(database, address, QuizMoved(attempt=moved), LessonDone(enrolment="e-rosa", lesson="l1"), now=later(5))
    assert load(database, address)[address][2].attempts == (moved,)
    passed = QuizResult(right=2, of=2, passed=True, at=later(6))
    failed = QuizResult(right=0, of=2, passed=False, weak=("l1",), at=later(9))
    unit = begun.unit
    turn(
        database,
        address,
        QuizMoved(attempt=replace(begun, right=(True, True))),
        QuizDone(attempt="a1", enrolment="e-rosa", unit=unit, result=passed),
        now=later(6),
    )
    turn(database, address, QuizMoved(attempt=attempt("a2")), now=later(7))
    turn(database, address, QuizDone(attempt="a2", enrolment="e-rosa", unit=unit, result=failed), now=later(9))
    record = load(database, address)[address][2]
    assert record.attempts == ()
    assert record.enrolments == (enrolment(done={"l1": later(5)}, quizzes={unit: failed}, passed={unit: later(6)}),)


def test_one_learner_is_in_a_course_once(database: Database) -> None:
    address = join(database)
    turn(database, address, Enrolled(enrolment=enrolment("e-again")))
    assert [each.id for each in load(database, address)[address][2].enrolments] == ["e-rosa"]


def test_an_answer_is_kept_for_ever(database: Database) -> None:
    address = join(database)
    turn(database, address, ANSWERED, ANSWERED, now=later(1))
    found = rows(database, "SELECT learner, item, reply, choice, tries FROM answers")
    assert found == [("rosa", ANSWERED.item, "b\ufffd", 1, 1)] * 2


def test_help_is_asked_for(database: Database) -> None:
    turn(database, phone(1), HelpAsked(learner="", kind="wrong_number", text="no soy Rosa"))
    found = rows(database, "SELECT learner, address, kind, text, answered_at FROM help_requests")
    assert found == [(None, str(phone(1)), "wrong_number", "no soy Rosa", None)]


def test_what_waits_is_silenced_for_one_or_for_all_and_the_last_word_still_leaves(database: Database) -> None:
    address = join(database)
    turn(database, address, said("hers", learner="rosa"), said("his", learner="juan"), said("both"))
    turn(database, address, Silenced(learner="rosa"), said("after", learner="rosa"))
    assert rows(database, "SELECT state FROM outbox ORDER BY id") == [
        ("cancelled",),
        ("queued",),
        ("queued",),
        ("queued",),
    ]
    turn(database, address, ThreadMoved(state="stopped"), Silenced(), said("you are out", kind="confirmation"))
    assert load(database, address)[address][2].state == "stopped"
    assert [each.content.text for each in claim(database)] == ["you are out"]


def test_a_thread_keeps_its_state_until_it_moves(database: Database) -> None:
    turn(database, phone(1), ThreadMoved(state="stopped"))
    turn(database, phone(1), said("help", kind="reply"))
    assert load(database, phone(1))[phone(1)][2].state == "stopped"
    turn(database, phone(1), ThreadMoved(state="open"))
    assert load(database, phone(1))[phone(1)][2].state == "open"


def test_a_thread_answers_by_the_sender_that_heard_it_last(database: Database) -> None:
    turn(database, phone(1))
    other = replace(answering(1, 1, said("x")), sender="twilio:+15005550007")
    assert write(database, [other]) == {0}
    assert [each.sender for each in claim(database)] == ["twilio:+15005550007"]


def test_erasing_without_a_secret_is_refused(database: Database) -> None:
    address = join(database)
    one = answering(1, 1, Erased(learners=("rosa",)))
    assert str(address) == str(one.address)
    with pytest.raises(ValueError, match="secret"), database.writing() as conn:
        turns.write(conn, NOW, [one])
    assert counts(database)["learners"] == 1


def test_a_batch_costs_a_fixed_number_of_statements(database: Database) -> None:
    from sqlalchemy import event

    statements: list[str] = []
    for engine in (database._writer, database._readers):
        event.listen(engine, "after_cursor_execute", lambda *given: statements.append(given[2]))
    found = []
    for size in (2, 60):
        for number in range(1, size + 1):
            join(database, number, f"learner{size}-{number}")
        statements.clear()
        known = load(database, *(phone(number) for number in range(1, size + 1)))
        batch = [
            answering(
                number,
                known[phone(number)][1],
                said("a"),
                said("b"),
                Owed(due=replace(REMINDER, learner=f"learner{size}-{number}")),
            )
            for number in range(1, size + 1)
        ]
        assert len(write(database, batch)) == size
        found.append(len(statements))
    assert found[0] == found[1] < 25
