"""What nobody asked for is judged again when it would leave: her word, her pause, her hours, its campaign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.messages import Address
from bot.turn import Changed, Consented, Joined, Linked, Say, Silenced, ThreadMoved
from store import campaign_tables, closing, tables
from store.database import Database
from store.schema import metadata
from tests.store.rows import NOW, claim, join, learner, phone, rows, said, turn

assert metadata
NIGHT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # half past ten in the evening in Lima


def yes(learner: str = "rosa", purpose: str = "learning", *, granted: bool = True) -> Consented:
    return Consented(learner=learner, granted=granted, text="SI", language="es", method="reply", purpose=purpose)


def plain(**more: Any) -> Say:
    return said("Mañana hay sesión.", learner="rosa", unasked=True, kind="campaign", **more)


def rosa(database: Database, *effects: Any, **more: Any) -> None:
    """Rosa has agreed to learn, and something waits for her that nobody asked for."""
    address = join(database, country="PE")
    turn(database, address, yes(), *effects, plain(**more))


def campaign(database: Database, state: str, *, urgent: bool = False) -> None:
    with database.writing() as conn:
        conn.execute(
            insert(campaign_tables.campaigns),
            {"id": "c1", "state": state, "created_at": NOW, "urgent": urgent},
        )


def outcome(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT state, error FROM outbox ORDER BY id")


def test_who_agreed_and_is_awake_gets_it_and_it_ends_with_her_waking_hours(database: Database) -> None:
    rosa(database)
    [one] = claim(database)
    assert one.valid_for == 11 * 3600, "until 21:00 in Lima"


def test_an_opt_out_is_honoured_for_what_waited_already_on_every_address_of_hers(database: Database) -> None:
    rosa(database)
    other = phone(2)
    with database.writing() as conn:
        conn.execute(insert(tables.thread_learners), {"address": str(other), "learner": "rosa"})
    turn(database, other, plain(), plain())
    turn(database, phone(3), yes(granted=False))  # she says it somewhere else
    assert claim(database) == []
    assert outcome(database) == [("cancelled", "consent")] * 3


def test_a_no_to_notices_stops_notices_only(database: Database) -> None:
    rosa(database, yes(purpose="notices", granted=False), purpose="notices")
    turn(database, phone(1), plain())
    assert [each.id for each in claim(database)] == [2]
    assert outcome(database)[0] == ("cancelled", "consent")


def test_who_never_said_yes_hears_nothing_but_the_invitation(database: Database) -> None:
    join(database)
    turn(database, phone(1), plain(), said("¿Quiere aprender?", learner="rosa", unasked=True, kind="invitation"))
    assert [each.kind for each in claim(database)] == ["invitation"]


def test_a_pause_holds_it_until_its_end_and_what_would_be_stale_by_then_expires(database: Database) -> None:
    until = NOW + timedelta(days=3)
    rosa(database, Changed(learner="rosa", changes={"paused_until": until}))
    turn(database, phone(1), plain(expires_at=NOW + timedelta(days=1)))
    assert claim(database) == []
    assert [state for state, _ in outcome(database)] == ["queued", "expired"]
    assert [each.id for each in claim(database, now=until)] == [1]


def test_what_waited_past_nine_in_the_evening_leaves_in_the_morning(database: Database) -> None:
    rosa(database)
    assert claim(database, now=NIGHT) == []
    morning = datetime(2026, 11, 22, 14, tzinfo=UTC)  # a Sunday: nine o'clock in Lima
    assert claim(database, now=morning - timedelta(seconds=1)) == []
    assert len(claim(database, now=morning)) == 1


def test_a_direct_answer_leaves_at_any_hour_and_without_any_consent(database: Database) -> None:
    join(database)
    turn(database, phone(1), said("Ayuda: …", learner="rosa"))
    assert len(claim(database, now=NIGHT)) == 1


@pytest.mark.parametrize(("state", "then"), [("cancelled", "cancelled"), ("paused", "queued")])
def test_what_a_campaign_has_not_said_yet_stops_with_it_all_at_once(database: Database, state: str, then: str) -> None:
    rosa(database, campaign="c1")
    for _ in range(40):
        turn(database, phone(1), plain(campaign="c1"))
    campaign(database, state)
    assert claim(database, limit=2) == []
    assert {held for held, _ in outcome(database)} == {then}
    if state == "paused":
        assert rows(database, "SELECT COUNT(DISTINCT not_before) FROM outbox") == [(1,)], "some are looked at at once"


def test_a_paused_campaign_that_goes_on_says_what_it_had_held(database: Database) -> None:
    rosa(database, campaign="c1")
    campaign(database, "paused")
    assert claim(database) == []
    with database.writing() as conn:
        conn.execute(update(campaign_tables.campaigns).values(state="running"))
    assert len(claim(database, now=NOW + timedelta(minutes=2))) == 1


def test_a_safety_notice_does_not_wait_for_the_morning(database: Database) -> None:
    rosa(database, campaign="c1")
    campaign(database, "running", urgent=True)
    assert len(claim(database, now=NIGHT)) == 1


def test_a_safety_notice_reaches_who_pauses_and_nobody_who_stopped(database: Database) -> None:
    rosa(database, Changed(learner="rosa", changes={"paused_until": NOW + timedelta(days=3)}), campaign="c1")
    campaign(database, "running", urgent=True)
    assert len(claim(database)) == 1
    turn(database, phone(1), yes(granted=False), plain(campaign="c1"))
    assert claim(database) == []


@pytest.mark.parametrize("word", ["needed", "refused"])
def test_nothing_queued_leaves_for_a_child_until_a_guardian_agrees(database: Database, word: str) -> None:
    rosa(database, Changed(learner="rosa", changes={"guardian": word}), campaign="c1")
    campaign(database, "running", urgent=True)
    turn(database, phone(1), said("¿Su tutor acepta?", learner="rosa"))
    assert [each.content.text for each in claim(database)] == ["¿Su tutor acepta?"]
    assert outcome(database)[0] == ("cancelled", "guardian")


def test_what_is_for_somebody_who_was_erased_does_not_leave(database: Database) -> None:
    turn(database, phone(1), plain())
    assert claim(database) == []
    assert outcome(database) == [("cancelled", "erased")]


def test_nothing_that_nobody_asked_for_leaves_for_a_closed_thread_whatever_its_kind(database: Database) -> None:
    rosa(database)
    turn(database, phone(1), said("x", learner="rosa", unasked=True, kind="reply"))
    turn(database, phone(1), ThreadMoved(state="stopped"))
    assert claim(database) == []
    assert outcome(database) == [("cancelled", "closed")] * 2


def test_thousands_that_have_opted_out_are_passed_over_in_one_claim(sqlite: Database) -> None:
    with sqlite.writing() as conn:
        conn.execute(
            insert(tables.outbox),
            [
                {
                    "sender": "a", "address": str(phone(number)), "learner": f"l{number}", "unasked": True,
                    "content": '{"text":"x"}', "not_before": NOW, "created_at": NOW,
                }
                for number in range(5000)
            ],
        )  # fmt: skip
    rosa(sqlite)
    assert [each.learner for each in claim(sqlite, limit=32)] == ["rosa"]


@pytest.mark.parametrize("how", ["provider", "herself"])
def test_what_a_blocked_chat_was_to_tell_goes_by_sms_and_its_question_does_not(database: Database, how: str) -> None:
    sms, chat = join(database, country="PE"), Address(scheme="telegram", identity="7")
    turn(database, sms, yes())
    told, asked = plain(), said("¿A o B?", learner="rosa", unasked=True, kind="question")
    turn(database, chat, Linked(learner="rosa"), told, asked, said("para todos", unasked=True, kind="campaign"))
    if how == "herself":
        turn(database, chat, ThreadMoved(state="blocked"), Silenced())
    else:
        with database.writing() as conn:
            closing.close(conn, {str(chat): "blocked"}, NOW)
    assert rows(database, "SELECT address, state FROM outbox ORDER BY id") == [
        (str(sms), "queued"),
        (str(chat), "cancelled"),
        (str(chat), "cancelled"),
    ]
    [one] = claim(database)
    assert (str(one.address), one.content.text) == (str(sms), "Mañana hay sesión.")


def test_who_has_nothing_but_the_blocked_chat_is_told_nothing(database: Database) -> None:
    chat = Address(scheme="telegram", identity="7")
    turn(database, chat, Joined(learner=learner("rosa", country="PE")), yes(), plain())
    with database.writing() as conn:
        closing.close(conn, {str(chat): "blocked"}, NOW)
    assert outcome(database) == [("cancelled", "")]
