"""Tell officers once how their notices went, in waking hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.catalogue import Catalogue
from bot.delivering.hours import next_waking, zone_of
from bot.messages import Content
from bot.record import Policy
from store import noticing
from store.database import Database
from store.noticing import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What telling needs."""

    database: Database
    catalogue: Callable[[], Catalogue]
    policy: Policy
    clock: Callable[[], datetime]


async def tally_round(teller: Teller) -> int:
    """Tell the officers whose notices have come to their end. Returns how many; for an interval job of a minute.
    Raises Unavailable where the database is away."""
    now = teller.clock()
    found = await teller.database.look(lambda: _found(teller, now))
    told = [await teller.database.run(partial(_tell, teller, each, now)) for each in found]
    return sum(told)


def worded(catalogue: Catalogue, tally: Tally) -> str:
    """What the officer hears."""
    values = {"words": tally.campaign.name, "sent": tally.sent}
    if tally.stopped:
        return catalogue.wording.say(tally.language, "notice.stopped", **values)
    more = {"delivered": tally.delivered, "failed": tally.failed, "out": tally.out}
    return catalogue.wording.say(tally.language, "notice.tally", **values, **more)


def _found(teller: Teller, now: datetime) -> list[Tally]:
    with teller.database.reading() as conn:
        return noticing.tallies(conn, now)


def _tell(teller: Teller, tally: Tally, now: datetime) -> bool:
    policy = teller.policy
    zone = zone_of(tally.campaign.schedule.zone, policy.country)
    content = Content(text=worded(teller.catalogue(), tally), language=tally.language)
    at = next_waking(now, zone, policy.waking, policy.resting, policy.country)
    with teller.database.writing() as conn:
        return noticing.tell(conn, tally, content, at, now)
