"""When a campaign goes out, and which ways its states may go: local dates and hours, and one table of moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.cooperating.organisations import Cohort
from bot.delivering.campaigns import Campaign, Catchup, Kind, State
from bot.delivering.hours import zone_of

AHEAD = timedelta(hours=48)  # no further, so that an edit or a new time zone table finds little to undo
STALE = timedelta(hours=12)  # what Catchup.LATEST still says
GRACE = timedelta(minutes=15)  # a clock that is this late was not away
NOW = "now"  # the hour of what goes out to everybody at once, in waking hours
LESSON = "lesson"  # the kind of the dues that a drip leads to

Living = tuple[str, str, int | None]  # by which clock somebody lives: time zone, country, own hour

# From one state to another → what the act is called. What is not here cannot be done.
MOVES: Mapping[tuple[State, State], str] = {
    (State.DRAFT, State.WAITING): "asked",
    (State.DRAFT, State.RUNNING): "started",
    (State.DRAFT, State.CANCELLED): "cancelled",
    (State.WAITING, State.RUNNING): "approved",
    (State.WAITING, State.DRAFT): "declined",
    (State.WAITING, State.CANCELLED): "cancelled",
    (State.RUNNING, State.PAUSED): "paused",
    (State.RUNNING, State.WAITING): "asked",  # an edit made it dearer: held until somebody else agrees
    (State.RUNNING, State.FINISHED): "finished",
    (State.RUNNING, State.CANCELLED): "cancelled",
    (State.PAUSED, State.RUNNING): "resumed",
    (State.PAUSED, State.WAITING): "asked",
    (State.PAUSED, State.CANCELLED): "cancelled",
}
ENDED = frozenset((State.FINISHED, State.CANCELLED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One line of what was done to a campaign, by whom and why."""

    act: str  # created, edited, and the words of MOVES
    actor: str
    version: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign has come. A message is counted once, by where it stands now."""

    planned: int = 0  # dues made so far, in all its occurrences
    waiting: int = 0  # dues that nobody has answered yet
    queued: int = 0  # including what a pause holds back
    sent: int = 0  # given to the provider, and no later word
    delivered: int = 0
    failed: int = 0
    unknown: int = 0  # the provider is being asked
    cancelled: int = 0
    expired: int = 0
    opted_out: int = 0  # said stop after it had reached them
    occurrences: Mapping[str, int] | None = None  # by state: planned, spread, skipped, cancelled
    notes: tuple[str, ...] = ()  # what was dropped and why, latest first
    money: Decimal = Decimal(0)
    next_at: datetime | None = None  # of its next occurrence, by its own zone

    @property
    def unsent(self) -> int:
        """How many did not leave, of one that has ended: dropped before they were written, as by a cancelling, or
        after. At least so many, where one of its dues leads to several messages."""
        made = self.waiting + self.queued + self.sent + self.delivered + self.failed + self.unknown
        return max(self.cancelled + self.expired, self.planned - made)

    @property
    def messages(self) -> int:
        """How many it has led to, wherever they stand."""
        states = (self.queued, self.sent, self.delivered, self.failed, self.unknown, self.cancelled, self.expired)
        return self.waiting + sum(states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One occurrence of a campaign as planned: unique by campaign, local date and slot."""

    local_date: date
    slot: str
    at: datetime | None  # by the campaign's own zone; None: this date or time does not exist there


def allowed(before: State, after: State) -> bool:
    """Whether a campaign may go from one state to the other."""
    return (before, after) in MOVES


def refusal(before: State, after: State, actor: str, authors: Sequence[str]) -> str:
    """Why this person may not make this move: "move", "second" (an approval takes somebody else than those who wrote
    it), or "" where nothing speaks against it."""
    if not allowed(before, after):
        return "move"
    return "second" if (before, after) == (State.WAITING, State.RUNNING) and actor in authors else ""


def instant(day: date, hour: str, zone: ZoneInfo) -> datetime | None:
    """When the local clock shows `hour` ("HH:MM") on this day, in UTC. Where it shows it twice, the first time; where
    it jumps over it, the first moment after the jump. None where that is another day: this day does not exist there.
    """
    wanted = datetime.combine(day, clock_time(hour))
    first = _utc(wanted, zone, 0)
    if _local(first, zone) == wanted:
        return first
    before, after = sorted((first, _utc(wanted, zone, 1)))
    gap = zone.utcoffset(_local(after, zone).replace(tzinfo=zone, fold=1))
    # The jump lies between the two readings of a time that does not exist: halve until it is found to the second.
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == gap:
            after = middle
        else:
            before = middle
    found = after.replace(microsecond=0)
    return found if _local(found, zone).date() == day else None


def clock_time(hour: str) -> time:
    """The time that "HH:MM" or "HH" names. Raises ValueError for anything else."""
    hours, _, minutes = hour.partition(":")
    return time(int(hours), int(minutes or 0))


def hour_of(campaign: Campaign, cohort: Cohort | None = None) -> str:
    """The hour by which it goes out: "HH:MM", NOW, or empty for each learner's own. A drip keeps its cohort's."""
    if campaign.kind is Kind.DRIP:
        return f"{cohort.hour:02d}:00" if cohort and cohort.hour is not None else ""
    if campaign.kind is Kind.NOTICE:
        return campaign.schedule.hour or NOW
    return campaign.schedule.hour


def slot_of(hour: str) -> str:
    """The name of a slot on a day: the hour without its colon, `own` or `now`. A campaign has one a day."""
    return hour.replace(":", "") or "own"


def due_at(day: date, hour: str, learner: Living, *, country: str, usual_hour: int) -> datetime | None:
    """When an occurrence falls due for somebody of this zone, country and own hour (`hour` empty: by that one, or the
    usual one); None where that day does not exist for her. `country` stands in where hers is not known."""
    timezone, theirs, own = learner
    return instant(day, hour or f"{usual_hour if own is None else own:02d}:00", zone_of(timezone, theirs or country))


def dropped(planned: Sequence[datetime], catchup: Catchup, now: datetime) -> tuple[int, ...]:
    """Which of the occurrences that were planned for these times, and not begun, are not said any more (by position).

    Only what is later than GRACE is looked at: LATEST keeps the latest one within STALE, SKIP none, ALL everything.
    """
    late = sorted((at, index) for index, at in enumerate(planned) if at < now - GRACE)
    if catchup is Catchup.ALL or not late:
        return ()
    if catchup is Catchup.LATEST and now - late[-1][0] <= STALE and not any(now - GRACE <= at <= now for at in planned):
        late = late[:-1]
    return tuple(sorted(index for _, index in late))


def _utc(local: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
