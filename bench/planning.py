"""A notice to a million learners, and finding what is due among them: against ten thousand, and a bare insert."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import crowd
from bench.serving import ROOT
from bench.showing import shown, table, verdict
from store.database import Database

FEW, MANY = 10_000, 1_000_000
DUE = 1000  # now, of both
_PATIENCE = 900


def measure(folder: Path, *, say: Callable[[str], None], many: int = MANY) -> dict[str, Any]:
    """`{engine: {number of learners: figures}}`, or `{engine: {"skipped": why}}`."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    for engine, opening in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        found[engine] = {}
        for learners in (FEW, many):
            try:
                with opening(folder, learners) as url:
                    found[engine][str(learners)] = _measured(url, learners)
            except _Absent as reason:
                found[engine] = {"skipped": str(reason)}
                break
            figures = found[engine][str(learners)]
            say(f"  {engine:<11} {learners:>9,} learners: {figures['spread']['rate']:,.0f} dues/s")
    return found


class _Absent(Exception):
    """This engine cannot be had here."""


def _measured(url: str, learners: int) -> dict[str, Any]:
    database = Database.open(url)
    database.migrate()
    crowd.fill(database, learners)
    found = {part: _part(url, part) for part in ("insert", "spread")}
    with database.writing() as conn:
        for each in ("dues", "campaign_acts", "occurrences", "campaigns"):
            conn.exec_driver_sql(f"DELETE FROM {each}")
    found["first"] = _part(url, "first")
    with database.writing() as conn:
        conn.exec_driver_sql("DELETE FROM dues")
    crowd.owe(database, learners, DUE)
    found["due"] = _part(url, "due")
    database.close()
    return found


def _part(url: str, part: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.spreading", url, part],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE,
    )  # fmt: skip
    if done.returncode:
        raise _Absent(f"{part} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


@contextlib.contextmanager
def _sqlite(folder: Path, learners: int) -> Iterator[str]:
    path = folder / f"planning-{learners}.db"
    for each in folder.glob(path.name + "*"):
        each.unlink()
    yield f"sqlite:///{path}"
    for each in folder.glob(path.name + "*"):
        each.unlink()


@contextlib.contextmanager
def _postgresql(folder: Path, learners: int) -> Iterator[str]:
    try:
        from tests.engines import NoPostgres, server
    except ImportError as absent:
        raise _Absent(str(absent)) from None
    try:
        with server() as found:
            name = f"bench_planning_{learners}"
            url = found.create(name)
            yield url
            found.drop(name)
    except NoPostgres as reason:
        raise _Absent(str(reason)) from None


def report(found: dict[str, Any]) -> str:
    """The figures, and each against what is to be reached."""
    rows, judged = [], []
    for engine, sizes in found.items():
        if "skipped" in sizes:
            judged.append(f"{engine}: skipped: {sizes['skipped']}")
            continue
        few, many = sizes.values()
        for learners, each in sizes.items():
            spread, bare = each["spread"], each["insert"]
            rows.append(
                (
                    f"{engine}, {int(learners):,}",
                    shown(spread["rate"]),
                    shown(bare["rate"]),
                    shown(spread["rate"] / bare["rate"], ".2f"),
                    shown(spread["mib"], ".1f"),
                    shown(each["first"]["seconds"], ".2f"),
                    shown(each["due"]["us"]),
                )
            )
        judged += [
            f"{engine}: dues/s of a bare insert's: {verdict(many['spread']['rate'] / many['insert']['rate'], 0.5)}",
            f"{engine}: MiB more than for {FEW:,}: "
            + verdict(many["spread"]["mib"] - few["spread"]["mib"], 20, at_most=True, form=".1f"),
            f"{engine}: seconds to the first message: {verdict(many['first']['seconds'], 2, at_most=True)}",
            f"{engine}: finding what is due, times: {verdict(many['due']['us'] / few['due']['us'], 2, at_most=True)}",
        ]
    heads = ("learners", "dues/s", "bare/s", "ratio", "MiB", "first s", "due µs")
    return "\n".join([table(heads, rows), "", *judged])
