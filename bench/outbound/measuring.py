"""Measure every sender in turn, round after round, each in a process of its own against one stand-in."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import sink
from bench.outbound import ours
from bench.serving import ROOT, free_port, serving
from bench.showing import middle, ratio, shown, table, verdict

IN_FLIGHT = (10, 50)
# name → the module here, what it needs, and what it is
SENDERS = {
    "floor": ("bare", "aiohttp", "aiohttp client, keeps nothing"),
    "python-telegram-bot": ("peer_telegram", "telegram", "Bot.send_message, its own httpx transport"),
    "aiogram": ("peer_aiogram", "aiogram", "Bot.send_message, its aiohttp session"),
    "ours": ("ours", "aiohttp", "claim from the outbox, send, settle"),
}


def measure(folder: Path, *, rounds: int, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Every round of every sender, as `{"rounds": {name and number in flight: […]}, "skipped": {name: why}}`."""
    folder.mkdir(parents=True, exist_ok=True)
    skipped = {
        name: f"{needs} not installed: .venv/bin/pip install -r requirements-dev.lock"
        for name, (_, needs, _) in SENDERS.items()
        if importlib.util.find_spec(needs) is None
    }
    if why := ours.missing():
        skipped["ours"] = why
    found: dict[str, list[dict[str, Any]]] = {}
    port = free_port()
    with serving(["-m", "bench.sink", str(port)], port, folder / "sink.log"):
        for number in range(1, rounds + 1):
            for in_flight in IN_FLIGHT:
                for name in (each for each in SENDERS if each not in skipped):
                    done = _one(name, port, seconds, in_flight)
                    if "skipped" in done:
                        skipped[name] = done["skipped"]
                        say(f"  round {number}  {name:<20} {done['skipped']}")
                        continue
                    found.setdefault(f"{name}, {in_flight} in flight", []).append(done)
                    say(f"  round {number}  {name:<20} {in_flight} in flight {done['rate']:8,.0f} /s")
    return {"rounds": found, "skipped": skipped}


def _one(name: str, port: int, seconds: float, in_flight: int) -> dict[str, Any]:
    before = sink.taken(port, "telegram")
    command = [sys.executable, "-m", "bench.outbound.sending", SENDERS[name][0], str(port), str(seconds)]
    done = subprocess.run(
        [*command, str(in_flight)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 120
    )
    if done.returncode:
        return {"skipped": f"it ended with {done.returncode}: {done.stderr.strip()[-300:]}"}
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if sink.taken(port, "telegram") - before < found["sent"]:
        return {"skipped": f"it says that it sent {found['sent']}, and fewer arrived"}
    return {"rate": found["sent"] / found["seconds"], "cpu": found["cpu"] / max(1, found["sent"]) * 1e6}


def report(found: dict[str, Any]) -> str:
    """The table, and ours against what it is to reach."""
    rounds = found["rounds"]
    rows, judged = [], []
    for in_flight, times in zip(IN_FLIGHT, (2.0, 4.0), strict=True):
        at = f", {in_flight} in flight"
        floor, peer, own = (rounds.get(name + at, []) for name in ("floor", "python-telegram-bot", "ours"))
        for name, (_, _, says) in SENDERS.items():
            if name + at in rounds:
                each = rounds[name + at]
                share = shown(ratio(each, floor, "rate"), ".2f")
                rows.append((name + at, shown(middle(each, "rate")), share, shown(middle(each, "cpu")), says))
        if own:
            judged.append(f"ours{at}, against the floor: {verdict(ratio(own, floor, 'rate'), 0.5)}")
            judged.append(f"ours{at}, against python-telegram-bot: {verdict(ratio(own, peer, 'rate'), times)}")
    skipped = [f"skipped: {name}: {why}" for name, why in found["skipped"].items()]
    return "\n".join((table(("", "sent/s", "of the floor", "CPU µs", "what it is"), rows), *skipped, *judged))
