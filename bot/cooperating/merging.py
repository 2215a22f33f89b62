"""Two records of one person become one: what would happen, said before anything does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.people import WANTING, Learner

_FILLED = (
    "name", "language", "country", "timezone", "sex", "birth_year", "community", "district", "cooperative", "operator",
    "hour", "guardian",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two, with all that decides. `word`: her latest on lessons, with its time; `standards`: those against
    which a certification case of hers is open."""

    learner: Learner
    courses: frozenset[str] = frozenset()
    cohorts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    standards: frozenset[str] = frozenset()
    word: tuple[bool, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What merging would do. With a refusal nothing is done: `same` (one record, twice), `cases` (a case open in each
    against one standard)."""

    kept: str
    gone: str
    refusals: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()  # over which it is refused
    filled: Mapping[str, object] | None = None  # what the record that stays takes over, for its own is empty
    lost: Mapping[str, object] | None = None  # what the other said differently
    addresses: tuple[str, ...] = ()
    cohorts: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()  # courses that both are in: what is done in either counts
    stops: bool = False  # her later word is a no, so nothing more is sent


def plan(kept: Side, gone: Side) -> Plan:
    """What becomes of `gone` when it is merged into `kept`. The later of two words on lessons holds, as it would had
    both been said by one record."""
    mine, other = kept.learner, gone.learner
    if mine.id == other.id:
        return Plan(kept=mine.id, gone=other.id, refusals=("same",))
    both = sorted(kept.standards & gone.standards)
    filled = {
        name: value
        for name in _FILLED
        if getattr(mine, name) in ("", None) and (value := getattr(other, name)) not in ("", None)
    }
    if other.guardian in WANTING and mine.guardian not in ("", *WANTING):
        filled.pop("guardian", None)
    lost = {
        name: value
        for name in _FILLED
        if name not in filled and (value := getattr(other, name)) not in ("", None) and value != getattr(mine, name)
    }
    word = max((each for each in (kept.word, gone.word) if each), key=lambda each: each[1], default=None)
    return Plan(
        kept=mine.id,
        gone=other.id,
        refusals=("cases",) if both else (),
        standards=tuple(both),
        filled=filled,
        lost=lost,
        addresses=tuple(sorted(gone.addresses - kept.addresses)),
        cohorts=tuple(sorted(gone.cohorts - kept.cohorts)),
        courses=tuple(sorted(gone.courses - kept.courses)),
        joined=tuple(sorted(gone.courses & kept.courses)),
        stops=word is not None and not word[0] and (kept.word is None or kept.word[0]),
    )
