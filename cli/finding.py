"""One thing that `chasqui doctor` has tried."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOOK, MEND = "ok", "look", "MEND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`level` is ok, look (somebody should) or MEND (it does not work). `cure`: what to do."""

    what: str
    level: str
    said: str
    cure: str = ""
