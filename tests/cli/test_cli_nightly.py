"""What time alone brings to a case: a decision outside the sample after the window, and a pause after long silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.catalogue import Catalogue
from bot.certifying.cases import Case, State
from bot.certifying.guarding import WINDOW
from bot.turn import Joined
from cli import nightly
from store import assessors, cases
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
