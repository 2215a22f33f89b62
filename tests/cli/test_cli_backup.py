"""Back up, run on, restore, start: nothing that waited is said again before a person says so (BI100)."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from cli import watching
from cli.watching import Watch
from messaging.tallying import Tally
from store import recovery, ticks
from store.database import Database
from store.errors import StoreError
from tests.bad_inputs.town import settings_for
from tests.cli.test_cli_run import command, free_port, greeting, heard, running, write
from tests.fakes import telegram_api, twilio_api
from tests.store import rows as r


def test_backup_and_restore_as_an_operator_does_them(tmp_path: Path) -> None:
    command("chat", "--database", folder=tmp_path, given="VIVERO\nSI\nRosa\n")
    made = command("backup", "copy.db", folder=tmp_path)
    again = command("backup", "copy.db", folder=tmp_path)
    command("learners", "erase", "+51900000001", folder=tmp_path, given="ERASE\n")
    unsure = command("restore", "copy.db", folder=tmp_path)
    done = command("restore", "copy.db", "--yes", folder=tmp_path)

    assert made.returncode == 0, made.stderr
    assert (again.returncode, unsure.returncode) == (1, 1)
    assert "--force" in again.stderr
    assert done.returncode == 0, done.stderr
    assert "Rosa" in command("learners", "list", folder=tmp_path).stdout
    assert list((tmp_path / "var").glob("chasqui.db.before-*"))
    assert "In recovery since" in command("recover", folder=tmp_path).stdout
    released = command("recover", "--release", "--yes", folder=tmp_path)
    assert "Recovery has ended" in released.stdout
    assert "nothing is held back" in command("recover", folder=tmp_path).stdout


def test_the_key_goes_with_the_copy_and_comes_back(tmp_path: Path) -> None:
    command("chat", "--database", folder=tmp_path, given="VIVERO\n")
    key = tmp_path / "var" / "secret.key"
    key.parent.mkdir(exist_ok=True)
    key.write_text("the key of then")
    command("backup", "copy.db", folder=tmp_path)
    key.write_text("another")

    done = command("restore", "copy.db", "--yes", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert key.read_text() == "the key of then"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "copy.db.key").stat().st_mode & 0o777 == 0o600
    assert [each.read_text() for each in key.parent.glob("secret.key.before-*")] == ["another"]


def test_the_issuers_keys_and_the_evidence_go_with_the_copy_and_come_back(tmp_path: Path) -> None:
    command("chat", "--database", folder=tmp_path, given="VIVERO\n")
    command("credentials", "keys", folder=tmp_path)
    keys, evidence = tmp_path / "var" / "keys", tmp_path / "var" / "evidence"
    evidence.mkdir()
    (evidence / "ab12.jpg").write_bytes(b"a photo")
    before = {each.name: each.read_bytes() for each in keys.iterdir()}
    command("backup", "copy.db", folder=tmp_path)
    shutil.rmtree(keys)
    (evidence / "ab12.jpg").write_bytes(b"what is there is not written over")

    done = command("restore", "copy.db", "--yes", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert before
    assert {each.name: each.read_bytes() for each in keys.iterdir()} == before
    assert {each.stat().st_mode & 0o777 for each in keys.iterdir()} == {0o600}
    assert (evidence / "ab12.jpg").read_bytes() == b"what is there is not written over"
    assert (tmp_path / "copy.db.evidence" / "ab12.jpg").read_bytes() == b"a photo"


def test_on_postgresql_it_says_how_it_is_done_there(tmp_path: Path) -> None:
    for verb in ("backup", "restore"):
        done = command(verb, "x", folder=tmp_path, CHASQUI_DATABASE_URL="postgresql://ana:canary@127.0.0.1:1/x")
        assert done.returncode == 1
        assert "pg_dump" in done.stderr
        assert "recover --begin" in done.stderr
        assert "canary" not in done.stderr


async def test_a_database_that_is_served_is_backed_up_and_not_replaced(tmp_path: Path) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session, running(tmp_path, port) as process:
        await greeting(process)
        await write(session, port, "VIVERO")
        await heard(session, port, "Responda SI o NO")
        made = await asyncio.to_thread(command, "backup", "copy.db", folder=tmp_path)
        refused = await asyncio.to_thread(command, "restore", "copy.db", "--yes", folder=tmp_path)
        await write(session, port, "SI")
        await heard(session, port, "se llama usted")
    assert made.returncode == 0, made.stderr
    assert refused.returncode == 1
    assert str(process.pid) in refused.stderr


async def test_back_up_run_on_restore_and_start_says_nothing_again(tmp_path: Path) -> None:
    async with twilio_api.FakeTwilio() as twilio, telegram_api.TelegramApi() as telegram:
        place = settings_for(twilio, telegram)
        settings = {
            "CHASQUI_TWILIO_ACCOUNT_SID": place.twilio_account_sid,
            "CHASQUI_TWILIO_AUTH_TOKEN": place.twilio_auth_token[0],
            "CHASQUI_TWILIO_FROM": place.twilio_from,
            "CHASQUI_TWILIO_API_URL": twilio.url,
        }
        path = tmp_path / "var" / "chasqui.db"
        path.parent.mkdir()
        database = Database.open(f"sqlite:///{path}")
        database.migrate()
        r.join(database)
        sender = f"twilio:{place.twilio_from}"
        with database.writing() as conn:
            conn.exec_driver_sql(f"UPDATE threads SET sender = '{sender}'")
        for text in ("La primera.", "La segunda."):
            r.turn(database, r.phone(1), r.said(text))
        with database.writing() as conn:
            conn.exec_driver_sql(f"UPDATE outbox SET sender = '{sender}'")
        database.close()
        assert (await asyncio.to_thread(command, "backup", "copy.db", folder=tmp_path)).returncode == 0

        async with running(tmp_path, free_port(), **settings) as process:
            await greeting(process)
            async with asyncio.timeout(60):
                while len(twilio.posts) < 2:
                    await asyncio.sleep(0.01)
        await asyncio.to_thread(command, "restore", "copy.db", "--yes", folder=tmp_path)
        async with aiohttp.ClientSession() as session, running(tmp_path, port := free_port(), **settings) as process:
            await greeting(process)
            await write(session, port, "VIVERO")  # what is new is answered
            await heard(session, port, "Responda SI o NO")
            assert len(twilio.posts) == 2
            shown = await asyncio.to_thread(command, "recover", "--release", "--yes", folder=tmp_path, **settings)
        assert "2 of the held messages had been sent" in shown.stdout, shown.stdout + shown.stderr
        assert "0 messages go on their way" in shown.stdout
        async with running(tmp_path, free_port(), **settings) as process:
            await greeting(process)
            assert process.returncode is None
        assert len(twilio.posts) == 2


# --- a database that went back in time by other ways ---


def watch_of(database: Database) -> Watch:
    return Watch(database=database, tally=Tally())


async def test_an_older_file_put_in_place_by_hand_is_noticed(sqlite: Database, tmp_path: Path) -> None:
    assert sqlite.path
    witness = tmp_path / "witness"
    with sqlite.writing() as conn:
        ticks.tick(conn, ["dues"], "a:1", r.NOW)
    with closing(sqlite3.connect(sqlite.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(sqlite.path, tmp_path / "older.db")
    watch = watch_of(sqlite)
    watch.ran.add("dues")
    await watching.write(watch, witness)
    sqlite.close()

    older = Database.open(f"sqlite:///{tmp_path / 'older.db'}")
    watching.start(watch_of(older), {"dues"}, witness)
    with older.reading() as conn:
        found = recovery.state(conn)
    older.close()

    assert found is not None
    assert found.known_until == r.NOW


def test_a_new_database_is_no_journey_in_time(sqlite: Database, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    watching.start(watch_of(sqlite), {"dues"}, witness)
    watching.start(watch_of(sqlite), {"dues"}, witness)
    fresh = Database.open(f"sqlite:///{tmp_path / 'fresh.db'}")
    fresh.migrate()
    watching.start(watch_of(fresh), {"dues"}, witness)
    for each in (sqlite, fresh):
        with each.reading() as conn:
            assert recovery.state(conn) is None
    fresh.close()


@pytest.mark.parametrize("skew", [7.0, -3600.0])
def test_a_machine_whose_clock_is_wrong_does_not_serve(
    database: Database, tmp_path: Path, skew: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_read_clock", lambda: setattr(database, "skew", skew))

    with pytest.raises(StoreError, match=f"{abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'}"):
        watching.start(watch_of(database), {"dues"}, tmp_path / "witness")
