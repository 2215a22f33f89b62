"""One occurrence that is being spread, how far it is, and how that lies in its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from store.columns import micros, moment
from store.shapes import dumps, loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far an occurrence is spread. Learners fall due hour by hour, zone by zone; those who do so until `until`
    are one window, and `after` is the last of them who has her due."""

    begun: bool = False
    done: datetime | None = None  # every window until here is spread
    until: datetime | None = None  # of the window under way
    clocks: tuple[tuple[str, str, int | None], ...] | None = None  # who is in it: zone, country, hour; None: everybody
    after: tuple[str, str] = ("", "")
    dealt: int = 0  # in the cooperative of `after`, to deal variants in turn

    def kept(self) -> str:
        """As it lies in its column; empty before anything was done."""
        if not self.begun:
            return ""
        times = {"done": self.done, "until": self.until}
        held: dict[str, Any] = {name: micros(at) for name, at in times.items() if at}
        return dumps(held | {"clocks": self.clocks, "after": self.after, "dealt": self.dealt})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One row of `occurrences` that is being spread."""

    campaign: str
    local_date: date
    slot: str
    version: int
    at: datetime
    note: str = ""
    cursor: Cursor = field(default_factory=Cursor)
    held: str = ""  # the cursor word for word, for compare-and-set
    made: int = 0  # dues that the last step wrote

    def key(self) -> dict[str, Any]:
        """What names its row."""
        return {"which": self.campaign, "day": self.local_date.isoformat(), "of_slot": self.slot}


def occurrence_of(row: Row[*tuple[Any, ...]]) -> Occurrence:
    """The occurrence of a row of `occurrences`."""
    return Occurrence(
        campaign=row.campaign,
        local_date=date.fromisoformat(row.local_date),
        slot=row.slot,
        version=row.version,
        at=row.at,
        note=row.note,
        cursor=_cursor(row.cursor),
        held=row.cursor,
    )


def _cursor(stored: str) -> Cursor:
    if not stored:
        return Cursor()
    held = loads(stored)
    clocks = held.get("clocks")
    return Cursor(
        begun=True,
        done=moment(held["done"]) if "done" in held else None,
        until=moment(held["until"]) if "until" in held else None,
        clocks=None if clocks is None else tuple((zone, country, hour) for zone, country, hour in clocks),
        after=tuple(held["after"]),
        dealt=held["dealt"],
    )
