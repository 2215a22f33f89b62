"""The log of who did what: chained, seen to be broken wherever somebody changed it, and bounded like all else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import Forbidden
from bot.people import OPERATOR, Scope
from store import auditing, erasure
from store.database import Database
from tests.store.rows import NOW, SECRET, join

AUDITOR = Scope(role="auditor")


def by(login: str = "ana", cooperatives: frozenset[str] | None = None) -> Account:
    return Account(
        id=login,
        login=login,
        name=login.title(),
        role="coordinator",
        cooperatives=cooperatives,
        state=Standing.ACTIVE,
        created_at=NOW,
    )


def noted(database: Database, act: str = "people.edited", actor: Account | str = "operator", **more: Any) -> int:
    with database.writing() as conn:
        details = more.pop("details", {"name": ["Rosa", "Rosa Huamán"]})
        return auditing.append(conn, actor, act, more.pop("subject", "learner:rosa"), details, more.pop("now", NOW))


def broken_at(database: Database) -> int:
    with database.reading() as conn:
        return auditing.broken_at(conn)


def test_it_numbers_and_chains_what_is_done(database: Database) -> None:
    assert [noted(database, actor=by()) for _ in range(3)] == [1, 2, 3]
    assert broken_at(database) == 0
    with database.reading() as conn:
        entries = auditing.found(conn, AUDITOR)
    assert [each.id for each in entries] == [3, 2, 1]
    assert entries[0].name == "Ana"
    assert entries[0].details == {"name": ["Rosa", "Rosa Huamán"]}
    assert all(each.holds for each in entries)


def test_an_entry_that_is_rolled_back_with_its_act_leaves_no_gap(database: Database) -> None:
    noted(database)

    def in_vain() -> None:
        with database.writing() as conn:
            auditing.append(conn, "operator", "people.erased", "learner:eva", {}, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        in_vain()
    assert noted(database) == 2
    assert broken_at(database) == 0


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE audit_entries SET actor = 'somebody' WHERE id = 2",
        "UPDATE audit_entries SET name = 'Somebody' WHERE id = 2",
        "UPDATE audit_entries SET act = 'people.seen' WHERE id = 2",
        "UPDATE audit_entries SET subject = 'learner:eva' WHERE id = 2",
        "UPDATE audit_entries SET at = at + 1 WHERE id = 2",
        "UPDATE audit_entries SET details = '{}' WHERE id = 2",
        "UPDATE audit_entries SET noted = '' WHERE id = 2",
        "DELETE FROM audit_entries WHERE id = 2",
        "UPDATE audit_entries SET digest = '' WHERE id = 2",
    ],
)
def test_whatever_is_changed_afterwards_shows(database: Database, edit: str) -> None:
    for _ in range(3):
        noted(database, actor=by())
    with database.writing() as conn:
        conn.execute(text(edit))
    assert broken_at(database) == 2
    with database.reading() as conn:
        assert not all(each.holds for each in auditing.found(conn, AUDITOR))


def test_taking_away_the_last_entry_shows(database: Database) -> None:
    for _ in range(3):
        noted(database)
    with database.writing() as conn:
        conn.execute(text("DELETE FROM audit_entries WHERE id = 3"))
    assert broken_at(database) == 3


def test_taking_a_person_out_leaves_the_chain_whole(database: Database) -> None:
    noted(database, details={"name": "Rosa"})
    noted(database, subject="learner:eva", details={"name": "Eva"})
    with database.writing() as conn:
        auditing.forget(conn, ["learner:rosa"])
    with database.reading() as conn:
        assert [each.details for each in auditing.found(conn, AUDITOR)] == [{"name": "Eva"}, {}]
    assert broken_at(database) == 0


def test_it_finds_by_person_act_subject_and_day_and_goes_on_by_key(database: Database) -> None:
    noted(database, "a", by("ana"), subject="x", now=NOW)
    noted(database, "b", by("eva"), subject="y", now=NOW + timedelta(days=1))
    noted(database, "a", by("eva"), subject="x", now=NOW + timedelta(days=2))

    def ids(**asked: Any) -> list[int]:
        with database.reading() as conn:
            return [each.id for each in auditing.found(conn, AUDITOR, **asked)]

    assert ids(actor="eva") == [3, 2]
    assert ids(act="a") == [3, 1]
    assert ids(subject="y") == [2]
    assert ids(since=NOW + timedelta(days=1), until=NOW + timedelta(days=2)) == [2]
    assert ids(limit=2) == [3, 2]
    assert ids(limit=2, before=2) == [1]
    assert ids(actor="%' OR 1=1 --") == []
    with database.reading() as conn:
        assert auditing.acts(conn, AUDITOR) == ["a", "b"]
        assert auditing.actors(conn, AUDITOR) == [("ana", "Ana"), ("eva", "Eva")]


def test_a_bounded_auditor_sees_only_what_people_of_hers_did(database: Database) -> None:
    noted(database, actor=by("ana"))
    noted(database, actor=by("eva", frozenset({"norte"})))
    noted(database, actor=by("luz", frozenset({"sur"})))
    noted(database, actor=by("mia", frozenset({"norte", "sur"})))
    bounded = Scope(role="auditor", cooperatives=frozenset({"norte"}))
    with database.reading() as conn:
        assert [each.actor for each in auditing.found(conn, bounded)] == ["eva"]
        assert [each.actor for each in auditing.found(conn, bounded, "mia")] == ["mia", "eva"]
        assert auditing.actors(conn, bounded) == [("eva", "Eva")]
        assert auditing.found(conn, Scope(role="auditor", cooperatives=frozenset())) == []


def test_only_who_may_audit_reads_the_log(database: Database) -> None:
    with database.reading() as conn:
        assert auditing.found(conn, OPERATOR) == []
        for role in ("officer", "assessor", "facilitator", "nobody"):
            with pytest.raises(Forbidden):
                auditing.found(conn, Scope(role=role))


def test_whoever_is_erased_is_gone_from_the_log_too(database: Database) -> None:
    join(database, 1, "rosa")
    noted(database, actor=by(), details={"before": {"name": "Rosa"}, "after": {"name": "Rosa Huamán"}})
    noted(database, actor=by(), subject="learner:eva", details={"name": "Eva"})
    with database.writing() as conn:
        erasure.erase(conn, ["rosa"], NOW, SECRET)
    with database.reading() as conn:
        entries = auditing.found(conn, AUDITOR)
    assert [each.details for each in entries] == [{"name": "Eva"}, {}]
    assert broken_at(database) == 0
