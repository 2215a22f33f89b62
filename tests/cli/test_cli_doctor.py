"""`chasqui doctor` says of each thing whether it is well, and what to do where it is not."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.turn import Due
from cli import doctoring, doctoring_senders
from cli.finding import Finding
from cli.settings import Settings
from store import counters, dues, inbox, recovery, ticks
from store.database import Database
from store.tables import thread_learners, threads
from tests.bad_inputs.town import settings_for
from tests.cli.test_cli_run import command
from tests.fakes import telegram_api, twilio_api
from tests.store import rows as r
from tests.store.planned import people

WHERE = Settings()


def of(database: Database) -> list[Finding]:
    return doctoring._look_into(database, 1.0)


def level(findings: list[Finding], what: str) -> str:
    return next(each.level for each in findings if each.what == what)


def test_a_new_house_is_well_but_for_what_somebody_should_look_at(database: Database) -> None:
    findings = of(database)

    assert level(findings, "database") == "ok"
    assert level(findings, "jobs") == "look"
    assert {each.what for each in findings if each.level == "MEND"} <= {"durability"}  # a test's server may not sync


def test_a_server_that_does_not_sync_is_to_be_mended() -> None:
    (finding,) = doctoring._durable({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "remote_apply"})

    assert "fsync = on" in finding.cure
    assert "full_page_writes" not in finding.said
    assert doctoring._durable({"fsync": "on", "synchronous_commit": "local"}) == doctoring._durable({}) == []


def test_what_is_wrong_in_the_tables_is_said_with_its_cure(database: Database) -> None:
    r.join(database)
    r.keep(database, r.inbound(1, "SM1"), now=database.now() - timedelta(hours=1))
    with database.writing() as conn:
        (waits,) = inbox.waiting(conn, database.now(), 10)
        for _ in range(5):
            inbox.spoil(conn, waits.id, database.now(), "ValueError")
        ticks.tick(conn, ["dues"], "a:1", database.now() - timedelta(hours=1))
        recovery.hold(conn, database.now(), database.now(), "a test")
    findings = of(database)

    assert level(findings, "spoiled") == "MEND"
    assert level(findings, "recovery") == "MEND"
    assert "dues" in next(each.said for each in findings if each.what == "jobs")
    assert all(each.cure for each in findings if each.level != "ok")


def test_what_full_weeks_left_out_is_said_in_one_line_for_a_week(database: Database) -> None:
    def full() -> list[str]:
        return [each.said for each in of(database) if each.what == "full weeks"]

    def count(days: int, **counts: int) -> None:
        at = database.now() - timedelta(days=days)
        with database.writing() as conn:
            counters.add(conn, {f"{kind} left out: full week": n for kind, n in counts.items()}, at)

    count(7, review=5)
    assert full() == []
    count(6, review=2)
    count(0, review=1, sunday=4)
    assert full() == ["left out in the last 7 days: review 3, sunday 4"]


def test_who_waits_for_a_sender_that_is_not_set_is_counted(database: Database) -> None:
    def told(**settings: str) -> list[tuple[str, str]]:
        missing = doctoring_senders.missing(Settings(**settings))  # type: ignore[arg-type]
        found = doctoring._look_into(database, 1.0, missing)
        return [(each.said, each.cure) for each in found if each.what == "no sender"]

    assert told() == []
    ana, luz = people(database, 2)
    with database.writing() as conn:
        soon, later = database.now() + timedelta(minutes=50), database.now() + timedelta(days=3)
        dues.owe(conn, [Due(learner=ana, kind="invitation", subject="import", at=soon)])
        dues.owe(conn, [Due(learner=luz, kind="invitation", subject="import", at=later)])

    ((said, cure),) = told()
    assert said.startswith("phones for which messages wait")
    assert said.endswith(": 1")
    assert "CHASQUI_TWILIO_ACCOUNT_SID" in cure
    assert len(told(telegram_token="110201543:x")) == 1
    with database.writing() as conn:
        conn.execute(insert(threads), {"address": "telegram:7", "sender": "", "updated_at": database.now()})
        conn.execute(insert(thread_learners), {"address": "telegram:7", "learner": ana})
    assert [said.split(" for ")[0] for said, _ in told()] == ["phones", "Telegram chats"]
    assert told(telegram_token="110201543:x") == []
    assert told(http_url="http://127.0.0.1:9/send", http_profile="kannel") == []


def test_an_older_schema_is_to_be_migrated(sqlite: Database) -> None:
    with sqlite.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    (finding,) = of(sqlite)
    assert finding.level == "MEND"
    assert "chasqui migrate" in finding.cure


async def test_both_providers_are_asked_and_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with twilio_api.FakeTwilio() as twilio, telegram_api.TelegramApi() as telegram:
        settings = settings_for(twilio, telegram, telegram_username="somebody_else")
        findings = await doctoring_senders.examine(replace(settings, public_url="http://127.0.0.1:9"))
        assert twilio.posts == []
        assert telegram.called("sendMessage") == []

    assert level(findings, "Telegram") == "ok"
    assert level(findings, "Telegram name") == "MEND"
    assert level(findings, "Twilio") == "ok"
    assert level(findings, "public address") == "MEND"


async def test_a_token_that_is_refused_is_to_be_mended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with twilio_api.FakeTwilio() as twilio, telegram_api.TelegramApi() as telegram:
        twilio.faults += [twilio_api.Fault(status=401, code=20003)] * 3
        telegram.fail("getMe", telegram_api.error(401, "Unauthorized"))
        findings = await doctoring_senders.examine(settings_for(twilio, telegram, public_url=""))

    assert level(findings, "Telegram") == "MEND"
    assert "BotFather" in next(each.cure for each in findings if each.what == "Telegram")
    assert level(findings, "Twilio") == "MEND"
    assert telegram_api.TOKEN not in str(findings)


def test_a_key_that_others_may_read_is_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text("00")
    (tmp_path / "var" / "secret.key").chmod(0o644)

    done: subprocess.CompletedProcess[str] = command("doctor", "--json", folder=tmp_path)

    assert done.returncode == 1, done.stderr
    found = {each["what"]: each for each in json.loads(done.stdout)}
    assert found["var/secret.key"]["level"] == "MEND"
    assert found["var/secret.key"]["cure"] == "chmod 600 var/secret.key"


def test_a_database_that_is_away_is_one_line_and_not_a_traceback(tmp_path: Path) -> None:
    done = command("doctor", folder=tmp_path, CHASQUI_DATABASE_URL="postgresql://ana:canary@127.0.0.1:1/x")

    assert done.returncode == 1
    assert "MEND  database" in done.stdout
    assert "canary" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
