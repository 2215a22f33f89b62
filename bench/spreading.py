"""`python -m bench.spreading URL PART`: one part of the plan measured in a process of its own, printed as JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import insert, text

from authoring.shelf import Shelf
from bench.crowd import NOW, SENDER
from bench.serving import ROOT
from bot.delivering.campaigns import Campaign, Kind, State, subject
from bot.messages import Capabilities, Outbound, Sent
from bot.people import OPERATOR
from cli import wiring
from cli.settings import Settings
from messaging.answering import answer_round
from messaging.sending import send_round
from scheduler.campaigns import Planner, tick
from scheduler.spreading import CHUNK
from store import campaigns, dues
from store.database import Database
from store.tables import dues as dues_table

_ASKED = 200


def main() -> int:
    """Returns 0."""
    url, part = sys.argv[1:3]
    database = Database.open(url)
    parts = {"spread": _spread, "insert": _insert, "first": _first, "due": _due}
    print(json.dumps(parts[part](database)))
    database.close()
    return 0


def _notice(conn: Any, now: datetime) -> None:
    made = Campaign(
        id="bench", name="Aviso", kind=Kind.NOTICE, state=State.RUNNING, created_at=now, created_by="bench",
        texts=({"es": "Asamblea el domingo a las 9."},),
    )  # fmt: skip
    campaigns.create(conn, OPERATOR, made, "bench", now)


def _spread(database: Database) -> dict[str, Any]:
    """A notice to everybody, as fast as it will go: rows a second, and how far memory grew while it did."""
    planner = Planner(database=database, clock=lambda: NOW, capacity=1e9)
    with database.writing() as conn:
        _notice(conn, NOW)
    before = _peak()
    began = time.perf_counter()
    made = asyncio.run(tick(planner))
    took = time.perf_counter() - began
    return {"rows": made, "seconds": took, "rate": made / took, "mib": _peak(), "grew": _peak() - before}


def _insert(database: Database) -> dict[str, Any]:
    """The same rows by SQLAlchemy Core's insert of many, in transactions of the same size: what there is to beat."""
    about = subject("bench", 1, NOW.date(), "now", 0)
    with database.reading() as conn:
        (count,) = conn.execute(text("SELECT count(*) FROM learners")).one()
    began = time.perf_counter()
    for start in range(0, count, CHUNK):
        rows = [
            {"learner": f"l{number:07d}", "kind": "campaign", "subject": about, "at": NOW}
            for number in range(start, min(start + CHUNK, count))
        ]
        with database.writing() as conn:
            conn.execute(insert(dues_table), rows)
    took = time.perf_counter() - began
    with database.writing() as conn:
        conn.execute(text("DELETE FROM dues"))
    return {"rows": count, "seconds": took, "rate": count / took}


class _Phone:
    """A channel that notes when the first message leaves."""

    name = SENDER
    capabilities = Capabilities()
    left: float = 0.0

    async def send(self, outbound: Outbound) -> Sent:
        self.left = self.left or time.perf_counter()
        return Sent(provider_id=f"SM{outbound.id:032x}", segments=1)

    async def find(self, outbound: Outbound, since: datetime, **_: Any) -> Sent | None:
        return None

    async def close(self) -> None:
        return


def _first(database: Database) -> dict[str, Any]:
    """From the start of a notice until its first message leaves, with everything between."""
    phone = _Phone()
    zero = time.perf_counter()
    house = wiring.build(
        Settings(), database, Shelf(ROOT / "content"), [phone], secret=b"bench",
        clock=lambda: NOW + timedelta(seconds=time.perf_counter() - zero),
    )  # fmt: skip
    planner = Planner(database=database, clock=house.clock, capacity=1000.0, catalogue=house.shelf)
    house.shelf()

    async def go() -> float:
        began = time.perf_counter()
        await database.run(lambda: _started(database, house.clock()))
        ticking = asyncio.create_task(tick(planner))
        while not phone.left and time.perf_counter() - began < 30:
            await database.run(lambda: answer_round(house.desk))
            await send_round(house.post)
            await asyncio.sleep(0.01)
        took = (phone.left or time.perf_counter()) - began
        ticking.cancel()  # the rest is measured by itself
        return took

    return {"seconds": asyncio.run(go())}


def _started(database: Database, now: datetime) -> None:
    with database.writing() as conn:
        _notice(conn, now)


def _due(database: Database) -> dict[str, Any]:
    """Finding what is due, in µs: the median of many looks."""
    took = []
    for _ in range(_ASKED):
        with database.reading() as conn:
            began = time.perf_counter_ns()
            found = dues.waiting(conn, NOW, 128)
            took.append((time.perf_counter_ns() - began) / 1000)
    return {"found": len(found), "us": median(took)}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
