"""What the shipped lessons cost as SMS, against the same lessons unfolded: `chasqui cost --json`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.serving import ROOT
from bench.showing import table, verdict

_TARGET = 0.6  # of the unfolded segments, for Spanish


def money() -> dict[str, Any]:
    """Segments by course and language, as sent and unfolded; `{"skipped": why}` where the command does not work."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "cost", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    try:
        rows = _rows(json.loads(done.stdout))
    except (ValueError, KeyError, TypeError):
        return {"skipped": f"chasqui cost --json gave no rows: {(done.stderr or done.stdout).strip()[-300:]}"}
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        held = sums.setdefault(f"{row['course']} {row['language']}", {"segments": 0, "segments_unfolded": 0})
        for name in held:
            held[name] += int(row[name])
    return {"courses": sums}


def _rows(said: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = said["rows"]
    return rows


def report(found: dict[str, Any]) -> str:
    """The table, and each Spanish course against what it is to reach."""
    if "skipped" in found:
        return f"skipped: {found['skipped']}"
    rows, judged = [], []
    for name, held in found["courses"].items():
        share = held["segments"] / held["segments_unfolded"] if held["segments_unfolded"] else None
        rows.append((name, str(held["segments"]), str(held["segments_unfolded"]), f"{share:.2f}" if share else "–"))
        if name.endswith(" es"):
            judged.append(f"{name}: {verdict(share, _TARGET, at_most=True)} of its unfolded segments")
    return "\n".join((table(("", "segments", "unfolded", "ratio"), rows), *judged))
