"""Messages on their way out: who may take them, in which order, and how they end."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.messages import Address, Choice, Content, Media, Outbound, Sent, Status
from bot.turn import Consented, Due, Owed, Say, Silenced, ThreadMoved
from store import doubting, outbox, tables
from store.database import Database
from store.outbox import Settled
from tests.changing import replace
from tests.store.rows import (
    MINUTE,
    NOW,
    SENDER,
    claim,
    counts,
    join,
    later,
    load,
    phone,
    plan,
    rows,
    said,
    settle,
    turn,
)


def texts(found: list[Outbound]) -> list[str]:
    return [each.content.text for each in found]


def states(database: Database) -> list[str]:
    return [row[0] for row in rows(database, "SELECT state FROM outbox ORDER BY id")]


def counted(database: Database) -> dict[str, int]:
    return dict(rows(database, "SELECT name, n FROM counters"))


def lapse(database: Database, minutes: float) -> int:
    with database.writing() as conn:
        return outbox.lapse(conn, later(minutes))


def unknown(database: Database, minutes: float, older_than: timedelta = MINUTE) -> list[Outbound]:
    with database.reading() as conn:
        return outbox.unknown(conn, later(minutes), older_than)


def resolve(database: Database, id: int, found: Sent | None = None, again: bool = False, minutes: float = 9) -> bool:
    with database.writing() as conn:
        return outbox.resolve(conn, id, found, again, later(minutes))


def test_a_message_comes_out_as_it_was_said(database: Database) -> None:
    content = Content(
        text="¿Qué? \0",
        rich="**¿Qué?**",
        choices=(Choice(label="A", text="uno"), Choice(label="B", text="dos")),
        listed=False,
        token="t1",
        media=(Media(kind="photo", path="a.jpg", caption="c"),),
        closes="1:2",
        notice="ok",
        asks_contact=True,
        policy="plain",
        language="es",
    )
    turn(database, phone(1), Say(content=content, kind="question", learner="rosa", expires_at=later(60)))
    assert claim(database, "t1") == [
        Outbound(
            id=1,
            sender=SENDER,
            address=phone(1),
            content=replace(content, text="¿Qué? \ufffd"),
            attempt=1,
            created_at=NOW,
            not_before=NOW,
            expires_at=later(60),
            valid_for=3600,
            kind="question",
            learner="rosa",
            claim="t1",
        )
    ]


def test_what_is_claimed_is_nobody_elses(database: Database) -> None:
    turn(database, phone(1), said("a"))
    assert texts(claim(database, "t1")) == ["a"]
    assert claim(database, "t2") == []


def test_messages_of_one_address_come_together_in_order(database: Database) -> None:
    turn(database, phone(1), said("1"), said("2"))
    turn(database, phone(2), said("3"))
    turn(database, phone(1), said("4"))
    assert texts(claim(database, limit=2)) == ["1", "2"]
    # 4 waits until 1 and 2 are settled: only then is it sure to come after them.
    assert texts(claim(database)) == ["3"]
    settle(database, *(Settled(id=id, claim="t1", status=Status.SENT, provider_id=f"SM{id}") for id in (1, 2)))
    assert texts(claim(database)) == ["4"]


def test_a_retry_holds_back_what_was_said_after_it_on_this_address_only(database: Database) -> None:
    turn(database, phone(1), said("1"))
    turn(database, phone(2), said("2"))
    claim(database, limit=1)
    turn(database, phone(1), said("3"))
    settle(database, Settled(id=1, claim="t1", status=Status.QUEUED, retry_at=later(5), error="429"))
    assert texts(claim(database, now=later(1))) == ["2"]
    again = claim(database, now=later(5))
    assert [(each.content.text, each.attempt) for each in again] == [("1", 2)]
    settle(database, Settled(id=1, claim="t1", status=Status.FAILED, error="no"))
    assert texts(claim(database, now=later(6))) == ["3"]


def test_what_is_planned_for_later_holds_back_nothing(database: Database) -> None:
    turn(database, phone(1), said("tomorrow", not_before=later(600)))
    turn(database, phone(1), said("now"))
    assert texts(claim(database)) == ["now"]
    settle(database, Settled(id=2, claim="t1", status=Status.SENT, provider_id="SM2"))
    assert claim(database, now=later(599)) == []
    assert texts(claim(database, now=later(600))) == ["tomorrow"]


def test_a_claim_may_be_for_some_senders_and_loses_nothing_of_the_others(database: Database) -> None:
    with database.writing() as conn:
        for n in range(30):
            conn.execute(
                insert(tables.outbox),
                {
                    "sender": "ab"[n % 2],
                    "address": str(phone(n)),
                    "content": f'{{"text":"{n}"}}',
                    "not_before": later(n),
                    "created_at": NOW,
                },
            )
    assert texts(claim(database, now=later(60), senders=["b"], limit=3)) == ["1", "3", "5"]
    assert texts(claim(database, now=later(60), limit=4)) == ["0", "2", "4", "6"]
    assert texts(claim(database, now=later(60), limit=4)) == ["7", "8", "9", "10"]
    assert claim(database, now=later(60), senders=[]) == []


def test_what_has_expired_is_not_sent_however_much_of_it_there_is(database: Database) -> None:
    for number in range(12):
        turn(database, phone(number), said("old", expires_at=later(1)))
    turn(database, phone(20), said("new"))
    assert texts(claim(database, now=later(2), limit=5)) == ["new"]
    assert states(database) == ["expired"] * 12 + ["sending"]


@pytest.mark.parametrize("state", ["stopped", "blocked", "wrong_number"])
def test_the_last_look_at_consent_is_at_the_claim(database: Database, state: str) -> None:
    address = join(database)
    turn(database, address, said("lesson", kind="lesson"), said("tip", kind="reminder"), said("coach", kind="person"))
    with database.writing() as conn:
        conn.exec_driver_sql(f"UPDATE threads SET state = '{state}'")
    turn(database, address, said("you are out", kind="confirmation"), said("help", kind="reply"))
    assert texts(claim(database)) == ["you are out", "help"]
    assert states(database) == ["cancelled"] * 3 + ["sending"] * 2


async def test_four_claims_at_once_share_out_the_messages_and_keep_each_addresss_order(database: Database) -> None:
    for number in range(40):
        turn(database, phone(number % 10), said(str(number)))
    taken: list[list[Outbound]] = []

    def work(token: str) -> None:
        found = claim(database, token, limit=7)
        taken.append(found)

    while sum(map(len, taken)) < 40:
        before = len(taken)
        await asyncio.gather(*(database.run(lambda n=n: work(f"t{n}")) for n in range(4)))
        for found in taken[before:]:
            settle(
                database, *(Settled(id=o.id, claim=o.claim, status=Status.SENT, provider_id=f"S{o.id}") for o in found)
            )
    assert sorted(o.id for found in taken for o in found) == list(range(1, 41))
    for number in range(10):
        ids = [o.id for found in taken for o in found if o.address == phone(number)]
        assert ids == sorted(ids)


def test_a_claim_beside_a_claim_that_is_not_committed_takes_no_later_message_of_its_addresses(
    database_url: str,
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer: a second claim begins when the first is committed")
    database = Database.open(database_url)
    turn(database, phone(1), said("1"), said("2"))
    claimed, second = threading.Event(), []
    other = threading.Thread(target=lambda: (claimed.wait(10), second.extend(claim(database, "t2"))))
    other.start()
    with database.writing() as conn:
        first = outbox.claim(conn, NOW, "t1", 1, MINUTE, None)
        claimed.set()
        other.join(timeout=0.3)  # it waits for us
        assert other.is_alive()
    other.join(timeout=10)
    assert (texts(first), second) == (["1"], [])
    database.close()


def test_settling_writes_what_the_provider_said(database: Database) -> None:
    turn(database, phone(1), said("a"))
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1", segments=2), now=later(1))
    found = rows(database, "SELECT state, provider_id, segments, claim, attempt, sent_at IS NOT NULL FROM outbox")
    assert [(*row[:5], bool(row[5])) for row in found] == [("sent", "SM1", 2, "", 1, True)]


def test_a_lease_that_ran_out_is_unknown_and_never_simply_queued(database: Database) -> None:
    turn(database, phone(1), said("a"))
    claim(database)
    assert lapse(database, 0.9) == 0
    assert lapse(database, 1) == 1
    assert claim(database, "t2", now=later(60)) == []
    assert unknown(database, 1.5) == []
    (found,) = unknown(database, 2)
    assert (found.id, found.attempt, found.claim) == (1, 1, "t1")


def test_a_strangers_token_changes_nothing_and_is_kept_as_an_event(database: Database) -> None:
    turn(database, phone(1), said("a"))
    claim(database, "t1")
    lapse(database, 1)
    assert resolve(database, 1, again=True, minutes=2)
    claim(database, "t2", now=later(3))
    settle(database, Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM-late"))
    settle(database, Settled(id=1, claim="", status=Status.FAILED))
    assert rows(database, "SELECT state, claim, provider_id FROM outbox") == [("sending", "t2", None)]
    assert rows(database, "SELECT provider_id, outbound, note FROM receipts") == [("SM-late", 1, "late")]
    assert counted(database)["outbox lease lost"] == 2
    settle(database, Settled(id=1, claim="t2", status=Status.SENT, provider_id="SM2"))
    assert rows(database, "SELECT state, provider_id FROM outbox") == [("sent", "SM2")]


def test_an_answer_that_comes_after_the_lease_is_still_the_outcome(database: Database) -> None:
    turn(database, phone(1), said("a"), said("b"), said("c"), said("d"))
    claim(database)
    lapse(database, 1)
    settle(
        database,
        Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1"),
        Settled(id=2, claim="t1", status=Status.QUEUED, retry_at=NOW, spoke=False),  # nobody else had it meanwhile
        Settled(id=3, claim="t1", status=Status.FAILED, error="rejected"),
        Settled(id=4, claim="t1", status=Status.UNKNOWN, error="timeout"),
    )
    assert states(database) == ["sent", "queued", "failed", "unknown"]
    assert rows(database, "SELECT attempt, claim, lease_until FROM outbox WHERE id = 2") == [(0, "", None)]
    assert not any(each.id == 2 for each in unknown(database, 60))


def test_a_send_of_unknown_end_is_asked_about_from_then_on(database: Database) -> None:
    turn(database, phone(1), said("a"))
    claim(database, lease=10 * MINUTE)
    settle(database, Settled(id=1, claim="t1", status=Status.UNKNOWN, error="timeout"), now=later(1))
    assert unknown(database, 1.9) == []
    assert [each.id for each in unknown(database, 2)] == [1]


def test_an_unknown_message_is_found_said_again_or_given_up(database: Database) -> None:
    for number in (1, 2, 3):
        turn(database, phone(number), said(str(number)))
    claim(database)
    lapse(database, 1)
    assert resolve(database, 1, found=Sent(provider_id="SM1", segments=1, status="delivered"))
    assert resolve(database, 2, again=True)
    assert resolve(database, 3)
    assert states(database) == ["delivered", "queued", "failed"]
    assert not resolve(database, 1, again=True)
    assert not resolve(database, 99)
    assert [bool(row[0]) for row in rows(database, "SELECT possible_duplicate FROM outbox ORDER BY id")] == [
        False,
        True,
        False,
    ]
    assert [each.attempt for each in claim(database, now=later(9))] == [2]


def test_a_found_message_belongs_to_one_row(database: Database) -> None:
    turn(database, phone(1), said("a"), said("a"))
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1"))
    lapse(database, 1)
    assert not resolve(database, 2, found=Sent(provider_id="SM1"))
    assert states(database) == ["sent", "unknown"]


def test_one_provider_id_on_two_rows_is_a_duplicate_and_no_error(database: Database) -> None:
    turn(database, phone(1), said("a"), said("b"), said("c"))
    claim(database)
    settle(database, *(Settled(id=id, claim="t1", status=Status.SENT, provider_id="SM1") for id in (1, 2)))
    settle(database, Settled(id=3, claim="t1", status=Status.SENT, provider_id="SM1"))
    found = rows(database, "SELECT state, provider_id, possible_duplicate FROM outbox ORDER BY id")
    assert [(*row[:2], bool(row[2])) for row in found] == [
        ("sent", "SM1", False),
        ("sent", None, True),
        ("sent", None, True),
    ]
    assert counted(database) == {"duplicates": 2}


def test_a_farewell_leaves_no_row_behind(database: Database) -> None:
    turn(database, phone(1), said("bye", kind="farewell"))
    turn(database, phone(1), Silenced())  # a stop right after does not silence it
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.QUEUED, retry_at=NOW))
    assert counts(database)["outbox"] == 1
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1"))
    assert counts(database)["outbox"] == 0


@pytest.mark.parametrize("end", ["expired", "unknown"])
def test_a_farewell_that_never_left_leaves_no_row_either(database: Database, end: str) -> None:
    turn(database, phone(1), said("bye", kind="farewell", expires_at=later(5)))
    if end == "unknown":
        claim(database)
        lapse(database, 1)
        assert resolve(database, 1)
    else:
        assert claim(database, now=later(6)) == []
    assert counts(database)["outbox"] == 0


def test_the_id_of_a_farewell_never_comes_again(database: Database) -> None:
    turn(database, phone(1), said("bye", kind="farewell"))
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.SENT, provider_id="SM1"))
    turn(database, phone(2), said("hello"))
    assert [each.id for each in claim(database)] == [2]


@pytest.mark.parametrize(("closes", "method"), [("stopped", "carrier"), ("blocked", None), ("wrong_number", None)])
def test_a_refusal_that_closes_the_thread_cancels_the_rest_and_writes_the_ledger(
    database: Database, closes: str, method: str | None
) -> None:
    address = join(database)
    turn(database, address, Consented(learner="rosa", granted=True, text="", language="es", method="reply"))
    turn(
        database,
        address,
        said("1"),
        said("later", not_before=later(60)),
        Owed(due=Due(learner="rosa", kind="reminder", subject="q", at=NOW)),
    )
    claim(database)
    settle(database, Settled(id=1, claim="t1", status=Status.FAILED, error="refused", closes=closes), now=later(1))
    record = load(database, address)[address][2]
    assert record.state == closes
    assert states(database) == ["failed", "cancelled"]
    ledger = rows(database, "SELECT learner, granted, method FROM consents WHERE method <> 'reply'")
    assert [(row[0], bool(row[1]), row[2]) for row in ledger] == ([("rosa", False, method)] if method else [])
    assert record.consents == {"rosa": method is None}
    assert counts(database)["dues"] == (1 if method is None else 0)


def test_a_stop_outlives_a_block(database: Database) -> None:
    address = Address(scheme="telegram", identity="7")
    for number, (before, closes, after) in enumerate(
        [("stopped", "blocked", "stopped"), ("blocked", "stopped", "stopped"), ("blocked", "wrong_number", "blocked")]
    ):
        turn(database, address, ThreadMoved(state="open"), said("1"))
        claim(database)
        turn(database, address, ThreadMoved(state=before))
        settle(database, Settled(id=number + 1, claim="t1", status=Status.FAILED, closes=closes))
        assert load(database, address)[address][2].state == after


def test_nothing_to_settle_is_nothing_to_do(database: Database) -> None:
    settle(database)
    settle(database, Settled(id=7, claim="t1", status=Status.SENT, provider_id="SM7"))
    assert counted(database) == {"outbox lease lost": 1}


def test_the_queue_is_read_by_its_indexes(sqlite: Database) -> None:
    given = {"from": SENDER, "unasked": False, "now": NOW, "limit": 10, "before": NOW, "ids": [1], "doubted": NOW}
    ready = plan(sqlite, outbox._READY, **given)
    assert "SEARCH outbox USING INDEX ix_outbox_waiting (sender=? AND unasked=? AND not_before<?)" in ready
    assert "SEARCH other USING INDEX ix_outbox_address (address=? AND state=?)" in ready
    assert "TEMP B-TREE" not in ready
    assert "ix_outbox_doubtful" in plan(sqlite, doubting._LAPSE, **given)
    assert "ix_outbox_doubtful" in plan(sqlite, doubting._UNKNOWN, **given)
    assert "USING INTEGER PRIMARY KEY" in plan(sqlite, outbox._CLAIM, token="t", until=NOW, **given)
