"""What a turn may lead to in what goes out by plan: notices and their PINs, campaigns that stop, surveys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.delivering.campaigns import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """An officer has confirmed a notice: a campaign that runs from now on."""

    campaign: Campaign
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTried:
    """An officer gave a PIN; after too many wrong ones his office is closed for a while."""

    officer: str
    right: bool
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A campaign stops where it is until a person resumes it: its money is used up."""

    campaign: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What a campaign owed one learner will not be said any more, and why: one of bot.delivering.campaigns.MISSES."""

    campaign: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked:
    """A survey was put to a learner: her reply to it begins, under an id that does not name her."""

    reply: str
    survey: str
    learner: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """One question of a survey is answered or skipped."""

    reply: str
    survey: str
    learner: str
    place: int  # of the question, from 0
    choice: int = -1  # the step taken, from 0
    value: str = ""  # a number
    text: str = ""  # free words
    skipped: bool = False
    last: bool = False  # nothing of the survey is left
