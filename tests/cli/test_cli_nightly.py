"""What time alone brings to a case: a decision outside the sample after the window, and a pause after long silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.catalogue import Catalogue
from bot.certifying.cases import Case, State
from bot.certifying.deciding import decide
from bot.certifying.guarding import WINDOW
from bot.certifying.item_figures import is_due
from bot.people import OPERATOR
from bot.turn import Answered, Changed, Joined
from cli import nightly
from store import assessors, cases, publishing
from store.case_tables import cases as cases_table
from store.database import Database
from tests.bot.certifying.norms import BEGAN, assessor, case, road, standard, walked
from tests.houses import ROSA, shelf_at
from tests.store.rows import learner, rows, turn

NORM = standard()


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return replace(shelf_at(tmp_path / "content")(), standards={NORM.code: NORM})


def kept(database: Database, upto: str, *, sampled: str = "no") -> datetime:
    """The case just before the first act of this kind, in the tables; when its last entry was made."""
    turn(database, ROSA, Joined(learner=learner("rosa")), now=BEGAN)
    acts = road(NORM)
    acts = acts[: next(at for at, each in enumerate(acts) if each.kind == upto)]
    acts = [replace(each, data={**each.data, "sampled": sampled}) if each.kind == "conclude" else each for each in acts]
    held = walked(case(), NORM, acts)
    with database.writing() as conn:
        assessors.add(conn, assessor("ana"), BEGAN)
        cases.begin(conn, held, BEGAN)
        for each in held.acts:
            cases.append(conn, held.id, each)
    assert held.moved_at
    return held.acts[-1].at or BEGAN


def now_is(database: Database) -> Case:
    with database.reading() as conn:
        found = cases.find(conn, "c1")
    assert found
    return found


def test_outside_the_sample_a_case_is_decided_after_the_window_and_once(
    database: Database, catalogue: Catalogue
) -> None:
    last = kept(database, "moderate")
    assert nightly.look_at_cases(database, catalogue, last + WINDOW - timedelta(minutes=1)) == 0
    assert nightly.look_at_cases(database, catalogue, last + WINDOW) == 1
    assert nightly.look_at_cases(database, catalogue, last + WINDOW) == 0
    assert now_is(database).state is State.DECIDED
    assert now_is(database).decisions[-1].by == "system"
    assert rows(database, "select count(*) from dues where kind = 'case'") == [(1,)]


def test_a_case_of_the_sample_waits_for_its_moderator(database: Database, catalogue: Catalogue) -> None:
    last = kept(database, "moderate", sampled="yes")
    assert nightly.look_at_cases(database, catalogue, last + timedelta(days=60)) == 0
    assert now_is(database).state is State.PENDING_MODERATION


def test_none_waits_for_ever_behind_those_of_the_sample(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "_PAGE", 1)
    last = kept(database, "moderate")
    with database.writing() as conn:  # judged since, one more than a look takes, and nobody can say yet what they are
        for number in (1, 2):
            newer = {"id": f"newer{number}", "number": 999_990 + number, "standard": NORM.code}
            since = last + timedelta(minutes=number)
            row = {**newer, "state": State.PENDING_MODERATION.value, "created_at": since, "updated_at": since}
            conn.execute(insert(cases_table), row)
    assert nightly.look_at_cases(database, catalogue, last + WINDOW + timedelta(hours=1)) == 1
    assert now_is(database).state is State.DECIDED


def test_silence_puts_a_case_to_rest_but_never_one_that_waits_for_us(database: Database, catalogue: Catalogue) -> None:
    last = kept(database, "identify")
    assert nightly.look_at_cases(database, catalogue, last + nightly.SILENCE - timedelta(minutes=1)) == 0
    assert nightly.look_at_cases(database, catalogue, last + nightly.SILENCE) == 1
    assert nightly.look_at_cases(database, catalogue, last + 2 * nightly.SILENCE) == 0
    assert now_is(database).state is State.LAPSED
    assert now_is(database).before is State.PLAN_AGREED


def test_a_judged_case_is_not_put_to_rest(database: Database, catalogue: Catalogue) -> None:
    last = kept(database, "conclude")
    assert nightly.look_at_cases(database, catalogue, last + 3 * nightly.SILENCE) == 0


LIMA = ZoneInfo("America/Lima")


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-03-02T14:00", True),
        ("2026-03-02T07:59", "2026-03-02T08:00", True),  # three o'clock in Lima has passed between them
        ("2026-03-02T08:00", "2026-03-02T20:00", False),
        ("2026-03-02T20:00", "2026-03-03T07:59", False),
        ("2026-03-02T20:00", "2026-03-03T08:00", True),
    ],
)
def test_questions_are_worked_out_once_a_night(last: str | None, now: str, due: bool) -> None:
    before = datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None
    assert is_due(before, datetime.fromisoformat(now).replace(tzinfo=UTC), LIMA) is due


async def test_how_good_the_questions_are_is_kept_every_night_without_anybody_asking(
    database: Database, tmp_path: Path
) -> None:
    shelf = shelf_at(tmp_path / "content")
    course = shelf().courses["vivero"]
    item = course.units[0].practice[0]
    answered = Answered(learner="rosa", course="vivero", unit=course.units[0].id, lesson="", item=item, digest="",
                        right=True, choice=0, purpose="quiz", attempt="a1", language="es")  # fmt: skip
    turn(database, ROSA, Joined(learner=learner("rosa")), answered, now=BEGAN)
    assert await nightly.look_at_items(database, shelf(), BEGAN + timedelta(hours=1), LIMA) == 1
    assert await nightly.look_at_items(database, shelf(), BEGAN + timedelta(hours=2), LIMA) == 0
    assert await nightly.look_at_items(database, shelf(), BEGAN + timedelta(days=1), LIMA) == 1
    with database.reading() as conn:
        kept, at = publishing.figures(conn, OPERATOR, "vivero")
    assert [(each["item"], each["answers"]) for each in kept] == [(item, 1)]
    assert at == BEGAN + timedelta(days=1)


def test_a_year_of_birth_that_is_entered_anywhere_reaches_the_case_that_waited_for_it(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "_PAGE", 1)
    turn(database, ROSA, Joined(learner=learner("rosa")), now=BEGAN)
    held = case()
    with database.writing() as conn:
        cases.begin(conn, held, BEGAN)
        for each in road(NORM)[:2]:
            act = replace(each, data={**each.data, "age": "0"}) if each.kind == "apply" else each
            outcome = decide(held, act, NORM, BEGAN)
            assert outcome.act, outcome.refused
            cases.append(conn, held.id, outcome.act)
            held = outcome.case
    assert held.state is State.ELIGIBILITY_CHECK
    assert nightly.look_at_cases(database, catalogue, BEGAN) == 0
    with database.writing() as conn:  # whose year is not known, moved since, and as many as a look takes
        newer = {"id": "newer", "number": 999_999, "state": held.state.value, "standard": NORM.code}
        since = BEGAN + timedelta(minutes=1)
        conn.execute(insert(cases_table), {**newer, "created_at": since, "updated_at": since})
    turn(database, ROSA, Changed(learner="rosa", changes={"birth_year": 1970}), now=BEGAN)
    nightly.look_at_cases(database, catalogue, BEGAN + timedelta(hours=1))
    assert now_is(database).state is State.ORIENTED
    assert now_is(database).age == 56
    assert nightly.look_at_cases(database, catalogue, BEGAN + timedelta(hours=2)) == 0
