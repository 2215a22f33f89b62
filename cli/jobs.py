"""What the clock does in a process that serves, and how often."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.delivering.hours import zone_of
from bot.talking import understanding
from cli import hooking, issuing, nightly
from cli.wiring import House
from messaging import fetching, sweeping
from messaging.sending import reconcile
from scheduler import campaigns, rhythm, tallying
from store import call_list, dues
from store.backup import daily

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

_CONTENT_SECONDS, _LEASE_SECONDS, _BACKUP_SECONDS = 3, 15, 600
_RHYTHM_SECONDS = 300  # it makes the dues of a whole day
_CAMPAIGN_SECONDS = 1  # so that the first message of a notice leaves within two; where nothing is due, two queries
_TALLY_SECONDS = 60
_SWEEP_SECONDS = 300
_CALLS_SECONDS = 600
_FETCH_SECONDS = 5
_OFTENER, _OFTENEST_SECONDS = 20.0, 0.25  # in a rehearsal, at most
_HOUR_SECONDS = 3600  # what is done once a day or so: a program that is restarted each night must come to it too
_UNBOUNDED = 30.0  # messages a second of a sender whose provider names no limit


def jobs(house: House) -> dict[str, tuple[float, Job]]:
    """Each job by its name: every how many seconds it is done, and what it does."""

    async def look_for_dues() -> None:
        house.inbox_bell.ring()

    async def make_dues_of_the_coming_day() -> None:
        if await rhythm.prepare(house.database, house.desk.policy, house.clock):
            house.inbox_bell.ring()

    async def look_for_lapsed_leases() -> None:
        if await reconcile(house.post, timedelta(seconds=60)):
            house.outbox_bell.ring()

    async def drop_what_nobody_can_hear() -> None:
        before, database = house.clock() - timedelta(days=1), house.database

        def work() -> int:
            with database.writing() as conn:
                return dues.drop_unreachable(conn, before)

        await database.run(work)

    # Made anew each time, for the policy can change.
    async def spread_campaigns() -> None:
        await campaigns.tick(_planner(house))

    async def tell_tallies() -> None:
        if await tallying.tally_round(_teller(house)):
            house.outbox_bell.ring()

    planned: dict[str, tuple[float, Job]] = {
        "fetch": (_FETCH_SECONDS, _fetch(house)),
        "unreachable": (_HOUR_SECONDS, drop_what_nobody_can_hear),
        "cases": (_HOUR_SECONDS, _cases(house)),
        "items": (_HOUR_SECONDS, _items(house)),
        "calls": (_CALLS_SECONDS, _calls(house)),
        "dues": (5, look_for_dues),
        "rhythm": (_RHYTHM_SECONDS, make_dues_of_the_coming_day),
        "campaigns": (_CAMPAIGN_SECONDS, spread_campaigns),
        "tallies": (_TALLY_SECONDS, tell_tallies),
        "sweep": (_SWEEP_SECONDS, _sweep(house)),
        "leases": (_LEASE_SECONDS, look_for_lapsed_leases),
        **hooking.jobs(house),
    }
    # In a rehearsal a day goes by in a minute: what looks at the clock has to look oftener.
    oftener = max(1.0, min(house.database.speed / 60, _OFTENER))
    return {
        **_backups(house),
        "content": (_CONTENT_SECONDS, _content(house)),
        **{name: (max(_OFTENEST_SECONDS, seconds / oftener), job) for name, (seconds, job) in planned.items()},
    }


def _content(house: House) -> Job:
    """Lessons and word lists, where they have changed."""

    def read() -> None:
        house.shelf.look_again()
        understanding.prepare(house.shelf().vocabulary)

    return lambda: asyncio.to_thread(read)


def _cases(house: House) -> Job:
    """What time alone brings to certification cases."""
    cupboard = issuing.cupboard(house)

    async def look_at_cases() -> None:
        now = house.clock()
        await house.database.run(lambda: fetching.sweep(cupboard))
        if await house.database.run(lambda: nightly.look_at_cases(house.database, house.shelf(), now)):
            house.inbox_bell.ring()

    return look_at_cases


def _items(house: House) -> Job:
    """How good the questions are: looked at every hour, worked out once a night."""
    return lambda: nightly.look_at_items(
        house.database, house.shelf(), house.clock(), zone_of("", house.desk.policy.country)
    )


def _fetch(house: House) -> Job:
    """What fetches the photos and recordings of assessors."""
    return partial(fetching.fetch_round, issuing.cupboard(house))


def _calls(house: House) -> Job:
    """Who has fallen silent or failed twice, so that the console need not look for them."""

    async def work_out_whom_to_call() -> None:
        await call_list.work_out(house.database, house.shelf(), house.clock())

    return work_out_whom_to_call


def _sweep(house: House) -> Job:
    """What fetches from providers what they could not deliver to us."""
    sweep = sweeping.Sweep(
        database=house.database,
        channels=house.channels,
        clock=house.clock,
        receive=house.receiver.receive,
        receipt=house.receiver.receipt,
        speed=house.database.speed,
    )
    return partial(sweeping.sweep_round, sweep)


def _backups(house: House) -> dict[str, tuple[float, Job]]:
    """A backup a day of a SQLite file, where a folder is set for them."""
    folder, database = house.settings.backup_dir, house.database
    if not folder or not database.path:
        return {}

    async def back_up_daily() -> None:
        made = await asyncio.to_thread(daily, database, Path(folder), database.now())
        if made:
            log.info("Backed up to %s (%d octets)", made.path, made.octets)

    return {"backup": (_BACKUP_SECONDS, back_up_daily)}


def _teller(house: House) -> tallying.Teller:
    desk = house.desk
    return tallying.Teller(database=house.database, catalogue=desk.catalogue, policy=desk.policy, clock=house.clock)


def _planner(house: House) -> campaigns.Planner:
    """What spreads campaigns, as fast as all senders together can carry them."""
    allowed = (getattr(channel, "allowance", None) for channel in house.channels.values())
    rates = [(each.per_second if each else None) or _UNBOUNDED for each in allowed]
    return campaigns.Planner(
        database=house.database,
        clock=house.clock,
        capacity=sum(rates) or _UNBOUNDED,
        usual_hour=house.desk.policy.usual_hour,
        country=house.desk.policy.country,
        catalogue=house.shelf,
        owed=house.inbox_bell.ring,
    )
