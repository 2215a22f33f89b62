"""Who there is besides learners, kept on both kinds of database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.cooperating.organisations import Cohort, Cooperative, Federation, Officer
from bot.people import OPERATOR, Scope
from bot.talking.inviting import INVITATION
from bot.turn import Changed, Consented, Due
from store import cohorts, dues, occasions, organisations, rearranging
from store.database import Database
from tests.store.rows import NOW, join, learner, load, rows, turn

NORTH = Cooperative(id="norte", name="Cooperativa del Norte", country="PE")
SOUTH = Cooperative(id="sur", name="Cooperativa del Sur", country="PE", monthly_notices=2)
ELENA = Officer(id="elena", cooperative="norte", name="Elena Ruiz", addresses=("tel:+51900000001",), pin="scrypt$x")
JAEN = Cohort(id="jaen-1", name="Jaén 1", course="coffee-nursery", cooperative="norte", starts_on=date(2026, 11, 23))
ONLY_SOUTH = Scope(role="coordinator", cooperatives=frozenset({"sur"}))


@pytest.fixture
def town(database: Database) -> Database:
    with database.writing() as conn:
        assert organisations.add_federation(conn, Federation(id="jnc", name="Junta"), NOW)
        for each in (NORTH, SOUTH):
            assert organisations.add_cooperative(conn, OPERATOR, each, NOW)
        assert organisations.add_officer(conn, OPERATOR, ELENA, NOW)
        assert cohorts.add_cohort(conn, OPERATOR, JAEN, NOW)
    return database


def yes(database: Database, number: int, id: str) -> None:
    word = Consented(learner=id, granted=True, text="?", language="es", method="reply")
    assert turn(database, join(database, number, id), word)


def test_who_is_bounded_moves_nobody_of_others(town: Database) -> None:
    for number, id, cooperative in ((1, "rosa", "norte"), (2, "juan", "sur"), (3, "ana", "")):
        turn(town, join(town, number, id), Changed(learner=id, changes={"cooperative": cooperative}))
    with town.writing() as conn:
        assert rearranging.move_members(conn, ONLY_SOUTH, "sur", ["rosa", "juan", "ana"]) == 0
        with pytest.raises(PermissionError):
            rearranging.move_members(conn, ONLY_SOUTH, "norte", ["juan"])
        assert rearranging.move_members(conn, OPERATOR, "sur", ["rosa"]) == 1
    kept = dict(rows(town, "SELECT id, cooperative FROM learners"))
    assert kept == {"rosa": "sur", "juan": "sur", "ana": ""}


def test_it_lists_what_was_made(town: Database) -> None:
    with town.reading() as conn:
        assert organisations.all_federations(conn) == [Federation(id="jnc", name="Junta")]
        assert organisations.all_cooperatives(conn, OPERATOR) == [NORTH, SOUTH]
        assert organisations.all_officers(conn, OPERATOR) == [ELENA]
        assert cohorts.all_cohorts(conn, OPERATOR) == [JAEN]


def test_a_word_that_is_taken_stays_what_it_is(town: Database) -> None:
    with town.writing() as conn:
        assert not organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Otra"), NOW)
        assert not cohorts.add_cohort(conn, OPERATOR, JAEN, NOW)
    with town.reading() as conn:
        assert organisations.all_cooperatives(conn, OPERATOR)[0].name == "Cooperativa del Norte"


def test_a_coordinator_sees_and_touches_her_own_cooperatives_only(town: Database) -> None:
    yes(town, 1, "rosa")
    with town.writing() as conn:
        assert [each.id for each in organisations.all_cooperatives(conn, ONLY_SOUTH)] == ["sur"]
        assert organisations.all_officers(conn, ONLY_SOUTH) == []
        assert cohorts.all_cohorts(conn, ONLY_SOUTH) == []
        assert not organisations.set_pin(conn, ONLY_SOUTH, "elena", "x")
        assert not organisations.close_officer(conn, ONLY_SOUTH, "elena", NOW)
        assert cohorts.take_in(conn, ONLY_SOUTH, JAEN, ["rosa"], NOW) == cohorts.Taken()
        with pytest.raises(PermissionError):
            organisations.add_officer(conn, ONLY_SOUTH, ELENA, NOW)


def test_a_thread_whose_officer_comes_or_goes_is_read_anew(town: Database) -> None:
    address = join(town, 7)
    before = load(town, address)[address][1]
    officer = Officer(id="ana", cooperative="norte", name="Ana", addresses=(str(address),), pin="p")
    with town.writing() as conn:
        organisations.add_officer(conn, OPERATOR, officer, NOW)
    assert load(town, address)[address][1] == before + 1
    with town.writing() as conn:
        assert organisations.set_pin(conn, OPERATOR, "ana", "q")
        assert organisations.close_officer(conn, OPERATOR, "ana", NOW)
        assert not organisations.close_officer(conn, OPERATOR, "ana", NOW)
    assert load(town, address)[address][1] == before + 3


def test_a_new_pin_opens_a_locked_office(town: Database) -> None:
    with town.writing() as conn:
        conn.exec_driver_sql("UPDATE officers SET tries = 5, locked_until = 1")
        assert organisations.set_pin(conn, OPERATOR, "elena", "new")
        [elena] = organisations.all_officers(conn, OPERATOR, cooperative="norte")
    assert (elena.pin, elena.tries, elena.locked_until) == ("new", 0, None)


def test_a_closed_officer_has_neither_pin_nor_address(town: Database) -> None:
    with town.writing() as conn:
        organisations.close_officer(conn, OPERATOR, "elena", NOW)
        [elena] = organisations.all_officers(conn, OPERATOR)
    assert (elena.closed, elena.pin, elena.addresses) == (True, "", ())


def test_whoever_agreed_is_in_the_course_with_the_cohort_and_the_others_are_not_yet(town: Database) -> None:
    yes(town, 1, "rosa")
    join(town, 2, "juan")
    town_wide = Cohort(id="otro", name="Otro", course="savings", cooperative="norte", starts_on=date(2026, 11, 23))
    with town.writing() as conn:
        cohorts.add_cohort(conn, OPERATOR, town_wide, NOW)
        first = cohorts.take_in(conn, OPERATOR, town_wide, ["rosa", "juan", "nobody"], NOW, version="v1")
        again = cohorts.take_in(conn, OPERATOR, town_wide, ["rosa", "juan"], NOW, version="v1")
        people = cohorts.members(conn, OPERATOR, "otro")
        [listed] = [each for each in cohorts.list_cohorts(conn, OPERATOR) if each.cohort.id == "otro"]
    assert (first.joined, first.enrolled) == (2, 1)
    assert again == cohorts.Taken()
    assert {each.learner.id: each.agreed for each in people} == {"rosa": True, "juan": None}
    assert (listed.members, listed.agreed) == (2, 1)
    assert rows(town, "SELECT learner FROM enrolments WHERE course = 'savings'") == [("rosa",)]


def test_a_remembered_thread_is_read_anew_after_its_learner_came_into_a_course(town: Database) -> None:
    yes(town, 1, "rosa")
    address = join(town, 3, "ana")
    before = load(town, address)[address][1]
    with town.writing() as conn:
        conn.exec_driver_sql(
            "INSERT INTO consent_states (learner, purpose, granted, at) VALUES ('ana','learning',true,1)"
        )
        other = Cohort(id="x", name="X", course="savings", starts_on=date(2026, 11, 23))
        cohorts.add_cohort(conn, OPERATOR, other, NOW)
        cohorts.take_in(conn, OPERATOR, other, ["ana"], NOW)
    assert load(town, address)[address][1] == before + 1


def test_dates_are_listed_from_now_on_and_called_off_once(town: Database) -> None:
    with town.writing() as conn:
        past = cohorts.add_session(conn, OPERATOR, JAEN, NOW - timedelta(days=1), "Jaén", "")
        next_ = cohorts.add_session(conn, OPERATOR, JAEN, NOW + timedelta(days=1), "Local comunal", "Injerto")
        assert cohorts.list_sessions(conn, OPERATOR, since=NOW) == [next_]
        assert cohorts.list_sessions(conn, OPERATOR, cohort="jaen-1") == [past, next_]
        assert cohorts.list_sessions(conn, ONLY_SOUTH) == []
        assert not cohorts.cancel_session(conn, ONLY_SOUTH, next_.id)
        assert cohorts.cancel_session(conn, OPERATOR, next_.id)
        assert not cohorts.cancel_session(conn, OPERATOR, next_.id)
        assert [each.cancelled for each in cohorts.list_sessions(conn, OPERATOR)] == [False, True]


def test_a_closed_cohort_is_left_out_and_still_counted(town: Database) -> None:
    with town.writing() as conn:
        assert cohorts.close_cohort(conn, OPERATOR, "jaen-1", NOW)
        assert not cohorts.close_cohort(conn, OPERATOR, "jaen-1", NOW)
        assert cohorts.all_cohorts(conn, OPERATOR) == []
        assert [each.closed for each in cohorts.list_cohorts(conn, OPERATOR)] == [True]


def test_an_invitation_knows_the_cohort_she_is_to_be_in(town: Database) -> None:
    join(town, 1, "rosa")
    due = Due(learner="rosa", kind=INVITATION, subject="import", at=NOW)
    with town.writing() as conn:
        cohorts.take_in(conn, OPERATOR, JAEN, ["rosa"], NOW)
        dues.owe(conn, [due])
        assert occasions.load(conn, [due], NOW)[due].cohort == JAEN


def test_members_are_counted_by_cooperative(town: Database) -> None:
    assert learner(cooperative="norte").cooperative == "norte"
    join(town, 1, "rosa", cooperative="norte")
    with town.reading() as conn:
        listed = {
            each.cooperative.id: (each.members, each.officers)
            for each in organisations.list_cooperatives(conn, OPERATOR)
        }
    assert listed == {"norte": (1, 1), "sur": (0, 0)}


def test_a_closed_cooperative_keeps_its_members(town: Database) -> None:
    with town.writing() as conn:
        assert organisations.close_cooperative(conn, OPERATOR, "norte", NOW)
        assert not organisations.close_cooperative(conn, OPERATOR, "norte", NOW)
        assert [each.id for each in organisations.all_cooperatives(conn, OPERATOR, closed=False)] == ["sur"]
