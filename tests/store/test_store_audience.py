"""One filter, one condition: who is in an audience, who is left out and why, and the order in which it is read."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, insert

from bot.delivering.audiences import Audience
from bot.people import OPERATOR, Scope
from store import audience
from store.campaign_tables import unreachable
from store.case_tables import cases
from store.database import Database
from store.organisation_tables import cohort_members, cohorts, cooperatives
from store.tables import consent_states, learners, lessons_done, quiz_results, thread_learners, threads
from tests.store.planned import people, teach
from tests.store.rows import NOW, later, rows

DAY = timedelta(days=1)


def count(database: Database, purpose: str = "learning", scope: Scope = OPERATOR, **fields: Any) -> int:
    with database.reading() as conn:
        found = audience.count(conn, scope, Audience(**fields), purpose, NOW)
        listed = audience.chunk(conn, scope, Audience(**fields), purpose, NOW)
        ids = [row[0] for row in conn.execute(learners.select())]
        still = audience.still(conn, Audience(**fields), purpose, ids, NOW)
    if scope is OPERATOR:
        assert still == {id for id, _ in listed}
    assert found == len(listed)
    return found


def test_fields_of_a_person_narrow_and_all_must_hold(database: Database) -> None:
    people(database, 3, country="PE", sex="f", birth_year=1990, community="Ñahuimpuquio")
    people(database, 2, start=10, country="RW", language="rw", sex="m", birth_year=2005, district="Huye")
    assert count(database) == 5
    assert count(database, countries=("RW",)) == 2
    assert count(database, languages=("es", "rw")) == 5
    assert count(database, sexes=("f",)) == 3
    assert count(database, sexes=("f",), countries=("RW",)) == 0
    assert count(database, ages=(21, 21)) == 2
    assert count(database, ages=(18, 36)) == 5
    assert count(database, places=("ñahuimpuquio",)) == 3
    assert count(database, places=("HUYE", "elsewhere")) == 2
    assert count(database, learners=("l0000001", "l0000010", "nobody")) == 2


def test_organisations_narrow(database: Database) -> None:
    with database.writing() as conn:
        for id, federation in (("a", "f1"), ("b", "f1"), ("c", "")):
            conn.execute(insert(cooperatives), {"id": id, "federation": federation, "created_at": NOW})
        conn.execute(insert(cohorts), {"id": "k1", "created_at": NOW})
    for start, cooperative in ((0, "a"), (10, "b"), (20, "c"), (30, "")):
        people(database, 2, start=start, cooperative=cooperative)
    with database.writing() as conn:
        members = [{"cohort": "k1", "learner": id, "joined_at": NOW} for id in ("l0000000", "l0000020")]
        conn.execute(insert(cohort_members), members)
    assert count(database, cooperatives=("a",)) == 2
    assert count(database, federations=("f1",)) == 4
    assert count(database, federations=("f1",), cooperatives=("b", "c")) == 2
    assert count(database, cohorts=("k1",)) == 2
    assert count(database, cohorts=("k1",), cooperatives=("c",)) == 1
    assert count(database, scope=Scope(role="coordinator", cooperatives=frozenset({"a", "c"}))) == 4


def test_what_she_did_narrows(database: Database) -> None:
    teach(database, units=("u1", "u2"))
    ids = people(database, 5, course="coffee-nursery")
    people(database, 1, start=10, course="coop-leader")
    people(database, 1, start=20)
    with database.writing() as conn:
        for id in ids[1:]:
            conn.execute(insert(lessons_done), {"enrolment": f"e-{id}", "lesson": "one", "at": NOW})
        results = [(ids[2], "u1", True), (ids[3], "u1", False), (ids[4], "u1", True), (ids[4], "u2", True)]
        for number, (id, unit, passed) in enumerate(results):
            row = {"attempt": f"a{number}", "enrolment": f"e-{id}", "unit": unit, "passed": passed, "at": NOW}
            conn.execute(insert(quiz_results), row)
    mine = {"courses": ("coffee-nursery",)}
    assert count(database, **mine) == 5
    assert count(database, occupations=("6112",)) == 5
    assert count(database, occupations=("coop-leader",)) == 1
    assert count(database, **mine, progress="not-started") == 1
    assert count(database, **mine, progress="started") == 3
    assert count(database, **mine, progress="finished") == 1
    assert count(database, **mine, progress="unit:u1") == 2
    assert count(database, **mine, progress="not-unit:u1") == 3
    assert count(database, progress="nonsense") == 0
    assert count(database, certified=("none",)) == 1
    assert count(database, **mine, certified=("learning",)) == 4
    assert count(database, **mine, certified=("ready", "learning")) == 5
    assert count(database, certified=("certified",)) == 0


def test_where_her_case_stands_narrows(database: Database) -> None:
    """By the entered state, and by the end of a certificate as the clock says it."""
    ids = people(database, 6)
    states = ("oriented", "decided", "certified", "certified", "expired", "withdrawn")
    with database.writing() as conn:
        for number, (id, state) in enumerate(zip(ids, states, strict=True)):
            until = NOW - DAY if number == 3 else NOW + 365 * DAY
            row = {"id": f"c{number}", "number": 100_000 + number, "learner": id, "state": state, "valid_until": until}
            conn.execute(insert(cases), {**row, "standard": "CHQ-NURSERY", "created_at": NOW, "updated_at": NOW})
    assert count(database, certified=("applied",)) == 2
    assert count(database, certified=("certified",)) == 1
    assert count(database, certified=("expired",)) == 2
    assert count(database, certified=("applied", "expired")) == 4


def test_channels_and_silence_narrow(database: Database) -> None:
    ids = people(database, 4)
    people(database, 2, start=10, heard_at=NOW - 20 * DAY, created_at=NOW - 90 * DAY)
    people(database, 1, start=20, heard_at=None, created_at=NOW - 90 * DAY)
    with database.writing() as conn:
        for number, state in enumerate(("open", "stopped")):
            address = f"telegram:{number}"
            conn.execute(insert(threads), {"address": address, "sender": "t", "state": state, "updated_at": NOW})
            conn.execute(insert(thread_learners), {"address": address, "learner": ids[number]})
    assert count(database, channels=("telegram",)) == 1
    assert count(database, channels=("sms",)) == 7
    assert count(database, channels=("pigeon",)) == 0
    assert count(database, silent_days=10) == 3
    assert count(database, silent_days=30) == 1
    assert count(database, never_heard=True) == 1
    with database.reading() as conn:
        everybody = (conn, OPERATOR, Audience(), "learning", NOW)
        assert audience.by_channel(*everybody) == {"telegram": 1, "sms": 6}
        assert audience.by_operator(*everybody) == {"": 6}
        assert sum(each.learners for each in audience.groups(*everybody)) == 7


def test_only_those_who_agreed_and_can_be_reached_are_in_it_and_the_rest_is_told(database: Database) -> None:
    people(database, 3)
    people(database, 1, start=10, consent=None)
    people(database, 2, start=20, consent=False)
    for start, state in ((30, "stopped"), (40, "blocked"), (50, "frozen"), (60, "wrong_number")):
        people(database, 1, start=start, thread=state)
    people(database, 1, start=70, paused_until=later(60))
    people(database, 1, start=80, paused_until=later(-60))
    people(database, 1, start=90, heard_at=None)
    people(database, 1, start=100, guardian="needed")
    people(database, 1, start=110, guardian="refused", paused_until=later(60))
    people(database, 1, start=120, guardian="Ana Uwase")
    with database.writing() as conn:
        times = {"first_at": NOW, "last_at": NOW, "suppressed_at": NOW}
        conn.execute(insert(unreachable), {"address": "tel:+51900000090", **times})
        conn.execute(insert(learners), {"id": "nowhere", "created_at": NOW})
    assert count(database) == 5
    with database.reading() as conn:
        why = audience.left_out(conn, OPERATOR, Audience(), "learning", NOW)
    assert why == {
        "no_consent": 1, "stopped": 3, "blocked": 1, "frozen": 1, "wrong_number": 1, "paused": 1, "unreachable": 1,
        "no_address": 1, "guardian": 2,
    }  # fmt: skip
    assert sum(why.values()) + count(database) == rows(database, "SELECT count(*) FROM learners")[0][0]


def test_a_safety_notice_reaches_who_pauses_but_neither_who_stopped_nor_a_child_without_a_yes(
    database: Database,
) -> None:
    (awake,) = people(database, 1)
    (resting,) = people(database, 1, start=10, paused_until=later(60))
    (stopped,) = people(database, 1, start=20, paused_until=later(60), consent=False)
    (child,) = people(database, 1, start=30, guardian="needed")
    everybody = (awake, resting, stopped, child)
    with database.reading() as conn:
        found = audience.still(conn, Audience(), "notices", everybody, NOW, urgent=True)
        why = audience.left_out(conn, OPERATOR, Audience(), "notices", NOW, urgent=True)
        counted = audience.count(conn, OPERATOR, Audience(), "notices", NOW, urgent=True)
        plain = audience.still(conn, Audience(), "notices", everybody, NOW)
    assert found == {awake, resting}
    assert (counted, why) == (2, {"no_consent": 1, "guardian": 1})
    assert plain == {awake}


def test_notices_follow_their_own_word_and_else_the_one_on_learning(database: Database) -> None:
    yes, no, alone = people(database, 3)
    (stopped,) = people(database, 1, start=10, consent=False)
    with database.writing() as conn:
        words = [(yes, True), (no, False), (stopped, True)]
        conn.execute(
            insert(consent_states),
            [{"learner": id, "purpose": "notices", "granted": granted, "at": NOW} for id, granted in words],
        )
        found = audience.still(conn, Audience(), "notices", [yes, no, alone, stopped], NOW)
    assert found == {yes, alone, stopped}


@pytest.mark.parametrize("bounded", [False, True])
def test_chunks_are_every_member_once_in_order(database: Database, bounded: bool) -> None:
    for start, cooperative in ((0, "b"), (100, ""), (200, "a"), (300, "Ñ"), (400, "Z")):
        people(database, 23, start=start, cooperative=cooperative)
    who = Audience(cooperatives=("a", "b", "Z", "Ñ", "none") if bounded else ())
    seen: list[tuple[str, str]] = []
    after = audience.START
    with database.reading() as conn:
        while found := audience.chunk(conn, OPERATOR, who, "learning", NOW, after, 10):
            seen += found
            after = (found[-1][1], found[-1][0])
    assert len(seen) == len(set(seen)) == (92 if bounded else 115)
    groups = [cooperative for _, cooperative in seen]
    assert sum(one != other for one, other in pairwise(groups)) == len(set(groups)) - 1


def test_a_sample_shows_the_languages_there_are(database: Database) -> None:
    people(database, 20)
    people(database, 1, start=30, language="qu")
    with database.reading() as conn:
        found = audience.sample(conn, OPERATOR, Audience(), "learning", NOW, 5)
    assert len(found) == 5
    assert {each.learner.language for each in found} == {"es", "qu"}
    assert all(str(each.address).startswith("tel:") and each.sender == "twilio:+1" for each in found)


@pytest.mark.parametrize("cooperatives_", [(), ("a",)])
def test_a_page_is_read_along_its_index(sqlite: Database, cooperatives_: tuple[str, ...]) -> None:
    asked: list[tuple[str, Any]] = []
    with sqlite.reading() as conn:
        event.listen(conn, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        audience.chunk(conn, OPERATOR, Audience(cooperatives=cooperatives_), "notices", NOW, ("a", "b"), 10)
        ((statement, values),) = asked
        steps = "\n".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "SEARCH learners USING INDEX ix_learners_cooperative_id" in steps
    assert "TEMP B-TREE" not in steps
    assert "SCAN" not in steps
