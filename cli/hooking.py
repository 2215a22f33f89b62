"""Wire the telling of other programs: the jobs that gather, send and tidy what webhooks are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cli.main import VERSION
from cli.wiring import House
from messaging.hooking import Teller, tell_round, tidy

EVERY = 3.0
"""Seconds between two looks; where nobody is subscribed, a look is two small queries."""


def teller_of(house: House) -> Teller:
    """What telling needs of the house."""
    return Teller(
        database=house.database,
        clock=house.clock,
        secret=house.desk.secret,
        private=house.settings.hooks_private,
        agent=f"Chasqui/{VERSION}",
    )


def jobs(house: House) -> dict[str, tuple[float, Callable[[], Awaitable[object]]]]:
    """The jobs, by name, with the seconds between two runs."""
    teller = teller_of(house)

    async def tell_other_programs() -> None:
        await tell_round(teller)

    async def drop_what_was_told() -> None:
        await tidy(teller)

    return {"webhooks": (EVERY, tell_other_programs), "api": (3600, drop_what_was_told)}
