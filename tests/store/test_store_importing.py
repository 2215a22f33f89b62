"""A cooperative's list comes in: nobody twice, nobody against her word, nothing over what she told us."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest

from bot.cooperating.members import Member
from bot.cooperating.organisations import Cohort, Cooperative
from bot.people import OPERATOR, Scope
from bot.turn import Consented, ThreadMoved
from store import cohorts, erasure, exporting, importing, organisations
from store.database import Database
from store.importing import Arrival, Fate, Outcome
from tests.store.rows import NOW, SECRET, join, load, phone, rows, turn

COHORT = Cohort(id="jaen-1", name="Jaén", course="coffee-nursery", cooperative="norte", starts_on=date(2026, 11, 23))


def arrival(
    number: int, name: str = "Rosa", *, paper: bool = False, cooperative: str = "norte", **more: object
) -> Arrival:
    told = Member(line=number + 1, phone=phone(number).phone, country="PE", name=name, **more)  # type: ignore[arg-type]
    signed = {"reference": "F-17", "given_on": "2026-10-01"} if paper else {}
    return Arrival(member=told, cooperative=cooperative, **signed)


def take(
    database: Database, *arrivals: Arrival, scope: Scope = OPERATOR, cohort: Cohort | None = None
) -> list[Outcome]:
    with database.writing() as conn:
        return importing.take_in(conn, scope, arrivals, SECRET, NOW, Random(3), cohort=cohort, version="v1")


def fates(outcomes: Sequence[Outcome]) -> list[str]:
    return [each.fault.why if each.fault else each.fate.value for each in outcomes]


@pytest.fixture
def town(database: Database) -> Database:
    with database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), NOW)
        cohorts.add_cohort(conn, OPERATOR, COHORT, NOW)
    return database


def test_somebody_new_gets_a_thread_without_consent_and_one_invitation(town: Database) -> None:
    [outcome] = take(town, arrival(1, sex="f", birth_year=1985), cohort=COHORT)
    assert outcome.fate is Fate.NEW
    _, version, record = load(town, phone(1))[phone(1)]
    [rosa] = record.learners
    assert (rosa.name, rosa.language, rosa.cooperative, rosa.timezone) == ("Rosa", "es", "norte", "America/Lima")
    assert (version, record.state, record.consents, record.enrolments) == (1, "open", {}, ())
    assert rows(town, "SELECT kind, subject FROM dues") == [("invitation", "import")]
    assert rows(town, "SELECT sender FROM threads") == [("",)]
    assert rows(town, "SELECT cohort FROM cohort_members") == [("jaen-1",)]
    assert rows(town, "SELECT count(*) FROM consents") == [(0,)]


def test_the_same_list_twice_changes_nothing(town: Database) -> None:
    people = [arrival(1), arrival(2, "Juan", paper=True)]
    assert fates(take(town, *people, cohort=COHORT)) == ["new", "new"]
    before = [
        rows(town, f"SELECT * FROM {table}") for table in ("learners", "threads", "dues", "consents", "enrolments")
    ]
    assert fates(take(town, *people, cohort=COHORT)) == ["known", "known"]
    after = [
        rows(town, f"SELECT * FROM {table}") for table in ("learners", "threads", "dues", "consents", "enrolments")
    ]
    assert before == after


def test_only_what_is_empty_is_filled_in(town: Database) -> None:
    address = join(town, 1, name="Rosa", community="La Palma")
    before = load(town, address)[address][1]
    told = arrival(1, "Rosa Quispe", community="Otra", district="Jaén", sex="f")
    assert fates(take(town, told)) == ["filled"]
    _, version, record = load(town, address)[address]
    [rosa] = record.learners
    assert (rosa.name, rosa.community, rosa.district, rosa.sex, rosa.cooperative) == (
        "Rosa", "La Palma", "Jaén", "f", "norte",
    )  # fmt: skip
    assert version == before + 1
    assert rows(town, "SELECT count(*) FROM dues") == [(0,)]


def test_who_said_no_before_joining_is_not_written_to(town: Database) -> None:
    no = Consented(learner="", granted=False, text="BAJA", language="es", method="keyword")
    assert turn(town, phone(1), no)
    assert turn(town, phone(2), no, ThreadMoved(state="stopped"))
    assert fates(take(town, arrival(1), arrival(2))) == ["said_no", "said_no"]
    assert rows(town, "SELECT count(*) FROM learners") == [(0,)]


def test_a_paper_does_not_undo_a_no(town: Database) -> None:
    address = join(town, 1, name="Rosa")
    no = Consented(learner="rosa", granted=False, text="BAJA", language="es", method="keyword")
    assert turn(town, address, no)
    assert fates(take(town, arrival(1, paper=True))) == ["said_no"]
    assert load(town, address)[address][2].consents == {"rosa": False}


def test_who_was_erased_cannot_come_back_by_a_list(town: Database) -> None:
    join(town, 1, name="Rosa")
    with town.writing() as conn:
        erasure.erase(conn, ["rosa"], NOW, SECRET)
    assert fates(take(town, arrival(1))) == ["erased"]


def test_a_number_that_nothing_reaches_is_not_taken_in(town: Database) -> None:
    with town.writing() as conn:
        conn.exec_driver_sql(
            "INSERT INTO unreachable (address, reason, strikes, first_at, last_at, suppressed_at) "
            f"VALUES ('{phone(1)}', 'landline', 1, 1, 1, 1)"
        )
    assert fates(take(town, arrival(1))) == ["unreachable"]


def test_two_people_on_one_phone_are_not_taken_for_one(town: Database) -> None:
    join(town, 1, name="Juan")
    [outcome] = take(town, arrival(1, "Rosa"))
    assert outcome.fault
    assert (outcome.fault.why, outcome.fault.known) == ("shared", "Juan")


def test_nobody_is_taken_from_another_cooperative(town: Database) -> None:
    join(town, 1, name="Rosa", cooperative="sur")
    join(town, 2, "ana", name="Ana", cooperative="la coope del norte")
    only = Scope(role="coordinator", cooperatives=frozenset({"norte"}))
    assert fates(take(town, arrival(1), arrival(2, "Ana"))) == ["member_of", "filled"]
    assert fates(take(town, arrival(1), scope=only)) == ["elsewhere"]
    assert rows(town, "SELECT cooperative FROM learners ORDER BY cooperative") == [("norte",), ("sur",)]


def test_a_signed_paper_is_a_line_of_the_ledger_and_brings_her_into_the_course(town: Database) -> None:
    take(town, arrival(1, paper=True), cohort=COHORT)
    record = load(town, phone(1))[phone(1)][2]
    [rosa] = record.learners
    assert record.consents == {rosa.id: True}
    assert [each.course for each in record.enrolments] == ["coffee-nursery"]
    ledger = "SELECT method, purpose, reference, given_on, granted FROM consents"
    assert rows(town, ledger) == [("paper", "learning", "F-17", "2026-10-01", True)]
    assert rows(town, "SELECT kind FROM dues") == [("invitation",)]


def test_who_was_invited_may_sign_later(town: Database) -> None:
    take(town, arrival(1), cohort=COHORT)
    assert fates(take(town, arrival(1, paper=True), cohort=COHORT)) == ["filled"]
    record = load(town, phone(1))[phone(1)][2]
    assert list(record.consents.values()) == [True]
    assert rows(town, "SELECT count(*) FROM dues") == [(1,)]


def test_a_child_in_rwanda_waits_for_a_guardian(town: Database) -> None:
    child = Member(line=2, phone="+250788000001", country="RW", name="Keza", birth_year=2013)
    signed = Member(line=3, phone="+250788000002", country="RW", name="Mugisha", birth_year=2013, guardian="Uwase")
    paper = Arrival(member=signed, reference="F-1", given_on="2026-10-01")
    keza, mugisha = take(town, Arrival(member=child), paper)
    assert keza.learner
    assert mugisha.learner
    assert (keza.learner.guardian, keza.learner.language) == ("needed", "rw")
    assert mugisha.learner.guardian == "Uwase"
    assert rows(town, "SELECT guardian FROM consents") == [("Uwase",)]


def test_looking_writes_nothing(town: Database) -> None:
    with town.reading() as conn:
        assert fates(importing.judge(conn, OPERATOR, [arrival(1)], SECRET, NOW, Random(3))) == ["new"]
    assert rows(town, "SELECT count(*) FROM learners") == [(0,)]


def test_somebody_who_wrote_without_joining_keeps_her_thread(town: Database) -> None:
    assert turn(town, phone(1))
    before = load(town, phone(1))[phone(1)][1]
    assert fates(take(town, arrival(1))) == ["new"]
    _, version, record = load(town, phone(1))[phone(1)]
    assert (version, len(record.learners)) == (before + 1, 1)


def test_everybody_is_listed_with_her_word(town: Database) -> None:
    take(town, arrival(1), arrival(2, "Juan", paper=True), cohort=COHORT)
    with town.reading() as conn:
        found = exporting.exported(conn, OPERATOR)
        none = exporting.exported(conn, Scope(role="coordinator", cooperatives=frozenset({"sur"})))
    assert {each.learner.name: (each.agreed, each.phones, each.cohorts) for each in found} == {
        "Rosa": (None, (phone(1).phone,), ("jaen-1",)),
        "Juan": (True, (phone(2).phone,), ("jaen-1",)),
    }
    assert none == []
