"""A copy that is made while the database serves, and what a restored one does not say again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.delivering.campaigns import State
from bot.messages import Receipt, Sent, Status
from bot.people import OPERATOR
from store import campaigns, dues, erasure, inbox, recovery
from store.backup import back_up, daily, look_through, restore
from store.columns import micros
from store.database import Database
from store.errors import StoreError
from store.lock import hold
from store.outbox import Settled
from store.receipts import receive_receipt
from store.tables import outbox
from tests.store import rows as r
from tests.store.planned import make, people


def queue(database: Database, number: int = 1, text: str = "Riegue por la mañana.") -> None:
    address = r.join(database, number, f"learner{number}")
    assert r.turn(database, address, r.said(text))


def test_a_copy_is_whole_private_and_carries_the_mark(sqlite: Database, tmp_path: Path) -> None:
    queue(sqlite)

    made = back_up(sqlite, tmp_path / "copy.db")

    assert made.held == 1
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert look_through(made.path)
    assert [each.name for each in tmp_path.glob("copy*")] == ["copy.db"]
    copy = Database.open(f"sqlite:///{made.path}")
    with copy.reading() as conn:
        assert recovery.is_on(conn)
    assert r.claim(copy) == []
    copy.close()
    assert len(r.claim(sqlite)) == 1  # the original goes on as if nothing had been


def test_nothing_is_written_over_without_being_told(sqlite: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("somebody's letter")

    with pytest.raises(StoreError, match="--force"):
        back_up(sqlite, target)
    assert target.read_text() == "somebody's letter"
    back_up(sqlite, target, force=True)
    look_through(target)


def test_the_database_itself_is_not_written_over(sqlite: Database) -> None:
    assert sqlite.path
    with pytest.raises(StoreError, match="itself"):
        back_up(sqlite, sqlite.path, force=True)


def test_a_copy_made_under_writing_is_one_state_and_holds_up_nobody(sqlite: Database, tmp_path: Path) -> None:
    stop, written = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            written[0] += 1
            r.keep(sqlite, r.inbound(1, f"SM{written[0]}"), r.inbound(2, f"SN{written[0]}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [back_up(sqlite, tmp_path / f"copy{number}.db").path for number in range(5)]
    finally:
        stop.set()
        writer.join()

    for path in copies:
        with sqlite3.connect(path) as connection:
            pairs = dict(connection.execute("SELECT address, count(*) FROM inbox GROUP BY address").fetchall())
        connection.close()
        assert len(set(pairs.values())) <= 1  # both of a transaction, or neither
    assert written[0] > 5


def test_what_is_no_database_of_ours_is_refused(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Querida Rosa, " * 1000)
    sqlite3.connect(tmp_path / "other.db").close()
    damaged = back_up(sqlite, tmp_path / "damaged.db").path
    octets = bytearray(damaged.read_bytes())
    octets[8192:40960] = b"\xff" * (40960 - 8192)
    damaged.write_bytes(octets)

    for name in ("letter.db", "other.db", "damaged.db", "absent.db"):
        with pytest.raises(StoreError):
            restore(tmp_path / name, tmp_path / "new.db", r.NOW)
    assert not (tmp_path / "new.db").exists()


def test_a_schema_that_is_newer_is_refused(sqlite: Database, tmp_path: Path) -> None:
    copy = back_up(sqlite, tmp_path / "copy.db").path
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreError, match="9999"):
        look_through(copy)


def test_a_database_that_is_served_is_not_replaced(sqlite: Database, tmp_path: Path) -> None:
    copy = back_up(sqlite, tmp_path / "copy.db").path
    assert sqlite.path
    served = hold(sqlite.path)
    try:
        with pytest.raises(StoreError, match="already served"):
            restore(copy, sqlite.path, r.NOW)
    finally:
        served.release()


def test_the_old_database_is_kept_aside(tmp_path: Path, sqlite: Database) -> None:
    copy = back_up(sqlite, tmp_path / "copy.db").path
    queue(sqlite)
    assert sqlite.path
    sqlite.close()

    aside = restore(copy, sqlite.path, r.NOW)

    assert aside
    old = Database.open(f"sqlite:///{aside}")
    assert len(r.claim(old)) == 1
    old.close()


def test_one_backup_a_day_is_made_and_a_week_of_them_kept(sqlite: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = [daily(sqlite, folder, r.NOW + timedelta(hours=12 * half)) for half in range(20)]

    kept = sorted(path.name for path in folder.iterdir())
    assert len([each for each in made if each]) == len({(r.NOW + timedelta(hours=12 * n)).date() for n in range(20)})
    assert len(kept) == 7
    assert kept[-1] == f"chasqui-{r.NOW + timedelta(hours=12 * 19):%Y-%m-%d}.db"


# --- recovery, on both kinds of database ---


def enter(database: Database) -> None:
    with database.writing() as conn:
        recovery.hold(conn, r.later(60), r.NOW, "a test")


def test_what_waited_is_held_and_what_is_new_goes_at_once(database: Database) -> None:
    queue(database)
    r.keep(database, r.inbound(3, "SM3"))
    enter(database)
    queue(database, 2, "A la pregunta de hoy.")
    r.keep(database, r.inbound(4, "SM4"))

    assert [each.content.text for each in r.claim(database, now=r.later(61))] == ["A la pregunta de hoy."]
    with database.reading() as conn:
        assert [each.inbound.provider_id for each in inbox.waiting(conn, r.later(61), 10)] == ["SM4"]
        assert recovery.held(conn) == recovery.Held(messages={r.SENDER: 1}, heard=1, dues=0)


def test_new_messages_have_ids_that_no_late_receipt_names(database: Database) -> None:
    queue(database)
    (old,) = r.rows(database, "SELECT max(id) FROM outbox")
    enter(database)
    queue(database, 2)

    (new,) = r.claim(database, now=r.later(61))
    assert new.id > old[0] + 900_000


def test_a_receipt_of_a_held_message_proves_that_it_was_sent(database: Database) -> None:
    queue(database)
    enter(database)
    with database.reading() as conn:
        (waits,) = recovery.messages(conn)
    with database.writing() as conn:
        told = Receipt(sender=r.SENDER, provider_id="SM9", status=Status.DELIVERED, outbound=waits.id, at=r.later(61))
        receive_receipt(conn, [told], r.later(61))

    with database.writing() as conn:
        assert recovery.release(conn, r.later(62), drop=False) == 0
    assert r.claim(database, now=r.later(62)) == []
    assert r.rows(database, "SELECT state FROM outbox") == [("delivered",)]


def test_what_the_provider_has_is_not_said_again(database: Database) -> None:
    queue(database)
    queue(database, 2)
    enter(database)
    with database.writing() as conn:
        first, second = recovery.messages(conn)
        assert recovery.adopt(conn, first.id, Sent(provider_id="SM9", segments=1), r.later(61))
        assert not recovery.adopt(conn, second.id, Sent(provider_id="SM9", segments=1), r.later(61))
        assert recovery.release(conn, r.later(62), drop=False) == 1

    assert [each.id for each in r.claim(database, now=r.later(62))] == [second.id]
    with database.reading() as conn:
        assert recovery.state(conn) is None
        assert recovery.epoch(conn) == 1


def test_what_was_on_its_way_is_asked_about_and_not_simply_sent(database: Database) -> None:
    queue(database)
    assert r.claim(database)
    enter(database)
    with database.writing() as conn:
        recovery.release(conn, r.later(62), drop=False)

    assert r.claim(database, now=r.later(62)) == []
    assert r.rows(database, "SELECT state FROM outbox") == [("unknown",)]


def test_dropped_is_dropped_with_what_fell_due_in_between(database: Database) -> None:
    queue(database)
    r.keep(database, r.inbound(3, "SM3"))
    kinds = {"before": -1, "between": 30, "after": 90}
    with database.writing() as conn:
        dues.owe(conn, [r.Due(learner="learner1", kind=k, subject="", at=r.later(m)) for k, m in kinds.items()])
    enter(database)
    with database.writing() as conn:
        assert recovery.held(conn).dues == 1
        assert recovery.release(conn, r.later(62), drop=True) == 1

    assert r.claim(database, now=r.later(100)) == []
    assert r.rows(database, "SELECT kind FROM dues ORDER BY at") == [("before",), ("after",)]
    with database.reading() as conn:
        assert inbox.waiting(conn, r.later(62), 10) == []


def test_a_claim_from_before_settles_nothing(database: Database) -> None:
    queue(database)
    (claimed,) = r.claim(database)
    enter(database)

    r.settle(database, Settled(id=claimed.id, claim="t1", status=Status.QUEUED, retry_at=r.NOW), now=r.later(61))
    assert r.rows(database, "SELECT state FROM outbox") == [("held",)]


def test_a_copy_put_in_place_by_hand_is_in_recovery_too(sqlite: Database, tmp_path: Path) -> None:
    queue(sqlite)
    copy = back_up(sqlite, tmp_path / "copy.db").path
    place = tmp_path / "by-hand.db"
    shutil.copy(copy, place)

    opened = Database.open(f"sqlite:///{place}")
    assert r.claim(opened) == []
    opened.close()


def test_campaigns_pause_and_what_they_had_queued_waits_for_a_person_to_resume_them(database: Database) -> None:
    make(database)
    (person,) = people(database, 1)
    row = {"sender": r.SENDER, "address": "tel:+51900000000", "learner": person, "kind": "campaign", "campaign": "c1"}
    with database.writing() as conn:
        conn.execute(insert(outbox), [{**row, "content": '{"text":"Hola"}', "not_before": r.NOW, "created_at": r.NOW}])
    enter(database)
    with database.writing() as conn:
        found = campaigns.get(conn, OPERATOR, "c1")
        assert found is not None
        assert found.state is State.PAUSED
        assert campaigns.acts(conn, OPERATOR, "c1")[-1].actor == "recovery"
        recovery.release(conn, r.later(62), drop=False)
    assert r.claim(database, now=r.later(60 * 24)) == []

    with database.writing() as conn:
        assert campaigns.move(conn, OPERATOR, "c1", State.RUNNING, actor="luz", now=r.later(63))
    assert r.rows(database, "SELECT state, not_before FROM outbox") == [("queued", micros(r.NOW))]


def test_who_is_erased_while_her_message_is_held_leaves_nothing_to_answer(database: Database) -> None:
    address = r.join(database)
    r.keep(database, r.inbound(1, "SM1"), r.inbound(2, "SM2"))
    enter(database)
    with database.writing() as conn:
        erasure.erase(conn, ["rosa"], r.later(61), r.SECRET)
        recovery.release(conn, r.later(62), drop=False)
    with database.reading() as conn:
        (waits,) = inbox.waiting(conn, r.later(63), 10)
    assert waits.inbound.address != address


def test_ids_leap_also_where_nothing_was_ever_said(database: Database) -> None:
    enter(database)
    queue(database)

    (first,) = r.claim(database, now=r.later(61))
    assert first.id > 900_000
