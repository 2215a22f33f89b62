"""Turn campaigns into dues: plan their occurrences two days ahead, see to what was missed, and end what is over."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.planning import dropped
from bot.people import OPERATOR
from scheduler.recurring import is_over, slots
from scheduler.spreading import Planner, spread_round
from store import campaigns, counters, giving_back, progressing, spreading, teaching
from store.database import Connection

__all__ = ["ACTOR", "Planner", "plan", "plan_round", "spread_round", "tick"]

ACTOR = "clock"
_PLAN_AGAIN = timedelta(minutes=10)
_END_AGAIN = timedelta(seconds=30)


async def tick(planner: Planner) -> int:
    """One look at all campaigns: give back the money of what never left, plan, then spread. Returns how many dues were
    made. For an interval job of a second: where nothing is due it costs three small queries. Raises Unavailable where
    the database is away."""
    if await planner.database.look(lambda: planner.reads(giving_back.waits)):
        await planner.database.run(lambda: planner.writes(giving_back.give_back))
    await plan_round(planner)
    return await spread_round(planner)


async def plan_round(planner: Planner) -> int:
    """Plan the occurrences of every running campaign that is to be looked at. Returns how many are new."""
    database = planner.database
    due = await database.look(lambda: planner.reads(lambda conn: spreading.to_plan(conn, planner.clock())))
    if not due:
        return 0
    await _teach(planner)
    planned = 0
    for campaign in due:
        planned += await database.run(partial(_plan_one, planner, campaign))
    return planned


def plan(planner: Planner, conn: Connection, campaign: Campaign) -> int:
    """Plan one campaign: new occurrences, what was missed by its policy, and its end. Returns how many are new."""
    now = planner.clock()
    cohort = spreading.cohort(conn, campaign.schedule.cohort) if campaign.kind is Kind.DRIP else None
    since = spreading.floor(conn, campaign)
    found = slots(campaign, cohort, floor=since, now=now, usual_hour=planner.usual_hour)
    planned = spreading.plan(conn, campaign, found, now)
    waiting = spreading.unbegun(conn, campaign.id)
    for index in dropped([slot.at or now for slot in waiting], campaign.catchup, now):
        if spreading.skip(conn, campaign.id, waiting[index], "nobody kept the clock when it was due", now):
            counters.add(conn, {"occurrences skipped": 1}, now)
    last = spreading.remains(conn, campaign.id)
    ending = bool(last) and is_over(campaign, cohort, date.fromisoformat(last))
    if ending and progressing.is_quiet(conn, campaign):
        campaigns.move(conn, OPERATOR, campaign.id, State.FINISHED, actor=ACTOR, now=now)
    else:
        spreading.look_again(conn, campaign, now + (_END_AGAIN if ending else _PLAN_AGAIN))
    return planned


def _plan_one(planner: Planner, campaign: Campaign) -> int:
    return planner.writes(lambda conn: plan(planner, conn, campaign))


async def _teach(planner: Planner) -> None:
    if planner.catalogue is None:
        return
    catalogue = planner.catalogue()
    if not await planner.database.look(lambda: planner.reads(lambda conn: teaching.is_kept(conn, catalogue))):
        await planner.database.run(lambda: planner.writes(lambda conn: teaching.keep(conn, catalogue)))
