"""The scheduler says "look again", and a job that fails is asked again."""

from __future__ import annotations

import asyncio
import logging

import pytest

from scheduler.clock import clock, stop


async def test_a_job_that_raises_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0
    enough = asyncio.Event()

    async def stumble() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            enough.set()
        raise RuntimeError("a stone in the road")

    scheduler = clock({"stumble": (0.01, stumble)})
    scheduler.start()
    with caplog.at_level(logging.ERROR):
        await asyncio.wait_for(enough.wait(), 60)
    scheduler.shutdown(wait=False)

    assert "The job stumble failed" in caplog.text
    assert runs >= 2


async def test_a_late_job_runs_once_and_never_beside_itself() -> None:
    async def nothing() -> None:
        return

    scheduler = clock({"look": (5, nothing)})
    scheduler.start(paused=True)
    job = scheduler.get_job("look")
    scheduler.shutdown(wait=False)

    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


async def test_stopped_in_the_turn_in_which_a_job_is_due_it_begins_none_and_says_nothing_of_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun = []

    async def look() -> None:
        begun.append("look")

    scheduler = clock({"look": (5, look)}, at_once=("look",))
    with caplog.at_level(logging.ERROR):
        scheduler.start()
        stop(scheduler)
        while scheduler.running:
            await asyncio.sleep(0)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    assert not caplog.records
    assert not begun
