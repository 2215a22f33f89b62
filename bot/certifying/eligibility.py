"""What an application says of her: her age, once it is known, and the tests that she failed in an earlier case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.certifying.cases import CANDIDATE, Act, Case, State

_REMEMBERED = timedelta(days=365)


def age(birth_year: int | None, now: datetime) -> int:
    """How old she is at most in this year; 0 where her year is not known."""
    return now.year - birth_year if birth_year else 0


def age_told(case: Case, birth_year: int | None, now: datetime) -> Act | None:
    """The entry of an age that became known after the case was opened, while its requirements are still looked at;
    None where there is nothing new."""
    if case.age or not birth_year or case.state not in (State.APPLIED, State.ELIGIBILITY_CHECK):
        return None
    return Act(kind="tell", actor=CANDIDATE, role=CANDIDATE, data={"age": str(age(birth_year, now))})


def failed_before(cases: Iterable[Case], standard: str, now: datetime) -> str:
    """The tests that she failed within a year in earlier cases against a standard, as an application carries them, so
    that nobody escapes a wait by withdrawing and applying anew: "1=2026-03-02T14:00:00+00:00 …;2=…"."""
    found: dict[str, set[datetime]] = {}
    for case in cases:
        if case.standard == standard:
            for unit, moments in case.failures.items():
                found.setdefault(unit, set()).update(each for each in moments if now - each < _REMEMBERED)
    kept = {unit: " ".join(each.isoformat() for each in sorted(moments)) for unit, moments in found.items() if moments}
    return ";".join(f"{unit}={moments}" for unit, moments in sorted(kept.items()))


def failures_read(written: str) -> Mapping[str, tuple[datetime, ...]]:
    """What `failed_before` wrote: unit → when its test was failed."""
    pairs = (each.partition("=") for each in written.split(";") if each)
    return {unit: tuple(datetime.fromisoformat(each) for each in moments.split()) for unit, _, moments in pairs}
