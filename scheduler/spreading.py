"""Spread an occurrence: window by window of local hours, chunk by chunk of learners, as far as the senders will get.

Any number of planners at once is harmless: an occurrence is unique by (campaign, local date, slot), it is claimed by
compare-and-set, and each chunk moves a cursor in the transaction that writes its dues. One that is killed loses
nothing: its claim runs out and another goes on from the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bot.catalogue import Catalogue
from bot.cooperating.organisations import DAYS
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import DUE, Campaign, Catchup, Kind, subject
from bot.delivering.planning import GRACE, LESSON, NOW, STALE, Living, due_at, hour_of
from bot.people import OPERATOR
from bot.talking.campaigning import purpose_of, scope_of
from store import audience, campaigns, spreading
from store.audience_events import happened, not_reached
from store.database import Connection, Database
from store.occurrences import Cursor, Occurrence

LEAD = timedelta(minutes=10)  # of sending that is made ready ahead
CHUNK = 5000
_CLAIM = timedelta(minutes=1)
_CLOCKS_AGAIN = timedelta(minutes=15)  # who sets another hour or zone is noticed by then
_QUICK = 10  # of the first chunk only this part, so that its messages leave while the next one is read
_LEAST = 100  # dues that may always wait, however slow the senders are

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What planning needs. `capacity`: messages a second that all senders together carry."""

    database: Database
    clock: Callable[[], datetime]
    capacity: float = 10.0
    usual_hour: int = 18
    country: str = "PE"
    catalogue: Callable[[], Catalogue] | None = None
    owed: Callable[[], None] = lambda: None  # rung when there are new dues
    chunk: int = CHUNK

    def reads(self, work: Callable[[Connection], T]) -> T:
        """Run this in a transaction that reads."""
        with self.database.reading() as conn:
            return work(conn)

    def writes(self, work: Callable[[Connection], T]) -> T:
        """Run this in a transaction that writes."""
        with self.database.writing() as conn:
            return work(conn)


async def spread_round(planner: Planner) -> int:
    """Spread what is due to be spread, as far as there is room. Returns how many dues were made."""
    now = planner.clock()
    database = planner.database
    found = await database.look(lambda: planner.reads(lambda conn: spreading.to_spread(conn, now)))
    made = 0
    for occurrence in found:
        work = _Work(planner=planner, occurrence=occurrence)
        if await database.run(work.take):
            made += await _spread(work)
    return made


async def _spread(work: _Work) -> int:
    made = 0
    while True:
        step = await work.planner.database.look(work.look)
        if step is None:
            return made
        held = await work.planner.database.run(partial(work.write, step))
        if held is None:
            return made
        work = replace(work, occurrence=held, room=step.room)
        made += held.made
        if held.made:
            work.planner.owed()
        if step.rests:
            return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What one look at an occurrence came to: dues to write, and where it stands then."""

    cursor: Cursor
    made: Sequence[dict[str, Any]] = ()
    rests: datetime | None = None  # nothing more is to be done here before then
    over: bool = False
    note: str = ""
    room: int = 0  # for so many more
    copied: Any = None  # a query for dues, in place of `made`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One occurrence in the hands of one planner."""

    planner: Planner
    occurrence: Occurrence
    room: int = 0  # for so many dues more; nobody has counted yet, or it is used up

    def take(self) -> bool:
        now = self.planner.clock()
        with self.planner.database.writing() as conn:
            return spreading.claim(conn, self.occurrence, now, now + _CLAIM)

    def look(self) -> _Step | None:
        now = self.planner.clock()
        with self.planner.database.reading() as conn:
            campaign = campaigns.get(conn, OPERATOR, self.occurrence.campaign)
            if campaign is None or campaign.version != self.occurrence.version:
                return None
            if self.occurrence.cursor.until is None:
                return _window(self.planner, conn, campaign, self.occurrence, now)
            # Counted when what was found before is used up, and not for each chunk, or a million would cost its square.
            most = max(_LEAST, round(self.planner.capacity * LEAD.total_seconds()))
            room = self.room or spreading.room(conn, now, most)
            return _chunk(self.planner, conn, campaign, self.occurrence, now, room)

    def write(self, step: _Step) -> Occurrence | None:
        now = self.planner.clock()
        rests = step.rests
        with self.planner.database.writing() as conn:
            return spreading.advance(
                conn,
                self.occurrence,
                step.cursor,
                step.made,
                until=rests if rests else now + _CLAIM,
                note=step.note,
                ended=now if step.over else None,
                copied=step.copied,
            )


