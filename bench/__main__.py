"""`python -m bench`: run every part, print medians and ratios, and keep the figures in var/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from bench import money, pages, planning, start, step, verifying
from bench.inbound import measuring, report
from bench.loading import generator
from bench.machine import machine
from bench.outbound import measuring as sending
from bench.serving import ROOT

FOLDER = ROOT / "var" / "bench"


def main() -> int:
    """Returns 0; a part that could not be measured says so and stops no other."""
    wanted = _arguments().parse_args()
    found: dict[str, Any] = {"machine": machine(), "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    for name, held in found["machine"].items():
        print(f"{name:<20} {held}")
    for part in wanted.parts or PARTS:
        print(f"\n## {part}", flush=True)
        found[part] = PARTS[part](wanted)
    kept = ROOT / "var" / "bench.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nkept in {kept.relative_to(ROOT)}")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", choices=[[], *PARTS], help=f"of {', '.join(PARTS)}; all when none is named"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn (3)")
    parser.add_argument("--seconds", type=float, default=4, help="of inbound load in each round (4)")
    parser.add_argument("--learners", type=int, default=5000, help="who write (5000)")
    parser.add_argument("--load", choices=("wrk", "python"), default="", help="the load generator (wrk where it is)")
    parser.add_argument("--only", action="append", default=[], help="a contender of inbound; the floor is always there")
    parser.add_argument("--long", action="store_true", help="also memory over 100,000 messages, and 10,000 papers")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


def _inbound(wanted: argparse.Namespace) -> dict[str, Any]:
    by = generator(wanted.load)
    _say(f"{measuring.CONNECTIONS} connections, {wanted.rounds} rounds of {wanted.seconds:g} s, load by {by}")
    found = measuring.measure(
        FOLDER / "inbound",
        rounds=wanted.rounds, seconds=wanted.seconds, learners=wanted.learners,
        by=by, only=wanted.only, say=_say,
    )  # fmt: skip
    print("\n" + report.report(found))
    return {"load": by, **found, "summary": report.summary(found)}


def _outbound(wanted: argparse.Namespace) -> dict[str, Any]:
    found = sending.measure(FOLDER / "outbound", rounds=wanted.rounds, seconds=1.5, say=_say)
    print("\n" + sending.report(found))
    return found


def _step(_: argparse.Namespace) -> dict[str, Any]:
    found = step.step()
    print(step.report(found))
    return found


def _start(wanted: argparse.Namespace) -> dict[str, Any]:
    found = start.start(FOLDER / "start", long=wanted.long, say=_say)
    print(start.report(found))
    return found


def _money(_: argparse.Namespace) -> dict[str, Any]:
    found = money.money()
    print(money.report(found))
    return found


def _planning(_: argparse.Namespace) -> dict[str, Any]:
    found = planning.measure(FOLDER / "planning", say=_say)
    print("\n" + planning.report(found))
    return found


def _verifying(wanted: argparse.Namespace) -> dict[str, Any]:
    papers = 10_000 if wanted.long else 1_000
    found = verifying.measure(
        FOLDER / "verifying", rounds=wanted.rounds, seconds=wanted.seconds, by=wanted.load, say=_say, papers=papers
    )
    print("\n" + verifying.report(found))
    return found


def _pages(wanted: argparse.Namespace) -> dict[str, Any]:
    found = pages.measure(FOLDER / "pages", rounds=wanted.rounds, say=_say)
    print("\n" + pages.report(found))
    return found


PARTS = {
    "step": _step,
    "money": _money,
    "start": _start,
    "inbound": _inbound,
    "outbound": _outbound,
    "planning": _planning,
    "verifying": _verifying,
    "pages": _pages,
}


if __name__ == "__main__":
    sys.exit(main())
