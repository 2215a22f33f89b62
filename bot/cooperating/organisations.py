"""Who there is besides learners: federations, cooperatives, officers, cohorts and the dates on which a group meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as APScheduler's triggers name them


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """A union of cooperatives. `id` is a short word that people type: `norandino`."""

    id: str
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperative:
    """An organisation that learners belong to."""

    id: str
    name: str
    federation: str = ""
    country: str = ""
    monthly_notices: int = 4  # how many notices its officers may send in a month of the calendar
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody who may speak for a cooperative. `pin` is a salted hash, never the number itself."""

    id: str
    cooperative: str
    name: str
    language: str = ""
    addresses: tuple[str, ...] = ()
    pin: str = ""
    tries: int = 0  # wrong PINs since the last right one
    locked_until: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A group that takes a course together, on its own days."""

    id: str
    name: str
    course: str
    cooperative: str = ""
    days: tuple[str, ...] = ("mon", "wed", "fri")
    hour: int | None = None  # local; None: each learner's own
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A date on which a cohort meets in person, `at` aware."""

    id: int
    cohort: str
    at: datetime
    place: str = ""
    topic: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a turn may know of an officer who writes: for whom he speaks, and what a notice of his would reach."""

    officer: Officer
    cooperative: Cooperative
    members: int = 0  # phones and accounts that a notice would reach today; a shared phone is one
    others: int = 0  # of them, those that are not the officer's own
    by_sms: int = 0  # of them, those whom it costs money to reach
    by_sender: Mapping[str, int] = field(default_factory=dict)  # of these, by the sender that would speak
    paused: int = 0  # further phones and accounts that only an urgent one reaches, for their people pause
    paused_by_sender: Mapping[str, int] = field(default_factory=dict)  # of these, those by SMS
    sent_this_month: int = 0  # urgent ones not counted
    urgent_this_month: int = 0
    recent: tuple[tuple[datetime, str, bool], ...] = ()  # of the last day: when, the text, whether it was urgent
    elsewhere: tuple[tuple[str, str], ...] = ()  # her other addresses that are open, with the sender that heard each
