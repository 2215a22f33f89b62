"""Measure every contender in turn, round after round, each time in a fresh process over a fresh database."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.inbound import webhook
from bench.inbound.contenders import CONTENDERS, FLOOR, Contender
from bench.loading import Load, load, write_requests
from bench.serving import HOST, NotServing, Server, free_port, serving

CONNECTIONS = 64
# How many messages are prepared for each second of load: more than any contender that keeps state can take, since a
# repeat would be a message already answered, and cheaper.
_MOST = 12_000
_WARM = 1.0  # seconds
_DRAIN = 60  # seconds in which what was kept has to be answered
# She answers, goes on, answers again: an answer, the next card, and wrong answers as often as people give them.
REPLIES = ("B", "SIGUE", "A", "B", "SIGUE", "C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one contender did in one round. Rates are a second, times in milliseconds, `cpu` in µs an answer."""

    rate: float  # messages answered a second, from the first request to the last answer
    requests: float  # requests answered with 200 a second
    p50: float
    p99: float
    cpu: float | None
    drain: float  # seconds after the last request until everything was answered
    memory: float | None  # MiB at the end


class Broken(Exception):
    """A contender did not do its work, so it has no figure; the message says what was wrong."""


Said = Callable[[str], None]


def measure(
    folder: Path, *, rounds: int, seconds: float, learners: int, by: str, only: Sequence[str], say: Said
) -> dict[str, Any]:
    """Every round of every contender, as `{"rounds": {name: […]}, "skipped": {name: why}}`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    say(f"preparing {round(seconds * _MOST):,} signed messages of {learners:,} learners")
    warm, full = folder / "warm.requests", folder / "load.requests"
    people = webhook.numbers(learners)
    write_requests(warm, webhook.requests(round(_WARM * _MOST), people, REPLIES[:1], seed=1))
    prepared = write_requests(full, webhook.requests(round(seconds * _MOST), people, REPLIES, seed=2))
    skipped: dict[str, str] = {}
    found: dict[str, list[dict[str, Any]]] = {}
    for number in range(1, rounds + 1):
        for one in _wanted(only):
            if one.name in skipped:
                continue
            try:
                done = _one(one, folder, warm, full, prepared, seconds=seconds, learners=learners, by=by)
            except (Broken, NotServing, RuntimeError) as wrong:
                skipped[one.name] = str(wrong)
                say(f"  round {number}  {one.name:<20} {wrong}")
                continue
            found.setdefault(one.name, []).append(asdict(done))
            say(f"  round {number}  {one.name:<20} {done.rate:8,.0f} /s   p99 {done.p99:7.1f} ms")
    shutil.rmtree(folder, ignore_errors=True)
    return {"rounds": found, "skipped": skipped, "says": {each.name: each.says for each in CONTENDERS}}


def _wanted(only: Sequence[str]) -> Iterator[Contender]:
    return (each for each in CONTENDERS if not only or each.name == FLOOR or each.name in only)


def _one(
    one: Contender, folder: Path, warm: Path, full: Path, prepared: int, *, seconds: float, learners: int, by: str
) -> Round:
    why = one.why_not()
    if why:
        raise Broken(why)
    own = folder / one.name
    own.mkdir()
    try:
        one.prepare(own, learners)
        port = free_port()
        more = dict(one.settings(own, learners))
        with serving(one.command(port, own, learners), port, own / "log", more=more) as server:
            _refuses_what_is_forged(port)
            load(warm, port, seconds=_WARM, connections=CONNECTIONS, by=by)
            _drained(one, own)
            before, cpu = _kept(one, own), server.cpu()
            done = load(full, port, seconds=seconds, connections=CONNECTIONS, by=by)
            drain = _drained(one, own)
            return _judged(one, own, server, done, drain, before, cpu, prepared)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _judged(
    one: Contender, own: Path, server: Server, done: Load, drain: float, before: int, cpu: float | None, prepared: int
) -> Round:
    if done.refused or done.broken:
        raise Broken(f"{done.refused} requests refused, {done.broken} connections broken, of {done.requests}")
    answered = done.requests
    if one.kept:
        answered = _kept(one, own) - before
        # Those in flight when the load ended are answered too, without having been counted as requests.
        if not done.requests <= answered <= prepared:
            raise Broken(f"{done.requests} answered with 200, and {answered} replies kept")
    spent = server.cpu()
    return Round(
        rate=answered / (done.seconds + drain),
        requests=done.rate,
        p50=done.p50,
        p99=done.p99,
        cpu=None if spent is None or cpu is None else (spent - cpu) / answered * 1e6,
        drain=drain,
        memory=server.memory(),
    )


def _kept(one: Contender, own: Path) -> int:
    return one.kept(own) if one.kept else 0


def _drained(one: Contender, own: Path) -> float:
    """Wait until nothing waits to be answered; returns the seconds that took."""
    began = time.perf_counter()
    while one.waiting and one.waiting(own):
        if time.perf_counter() - began > _DRAIN:
            raise Broken(f"{one.waiting(own)} messages still wait after {_DRAIN} s")
        time.sleep(0.01)
    return time.perf_counter() - began if one.waiting else 0.0


def _refuses_what_is_forged(port: int) -> None:
    """Whoever takes a wrong signature would be measured without the check."""
    fields = webhook.form("SM" + "f" * 32, webhook.numbers(1)[0], "B")
    with socket.create_connection((HOST, port), timeout=10) as one:
        one.sendall(webhook.request(fields, signed="AAAAAAAAAAAAAAAAAAAAAAAAAAA="))
        said = one.recv(1024)
    if b" 403 " not in said.split(b"\r\n", 1)[0]:
        raise Broken(f"a forged signature was answered by {said[:40]!r}")
