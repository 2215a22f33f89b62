"""Load what a batch of turns may know: a fixed number of queries, however many threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.conversation import Conversation, from_json
from bot.messages import Address
from bot.people import Attempt, Enrolment, Learner, QuizResult, Scope
from bot.record import LEARNING, Policy, Record
from store.columns import among, moment, paired
from store.packed import packed
from store.shapes import loads
from store.tables import (
    attempts,
    consent_states,
    enrolments,
    learners,
    lessons_done,
    quiz_results,
    thread_learners,
    threads,
)

Loaded = tuple[Conversation, int, Record]

LEARNER_COLUMNS = (
    learners.c.id,
    learners.c.name,
    learners.c.language,
    learners.c.country,
    learners.c.timezone,
    learners.c.sex,
    learners.c.birth_year,
    learners.c.community,
    learners.c.district,
    learners.c.cooperative,
    learners.c.operator,
    learners.c.hour,
    learners.c.paused_until,
    learners.c.guardian,
    learners.c.asked,
    learners.c.created_at,
)

_THREADS = packed(
    select(threads.c.address, threads.c.state, threads.c.conversation, threads.c.version).where(
        among(threads.c.address, "addresses")
    )
)
_PEOPLE = packed(
    select(thread_learners.c.address, *LEARNER_COLUMNS)
    .join(learners, learners.c.id == thread_learners.c.learner)
    .where(among(thread_learners.c.address, "addresses"))
    .order_by(learners.c.created_at, learners.c.id)
)
_ENROLMENTS = packed(
    select(
        enrolments.c.id,
        enrolments.c.learner,
        enrolments.c.course,
        enrolments.c.content_version,
        enrolments.c.enrolled_at,
    )
    .where(among(enrolments.c.learner, "learners"))
    .order_by(enrolments.c.enrolled_at, enrolments.c.id)
)
_LESSONS = packed(
    select(lessons_done.c.enrolment, paired(lessons_done.c.lesson, lessons_done.c.at))
    .where(among(lessons_done.c.enrolment, "enrolments"))
    .group_by(lessons_done.c.enrolment)
)
_QUIZZES = packed(
    select(
        quiz_results.c.enrolment,
        quiz_results.c.unit,
        quiz_results.c.right,
        quiz_results.c.of,
        quiz_results.c.passed,
        quiz_results.c.weak,
        quiz_results.c.at,
    )
    .where(among(quiz_results.c.enrolment, "enrolments"))
    .order_by(quiz_results.c.at, quiz_results.c.attempt)
)
_ATTEMPTS = packed(
    select(
        attempts.c.id,
        attempts.c.learner,
        attempts.c.enrolment,
        attempts.c.course,
        attempts.c.unit,
        attempts.c["items"],
        attempts.c.right,
        attempts.c.started_at,
    )
    .where(among(attempts.c.learner, "learners"), attempts.c.finished_at.is_(None))
    .order_by(attempts.c.started_at, attempts.c.id)
)
_CONSENTS = packed(
    select(consent_states.c.learner, consent_states.c.purpose, consent_states.c.granted, consent_states.c.at).where(
        among(consent_states.c.learner, "learners")
    )
)


@dataclass(slots=True)
class _Done:
    """What the tables hold on the people of a batch, sorted by whose it is."""

    enrolments: defaultdict[str, list[Enrolment]] = field(default_factory=lambda: defaultdict(list))
    attempts: defaultdict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    consents: dict[str, tuple[bool, datetime]] = field(default_factory=dict)  # to learning
    others: dict[tuple[str, str], bool] = field(default_factory=dict)  # (learner, another purpose)


def load(
    conn: Connection,
    scope: Scope,
    addresses: Mapping[Address, str],
    policy: Policy,
    elsewhere: Mapping[Address, str] | None = None,
    *,
    buttons: Container[str] = frozenset(),
) -> dict[Address, Loaded]:
    """The conversation, its version and the record of each address (→ the sender that heard it).

    `elsewhere`: address → a shared contact's number (E.164), whose learners come along. `buttons`: the senders whose
    channel shows buttons. An address that is not known has a fresh conversation of version 0.
    """
    keys = {str(address): address for address in addresses}
    shared = {address: _at_number(address, number) for address, number in (elsewhere or {}).items() if number}
    wanted = [*keys, *(key for found in shared.values() for key in found)]
    talks = {row[0]: row for row in _THREADS.rows(conn, {"addresses": list(keys)})}
    people = _people(conn, scope, wanted)
    ids = sorted({learner.id for key in keys for learner in people.get(key, ())})
    done = _done(conn, ids) if ids else _Done()
    return {
        address: _loaded(
            address,
            talks.get(key),
            people.get(key, ()),
            done,
            sender=addresses[address],
            buttons=addresses[address] in buttons,
            elsewhere=_together(people, shared.get(address, ())),
            policy=policy,
        )
        for key, address in keys.items()
    }


def learner(row: Sequence[Any]) -> Learner:
    """The learner of a row of `LEARNER_COLUMNS`."""
    return Learner(
        id=row[0],
        name=row[1],
        language=row[2],
        country=row[3],
        timezone=row[4],
        sex=row[5],
        birth_year=row[6],
        community=row[7],
        district=row[8],
        cooperative=row[9],
        operator=row[10],
        hour=row[11],
        paused_until=row[12],
        guardian=row[13],
        asked=tuple(loads(row[14])) if row[14] else (),
        created_at=row[15],
    )


def enrolled(conn: Connection, ids: Sequence[str]) -> Mapping[str, Sequence[Enrolment]]:
    """The enrolments of these learners, with what is done in each."""
    return _done(conn, ids).enrolments if ids else {}


def conversation(stored: str) -> Conversation:
    """A stored conversation; what cannot be read at all is a fresh one, so that nobody is ever locked out."""
    return from_json(stored)


def _at_number(address: Address, number: str) -> tuple[str, ...]:
    # A rehearsal's people live on the simulator, and their shared contacts do too.
    if address.scheme == "simulator":
        return (f"simulator:sms:{number}", f"simulator:chat:{number}", f"tel:{number}")
    return (f"tel:{number}",)


def _together(people: Mapping[str, Sequence[Learner]], keys: Iterable[str]) -> tuple[Learner, ...]:
    return tuple({learner.id: learner for key in keys for learner in people.get(key, ())}.values())


def _people(conn: Connection, scope: Scope, keys: Sequence[str]) -> Mapping[str, list[Learner]]:
    found: dict[str, list[Learner]] = {}
    seen: dict[str, Learner] = {}
    for row in _PEOPLE.rows(conn, {"addresses": keys}):
        known = seen.get(row[1]) or seen.setdefault(row[1], learner(row[1:]))
        if scope.cooperatives is None or known.cooperative in scope.cooperatives:
            found.setdefault(row[0], []).append(known)
    return found


def _done(conn: Connection, ids: Sequence[str]) -> _Done:
    out = _Done()
    rows = _ENROLMENTS.rows(conn, {"learners": ids})
    if rows:
        of = [row[0] for row in rows]
        lessons = {
            enrolment: {lesson: moment(at) for lesson, at in loads(done).items()}
            for enrolment, done in _LESSONS.rows(conn, {"enrolments": of})
        }
        quizzes, passed = _quizzes(conn, of)
        for id, who, course, version, at in rows:
            out.enrolments[who].append(
                Enrolment(
                    id=id,
                    learner=who,
                    course=course,
                    content_version=version,
                    enrolled_at=at,
                    done=lessons.get(id, {}),
                    quizzes=quizzes.get(id, {}),
                    passed=passed.get(id, {}),
                )
            )
        for id, who, enrolment, course, unit, items, right, at in _ATTEMPTS.rows(conn, {"learners": ids}):
            out.attempts[who].append(
                Attempt(
                    id=id,
                    learner=who,
                    enrolment=enrolment,
                    course=course,
                    unit=unit,
                    items=tuple(loads(items)),
                    right=tuple(loads(right)),
                    started_at=at,
                )
            )
    for who, purpose, granted, at in _CONSENTS.rows(conn, {"learners": ids}):
        if purpose == LEARNING:
            out.consents[who] = (bool(granted), at)
        else:
            out.others[who, purpose] = bool(granted)
    return out


_Quizzes = defaultdict[str, dict[str, QuizResult]]
_Passed = defaultdict[str, dict[str, datetime]]


def _quizzes(conn: Connection, of: Sequence[str]) -> tuple[_Quizzes, _Passed]:
    latest: _Quizzes = defaultdict(dict)
    passed: _Passed = defaultdict(dict)
    for enrolment, unit, right, out_of, ok, weak, at in _QUIZZES.rows(conn, {"enrolments": of}):
        latest[enrolment][unit] = QuizResult(
            right=right, of=out_of, passed=bool(ok), weak=tuple(loads(weak)) if weak else (), at=at
        )
        if ok:
            passed[enrolment].setdefault(unit, at)
    return latest, passed


def _loaded(
    address: Address,
    talk: Sequence[Any] | None,
    people: Sequence[Learner],
    done: _Done,
    *,
    sender: str,
    buttons: bool,
    elsewhere: tuple[Learner, ...],
    policy: Policy,
) -> Loaded:
    words = {each.id: done.consents[each.id] for each in people if each.id in done.consents}
    ids = {each.id for each in people}
    record = Record(
        address=address,
        sender=sender,
        state=talk[1] if talk else "open",
        buttons=buttons,
        learners=tuple(people),
        enrolments=tuple(each for who in people for each in done.enrolments.get(who.id, ())),
        attempts=tuple(each for who in people for each in done.attempts.get(who.id, ())),
        consents={who: word for who, (word, _) in words.items()},
        consent_dates={who: at for who, (_, at) in words.items()},
        purposes={key: granted for key, granted in done.others.items() if key[0] in ids},
        elsewhere=elsewhere,
        policy=policy,
    )
    return (conversation(talk[2]), talk[3], record) if talk else (Conversation(), 0, record)
