"""Credentials as they are kept: issued on a decision, changed only by a further act, found by code."""

from __future__ import annotations

from datetime import timedelta
from random import Random, SystemRandom

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.certifying import verifying
from bot.certifying.credentials import LIST_BITS, PRIVATE, Credential
from bot.people import OPERATOR, Scope
from store import credentials, erasure, people
from store.credential_tables import credential_acts
from store.credential_tables import credentials as table
from store.database import Database
from tests.certificates import NOW, authorised, award, decided, finished

DAY = timedelta(days=1)


def issued(database: Database, number: int = 1) -> Credential:
    with database.writing() as conn:
        decided(conn, number)
        return credentials.issue(conn, authorised(number), by="ana", now=NOW, chance=Random(number))


def found(database: Database, code: str) -> Credential | None:
    with database.reading() as conn:
        return credentials.by_code(conn, code)


def test_it_is_found_by_its_code_as_it_was_issued(database: Database) -> None:
    made = issued(database)
    assert found(database, made.code) == made
    assert found(database, "7K4M9QXTH2") is None
    with database.reading() as conn:
        assert credentials.by_serial(conn, made.serial) == made
        assert credentials.of(conn, ["l1"]) == {"l1": (made,)}
        assert [each["kind"] for each in credentials.acts(conn, made.serial)] == ["issued"]


@pytest.mark.parametrize("result", ["not_yet", ""])
def test_nothing_is_issued_without_a_decision_that_says_competent(database: Database, result: str) -> None:
    with database.writing() as conn:
        decided(conn, 1, result=result)
        for wrong in ("case1/9", "case1/8", "case2/9", "case1", "anything"):
            with pytest.raises(credentials.Refused, match="no decision"):
                credentials.issue(conn, award(decision=wrong), by="ana", now=NOW, chance=Random(1))
    with database.reading() as conn:
        assert conn.execute(select(table)).all() == []


def test_nothing_is_issued_twice_on_one_decision(database: Database) -> None:
    made = issued(database)
    with pytest.raises(credentials.Refused, match="already"), database.writing() as conn:
        credentials.issue(conn, award(), by="ana", now=NOW, chance=Random(2))
    with database.writing() as conn:
        again = credentials.issue(conn, award(renews=made.serial), by="ana", now=NOW, chance=Random(2))
        assert [each["kind"] for each in credentials.acts(conn, made.serial)] == ["issued", "renewed"]
    assert again.code != made.code


def test_numbers_that_are_taken_are_drawn_again(database: Database) -> None:
    issued(database)

    class Stubborn(Random):
        """Draws what the first credential drew, once more."""

        def __init__(self) -> None:
            super().__init__(1)

    with database.writing() as conn:
        decided(conn, 2)
        other = credentials.issue(conn, award(2), by="ana", now=NOW, chance=Stubborn())
        places = conn.execute(select(table.c.code, table.c.list_index)).all()
    assert len(set(places)) == 2
    assert 0 <= other.list_index < LIST_BITS


def test_taking_back_is_seen_everywhere_at_once(database: Database) -> None:
    made = issued(database)
    with database.writing() as conn:
        credentials.move(conn, made.code, "suspended", by="ana", second="luis", reason="Denuncia", now=NOW + DAY)
    known = found(database, made.code)
    answer = verifying.verified(made.code, known, NOW + 2 * DAY)
    assert (answer.state, answer.reason) == ("suspended", "Denuncia")
    with database.writing() as conn:
        credentials.move(conn, made.code, "reinstated", by="ana", second="luis", reason="Aclarado", now=NOW + DAY)
        assert credentials.revoked(conn, made.list_number) == []
        gone = credentials.move(conn, made.code, "revoked", by="ana", second="luis", reason="Fraude", now=NOW + DAY)
        assert credentials.revoked(conn, made.list_number) == [made.list_index]
    assert found(database, made.code) == gone
    with pytest.raises(credentials.Refused, match="for ever"), database.writing() as conn:
        credentials.move(conn, made.code, "reinstated", by="ana", second="luis", reason="x", now=NOW)
    with database.reading() as conn:
        kinds = [each["kind"] for each in credentials.acts(conn, made.serial)]
    assert kinds == ["issued", "suspended", "reinstated", "revoked"]


def test_one_person_alone_takes_nothing_back(database: Database) -> None:
    made = issued(database)
    with pytest.raises(credentials.Refused, match="somebody else"), database.writing() as conn:
        credentials.move(conn, made.code, "revoked", by="ana", second="Ana", reason="Fraude", now=NOW)
    assert found(database, made.code) == made