def _window(planner: Planner, conn: Connection, campaign: Campaign, occurrence: Occurrence, now: datetime) -> _Step:
    """Open the next window: who falls due until LEAD from now, by the clocks that the audience lives by."""
    cursor, upto = occurrence.cursor, now + LEAD
    hour = _hour(conn, campaign)
    if hour == NOW:
        return _Step(cursor=replace(cursor, until=upto)) if cursor.done is None else _ended(cursor, now)
    times: dict[Living, datetime] = {}
    for living in audience.clocks(
        conn, scope_of(campaign), _audience(campaign), now, also=_events(campaign, occurrence)
    ):
        at = due_at(occurrence.local_date, hour, living, country=planner.country, usual_hour=planner.usual_hour)
        if at is not None and (cursor.done is None or at > cursor.done):
            times[living] = at
    late = _late(campaign, spreading.floor(conn, campaign), times, now)
    open_ = tuple(living for living, at in times.items() if at <= upto and living not in late)
    later = [at for at in times.values() if at > upto]
    note = f"{len(late)} zones and hours had passed while nobody kept the clock" if late else ""
    if open_:
        everybody = not late and not later and cursor.done is None
        return _Step(cursor=replace(cursor, until=upto, clocks=None if everybody else open_), note=note)
    passed = replace(cursor, done=upto) if late else cursor
    if later or occurrence.at > now:
        next_at = min([*later, *([occurrence.at] if occurrence.at > upto else [])], default=now + LEAD)
        rests = max(now + timedelta(seconds=1), min(next_at - LEAD, now + _CLOCKS_AGAIN))
        return _Step(cursor=passed, rests=rests, note=note)
    return replace(_ended(passed, now), note=note)


def _ended(cursor: Cursor, now: datetime) -> _Step:
    return _Step(cursor=cursor, rests=now, over=True)


def _late(campaign: Campaign, floor: datetime, times: dict[Living, datetime], now: datetime) -> frozenset[Living]:
    """Whose hour passed while nobody kept the clock, longer ago than the policy allows."""
    if campaign.catchup is Catchup.ALL:
        return frozenset()
    allowed = STALE if campaign.catchup is Catchup.LATEST else GRACE
    return frozenset(living for living, at in times.items() if now - max(at, floor) > allowed)


