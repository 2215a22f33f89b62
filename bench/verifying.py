"""Verification by web against a bare handler, with few and with 100,000 credentials; and issuing in bulk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from bench.issuing import fill
from bench.loading import generator, load, write_requests
from bench.serving import HOST, ROOT, free_port, serving
from bench.showing import shown, table, verdict
from store.database import Database

FEW, MANY = 1_000, 100_000
_CONNECTIONS = 32
_REQUESTS = 2_000
_PATIENCE = 1_800


def measure(
    folder: Path, *, rounds: int, seconds: float, by: str, say: Callable[[str], None], papers: int = 1_000
) -> dict[str, Any]:
    """The rates of each round: a bare handler, one that looks into SQLite, and ours with few and with many; and what
    issuing `papers` credentials with their PDF took, against the PDF library and the signatures alone."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {size: _filled(folder, size) for size in (FEW, MANY)}
    found: dict[str, Any] = {"rounds": []}
    for number in range(1, rounds + 1):
        one = dict(_round(folder, sizes, seconds, by or generator()))
        found["rounds"].append(one)
        say(f"  round {number}  " + "   ".join(f"{name} {rate:,.0f}/s" for name, rate in one.items()))
    found["issuing"] = _issuing(folder, papers)
    for path in folder.glob("*"):
        if path.is_file():
            path.unlink()
    return found


def _filled(folder: Path, size: int) -> tuple[Path, Path]:
    """A database of so many credentials, and requests for some of them."""
    path, requests = folder / f"verifying-{size}.db", folder / f"requests-{size}"
    for each in folder.glob(path.name + "*"):
        each.unlink()
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    codes = fill(database, size)
    database.close()
    step = max(1, len(codes) // _REQUESTS)
    head = f"Host: {HOST}\r\nAccept: application/json\r\n\r\n"
    write_requests(requests, (f"GET /verify/{code} HTTP/1.1\r\n{head}".encode() for code in codes[::step]))
    return path, requests


def _round(folder: Path, sizes: dict[int, tuple[Path, Path]], seconds: float, by: str) -> Iterator[tuple[str, float]]:
    many, requests = sizes[MANY]
    bare = ["-m", "bench.verifying_floor"]
    yield "bare", _rate([*bare, "PORT"], folder, requests, seconds, by)
    yield "bare on SQLite", _rate([*bare, "PORT", str(many)], folder, requests, seconds, by)
    for size, (path, asked) in sizes.items():
        more = {"CHASQUI_DATABASE_URL": f"sqlite:///{path}", "CHASQUI_LOG_LEVEL": "error"}
        command = ["-m", "cli.main", "run", "--role", "web", "--port", "PORT"]
        yield f"ours {size:,}", _rate(command, folder, asked, seconds, by, more)


def _rate(
    command: list[str], folder: Path, requests: Path, seconds: float, by: str, more: dict[str, str] | None = None
) -> float:
    port = free_port()
    whole = [str(port) if part == "PORT" else part for part in command]
    with serving(whole, port, folder / "log", more=more):
        if more:  # the console and the API are loaded some seconds after the start: that is another figure's
            with urlopen(f"http://{HOST}:{port}/api/v1/openapi.json", timeout=30) as answer:
                answer.read()
        load(requests, port, seconds=1, connections=_CONNECTIONS, by=by)
        done = load(requests, port, seconds=seconds, connections=_CONNECTIONS, by=by)
    if done.refused or done.broken:
        raise RuntimeError(f"{done.refused} refused and {done.broken} broken of {done.requests}")
    return done.rate


def _issuing(folder: Path, papers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.issuing", str(folder / "issuing"), str(papers)]
    # Its progress bar is for the person who waits.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=_PATIENCE)
    if done.returncode:
        raise RuntimeError(f"issuing ended with {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def report(found: dict[str, Any]) -> str:
    """The figures, and each against what is to be reached."""
    rounds, issuing = found["rounds"], found["issuing"]
    names = list(rounds[0])
    rows = [(name, shown(median(each[name] for each in rounds))) for name in names]
    many, few = f"ours {MANY:,}", f"ours {FEW:,}"

    def ratio(one: str, other: str) -> float:
        return median(each[one] / each[other] for each in rounds)

    return "\n".join(
        [
            table(("GET /verify/{code}", "requests/s"), rows),
            "",
            f"of a bare handler that looks into the same SQLite: {verdict(ratio(many, 'bare on SQLite'), 0.25)}",
            f"of a bare handler that looks nowhere: {ratio(many, 'bare'):.2f}",
            f"with {MANY:,}, of the rate with {FEW:,}: {verdict(ratio(many, few), 0.8)}",
            f"issuing {issuing['credentials']:,} with PDF, times the PDF library and the signatures alone: "
            + verdict(issuing["ours"] / issuing["alone"], 2, at_most=True),
        ]
    )
