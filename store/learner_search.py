"""Find learners by name, place or number, and by where they stand; a page costs the same however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.roles import Right, may, need
from bot.cooperating.searching import Wanted, is_whole, numbers, wanted, words_of
from bot.learning.calling import SILENT
from bot.learning.standing import standing
from bot.people import WANTING, Learner, Scope
from bot.record import LEARNING
from store import people
from store.columns import among, prefixed
from store.people_tables import learner_words
from store.records import LEARNER_COLUMNS, learner
from store.tables import consent_states, enrolments, learners, lessons_done, thread_learners, threads

PAGE = 50
_FILTERED = 400  # people that are looked at in one go where a filter has to be tried on each
_WINDOWS = 5  # how often, before the page ends and offers to look further
_LAST = "\U0010ffff"
_PHONES = ("tel:", "simulator:sms:")
_PARTING = "~"  # of the two halves of a key; in no word, no address and no id

_KNOWN = select(
    learners.c.id, learners.c.name, learners.c.community, learners.c.district, learners.c.cooperative
).where(among(learners.c.id, "ids"))
_FORGET = delete(learner_words).where(among(learner_words.c.learner, "ids"))
_KEEP = insert(learner_words).on_conflict_do_nothing()
_PEOPLE = select(*LEARNER_COLUMNS).where(among(learners.c.id, "ids"))
_THREADS = (
    select(thread_learners.c.learner, thread_learners.c.address, threads.c.state, threads.c.heard_at)
    .select_from(thread_learners.outerjoin(threads, threads.c.address == thread_learners.c.address))
    .where(among(thread_learners.c.learner, "ids"))
    .order_by(thread_learners.c.address)
)
_WORDS = select(consent_states.c.learner, consent_states.c.granted).where(
    among(consent_states.c.learner, "ids"), consent_states.c.purpose == LEARNING
)
_COURSES = (
    select(enrolments.c.learner, enrolments.c.course, func.count(lessons_done.c.lesson))
    .select_from(enrolments.outerjoin(lessons_done, lessons_done.c.enrolment == enrolments.c.id))
    .where(among(enrolments.c.learner, "ids"))
    .group_by(enrolments.c.learner, enrolments.c.course, enrolments.c.enrolled_at)
    .order_by(enrolments.c.enrolled_at)
)


_SAID = exists(literal_column("1")).where(
    consent_states.c.learner == learners.c.id, consent_states.c.purpose == LEARNING
)
_WROTE = (
    exists(literal_column("1"))
    .select_from(thread_learners.join(threads, threads.c.address == thread_learners.c.address))
    .where(thread_learners.c.learner == learners.c.id, threads.c.heard_at > bindparam("since"))
)
_MAYBE: dict[str, Any] = {
    "silent": _SAID.where(consent_states.c.granted.is_(True)) & ~_WROTE,
    "stopped": _SAID.where(consent_states.c.granted.is_(False)),
    "invited": ~_SAID,
    "guardian": learners.c.guardian.in_(WANTING),
    "paused": learners.c.paused_until.is_not(None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a list is narrowed to; empty fields narrow nothing. `state` is a standing, or `silent`."""

    text: str = ""
    cooperative: str = ""
    course: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A learner as a list shows her. `courses`: each with how many lessons of it she has finished."""

    learner: Learner
    addresses: tuple[str, ...]
    standing: str
    courses: tuple[tuple[str, int], ...]
    heard_at: datetime | None

    def is_silent(self, now: datetime) -> bool:
        """Whether she learns and has not written for two weeks."""
        last = self.heard_at or self.learner.created_at
        return self.standing == "learning" and last <= now - SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """People of a list, and the key to go on with ("": there are no more)."""

    people: tuple[Listed, ...]
    after: str = ""


# --- looking ---


def search(
    conn: Connection,
    scope: Scope,
    sought: Sought,
    now: datetime,
    *,
    after: str = "",
    country: str = "",
    limit: int = PAGE,
) -> Page:
    """Learners of a scope: by name where a text was typed, else those who came last first. `after` is a page's own
    key. A page may end before it is full where a filter fits few: its key goes on from there.

    Whoever may not see numbers finds one only by typing all of it. Raises Forbidden.
    """
    need(scope, Right.SEE_PEOPLE)
    queries, key = _streams(scope, sought, country)
    if not queries:
        return Page(people=())
    found: list[tuple[str, Listed]] = []
    is_filter = bool(sought.course) and key != (enrolments.c.learner,)
    size = _FILTERED if sought.state or is_filter else limit + 1
    for _ in range(_WINDOWS):
        rows = [row for query in queries for row in conn.execute(_beyond(query, key, after).limit(size)).all()]
        keys = [_key(row) for row in (sorted(rows, key=tuple)[:size] if len(queries) > 1 else rows)]
        fitting = _fitting(conn, scope, _narrowed(conn, [each for _, each in keys], sought, now), sought, now)
        found += [(place, fitting[id]) for place, id in keys if id in fitting]
        if len(found) > limit:
            return Page(people=tuple(each for _, each in found[:limit]), after=found[limit - 1][0])
        if len(keys) < size:
            return Page(people=tuple(each for _, each in found))
        after = keys[-1][0]
    return Page(people=tuple(each for _, each in found), after=after)


def listed(conn: Connection, scope: Scope, ids: Collection[str], now: datetime) -> dict[str, Listed]:
    """These learners as a list shows them, as far as they are in the scope."""
    need(scope, Right.SEE_PEOPLE)
    return _fitting(conn, scope, list(ids), Sought(), now)


def _streams(scope: Scope, sought: Sought, country: str) -> tuple[list[Select[Any]], tuple[Any, ...]]:
    """The queries whose order is that of the list, and the columns of their key; none where nobody can fit."""
    typed = wanted(sought.text)
    bound = None if scope.cooperatives is None else sorted(scope.cooperatives)
    if sought.cooperative:
        bound = [sought.cooperative] if bound is None or sought.cooperative in bound else []
    if bound == [] or (sought.text.strip() and typed.nothing):
        return [], ()
    if typed.words:
        return _by_words(typed, bound)
    if typed.digits:
        return _by_number(scope, typed.digits, country, bound)
    if sought.course and bound is None:
        query = select(enrolments.c.learner.label("second")).where(enrolments.c.course == sought.course)
        query = query.where(enrolments.c.learner.is_not(None))
        return [query.order_by(enrolments.c.learner.desc())], (enrolments.c.learner,)
    query = select(learners.c.id.label("second")).order_by(learners.c.id.desc())
    if sought.state == "paused":
        query = query.where(learners.c.paused_until.is_not(None))
    return [query if bound is None else query.where(learners.c.cooperative.in_(bound))], (learners.c.id,)


def _by_words(typed: Wanted, bound: Sequence[str] | None) -> tuple[list[Select[Any]], tuple[Any, ...]]:
    first, *others = typed.words
    word, who = learner_words.c.word, learner_words.c.learner
    query = select(word.label("first"), who.label("second")).where(word >= first, word < first + _LAST)
    for place, each in enumerate(others):
        hers = learner_words.alias(f"other{place}")
        query = query.where(exists().where(hers.c.learner == who, hers.c.word >= each, hers.c.word < each + _LAST))
    # Once, though two of her words begin so.
    before = learner_words.alias("before")
    query = query.where(~exists().where(before.c.learner == who, before.c.word >= first, before.c.word < word))
    if bound is not None:
        query = query.where(learner_words.c.cooperative.in_(bound))
    return [query.order_by(word, who)], (word, who)


def _by_number(
    scope: Scope, digits: str, country: str, bound: Sequence[str] | None
) -> tuple[list[Select[Any]], tuple[Any, ...]]:
    """One query for each way in which a number may begin: for all ways in one, SQLite would read every number."""
    address, who = thread_learners.c.address, thread_learners.c.learner
    forms = [scheme + number for scheme in _PHONES for number in numbers(digits, country)]
    query = select(address.label("first"), who.label("second")).order_by(address, who)
    if bound is not None:
        query = query.join(learners, learners.c.id == who).where(learners.c.cooperative.in_(bound))
    if may(scope, Right.SEE_NUMBERS):
        ways = [partial(_begins, so=each) for each in forms]
    else:
        ways = [partial(_is_one, of=forms)] if is_whole(digits) and forms else []
    # Once, though two of her numbers begin so, each in its own way.
    before = thread_learners.alias("before")
    earlier = exists().where(
        before.c.learner == who, before.c.address < address, or_(false(), *(fits(before.c.address) for fits in ways))
    )
    return [query.where(fits(address), ~earlier) for fits in ways], (address, who)


def _begins(address: Any, so: str) -> ColumnElement[bool]:
    return prefixed(address, literal(so), literal(so + _LAST))


def _is_one(address: Any, of: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(address == each for each in of))


def _beyond(query: Select[Any], key: tuple[Any, ...], after: str) -> Select[Any]:
    if not after:
        return query
    if len(key) == 1:  # those who came last first
        return query.where(key[0] < after)
    first, _, second = after.partition(_PARTING)
    return query.where(tuple_(*key) > tuple_(first, second))


def _key(row: Any) -> tuple[str, str]:
    """The key of a row as it stands in an address, and the learner."""
    return (_PARTING.join(row), row[-1]) if len(row) > 1 else (row[0], row[0])


def _narrowed(conn: Connection, ids: Sequence[str], sought: Sought, now: datetime) -> list[str]:
    """Those of them who can be in this state at all, by one cheap look: all that is shown is read of these alone."""
    conditions = _MAYBE.get(sought.state)
    if conditions is None or not ids:
        return list(ids)
    query = select(learners.c.id).where(among(learners.c.id, "ids"), conditions)
    return list(conn.execute(query, {"ids": list(ids), "since": now - SILENT}).scalars())


def _fitting(conn: Connection, scope: Scope, ids: Sequence[str], sought: Sought, now: datetime) -> dict[str, Listed]:
    given = {"ids": list(ids)}
    if not ids:
        return {}
    query = _PEOPLE.where(people.within(scope))
    if sought.cooperative:
        query = query.where(learners.c.cooperative == sought.cooperative)
    if sought.course:
        query = query.where(
            exists(literal_column("1")).where(
                enrolments.c.learner == learners.c.id, enrolments.c.course == sought.course
            )
        )
    known = {row[0]: learner(row) for row in conn.execute(query, given).all()}
    reached: defaultdict[str, list[tuple[str, str, datetime | None]]] = defaultdict(list)
    for who, address, state, heard_at in conn.execute(_THREADS, given):
        reached[who].append((address, state or "", heard_at))
    said = {row[0]: row[1] for row in conn.execute(_WORDS, given)}
    courses: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for who, course, done in conn.execute(_COURSES, given):
        courses[who].append((course, done))
    found = {
        id: Listed(
            learner=each,
            addresses=tuple(address for address, _, _ in reached[id]),
            standing=standing(
                each,
                agreed=said.get(id),
                threads=[state for _, state, _ in reached[id]],
                enrolled=bool(courses[id]),
                now=now,
            ),
            courses=tuple(courses[id]),
            heard_at=max((at for _, _, at in reached[id] if at), default=None),
        )
        for id, each in known.items()
    }
    if sought.state == "silent":
        return {id: each for id, each in found.items() if each.is_silent(now)}
    return {id: each for id, each in found.items() if not sought.state or each.standing == sought.state}


# --- keeping ---


def keep(conn: Connection, ids: Collection[str]) -> None:
    """Keep the words under which these learners are found. Whoever writes a name, a place or a cooperative of theirs
    calls this afterwards, in the same transaction."""
    if not ids:
        return
    given = {"ids": sorted(set(ids))}
    conn.execute(_FORGET, given)
    rows = [
        {"word": word, "learner": id, "cooperative": cooperative}
        for id, name, community, district, cooperative in conn.execute(_KNOWN, given).all()
        for word in words_of(name, community, district)
    ]
    if rows:
        conn.execute(_KEEP, rows)


KEPT = frozenset({"name", "community", "district", "cooperative"})
"""The fields of a learner that her words come from."""
