"""What a due may know besides the record: the campaign, cohort, session or reviews that it is about, and her week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.cooperating.organisations import Cohort, Session
from bot.delivering.campaigns import Campaign, Spent
from bot.reporting.surveys import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One item that she has answered, and when it is worth asking again. `card` is the fsrs library's own JSON."""

    learner: str
    course: str
    item: str
    card: str
    due_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Loaded for the due that is being answered; what its kind has no use for is empty."""

    weeks: Mapping[str, int] = field(default_factory=dict)  # her week (ISO 8601: 2026-W47) → what she got unasked in it
    campaign: Campaign | None = None
    belongs: bool = True  # she is in its audience now
    told_here: bool = False  # a notice that somebody else on the same phone has been told
    cooperative: str = ""  # the name of hers
    resumed_at: datetime | None = None  # when the campaign was last let go on after a pause
    money: Spent | None = None
    cohort: Cohort | None = None
    session: Session | None = None
    reviews: tuple[Review, ...] = ()  # due by now, of the courses she is in
    survey: Survey | None = None  # that a campaign puts, or that was left unfinished
    reply: tuple[str, int] | None = None  # hers to it: its id, and the first question without an answer
    heard_at: datetime | None = None  # when something was last heard from her
