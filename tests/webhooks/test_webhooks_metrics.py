"""What a machine that watches is told: the truth of all machines, fast, and nobody's number in it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from authoring.shelf import Shelf
from bot.messages import Receipt, Status
from cli import watching
from cli.serving import application
from cli.watching import Watch
from messaging.receiving import Receiver
from messaging.tallying import Tally
from store import metrics as store_metrics
from store import recovery, ticks
from store.campaign_tables import spendings
from store.database import Database
from store.errors import Unavailable
from tests.bad_inputs.town import town
from tests.houses import Clock, Phone, build, say
from tests.store import rows as r
from webhooks import health

ALLOWED = {"dues": 60.0, "sending": 90.0}


@pytest.fixture
async def ready(database: Database) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    app.add_routes(health.routes(database, allowed=ALLOWED))
    async with TestClient(TestServer(app)) as client:
        yield client


async def told(client: TestClient[web.Request, web.Application]) -> tuple[int, Any]:
    async with client.get("/health/live") as answer:
        assert answer.status == 200
    async with client.get("/health/ready") as answer:
        return answer.status, await answer.json()


def tick(database: Database, job: str, age: float, node: str = "a:1") -> None:
    with database.writing() as conn:
        ticks.tick(conn, [job], node, database.now() - timedelta(seconds=age))


async def test_it_is_ready_while_somebody_somewhere_does_each_job(
    database: Database, ready: TestClient[web.Request, web.Application]
) -> None:
    assert (await told(ready))[0] == 200  # nobody was asked to run anything yet
    tick(database, "dues", 600, "dead:1")
    tick(database, "dues", 3, "alive:2")
    assert await told(ready) == (200, {"status": "ready"})


async def test_a_clock_that_stopped_turns_it_red_by_name(
    database: Database, ready: TestClient[web.Request, web.Application]
) -> None:
    tick(database, "dues", 61)
    tick(database, "sending", 61)
    tick(database, "of-another-version", 9999)

    status, said = await told(ready)
    assert status == 503
    assert list(said["why"]) == ["dues"]
    assert "at most 60 s" in said["why"]["dues"]


async def test_an_older_schema_turns_it_red(
    database: Database, ready: TestClient[web.Request, web.Application]
) -> None:
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    assert "schema" in (await told(ready))[1]["why"]


async def test_a_clock_that_differs_from_the_databases_turns_it_red(
    database: Database, ready: TestClient[web.Request, web.Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    database.do(lambda: None)
    monkeypatch.setattr(database, "skew", -30.0)

    assert "-30.0 s" in (await told(ready))[1]["why"]["clock"]


async def test_a_database_that_hangs_is_said_within_a_second_and_holds_one_thread(sqlite: Database) -> None:
    over = asyncio.Event()
    asked = 0

    async def look(_: Any) -> Any:
        nonlocal asked
        asked += 1
        await over.wait()
        raise Unavailable("gone")

    sqlite.look = look  # type: ignore[method-assign]
    app = web.Application()
    app.add_routes(health.routes(sqlite))
    async with TestClient(TestServer(app)) as client:
        began = time.monotonic()
        answers = await asyncio.gather(*(told(client) for _ in range(20)))
        assert time.monotonic() - began < 10  # it would wait for ever
        assert {status for status, _ in answers} == {503}
        assert asked == 1
        over.set()


async def test_what_a_watch_writes_is_seen_by_all_and_nothing_is_lost_when_it_cannot(
    database: Database, tmp_path: Path
) -> None:
    watch = Watch(database=database, tally=Tally())
    watch.beating("answering")()
    watch.tally.count("sends", sender="telegram:…11", outcome="sent")
    proper, watch.database = watch.database, Gone()  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        await watching.write(watch, tmp_path / "witness")
    watch.database = proper
    await watching.write(watch, tmp_path / "witness")

    with database.reading() as conn:
        assert set(ticks.freshest(conn)) == {"answering"}
        measured = store_metrics.measure(conn, database.now())
    assert measured.figures.counters["metric:sends outcome=sent sender=telegram:…11"] == 1


class Gone:
    """A database that is away."""

    def now(self) -> Any:
        return r.NOW

    async def run(self, work: Any) -> Any:
        raise Unavailable("away")


async def test_a_job_that_fails_does_not_count_as_having_run(sqlite: Database) -> None:
    watch = Watch(database=sqlite, tally=Tally())

    async def fails() -> None:
        raise ValueError("no")

    async def works() -> None:
        return

    with pytest.raises(ValueError, match="no"):
        await watch.job("fails", fails)()
    await watch.job("works", works)()
    assert watch.ran == {"works"}


async def test_in_recovery_nothing_is_planned_or_fetched_and_the_clock_is_not_missed(database: Database) -> None:
    watch = Watch(database=database, tally=Tally())
    done = []

    async def plans() -> None:
        done.append("planned")

    with database.writing() as conn:
        recovery.hold(conn, r.NOW, r.NOW, "a test")
    await watch.job("campaigns", plans)()
    assert (done, watch.ran) == ([], {"campaigns"})
    with database.writing() as conn:
        recovery.release(conn, r.NOW, drop=True)
    await watch.job("campaigns", plans)()
    assert done == ["planned"]


def test_nodes_that_are_gone_are_forgotten_but_for_the_last_word_of_each_job(database: Database) -> None:
    day = 86_400.0
    tick(database, "dues", 3 * day, "old:1")
    tick(database, "dues", 2 * day, "old:2")
    tick(database, "sending", 3 * day, "old:1")
    tick(database, "sending", 1, "new:1")
    with database.writing() as conn:
        ticks.forget(conn, database.now())

    assert r.rows(database, "SELECT job, node FROM ticks ORDER BY job") == [("dues", "old:2"), ("sending", "new:1")]


# --- the figures ---


async def scraped(place: Any) -> dict[str, float]:
    async with place.client.get(place.url + "/metrics") as answer:
        assert answer.status == 200
        text = await answer.text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


async def test_the_figures_name_nobody_and_say_what_waits(sqlite: Database, shelf: Shelf, tmp_path: Path) -> None:
    async with town(sqlite, shelf) as place:
        await place.talk("VIVERO", "SI", "Rosa", "papagayo canario")
        await place.status("SM" + "0" * 32, "delivered", mid=1)
        watch = Watch(database=sqlite, tally=place.house.tally)
        await watching.write(watch, tmp_path / "witness")
        with sqlite.writing() as conn:
            day = {"campaign": "c", "day": sqlite.now().date().isoformat()}
            conn.execute(insert(spendings), [{**day, "messages": 3, "segments": 4, "micros": 250_000}])
            ticks.tick(conn, ["dues"], "a:1", sqlite.now())
        found = await scraped(place)
        async with place.client.get(place.url + "/metrics") as answer:
            text = await answer.text()

    assert found['chasqui_sends_total{outcome="sent",sender="twilio:…06"}'] >= 4
    assert found["chasqui_answer_lag_seconds_count"] == 4
    assert found['chasqui_answer_lag_seconds_bucket{le="+Inf"}'] == 4
    assert found["chasqui_send_lag_seconds_count"] >= 4
    assert found[f'chasqui_spent_cost{{day="{day["day"]}"}}'] == 0.25
    assert found['chasqui_job_age_seconds{job="dues"}'] < 60
    assert found["chasqui_inbox_waiting"] == 0
    assert found["process_resident_memory_bytes"] > 1e6
    assert any(name.startswith("chasqui_build_info") for name in found)
    assert any(name.startswith("chasqui_receipts_total") for name in found)
    assert not re.search(r"\d{9}|papagayo|Rosa", re.sub(r"[\d.e+-]+$", "", text, flags=re.MULTILINE))


async def test_a_scrape_asks_the_database_at_most_every_few_seconds(
    sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    proper = store_metrics.measure
    monkeypatch.setattr("cli.serving.measure", lambda *given: asked.append(1) or proper(*given))
    async with town(sqlite, shelf) as place:
        await asyncio.gather(*(scraped(place) for _ in range(10)))
    assert len(asked) == 1


async def test_any_node_tells_the_truth_for_all(database: Database, shelf: Shelf, tmp_path: Path) -> None:
    clock, phone = Clock(), Phone()
    working = build(database, shelf, [phone], clock)
    await say(working, "VIVERO", "SI")
    await watching.write(Watch(database=database, tally=working.tally), tmp_path / "one")
    another = build(database, shelf, [phone], clock)
    async with TestClient(TestServer(application(another))) as client, client.get("/metrics") as answer:
        assert 'chasqui_sends_total{outcome="sent",sender="twilio:…06"}' in await answer.text()


async def test_figures_are_for_loopback_or_with_the_token(sqlite: Database, shelf: Shelf) -> None:
    async with town(sqlite, shelf, metrics_token="canary-token") as place:
        for header, status in (
            (None, 403),
            ("Bearer wrong", 403),
            ("Bearer \u00f1\u00fc", 403),
            ("Bearer canary-token", 200),
        ):
            headers = {"Authorization": header} if header else {}
            async with place.client.get(place.url + "/metrics", headers=headers) as answer:
                assert answer.status == status
    proxied = {"X-Forwarded-For": "203.0.113.7"}
    async with town(sqlite, shelf) as place, place.client.get(place.url + "/metrics", headers=proxied) as answer:
        assert answer.status == 403


async def test_what_is_queued_is_told_by_sender_and_asked_for_or_not(database: Database) -> None:
    r.join(database)
    assert r.turn(database, r.phone(1), r.said("hoy"), r.said("aviso", unasked=True))
    with database.writing() as conn:
        recovery.hold(conn, r.NOW, r.NOW, "a test")
        assert store_metrics.measure(conn, r.NOW).backlogs == ()
        recovery.release(conn, r.NOW, drop=False)
        found = store_metrics.measure(conn, r.later(2)).backlogs

    assert sorted((each.unasked, each.queued, each.ready) for each in found) == [(False, 1, 1), (True, 1, 1)]


async def test_receipts_are_counted_by_status(sqlite: Database) -> None:
    tally = Tally()
    receiver = Receiver(sqlite, sqlite.now, lambda: None, tally)
    await receiver.receipt(Receipt(sender=r.SENDER, provider_id="SM1", status=Status.DELIVERED, at=r.NOW))
    assert tally.take() == {"metric:receipts sender=twilio:…06 status=delivered": 1}
    assert tally.take() == {}


async def test_a_lag_is_counted_once_in_its_bucket_and_its_seconds_add_up() -> None:
    tally = Tally()
    for seconds in (0.05, 0.7, 0.7, 5000.0, -1.0):
        tally.lag("answer", seconds)
    assert tally.take() == {
        "metric:answer_lag le=0.1": 2,
        "metric:answer_lag le=1": 2,
        "metric:answer_lag le=inf": 1,
        "metric:answer_lag le=sum": 5001,
    }
    tally.lag("answer", 0.6)
    assert tally.take()["metric:answer_lag le=sum"] == 1  # the rest of the last time was kept
