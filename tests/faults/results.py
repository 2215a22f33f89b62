"""What came of trying a fault, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """One fault, tried so many times on one engine. `allowed` is how many repetitions are no fault of ours."""

    fault: str  # as numbered in docs/reliability.md
    what: str
    engine: str
    times: int
    messages: int
    lost: int
    repeated: int
    allowed: int = 0
    note: str = ""
    wrong: tuple[str, ...] = ()  # whatever else was not as it must be

    @property
    def good(self) -> bool:
        """Nothing was lost, and no more was repeated than may be."""
        return not self.lost and self.repeated <= self.allowed and not self.wrong


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown."""
    lines = [
        "| fault | what was done | on | times | messages | lost | repeated (allowed) | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in results:
        verdict = "held" if each.good else "**broken**"
        remark = "; ".join(filter(None, (verdict, each.note, *each.wrong)))
        repeated = f"{each.repeated} ({each.allowed})" if each.allowed else f"{each.repeated}"
        lines.append(
            f"| {each.fault} | {each.what} | {each.engine} | {each.times:,} | {each.messages:,} "
            f"| {each.lost:,} | {repeated} | {remark} |"
        )
    return "\n".join(lines)
