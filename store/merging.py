"""Make one record of two: every table that names the one comes to name the other, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.certifying.cases import OPEN
from bot.cooperating.merging import Plan, Side, plan
from bot.cooperating.roles import Right
from bot.people import Scope
from bot.record import LEARNING
from store import calls as calling
from store import learner_search
from store.api_tables import hook_deliveries, idempotency_keys
from store.campaign_tables import link_codes, reviews, weeks
from store.case_tables import assessors, cases, conflicts
from store.consenting import WORD
from store.credential_tables import credentials
from store.organisation_tables import cohort_members
from store.people_tables import calls, learner_words, to_call
from store.survey_tables import survey_replies
from store.tables import (
    answers,
    attempts,
    consent_states,
    consents,
    dues,
    enrolments,
    help_requests,
    learners,
    lessons_done,
    outbox,
    quiz_results,
    thread_learners,
    threads,
)
from store.touching import touch_learners

# Rows that only change whose they are.
MOVED: tuple[Table, ...] = (
    outbox,
    attempts,
    answers,
    consents,
    help_requests,
    cases,
    link_codes,
    credentials,
    calls,
    assessors,
    hook_deliveries,
    idempotency_keys,
)
# Rows of which she has one by key: where both have one, the record that stays keeps its own.
UNITED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (dues, ("kind", "subject")),
    (thread_learners, ("address",)),
    (cohort_members, ("cohort",)),
    (reviews, ("item",)),
    (conflicts, ("assessor", "kind")),
)
# And the rest: each has its own way below, or is worked out anew.
APART: tuple[Table, ...] = (enrolments, consent_states, weeks, survey_replies, learner_words, to_call)

_THEIRS = select(thread_learners.c.address).where(thread_learners.c.learner == bindparam("who"))
_COHORTS = select(cohort_members.c.cohort).where(cohort_members.c.learner == bindparam("who"))
_COURSES = select(enrolments.c.course, enrolments.c.id).where(enrolments.c.learner == bindparam("who"))
_WORD = select(consent_states.c.granted, consent_states.c.at).where(
    consent_states.c.learner == bindparam("who"), consent_states.c.purpose == LEARNING
)
_CASES = select(cases.c.standard).where(
    cases.c.learner == bindparam("who"), cases.c.state.in_(sorted(state.value for state in OPEN))
)
_WORDS = select(consent_states.c.learner, consent_states.c.purpose, consent_states.c.granted, consent_states.c.at)


def planned(conn: Connection, scope: Scope, kept: str, gone: str) -> Plan | None:
    """What merging `gone` into `kept` would do; None where either is not of the scope. Raises Forbidden."""
    mine, other = _side(conn, scope, kept), _side(conn, scope, gone)
    return plan(mine, other) if mine and other else None


def merge(conn: Connection, scope: Scope, kept: str, gone: str) -> Plan | None:
    """Do it, in the transaction that is open. A plan with a refusal has changed nothing; None where either is not of
    the scope. Raises Forbidden."""
    found = planned(conn, scope, kept, gone)
    if found is None or found.refusals:
        return found
    touch_learners(conn, [kept, gone])
    keys = {"stays": kept, "goes": gone}
    for table in MOVED:
        conn.execute(_renamed(table), keys)
    for table, names in UNITED:
        _unite(conn, table, names, kept, gone)
    _unite_words(conn, kept, gone)
    _unite_weeks(conn, kept, gone)
    _unite_replies(conn, kept, gone)
    for course in (*found.courses, *found.joined):
        _unite_course(conn, course, kept, gone)
    # What the dialogues of the one remember of who writes is now the other's.
    addresses = list(conn.execute(_THEIRS, {"who": kept}).scalars())
    conn.execute(
        update(threads)
        .where(threads.c.address.in_(addresses), threads.c.conversation.contains(gone, autoescape=True))
        .values(conversation=func.replace(threads.c.conversation, gone, kept))
    )
    for table in (learner_words, to_call):
        conn.execute(delete(table).where(table.c.learner == gone))
    if found.filled:
        conn.execute(update(learners).where(learners.c.id == kept).values(**found.filled))
    conn.execute(delete(learners).where(learners.c.id == gone))
    learner_search.keep(conn, [kept])
    return found


def _side(conn: Connection, scope: Scope, id: str) -> Side | None:
    who = calling.found(conn, scope, id, Right.EDIT_PEOPLE)
    if who is None:
        return None
    word = conn.execute(_WORD, {"who": id}).first()
    return Side(
        learner=who,
        courses=frozenset(course for course, _ in conn.execute(_COURSES, {"who": id})),
        cohorts=frozenset(conn.execute(_COHORTS, {"who": id}).scalars()),
        addresses=frozenset(conn.execute(_THEIRS, {"who": id}).scalars()),
        standards=frozenset(conn.execute(_CASES, {"who": id}).scalars()),
        word=(word[0], word[1]) if word else None,
    )


def _renamed(table: Table) -> Update:
    return update(table).where(table.c.learner == bindparam("goes")).values(learner=bindparam("stays"))


def _unite(conn: Connection, table: Table, names: Sequence[str], kept: str, gone: str) -> None:
    hers = table.alias("hers")
    same = [hers.c[name] == table.c[name] for name in names]
    free = ~select(hers.c.learner).where(hers.c.learner == kept, *same).exists()
    conn.execute(update(table).where(table.c.learner == gone, free).values(learner=kept))
    conn.execute(delete(table).where(table.c.learner == gone))


def _unite_words(conn: Connection, kept: str, gone: str) -> None:
    """The later word on each purpose holds."""
    latest: dict[str, dict[str, Any]] = {}
    rows = conn.execute(_WORDS.where(consent_states.c.learner.in_([kept, gone])).order_by(consent_states.c.at)).all()
    for row in rows:
        latest[row.purpose] = {"learner": kept, "purpose": row.purpose, "granted": row.granted, "at": row.at}
    conn.execute(delete(consent_states).where(consent_states.c.learner == gone))
    if latest:
        conn.execute(WORD, list(latest.values()))


def _unite_weeks(conn: Connection, kept: str, gone: str) -> None:
    """What was sent to both counts against one person's week."""
    rows = conn.execute(select(weeks.c.week, weeks.c.n, weeks.c.exempt).where(weeks.c.learner == gone)).all()
    conn.execute(delete(weeks).where(weeks.c.learner == gone))
    if rows:
        fresh = insert(weeks)
        conn.execute(
            fresh.on_conflict_do_update(
                index_elements=["learner", "week"],
                set_={"n": weeks.c.n + fresh.excluded.n, "exempt": weeks.c.exempt + fresh.excluded.exempt},
            ),
            [{"learner": kept, "week": row.week, "n": row.n, "exempt": row.exempt} for row in rows],
        )


