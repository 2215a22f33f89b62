"""Short ways to make what the store keeps, for its tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from bot.conversation import Conversation
from bot.messages import Address, Content, Heard, Inbound, Outbound
from bot.people import SELF, Attempt, Enrolment, Learner
from bot.record import Policy
from bot.turn import Due, Effect, Enrolled, Joined, Say, Turn
from store import inbox, outbox, records, turns
from store.database import Database
from store.packed import Packed
from store.schema import metadata

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
SENDER = "twilio:+15005550006"
SECRET = b"a secret of the tests"
MINUTE = timedelta(minutes=1)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def phone(number: int) -> Address:
    return Address(scheme="tel", identity=f"+519{number:08d}")


def inbound(number: int = 1, id: str = "SM1", text: str = "hola", **more: Any) -> Inbound:
    given = {"sender": SENDER, "address": phone(number), "kind": Heard.TEXT, "received_at": NOW, **more}
    return Inbound(provider_id=id, text=text, **given)


def learner(id: str = "rosa", **more: Any) -> Learner:
    return Learner(id=id, created_at=NOW, **more)


def enrolment(id: str = "e-rosa", learner: str = "rosa", **more: Any) -> Enrolment:
    return Enrolment(id=id, learner=learner, course="coffee-nursery", enrolled_at=NOW, **more)


def attempt(id: str = "a1", **more: Any) -> Attempt:
    given = {"learner": "rosa", "enrolment": "e-rosa", "course": "coffee-nursery", "unit": "coffee-nursery.seed"}
    return Attempt(id=id, items=("q1", "q2"), started_at=NOW, **{**given, **more})


def said(text: str = "Buenos días.", **more: Any) -> Say:
    return Say(content=Content(text=text), **more)


def keep(database: Database, *heard: Inbound, now: datetime = NOW) -> list[bool]:
    with database.writing() as conn:
        return inbox.keep(conn, heard, now)


def load(database: Database, *addresses: Address, **more: Any) -> dict[Address, records.Loaded]:
    with database.reading() as conn:
        return records.load(conn, SELF, dict.fromkeys(addresses, SENDER), Policy(), **more)


def turn(
    database: Database,
    address: Address,
    *effects: Effect,
    conversation: Conversation | None = None,
    inbox_id: int | None = None,
    due: Due | None = None,
    now: datetime = NOW,
) -> bool:
    """Load the thread and write one turn on it; whether it won."""
    version = load(database, address)[address][1]
    one = turns.Answering(
        address=address,
        sender=SENDER,
        version=version,
        turn=Turn(conversation=conversation or Conversation(), effects=effects),
        inbox_id=inbox_id,
        due=due,
    )
    return write(database, [one], now=now) == {0}


def write(database: Database, batch: Sequence[turns.Answering], now: datetime = NOW) -> set[int]:
    with database.writing() as conn:
        return turns.write(conn, now, batch, secret=SECRET)


def join(database: Database, number: int = 1, id: str = "rosa", **more: Any) -> Address:
    """A learner on a thread, in a course."""
    address = phone(number)
    assert turn(database, address, Joined(learner=learner(id, **more)), Enrolled(enrolment=enrolment(f"e-{id}", id)))
    return address


def claim(database: Database, token: str = "t1", now: datetime = NOW, limit: int = 50, **more: Any) -> list[Outbound]:
    with database.writing() as conn:
        return outbox.claim(conn, now, token, limit, more.pop("lease", MINUTE), more.pop("senders", None))


def settle(database: Database, *results: outbox.Settled, now: datetime = NOW) -> None:
    with database.writing() as conn:
        outbox.settle(conn, now, results)


def rows(database: Database, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.reading() as conn:
        return [tuple(row) for row in conn.execute(text(query), values)]


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as conn:
        return {
            name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def plan(database: Database, statement: Any, **values: Any) -> str:
    """How SQLite would run a statement, or a question whose rows come as one value."""
    statement = statement.plain if isinstance(statement, Packed) else statement
    with database.writing() as conn:
        compiled = statement.compile(dialect=conn.dialect)
        bound = compiled.construct_params(values)
        processed = {name: compiled._bind_processors.get(name, lambda held: held)(held) for name, held in bound.items()}
        order = compiled.positiontup or ()
        found = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(processed[name] for name in order))
        return "\n".join(row[3] for row in found)
