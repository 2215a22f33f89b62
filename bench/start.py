"""How soon a person sees something: `--help`, the first probe and the first answer after `chasqui run`; and memory."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any

from bench import growth, sink
from bench.environment import environment
from bench.inbound import webhook
from bench.serving import HOST, ROOT, NotServing, Server, free_port, serving
from bench.showing import verdict

_TIMES = 10
_STARTS = 3
_PATIENCE = 20  # seconds


def chasqui(*arguments: str) -> list[str]:
    """The arguments of Python that are `chasqui …`."""
    return ["-m", "cli.main", *arguments]


def start(folder: Path, *, long: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Seconds and MiB, or `{"skipped": why}` where the server does not begin."""
    found: dict[str, Any] = {}
    try:
        found["help"] = _help()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        port = free_port()
        with serving(["-m", "bench.sink", str(port)], port, folder / "sink.log"):
            # The first start makes the database; the others find it.
            began = [_begin(folder, port, number) for number in range(_STARTS + 1)]
            found["first"], rest = began[0], began[1:]
            found |= {name: median(each[name] for each in rest) for name in ("live", "answered", "memory")}
            if long:
                found["growth"] = growth.growth(folder, port, say=say)
    except (NotServing, TimeoutError, RuntimeError) as wrong:
        found["skipped"] = str(wrong) or type(wrong).__name__
    return found


def _help() -> float:
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *chasqui("--help")], cwd=ROOT, capture_output=True, text=True, check=False
        )
        took.append(time.perf_counter() - began)
        if done.returncode:
            raise NotServing(f"chasqui --help ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return median(took)


def _begin(folder: Path, sink_port: int, number: int) -> dict[str, float]:
    """One start: seconds to the first probe and to the first reply at the provider, and MiB after it."""
    port, before = free_port(), sink.taken(sink_port, "twilio")
    began = time.perf_counter()
    command = chasqui("run", "--host", HOST, "--port", str(port))
    with serving(command, port, folder / "run.log", more=environment(folder, sink_port)) as server:
        _until(lambda: _asked(port, "/health/live") == 200, "/health/live")
        live = time.perf_counter() - began
        hello = webhook.form(f"SM{number:032x}", webhook.numbers(number + 1)[number], "HOLA")
        if _posted(port, hello) != 200:
            raise NotServing("a genuine message was not taken")
        _until(lambda: sink.taken(sink_port, "twilio") > before, "the first reply")
        return {"live": live, "answered": time.perf_counter() - began, "memory": _memory(server)}


def _memory(server: Server) -> float:
    return server.memory() or 0.0


def _until(done: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come within {_PATIENCE} s")
        time.sleep(0.005)


def _asked(port: int, path: str) -> int:
    asking = HTTPConnection(HOST, port, timeout=5)
    with contextlib.suppress(OSError, HTTPException), contextlib.closing(asking):
        asking.request("GET", path)
        return asking.getresponse().status
    return 0


def _posted(port: int, fields: dict[str, str]) -> int:
    asking = HTTPConnection(HOST, port, timeout=10)
    with contextlib.closing(asking):
        head, _, body = webhook.request(fields).partition(b"\r\n\r\n")
        pairs = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        asking.request("POST", webhook.PATH, body, dict(pairs))
        return asking.getresponse().status


def report(found: dict[str, Any]) -> str:
    """What was found, against what is to be reached."""
    lines = []
    if "help" in found:
        lines.append(f"chasqui --help: {verdict(found['help'], 0.3, at_most=True)} s")
    if "live" in found:
        lines += [
            f"chasqui run to the first /health/live: {verdict(found['live'], 2.0, at_most=True)} s",
            f"chasqui run to the first reply at the provider: {verdict(found['answered'], 2.0, at_most=True)} s",
            "the very first start, which makes the database: "
            f"{found['first']['live']:.2f} s, with its reply {found['first']['answered']:.2f} s",
            f"memory with both channels: {verdict(found['memory'], 180, at_most=True, form='.0f')} MiB",
        ]
    if "growth" in found:
        lines.append(growth.report(found["growth"]))
    if "skipped" in found:
        lines.append(f"skipped: {found['skipped']}")
    return "\n".join(lines)