def _unite_replies(conn: Connection, kept: str, gone: str) -> None:
    """Where both replied to one survey, the second reply stays and is counted, and is nobody's."""
    hers = survey_replies.alias("hers")
    both = select(hers.c.survey).where(hers.c.learner == kept).scalar_subquery()
    theirs = update(survey_replies).where(survey_replies.c.learner == gone)
    conn.execute(theirs.where(survey_replies.c.survey.not_in(both)).values(learner=kept))
    conn.execute(theirs.values(learner=None))


def _unite_course(conn: Connection, course: str, kept: str, gone: str) -> None:
    """One enrolment of two: what is done in either is done. One on which a certificate rests stays."""
    held = {
        row.learner: row.id
        for row in conn.execute(
            select(enrolments.c.learner, enrolments.c.id).where(
                enrolments.c.learner.in_([kept, gone]), enrolments.c.course == course
            )
        )
    }
    if len(held) < 2:
        conn.execute(_renamed(enrolments).where(enrolments.c.course == course), {"stays": kept, "goes": gone})
        return
    rests = set(conn.execute(select(credentials.c.decision).where(credentials.c.decision.in_(held.values()))).scalars())
    stays, goes = held[kept], held[gone]
    if goes in rests and stays not in rests:
        stays, goes = goes, stays
    done = insert(lessons_done)
    rows = conn.execute(select(lessons_done.c.lesson, lessons_done.c.at).where(lessons_done.c.enrolment == goes)).all()
    conn.execute(delete(lessons_done).where(lessons_done.c.enrolment == goes))
    if rows:
        conn.execute(
            done.on_conflict_do_nothing(),
            [{"enrolment": stays, "lesson": row.lesson, "at": row.at} for row in rows],
        )
    for table in (attempts, quiz_results):
        conn.execute(update(table).where(table.c.enrolment == goes).values(enrolment=stays))
    conn.execute(delete(enrolments).where(enrolments.c.id == goes))
    conn.execute(update(enrolments).where(enrolments.c.id == stays).values(learner=kept))
