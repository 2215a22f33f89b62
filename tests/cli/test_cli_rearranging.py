"""What changes after it was made: a cohort's days, who is in it, whose members they are, what was closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.delivering.campaigns import Kind, Schedule
from bot.delivering.planning import Slot
from store import spreading
from store.database import Database
from tests.cli.terminals import Terminal
from tests.store.planned import make, people
from tests.store.rows import NOW, rows

TWO = ("+51900000000", "+51900000001")


@pytest.fixture
def database(terminal: Terminal) -> Database:
    return terminal.database


@pytest.fixture
def jaen(terminal: Terminal) -> Terminal:
    chasqui, database = terminal, terminal.database
    for word in ("norte", "sur"):
        chasqui("cooperative", "add", word, f"Cooperativa {word}")
    chasqui("cohort", "add", "jaen-1", "--course", "vivero", "--cooperative", "norte", "--starts", "2/3/2026")
    people(database, 2, cooperative="norte")
    chasqui("cohort", "enrol", "jaen-1", "--cooperative", "norte")
    return chasqui


def test_a_cohort_gets_other_days_and_its_lessons_follow(jaen: Terminal, database: Database) -> None:
    drip = make(database, kind=Kind.DRIP, schedule=Schedule(cohort="jaen-1"), texts=())
    tomorrow = Slot(local_date=date(2026, 11, 23), slot="own", at=NOW + timedelta(days=2))
    with database.writing() as conn:
        spreading.plan(conn, drip, [tomorrow], NOW)
        spreading.look_again(conn, drip, NOW + timedelta(days=9))

    told = jaen("cohort", "edit", "jaen-1", "--days", "mar,jue", "--hour", "17", "--ends", "20/12/2030")

    assert "tue, thu at 17:00" in told
    assert "to 2030-12-20" in told
    assert rows(database, "SELECT count(*) FROM occurrences") == [(0,)], "it is planned anew"
    with database.reading() as conn:
        [again] = spreading.to_plan(conn, database.now())
    assert again.id == drip.id
    jaen("cohort", "edit", "jaen-1", "--hour", "own", "--ends", "none")
    assert rows(database, "SELECT days, hour, ends_on FROM cohorts") == [("tue,thu", None, "")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Nothing to change"),
        (("--days", "luna"), "is no day of the week"),
        (("--hour", "23"), "from 7 to 20"),
        (("--ends", "1/1/2020"), "is before"),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused(jaen: Terminal, words: tuple[str, ...], told: str) -> None:
    assert told in jaen("cohort", "edit", "jaen-1", *words, refused=True)


def test_a_closed_cohort_is_opened_before_it_is_changed(jaen: Terminal) -> None:
    assert "is open" in jaen("cohort", "open", "jaen-1", refused=True)
    jaen("cohort", "close", "jaen-1")
    jaen("cohort", "edit", "jaen-1", "--hour", "17", refused=True)
    assert "campaign new --drip jaen-1" in jaen("cohort", "open", "jaen-1")
    jaen("cohort", "edit", "jaen-1", "--hour", "17")


def test_one_leaves_a_cohort_and_goes_on_learning(jaen: Terminal, database: Database) -> None:
    assert "1 left jaen-1" in jaen("cohort", "leave", "jaen-1", TWO[0])
    assert rows(database, "SELECT count(*) FROM cohort_members") == [(1,)]
    assert rows(database, "SELECT count(*) FROM enrolments") == [(2,)]
    assert "No learner" in jaen("cohort", "leave", "jaen-1", "+51900000077", refused=True)


def test_a_member_moves_to_another_cooperative(jaen: Terminal, database: Database) -> None:
    told = jaen("learners", "move", *TWO, "--cooperative", "sur")

    assert "2 came to Cooperativa sur; 0 were members already" in told
    assert rows(database, "SELECT DISTINCT cooperative FROM learners") == [("sur",)]
    assert "0 came" in jaen("learners", "move", *TWO, "--cooperative", "sur")
    assert "no cooperative" in jaen("learners", "move", TWO[0], "--cooperative", "este", refused=True)


def test_a_cooperative_gets_more_notices_and_is_opened_again(jaen: Terminal, database: Database) -> None:
    jaen("cooperative", "close", "sur")
    jaen("cooperative", "edit", "sur", "--monthly-notices", "8", "--name", "Cooperativa del Sur", "--open")
    found = "SELECT name, monthly_notices, closed_at FROM cooperatives WHERE id = 'sur'"
    assert rows(database, found) == [("Cooperativa del Sur", 8, None)]
    assert "Nothing to change" in jaen("cooperative", "edit", "sur", refused=True)
