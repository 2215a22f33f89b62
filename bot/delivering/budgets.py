"""One weekly budget of messages that nobody asked for, shared by everything that the clock says to one learner.

A low class stops before the budget is used up, so that a busy week of campaigns leaves room for lessons. Counted down
from the budget (12): lessons, heads-up before a session and the end of a pause may use all of it, for they are what
she joined for; the Sunday word stops one short; reminders and reviews two short, a lesson slot (card and question);
her cooperative's notices three short; campaigns four short, two slots. Safety notices are exempt, and counted apart.

Source: three slots of two messages, two reviews, one Sunday word and up to three reminders make an ordinary week of 12.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LESSON, SESSION, RESUMED = "lesson", "session", "resume"
SUNDAY, REMINDER, REVIEW, BOOSTER = "sunday", "reminder", "review", "booster"
NOTICE, CAMPAIGN, INVITATION = "notice", "campaign", "invitation"
CASE = "case"  # what became of her own certification

_SHORT = {
    LESSON: 0,
    SESSION: 0,
    RESUMED: 0,
    INVITATION: 0,
    CASE: 0,
    SUNDAY: 1,
    REMINDER: 2,
    REVIEW: 2,
    BOOSTER: 2,
    NOTICE: 3,
}
_SHORTEST = 4  # campaigns, and whatever is not named


def ceiling(kind: str, budget: int) -> int:
    """Up to how many messages of her week this class may go; at least one where there is a budget at all."""
    return max(min(budget, 1), budget - _SHORT.get(kind, _SHORTEST))


def has_room(kind: str, count: int, spent: int, budget: int) -> bool:
    """Whether `count` messages of this class fit into a week of which `spent` are used."""
    return spent + count <= ceiling(kind, budget)


def week_of(at: datetime, zone: ZoneInfo) -> str:
    """Her week, from Monday, on her own calendar (ISO 8601: 2026-W47)."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"


def next_week(at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of her next week, in the zone of `at`."""
    local = at.astimezone(zone)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return datetime.combine(monday, time(), zone).astimezone(at.tzinfo)
