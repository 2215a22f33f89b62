"""A programme full of people, written by the database itself: for tests of the pages, and to see how they grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations
from store.database import Database

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)  # a Monday, ten o'clock in Lima
COURSE = "vivero"
COOPERATIVES = 40
COHORT = 40  # people of each
_DAY = int(timedelta(days=1).total_seconds() * 1_000_000)
_GIVEN = ("Rosa", "Juan", "Elena", "María", "Óscar", "Lucía", "Pedro", "Ana", "Ñusta", "Víctor")
_FAMILY = ("Quispe", "Huamán", "Mamani", "Flores", "Rojas", "Chávez", "Vásquez", "Guerrero", "Campos", "Núñez", "Díaz")
_PLACES = ("San Ignacio", "Bellavista", "Huabal", "Chirinos", "La Coipa", "Namballe", "Santa Rosa")
_SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT {} FROM n {}",
    "postgresql": "SELECT {} FROM generate_series(0, CAST(:last AS INTEGER)) AS n(i) {}",
}
_ID = {"sqlite": "printf('l%07d', i)", "postgresql": "'l' || lpad(CAST(i AS TEXT), 7, '0')"}
_PHONE = {"sqlite": "printf('tel:+519%08d', i)", "postgresql": "'tel:+519' || lpad(CAST(i AS TEXT), 8, '0')"}


def _one_of(words: tuple[str, ...], of: str) -> str:
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE ({of}) % {len(words)} {cases} END"


_NAME = f"{_one_of(_GIVEN, 'i')} || ' ' || {_one_of(_FAMILY, 'i / 10')} || ' ' || {_one_of(_FAMILY, 'i / 110')}"
_PLACE = _one_of(_PLACES, "i / 7")
_FOLDED = str.maketrans("áéíóúñÁÉÍÓÚÑ", "aeiounAEIOUN")
# Every fifth has been silent for so long that she should be called; every seventh has said no.
_ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "learners (id, name, language, country, timezone, sex, community, cooperative, created_at)",
        "{id}, {name}, 'es', 'PE', 'America/Lima', CASE i % 2 WHEN 0 THEN 'f' ELSE 'm' END, {place}, "
        "'coop-' || CAST(i % {coops} AS TEXT), {at} - 60 * {day} + i",
        "",
    ),
    (
        "threads (address, sender, state, updated_at, heard_at)",
        "{phone}, 'twilio:+15005550006', 'open', {at} - {day}, "
        "CASE i % 5 WHEN 0 THEN {at} - 20 * {day} - i ELSE {at} - {day} - i END",
        "",
    ),
    ("thread_learners (address, learner)", "{phone}, {id}", ""),
    ("consent_states (learner, purpose, granted, at)", "{id}, 'learning', {yes}, {at} - 50 * {day}", ""),
    (
        "consents (learner, address, granted, text, language, method, purpose, at)",
        "{id}, {phone}, {yes}, 'Acepta las lecciones?', 'es', 'reply', 'learning', {at} - 50 * {day}",
        "",
    ),
    (
        "enrolments (id, learner, course, content_version, enrolled_at)",
        "'e' || {id}, {id}, '{course}', '1', {at} - 50 * {day}",
        "WHERE i % 7 <> 6",
    ),
    ("learner_words (word, learner, cooperative)", "{given}, {id}, 'coop-' || CAST(i % {coops} AS TEXT)", ""),
    ("learner_words (word, learner, cooperative)", "{family}, {id}, 'coop-' || CAST(i % {coops} AS TEXT)", ""),
    (
        "cohorts (id, name, course, cooperative, days, starts_on, created_at)",
        "'cohort-' || CAST(i AS TEXT), 'Grupo ' || CAST(i AS TEXT), '{course}', "
        "'coop-' || CAST(i % {coops} AS TEXT), 'mon,wed,fri', '2026-01-05', {at} - 60 * {day}",
        "WHERE i < {cohorts}",
    ),
    (
        "cohort_members (cohort, learner, joined_at)",
        "'cohort-' || CAST(i % {cohorts} AS TEXT), {id}, {at} - 50 * {day}",
        "",
    ),
    (
        "outbox (sender, address, learner, kind, content, state, not_before, created_at, sent_at, segments)",
        "'twilio:+15005550006', {phone}, {id}, 'lesson', '{message}', 'delivered', {at} - 3 * {day}, {at} - 3 * {day}, "
        "{at} - 3 * {day}, 1",
        "",
    ),
    (
        "inbox (sender, provider_id, address, kind, payload, received_at, not_before, state)",
        "'twilio:+15005550006', 'SM' || {id}, {phone}, 'text', '{reply}', {at} - 3 * {day} + 1000, {at}, 'answered'",
        "",
    ),
)


def fill(
    database: Database, learners: int, lessons: tuple[str, ...] = (), *, course: str = COURSE, now: datetime = NOW
) -> None:
    """So many learners in 40 cooperatives and in cohorts of 40, each with a thread, a word on lessons, a course, a
    message each way, and the first of `lessons` done."""
    with database.writing() as conn:
        for number in range(COOPERATIVES):
            made = Cooperative(id=f"coop-{number}", name=f"Cooperativa {number}", country="PE")
            organisations.add_cooperative(conn, OPERATOR, made, now)
    rows = [*_ROWS]
    for place, lesson in enumerate(lessons):
        done = f"'e' || {{id}}, '{lesson}', {{at}} - (40 - {place}) * {{day}} + i"
        rows.append(("lessons_done (enrolment, lesson, at)", done, f"WHERE i % 7 <> 6 AND i % {place + 2} = 0"))
    for into, columns, condition in rows:
        with database.writing() as conn:
            _insert(conn, database.dialect, into, columns, condition, _given(learners, course, now))
    with database.writing() as conn:
        conn.execute(text("ANALYZE"))


def _given(count: int, course: str, now: datetime) -> dict[str, Any]:
    return {
        "name": _NAME,
        "place": _PLACE,
        "given": _one_of(tuple(word.translate(_FOLDED).lower() for word in _GIVEN), "i"),
        "family": _one_of(tuple(word.translate(_FOLDED).lower() for word in _FAMILY), "i / 10"),
        "at": int(now.timestamp()) * 1_000_000,
        "day": _DAY,
        "coops": COOPERATIVES,
        "cohorts": max(1, count // COHORT),
        "course": course,
        "yes": "(i % 7 <> 6)",
        "message": '{"text"\\:"Escoja plantas productivas. ¿De qué parte toma la cereza?"}',
        "reply": '{"text"\\:"B"}',
        "last": count - 1,
    }


def _insert(conn: Connection, dialect: str, into: str, columns: str, condition: str, given: dict[str, Any]) -> None:
    if dialect == "postgresql":
        conn.execute(text("SET LOCAL statement_timeout = 0"))
    held = {**given, "id": _ID[dialect], "phone": _PHONE[dialect]}
    statement = f"INSERT INTO {into} {_SERIES[dialect].format(columns.format(**held), condition.format(**held))}"
    conn.execute(text(statement), {"last": given["last"]})
