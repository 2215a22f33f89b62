"""Erasing: afterwards no table holds a name, a number or an id of hers, and the results still count."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.conversation import Conversation, Prompt, Question
from bot.messages import Address, Receipt, Status
from bot.people import QuizResult
from bot.turn import (
    Answered,
    Consented,
    Due,
    Effect,
    Erased,
    HelpAsked,
    LessonDone,
    Linked,
    Owed,
    QuizDone,
    QuizMoved,
)
from store import erasure, inbox, outbox, people
from store.database import Database
from store.outbox import Settled
from store.schema import metadata
from tests.store.rows import (
    NOW,
    SECRET,
    SENDER,
    attempt,
    claim,
    counts,
    inbound,
    join,
    keep,
    load,
    phone,
    rows,
    said,
    settle,
    turn,
)

TELEGRAM = Address(scheme="telegram", identity="7001")


def live(database: Database, number: int = 1, id: str = "rosa", name: str = "Rosa Quispe") -> Address:
    """A learner with a row in every table that can hold her."""
    address = join(database, number, id, name=name, community=f"Ayllu {name}", guardian=f"Mama {name}")
    keep(database, inbound(number, f"SM-{id}", f"soy {name}", name=name, phone=phone(number).identity))
    with database.reading() as conn:
        row = next(each.id for each in inbox.waiting(conn, NOW, 99) if each.inbound.address == address)
    quiz = attempt(f"a-{id}", learner=id, enrolment=f"e-{id}")
    told: tuple[Effect, ...] = (
        Linked(learner=id, address=f"telegram:{7000 + number}"),
        Consented(
            learner=id, granted=True, text=f"{name}, ¿sí?", language="es", method="reply", guardian=f"Mama {name}"
        ),
        LessonDone(enrolment=f"e-{id}", lesson="l1"),
        QuizMoved(attempt=quiz),
        QuizDone(
            attempt=quiz.id, enrolment=f"e-{id}", unit=quiz.unit, result=QuizResult(right=1, of=2, passed=False, at=NOW)
        ),
        QuizMoved(attempt=attempt(f"b-{id}", learner=id, enrolment=f"e-{id}")),
        Answered(
            learner=id,
            course="c",
            unit="u",
            lesson="l1",
            item="i",
            digest="d",
            purpose="lesson",
            reply=f"soy {name}",
            right=True,
        ),
        Owed(due=Due(learner=id, kind="reminder", subject="q", at=NOW)),
        HelpAsked(learner=id, text=f"{name} pide ayuda"),
        said(f"Hola, {name}", learner=id),
        said(f"A todos: {name} aprendió"),
    )
    assert turn(database, address, *told, inbox_id=row)
    turn(database, Address(scheme="telegram", identity=str(7000 + number)), said(f"Hola, {name}"))
    sent = claim(database)
    settle(
        database,
        *(
            Settled(id=o.id, claim=o.claim, status=Status.SENT, provider_id=f"P-{o.id}", error=str(o.address))
            for o in sent
        ),
    )
    with database.writing() as conn:
        for each in sent:
            word = Receipt(sender=SENDER, provider_id=f"P-{each.id}", status=Status.DELIVERED, at=NOW)
            outbox.receive_receipt(conn, [word], NOW)
    return address


def everything(database: Database) -> str:
    """Every column of every row of every table."""
    with database.reading() as conn:
        return "\n".join(
            f"{name} {tuple(row)}" for name, table in metadata.tables.items() for row in conn.execute(select(table))
        )


def erase(database: Database, *ids: str) -> None:
    with database.writing() as conn:
        erasure.erase(conn, ids, NOW, SECRET)


def test_the_test_would_notice(database: Database) -> None:
    live(database)
    for trace in ("Quispe", "900000001", "rosa", "7001"):
        assert trace in everything(database)


def test_nothing_of_her_is_left_and_what_she_did_still_counts(database: Database) -> None:
    address = live(database)
    before = counts(database)
    assert turn(database, address, Erased(learners=("rosa",)), said("Borrado.", kind="farewell", learner="rosa"))
    (bye,) = claim(database)
    assert (bye.address, bye.learner, bye.content.text) == (address, "", "Borrado.")
    settle(database, Settled(id=bye.id, claim="t1", status=Status.SENT, provider_id="P-bye"))
    left = everything(database)
    for trace in ("Quispe", "Rosa", "00000001", "7001", "'rosa'", '"rosa"'):
        assert trace not in left
    kept = ("enrolments", "lessons_done", "attempts", "quiz_results", "answers", "consents", "inbox", "receipts")
    after = counts(database)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    gone = ("learners", "thread_learners", "threads", "dues", "help_requests", "outbox")
    assert {after[name] for name in gone} == {0}
    ((course, hers),) = rows(database, "SELECT course, pseudonym FROM enrolments")
    assert rows(database, "SELECT DISTINCT pseudonym, learner FROM answers") == [(hers, None)]
    assert course == "coffee-nursery"
    assert len(hers) == 16
    assert rows(database, "SELECT DISTINCT method, learner FROM consents") == [("reply", None)]


def test_a_repeat_of_an_erased_message_is_still_a_repeat(database: Database) -> None:
    live(database)
    erase(database, "rosa")
    assert keep(database, inbound(1, "SM-rosa", "other words")) == [False]
    assert "sid body mismatch" not in everything(database)


def test_two_people_have_two_pseudonyms(database: Database) -> None:
    live(database, 1, "rosa", "Rosa Quispe")
    live(database, 2, "juan", "Juan Mamani")
    erase(database, "rosa", "juan")
    assert len(rows(database, "SELECT DISTINCT pseudonym FROM enrolments")) == 2


def test_others_on_a_shared_phone_keep_what_is_theirs(database: Database) -> None:
    live(database, 1, "rosa", "Rosa Quispe")
    address = live(database, 1, "juan", "Juan Mamani")
    keep(database, inbound(1, "SM-waits", "sigo"))
    erase(database, "rosa")
    left = everything(database)
    assert "Quispe" not in left
    assert "'rosa'" not in left
    conversation, version, record = load(database, address)[address]
    assert [each.id for each in record.learners] == ["juan"]
    assert [each.id for each in record.enrolments] == ["e-juan"]
    assert conversation.counter == 0
    assert version == 5  # a turn decided on the old dialogue comes too late
    with database.reading() as conn:
        assert [each.inbound.text for each in inbox.waiting(conn, NOW, 9)] == ["sigo"]
        assert people.dump(conn, "juan")["profile"]["name"] == "Juan Mamani"
        assert erasure.suppressed_among(conn, [address], SECRET) == set()


def test_the_question_that_is_open_for_another_stays_as_it_was_served(database: Database) -> None:
    live(database, 1, "rosa", "Rosa Quispe")
    address = live(database, 1, "juan", "Juan Mamani")
    hers, his = (Question(token=id, number=7, learner=id, options=("b", "a"), order=(1, 0)) for id in ("rosa", "juan"))
    asked = Prompt(kind="erase_second", token="0c", data={"who": "rosa"})
    talk = Conversation(learner="rosa", question=hers, earlier=(his,), prompt=asked, counter=7)
    assert turn(database, address, said("Hola", learner="juan"), conversation=talk)
    erase(database, "rosa")
    assert "'rosa'" not in everything(database)
    assert load(database, address)[address][0] == Conversation(earlier=(his,), counter=7)


def test_a_number_may_not_be_imported_again_until_she_comes_back_herself(database: Database) -> None:
    address = live(database)
    bare, simulated = phone(1), Address(scheme="simulator", identity=f"sms:{phone(1).identity}")
    erase(database, "rosa")
    with database.reading() as conn:
        found = erasure.suppressed_among(conn, [bare, TELEGRAM, phone(2)], SECRET)
        assert erasure.suppressed_among(conn, [simulated], SECRET) == {simulated}  # by the number, on any channel
        assert erasure.suppressed_among(conn, [bare], b"another key") == set()
        assert erasure.suppressed_among(conn, [], SECRET) == set()
    assert found == {bare, TELEGRAM}
    join(database, 1, "rosa-again")
    with database.reading() as conn:
        assert erasure.suppressed_among(conn, [address, TELEGRAM], SECRET) == {TELEGRAM}


def test_a_turn_decided_before_the_erasing_writes_nothing(database: Database) -> None:
    from bot.turn import Turn
    from store import turns
    from tests.store.rows import write

    address = live(database)
    version = load(database, address)[address][1]
    erase(database, "rosa")
    late = Turn(conversation=Conversation(learner="rosa"), effects=(said("Rosa"),))
    assert write(database, [turns.Answering(address=address, sender=SENDER, version=version, turn=late)]) == set()
    assert counts(database)["threads"] == 0
    assert counts(database)["outbox"] == 0


def test_without_a_key_nothing_is_erased(database: Database) -> None:
    live(database)
    with pytest.raises(ValueError, match="secret key"), database.writing() as conn:
        erasure.erase(conn, ["rosa"], NOW, b"")
    assert counts(database)["learners"] == 1


def test_her_data_are_hers_to_read_before(database: Database) -> None:
    from bot.messages import Content
    from bot.turn import Say

    address = live(database)
    turn(database, address, Say(content=Content(text="Aquí."), attach_data_of="rosa"), Erased(learners=("rosa",)))
    (told,) = claim(database)
    (file,) = told.content.media
    data = json.loads(file.data)
    assert (file.kind, file.name) == ("document", "chasqui.json")
    assert data["profile"]["name"] == "Rosa Quispe"
    assert data["addresses"] == [str(phone(1)), str(TELEGRAM)] or data["addresses"] == [str(TELEGRAM), str(phone(1))]
    assert [each["reply"] for each in data["answers"]] == ["soy Rosa Quispe"]
    assert [each["text"] for each in data["messages_in"]] == ["soy Rosa Quispe"]
    assert [each["text"] for each in data["messages_out"]] == ["Hola, Rosa Quispe"]
    assert data["enrolments"][0]["lessons_done"] == [{"lesson": "l1", "at": NOW.isoformat()}]
    assert data["enrolments"][0]["quizzes"][0]["of"] == 2
    assert {"attempts", "consents", "reminders", "help_requests"} <= set(data)