def test_its_holder_shares_it_for_a_day_and_hides_her_name(database: Database) -> None:
    made = issued(database)
    with database.writing() as conn:
        credentials.share(conn, [made.serial], NOW + DAY, NOW)
        credentials.show(conn, [made.serial], PRIVATE, NOW)
    known = found(database, made.code)
    assert verifying.verified(made.code, known, NOW).units
    assert verifying.verified(made.code, known, NOW + DAY).units == ()
    assert verifying.verified(made.code, known, NOW + DAY).name == ""


def test_a_person_who_is_erased_is_taken_out_and_the_acts_stay(database: Database) -> None:
    made = issued(database)
    with database.writing() as conn:
        erasure.erase(conn, ["l1"], NOW, b"key")
    known = found(database, made.code)
    assert known
    assert known.erased
    assert known.name == ""
    answer = verifying.verified(made.code, known, NOW)
    assert (answer.state, answer.name) == ("valid", "")
    with database.reading() as conn:
        assert len(credentials.acts(conn, made.serial)) == 1
        stored = str(conn.execute(select(table)).all()) + str(conn.execute(select(credential_acts)).all())
    assert "Rosa" not in stored


def test_her_own_record_holds_her_credentials(database: Database) -> None:
    made = issued(database)
    with database.reading() as conn:
        (held,) = people.dump(conn, "l1")["credentials"]
    assert held["serial"] == made.serial
    assert [each["kind"] for each in held["acts"]] == ["issued"]


def test_lists_are_bounded_by_scope_and_go_on_page_by_page(database: Database) -> None:
    with database.writing() as conn:
        decided(conn, *range(1, 8))
        awards = [award(each, cooperative="norandino" if each % 2 else "caranavi") for each in range(1, 8)]
        made = credentials.issue_all(conn, awards, by="ana", now=NOW, chance=SystemRandom())
    assert [each.award.learner for each in made] == [f"l{each}" for each in range(1, 8)]
    with database.reading() as conn:
        seen: list[str] = []
        while page := credentials.listed(conn, OPERATOR, after=seen[-1] if seen else "", limit=3):
            seen += [each.serial for each in page]
        assert seen == sorted(each.serial for each in made)
        only = Scope(role="coordinator", cooperatives=frozenset({"caranavi"}))
        assert {each.award.cooperative for each in credentials.listed(conn, only)} == {"caranavi"}
        assert credentials.listed(conn, only, cooperative="norandino") == []
        assert len(credentials.listed(conn, OPERATOR, standard="CHQ-NURSERY")) == 7


def test_a_code_is_found_by_an_index(sqlite: Database) -> None:
    with sqlite.reading() as conn:
        plan = conn.execute(text("EXPLAIN QUERY PLAN SELECT * FROM credentials WHERE code = 'x'")).all()
    assert "USING INDEX" in str(plan)


acts = st.lists(st.sampled_from(["suspended", "reinstated", "revoked", "share", "hide", "issue"]), max_size=12)


@given(acts)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_every_face_says_the_same_and_nothing_disappears(sqlite: Database, history: list[str]) -> None:
    """Random histories: rows and acts only grow, what is revoked stays so, and list, state and words agree."""
    with sqlite.writing() as conn:
        for name in ("credential_acts", "credentials", "decisions", "cases", "learners"):
            conn.execute(text(f"DELETE FROM {name}"))
        decided(conn, 1)
        made = credentials.issue(conn, finished(1), by="ana", now=NOW, chance=SystemRandom())
    revoked, before = False, 1
    for step, act in enumerate(history, 1):
        at = NOW + step * DAY
        try:
            with sqlite.writing() as conn:
                if act == "share":
                    credentials.share(conn, [made.serial], at + DAY, at)
                elif act == "hide":
                    credentials.show(conn, [made.serial], PRIVATE, at)
                elif act == "issue":
                    credentials.issue(conn, finished(1), by="ana", now=at, chance=SystemRandom())
                else:
                    credentials.move(conn, made.code, act, by="ana", second="luis", reason="r", now=at)
                    revoked = revoked or act == "revoked"
        except credentials.Refused:
            pass
        with sqlite.reading() as conn:
            known = credentials.by_code(conn, made.code)
            listed = credentials.revoked(conn, made.list_number)
            count = len(credentials.acts(conn, made.serial))
            assert conn.execute(text("SELECT count(*) FROM credentials")).scalar() == 1
        assert known
        assert count >= before
        before = count
        answer = verifying.verified(made.code, known, at)
        assert (answer.state == "revoked") == revoked == (made.list_index in listed)
        assert verifying.as_json(answer)["valid"] == answer.holds == (known.state(at) == "valid")
    assert found(sqlite, made.code) is not None
