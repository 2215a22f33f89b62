"""The table of the inbound webhook, and ours against what it is to reach."""

from __future__ import annotations

from typing import Any

from bench.inbound.contenders import FLOOR, OURS
from bench.showing import middle, ratio, shown, table, verdict

_HEADS = ("", "answered/s", "of the floor", "200/s", "p50 ms", "p99 ms", "CPU µs", "MiB", "what it is")


def report(found: dict[str, Any]) -> str:
    """What `measuring.measure` found, for a person."""
    rounds, floor = found["rounds"], found["rounds"].get(FLOOR, [])
    rows = [
        (
            name,
            shown(middle(each, "rate")),
            shown(ratio(each, floor, "rate"), ".2f"),
            shown(middle(each, "requests")),
            shown(middle(each, "p50"), ".1f"),
            shown(middle(each, "p99"), ".1f"),
            shown(middle(each, "cpu")),
            shown(middle(each, "memory")),
            found["says"][name],
        )
        for name, each in rounds.items()
    ]
    lines = [table(_HEADS, rows), *(f"skipped: {name}: {why}" for name, why in found["skipped"].items())]
    return "\n".join((*lines, *_against(found)))


def summary(found: dict[str, Any]) -> dict[str, Any]:
    """Ours against the floor and against the best peer; None where one of them was not measured."""
    rounds = found["rounds"]
    floor, ours = rounds.get(FLOOR, []), rounds.get(OURS, [])
    peers = {name: middle(each, "rate") or 0.0 for name, each in rounds.items() if name not in (FLOOR, OURS)}
    best = max(peers, key=lambda name: peers[name], default="")
    return {
        "of_floor": ratio(ours, floor, "rate"),
        "best_peer": best,
        "of_best_peer": ratio(ours, rounds.get(best, []), "rate"),
        "p99_of_floor": ratio(ours, floor, "p99"),
    }


def _against(found: dict[str, Any]) -> list[str]:
    if OURS not in found["rounds"]:
        return []
    held = summary(found)
    return [
        f"ours against the floor: {verdict(held['of_floor'], 0.4)}",
        f"ours against {held['best_peer'] or 'no peer'}, the best peer: {verdict(held['of_best_peer'], 3.0)}",
        f"p99 against the floor's: {verdict(held['p99_of_floor'], 4.0, at_most=True)}",
    ]