def _chunk(
    planner: Planner, conn: Connection, campaign: Campaign, occurrence: Occurrence, now: datetime, room: int
) -> _Step:
    """The next learners of the window that is open, each with her due."""
    cursor = occurrence.cursor
    chunk = planner.chunk if cursor.after != audience.START else max(1, planner.chunk // _QUICK)
    limit = min(chunk, room)
    if limit <= 0:
        return _Step(cursor=cursor, rests=now + timedelta(seconds=2))
    also = _events(campaign, occurrence)
    if cursor.clocks is not None:
        also.append(audience.living(cursor.clocks))
    if campaign.version > 1 or cursor.done is not None:  # some have it already, by an older version or another clock
        also.append(not_reached(campaign.id, f"{occurrence.local_date.isoformat()}/{occurrence.slot}"))
    if _is_plain(campaign):
        upto = audience.last_of(conn, cursor.after[1], limit)
        about = subject(campaign.id, campaign.version, occurrence.local_date, occurrence.slot, 0)
        due = (DUE, about, now)
        copied = audience.copied(
            campaign.audience, purpose_of(campaign), now, cursor.after[1], upto, due, also, urgent=campaign.urgent
        )
        moved = replace(cursor, after=("", upto)) if upto else _closed(cursor)
        return _Step(cursor=moved, copied=copied, room=max(0, room - limit))
    rows = audience.page(
        conn,
        scope_of(campaign),
        _audience(campaign),
        purpose_of(campaign),
        now,
        cursor.after,
        limit,
        columns=audience.CLOCKS,
        also=also,
        together=len(campaign.texts) > 1,  # to deal them in turn
        urgent=campaign.urgent,
    )
    made, dealt = _dues(planner, campaign, occurrence, rows, _hour(conn, campaign), now)
    if len(rows) < limit:
        moved = _closed(cursor)
    else:
        moved = replace(cursor, after=(rows[-1][1], rows[-1][0]), dealt=dealt)
    return _Step(cursor=moved, made=made, room=room - len(made))


def _closed(cursor: Cursor) -> Cursor:
    return replace(cursor, done=cursor.until, until=None, clocks=None, after=audience.START, dealt=0)


def _is_plain(campaign: Campaign) -> bool:
    """Whether the database can write the dues down by itself: everybody now, in the same words, wherever they are."""
    whom = campaign.audience
    narrow = whom.cooperatives or whom.federations or whom.learners or whom.cohorts or scope_of(campaign) != OPERATOR
    return campaign.kind is Kind.NOTICE and hour_of(campaign) == NOW and len(campaign.texts) < 2 and not narrow


def _dues(
    planner: Planner, campaign: Campaign, occurrence: Occurrence, rows: Sequence[Any], hour: str, now: datetime
) -> tuple[list[dict[str, Any]], int]:
    """Rows of dues for these learners, the variants dealt in turn inside each cooperative, and how many were dealt in
    the last one."""
    day, variants = occurrence.local_date, max(1, len(campaign.texts))
    if campaign.kind is Kind.DRIP:
        kind = LESSON
        subjects = [f"{campaign.schedule.cohort}/{day.isoformat()}/{occurrence.slot}"]
    else:
        kind = DUE
        subjects = [subject(campaign.id, campaign.version, day, occurrence.slot, each) for each in range(variants)]
    cooperative, dealt = occurrence.cursor.after[0], occurrence.cursor.dealt
    first = _round_of(campaign, day)
    times: dict[Living, datetime] = {}
    made = []
    for learner, hers, timezone, country, own in rows:
        if hers != cooperative:
            cooperative, dealt = hers, 0
        living = (timezone, country, own)
        at = times.get(living)
        if at is None:
            exact = (
                None
                if hour == NOW
                else due_at(day, hour, living, country=planner.country, usual_hour=planner.usual_hour)
            )
            at = times[living] = max(exact or now, now)
        words = subjects[(first + dealt) % len(subjects)]
        made.append({"learner": learner, "kind": kind, "subject": words, "at": at})
        dealt += 1
    return made, dealt


def _round_of(campaign: Campaign, day: date) -> int:
    """How many times the campaign has had its day before this one, counted from long ago: so that whoever got the first
    variant gets the next one the next time."""
    days = campaign.schedule.days
    weeks, weekday = divmod(day.toordinal() - 1, 7)  # the first day of the calendar was a Monday
    if campaign.kind is not Kind.RECURRING or DAYS[weekday] not in days:
        return 0
    return weeks * len(days) + sorted(days, key=DAYS.index).index(DAYS[weekday])


def _hour(conn: Connection, campaign: Campaign) -> str:
    return hour_of(campaign, spreading.cohort(conn, campaign.schedule.cohort) if campaign.kind is Kind.DRIP else None)


def _events(campaign: Campaign, occurrence: Occurrence) -> list[Any]:
    return list(happened(campaign, occurrence.local_date))


def _audience(campaign: Campaign) -> Audience:
    """A drip is for those of its cohort's members who fit."""
    drip = campaign.kind is Kind.DRIP
    return replace(campaign.audience, cohorts=(campaign.schedule.cohort,)) if drip else campaign.audience
