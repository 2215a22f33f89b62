"""The one filter that says who receives something: typed, small, and the same wherever it is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who receives a campaign. Each field that is empty does not narrow; within a field any of its values will do,
    and all the fields that are set must hold. Only people who have agreed are ever in an audience."""

    learners: tuple[str, ...] = ()  # ids, for a handful of people and for a test to oneself
    occupations: tuple[str, ...] = ()  # ISCO-08 codes or folder names of occupations
    courses: tuple[str, ...] = ()  # enrolled in one of these
    cohorts: tuple[str, ...] = ()
    progress: str = ""  # enrolled in `courses`: not-started, started, finished; or unit:<id> passed, not-unit:<id>
    cooperatives: tuple[str, ...] = ()
    federations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # community or district, compared without case
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()  # f, m, x
    ages: tuple[int, int] | None = None  # from … to, both included, in years by year of birth
    channels: tuple[str, ...] = ()  # sms, telegram
    certified: tuple[str, ...] = ()  # none, learning, ready, applied, certified, expired
    silent_days: int | None = None  # nothing heard from her for at least so many days
    never_heard: bool = False
