"""Take a cooperative's list in: who is new, who is known, who may not be written to; one transaction a chunk.

The same list twice changes nothing. What a learner has told us is never overwritten, and nobody who said no, stopped,
or was erased comes back by a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random

from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.cooperating.arriving import Arrival as Arrival
from bot.cooperating.members import Fault, same_person
from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right, need
from bot.delivering.hours import ZONES
from bot.people import Learner, Scope, new_id
from bot.record import LEARNING
from bot.talking.inviting import IMPORT, INVITATION, invitation_to
from bot.talking.profile import needs_guardian
from bot.turn import Due
from store import cohorts, dues, erasure, learner_search
from store.campaign_tables import unreachable
from store.columns import among
from store.consenting import WORD
from store.gathered import learner_row
from store.organisation_tables import cooperatives
from store.records import LEARNER_COLUMNS, learner
from store.shapes import clean
from store.tables import consent_states, consents, learners, thread_learners, threads
from store.touching import touch, touch_learners

CHUNK = 500  # rows a transaction: a running server waits for one no longer than for a batch of answers
_LOCK = 0x43484149
_LANGUAGES = {"PE": "es", "BO": "es", "RW": "rw"}
_FILLED = ("name", "language", "sex", "birth_year", "community", "district", "operator", "hour")

_THREADS = select(threads.c.address, threads.c.state).where(among(threads.c.address, "addresses"))
_KNOWN = (
    select(*LEARNER_COLUMNS, thread_learners.c.address, consent_states.c.granted)
    .select_from(
        thread_learners.join(learners, learners.c.id == thread_learners.c.learner).outerjoin(
            consent_states,
            (consent_states.c.learner == learners.c.id) & (consent_states.c.purpose == LEARNING),
        )
    )
    .where(among(thread_learners.c.address, "addresses"))
    .order_by(learners.c.created_at, learners.c.id)
)
# The latest word of a number from which nobody had joined.
_WORDS = (
    select(consents.c.address, consents.c.granted)
    .where(among(consents.c.address, "addresses"), consents.c.learner.is_(None))
    .order_by(consents.c.id)
)
_UNREACHABLE = select(unreachable.c.address).where(
    among(unreachable.c.address, "addresses"), unreachable.c.suppressed_at.is_not(None)
)
_REGISTERED = select(cooperatives.c.id).where(among(cooperatives.c.id, "ids"))


class Overtaken(Exception):
    """Somebody on the list wrote to us at this very moment: the chunk is to be done again."""


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    FILLED = "filled"  # known, and something that was empty is known now
    KNOWN = "known"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an arrival. `agrees`: by this list she has agreed, on paper, and had not before."""

    arrival: Arrival
    fate: Fate
    learner: Learner | None = None
    fault: Fault | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    agrees: bool = False


@dataclass(slots=True)
class _There:
    """What the tables hold on the numbers of a chunk."""

    states: dict[str, str]
    known: defaultdict[str, list[tuple[Learner, bool | None]]]
    refused: set[str]
    erased: set[str]
    unreachable: set[str]
    registered: set[str]


def judge(
    conn: Connection,
    scope: Scope,
    arrivals: Sequence[Arrival],
    key: bytes,
    now: datetime,
    chance: Random,
    *,
    locking: bool = False,
) -> list[Outcome]:
    """What would become of each arrival (each number once), without writing anything. Raises Forbidden."""
    need(scope, Right.EDIT_PEOPLE)
    there = _there(conn, arrivals, key, locking=locking)
    return [_judged(scope, each, there, now, chance) for each in arrivals]


