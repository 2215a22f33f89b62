"""A handful of interval jobs that say "look again"; what is due stands in tables, never in the scheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]


def clock(jobs: Mapping[str, tuple[float, Job]], at_once: Collection[str] = ()) -> Any:
    """A scheduler, not yet started, that runs each named job every so many seconds; those named in `at_once` for the
    first time at its start.

    A job that is late runs once (`coalesce`), is never dropped for being late (`misfire_grace_time=None`), and never
    overlaps with itself. A job that raises is logged and runs again at its next time.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, (seconds, job) in jobs.items():
        soon = {"next_run_time": datetime.now(UTC)} if name in at_once else {}
        scheduler.add_job(_guarded(name, job), "interval", seconds=seconds, id=name, **soon)
    return scheduler


def stop(scheduler: Any) -> None:
    """End a running scheduler: no job begins any more, and one under way is left where it stands.

    It is paused first because APScheduler ends at the loop's next turn: a job that began in that very turn would be
    cancelled before its first step, and told of as an error with a traceback.
    """
    scheduler.pause()
    scheduler.shutdown(wait=False)


def _guarded(name: str, job: Job) -> Job:
    async def run() -> None:
        try:
            await job()
        except asyncio.CancelledError:
            log.info("The job %s was left where it stood: the program ends", name)
        except Exception:
            log.exception("The job %s failed and will run again", name)

    return run
