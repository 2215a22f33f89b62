"""How much memory `chasqui run` takes on over a hundred thousand messages (`--long`)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.environment import environment
from bench.inbound import ours, webhook
from bench.inbound.measuring import REPLIES
from bench.loading import once, write_requests
from bench.serving import HOST, free_port, serving

_LEARNERS = 10_000
_PORTION = 10_000  # messages between two looks at the memory
_PORTIONS = 10
_PATIENCE = 300  # seconds for a portion to be answered


def growth(folder: Path, sink_port: int, *, say: Callable[[str], None]) -> dict[str, Any]:
    """MiB after each portion of messages, all answered, replies being sent meanwhile."""
    own = folder / "growth"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    say(f"  {_LEARNERS:,} learners join")
    ours.prepare(own, _LEARNERS)
    port, held = free_port(), []
    command = ["-m", "cli.main", "run", "--host", HOST, "--port", str(port)]
    with serving(command, port, own / "run.log", more=environment(own, sink_port)) as server:
        for number in range(_PORTIONS):
            prepared = own / "portion.requests"
            text = REPLIES[number % len(REPLIES)]
            everybody = webhook.numbers(_LEARNERS)
            write_requests(prepared, webhook.requests(_PORTION, everybody, (text,), seed=2000 + number))
            done = once(prepared, port, connections=16)
            if done.refused or done.broken:
                raise RuntimeError(f"{done.refused} requests refused, {done.broken} connections broken")
            ours.wait_until_answered(own, _PATIENCE)
            held.append(server.memory() or 0.0)
            say(f"  {(number + 1) * _PORTION:8,} messages  {held[-1]:6.0f} MiB")
    return {"messages": _PORTION, "memory": held}


def report(found: dict[str, Any]) -> str:
    """The growth from the first portion, when caches are warm, to the last."""
    held, portion = found["memory"], found["messages"]
    return (
        f"memory after {portion:,} messages {held[0]:.0f} MiB, after {portion * len(held):,} {held[-1]:.0f} MiB: "
        f"{held[-1] - held[0]:+.0f} MiB"
    )