def take_in(
    conn: Connection,
    scope: Scope,
    arrivals: Sequence[Arrival],
    key: bytes,
    now: datetime,
    chance: Random,
    *,
    cohort: Cohort | None = None,
    course: str = "",
    version: str = "",
) -> list[Outcome]:
    """Take a chunk in, into a cohort where one is given, else into a course where one is (`version`: of that course, in
    use). Whoever has not agreed is invited to it. Raises Overtaken where it is to be done again, in a new
    transaction."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    outcomes = judge(conn, scope, arrivals, key, now, chance, locking=True)
    _write_new(conn, [each for each in outcomes if each.fate is Fate.NEW], now)
    _write_changes(conn, [each for each in outcomes if each.changes])
    learner_search.keep(
        conn, [each.learner.id for each in outcomes if each.learner and (each.fate is Fate.NEW or each.changes)]
    )
    agreed = [each for each in outcomes if each.agrees]
    _write_papers(conn, agreed, now)
    taken = [each.learner.id for each in outcomes if each.learner]
    if cohort:
        cohorts.take_in(conn, scope, cohort, taken, now, version=version)
    elif course:
        cohorts.enrol(conn, course, taken, now, version)
    about = invitation_to(course) if course and not cohort else IMPORT
    heard = [each.learner.id for each in outcomes if each.learner and (each.fate is Fate.NEW or each.agrees)]
    dues.owe(conn, [Due(learner=id, kind=INVITATION, subject=about, at=now) for id in heard])
    touch_learners(conn, [each.learner.id for each in outcomes if each.learner and (each.changes or each.agrees)])
    return outcomes


def _there(conn: Connection, arrivals: Sequence[Arrival], key: bytes, *, locking: bool) -> _There:
    addresses = sorted({str(each.address) for each in arrivals})
    given = {"addresses": addresses}
    # Locked on PostgreSQL: a turn that is under way there ends first, or comes too late and is decided again.
    stands = conn.execute(_THREADS.with_for_update() if locking else _THREADS, given).all()
    known: defaultdict[str, list[tuple[Learner, bool | None]]] = defaultdict(list)
    for row in conn.execute(_KNOWN, given).all():
        known[row.address].append((learner(row), row.granted))
    latest = {row[0]: row[1] for row in conn.execute(_WORDS, given).all()}
    theirs = sorted({who.cooperative for each in known.values() for who, _ in each if who.cooperative})
    return _There(
        states={row[0]: row[1] for row in stands},
        known=known,
        refused={address for address, granted in latest.items() if not granted},
        erased={str(each) for each in erasure.suppressed_among(conn, [each.address for each in arrivals], key)},
        unreachable=set(conn.execute(_UNREACHABLE, given).scalars()),
        registered=set(conn.execute(_REGISTERED, {"ids": theirs}).scalars()) if theirs else set(),
    )


def _judged(scope: Scope, arrival: Arrival, there: _There, now: datetime, chance: Random) -> Outcome:
    address, member = str(arrival.address), arrival.member
    people = there.known.get(address, [])
    if scope.cooperatives is not None:
        # Whoever is bounded to cooperatives brings people into these, and learns nothing of anybody else's.
        if arrival.cooperative not in scope.cooperatives:
            return _bad(arrival, "elsewhere")
        if any(who.cooperative not in scope.cooperatives for who, _ in people):
            return _bad(arrival, "elsewhere")
    if address in there.erased:
        return _bad(arrival, "erased")
    if address in there.unreachable:
        return _bad(arrival, "unreachable")
    if not people:
        if address in there.refused or there.states.get(address, "open") != "open":
            return _bad(arrival, "said_no")
        fresh = _newcomer(arrival, now, chance)
        return Outcome(arrival=arrival, fate=Fate.NEW, learner=fresh, agrees=bool(arrival.reference))
    fitting = [each for each in people if same_person(each[0].name, member.name)]
    if not fitting:
        return _bad(arrival, "shared", people[0][0].name)
    who, word = max(fitting, key=lambda each: each[0].name.casefold() == member.name.casefold())
    return _met(arrival, who, word, there, now)


def _met(arrival: Arrival, who: Learner, word: bool | None, there: _There, now: datetime) -> Outcome:
    if arrival.reference and word is False:
        return _bad(arrival, "said_no")
    elsewhere = who.cooperative in there.registered and who.cooperative != arrival.cooperative
    if arrival.cooperative and elsewhere:
        fault = Fault(field="cooperative", why="member_of", value=arrival.cooperative, known=who.cooperative)
        return Outcome(arrival=arrival, fate=Fate.BAD, fault=fault)
    changes = _changes(arrival, who, now)
    agrees = bool(arrival.reference) and word is None
    if agrees and who.guardian == "needed" and arrival.member.guardian:
        changes["guardian"] = arrival.member.guardian
    return Outcome(
        arrival=arrival,
        fate=Fate.FILLED if changes or agrees else Fate.KNOWN,
        learner=who,
        changes=changes,
        agrees=agrees,
    )


def _changes(arrival: Arrival, who: Learner, now: datetime) -> dict[str, object]:
    """What of her is still empty and stands on the list. A cooperative that she typed is a word and no membership."""
    found: dict[str, object] = {
        name: value
        for name in _FILLED
        if getattr(who, name) in ("", None) and (value := getattr(arrival.member, name)) not in ("", None)
    }
    if arrival.cooperative and who.cooperative != arrival.cooperative:
        found["cooperative"] = arrival.cooperative
    born = found.get("birth_year")
    if isinstance(born, int) and not who.guardian and needs_guardian(replace(who, birth_year=born), now.year):
        found["guardian"] = arrival.member.guardian if arrival.reference else "needed"
    return found


def _newcomer(arrival: Arrival, now: datetime, chance: Random) -> Learner:
    member = arrival.member
    fresh = Learner(
        id=new_id(now, chance),
        name=member.name,
        language=member.language or _LANGUAGES.get(member.country, "es"),
        country=member.country,
        timezone=ZONES.get(member.country, ""),
        sex=member.sex,
        birth_year=member.birth_year,
        community=member.community,
        district=member.district,
        cooperative=arrival.cooperative,
        operator=member.operator,
        hour=member.hour,
        created_at=now,
    )
    if not needs_guardian(fresh, now.year):
        return fresh
    return replace(fresh, guardian=member.guardian if arrival.reference else "needed")


def _bad(arrival: Arrival, why: str, known: str = "") -> Outcome:
    fault = Fault(field="phone", why=why, value=arrival.member.phone, known=known)
    return Outcome(arrival=arrival, fate=Fate.BAD, fault=fault)


def _write_new(conn: Connection, fresh: Sequence[Outcome], now: datetime) -> None:
    if not fresh:
        return
    there = set(conn.execute(_THREADS, {"addresses": [str(each.arrival.address) for each in fresh]}).scalars())
    begin = [str(each.arrival.address) for each in fresh if str(each.arrival.address) not in there]
    # Of version 1, so that a turn which began before there was a thread comes too late.
    rows = [{"address": each, "sender": "", "state": "open", "version": 1, "updated_at": now} for each in begin]
    if rows:
        begun = insert_or(threads).on_conflict_do_nothing(index_elements=["address"]).returning(threads.c.address)
        if len(conn.execute(begun, rows).scalars().all()) < len(rows):
            raise Overtaken
    touch(conn, there)
    people = [each.learner for each in fresh if each.learner]
    conn.execute(insert(learners), [learner_row(each) for each in people])
    linked = [{"address": str(each.arrival.address), "learner": each.learner.id} for each in fresh if each.learner]
    conn.execute(insert(thread_learners), linked)


def _write_changes(conn: Connection, filled: Sequence[Outcome]) -> None:
    for each in filled:
        if each.learner:
            told = {name: clean(value) if isinstance(value, str) else value for name, value in each.changes.items()}
            conn.execute(update(learners).where(learners.c.id == each.learner.id).values(**told))


def _write_papers(conn: Connection, agreed: Sequence[Outcome], now: datetime) -> None:
    rows = [
        {
            "learner": each.learner.id,
            "address": str(each.arrival.address),
            "granted": True,
            "language": each.learner.language,
            "method": "paper",
            "purpose": LEARNING,
            "guardian": clean(each.arrival.member.guardian),
            "reference": clean(each.arrival.reference),
            "given_on": each.arrival.given_on,
            "at": now,
        }
        for each in agreed
        if each.learner
    ]
    if rows:
        conn.execute(insert(consents), rows)
        words = [{"learner": row["learner"], "purpose": LEARNING, "granted": True, "at": now} for row in rows]
        conn.execute(WORD, words)
