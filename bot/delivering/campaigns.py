"""What goes out by plan: a campaign, when it goes, to whom, in which words, and the states it passes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.delivering.audiences import Audience

DUE = "campaign"  # the kind of the dues that a campaign leads to
# Why something that a campaign owed is not said: of each reason it is counted how many.
MISSES = ("consent", "audience", "stale", "text", "week", "paused", "money")


class State(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a second person's approval
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What makes a campaign go out."""

    ONCE = "once"
    RECURRING = "recurring"
    DRIP = "drip"  # the lessons of a cohort's course, on its days
    EVENT = "event"  # so many days after or before something in a learner's own life
    NOTICE = "notice"  # a cooperative's word to its members


class Catchup(StrEnum):
    """What becomes of occurrences that fell due while nobody kept time."""

    LATEST = "latest"  # the latest one, if it is not older than twelve hours
    SKIP = "skip"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When. Times are local: `zone` for the campaign's own calendar, each learner's zone for her hour.

    once: `on` (today when None) and `hour`; recurring: `days`, `hour`, `starts_on`, `ends_on`; drip: `cohort` (its
    own days and hour); event: `event`, `offset` days after it (before it for a negative number) and `hour`.
    `hour` is "HH:MM", or empty for each learner's own hour.
    """

    zone: str = "America/Lima"
    on: date | None = None
    days: tuple[str, ...] = ()
    hour: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    cohort: str = ""
    event: str = ""  # joined, unit, session, silence
    unit: str = ""  # of event "unit": which; empty for any
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as one version of it stands. An edit makes a new version, and voids what the old one still owed."""

    id: str
    name: str
    kind: Kind
    state: State = State.DRAFT
    version: int = 1
    urgent: bool = False  # a safety notice: outside the weekly budget, and logged
    audience: Audience = field(default_factory=Audience)
    texts: tuple[Mapping[str, str], ...] = ()  # one mapping language → text for each variant
    fallback: tuple[str, ...] = ("es", "en")  # languages to try when hers has no text
    schedule: Schedule = field(default_factory=Schedule)
    catchup: Catchup = Catchup.LATEST
    policy: str = "gsm"  # how SMS folds it
    budget: Decimal | None = None  # money in all; None: no limit of its own
    budget_a_day: Decimal | None = None
    cooperative: str = ""  # on whose behalf
    survey: str = ""  # whose questions it puts, instead of saying its texts
    created_by: str = ""
    approved_by: str = ""
    created_at: datetime
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a campaign has cost so far, by estimate at queueing: segments × the price of its sender."""

    money: Decimal = Decimal(0)
    today: Decimal = Decimal(0)
    messages: int = 0
    segments: int = 0


def subject(campaign: str, version: int, local_date: date, slot: str, variant: int) -> str:
    """The subject of a campaign's due: with it an edited campaign's old dues are known as such."""
    return f"{campaign}/{version}/{local_date.isoformat()}/{slot}/{variant}"


def parted(subject: str) -> tuple[str, int, date, str, int]:
    """A due's subject read back: (campaign, version, local date, slot, variant). Raises ValueError for another one."""
    campaign, version, local_date, slot, variant = subject.rsplit("/", 4)
    return campaign, int(version), date.fromisoformat(local_date), slot, int(variant)
