"""Follow what administrators set in the console: every process looks every few seconds, and goes by it from then on."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.cooperating.rules import ruled
from bot.record import Policy
from cli.wiring import House, policy_of
from store import settings as kept_settings
from store.errors import StoreError

log = logging.getLogger(__name__)

_SECONDS = 3.0


async def look(house: House) -> bool:
    """Read what is set, and let everything go by it; whether anything is different now. Raises StoreError."""
    base, database = policy_of(house.settings), house.database

    def read() -> Policy:
        with database.reading() as conn:
            return ruled(base, kept_settings.kept(conn))

    policy = await database.look(read)
    if policy == house.desk.policy:
        return False
    # In the writer's thread: where one process serves, no turn is being decided meanwhile.
    await database.run(lambda: govern(house, policy))
    return True


def govern(house: House, policy: Policy) -> None:
    """From now on this holds."""
    house.desk.policy = house.post.policy = policy
    if house.desk.memory is not None:
        house.desk.memory.clear()


async def follow_until(stop: asyncio.Event, house: House) -> None:
    """Look again and again; a database that is away is asked again."""
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _SECONDS)
            return
        try:
            if await look(house):
                log.info("The settings have changed, and hold from now on")
        except StoreError as error:
            log.warning("The settings cannot be read: %s", error)
