"""Make the dues of the coming day, chunk by chunk, so that answering never waits long for the one writer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.record import Policy
from store import rhythm
from store.database import Database


async def prepare(database: Database, policy: Policy, clock: Callable[[], datetime]) -> int:
    """Make whatever Sunday's word, review slots and sessions of the coming day owe; returns how many chunks it took.

    Repeating it makes nothing twice. Raises StoreError and Unavailable.
    """
    chunks = 0
    while await database.run(partial(_make, database, policy, clock)):
        chunks += 1
    return chunks


def _make(database: Database, policy: Policy, clock: Callable[[], datetime]) -> bool:
    with database.writing() as conn:
        return rhythm.make(conn, clock(), policy)
