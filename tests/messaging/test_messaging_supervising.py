"""Tests before a person: an assessor opens one from her own thread, and it runs on the candidate's phone."""

from __future__ import annotations

import pytest

from bot.certifying.cases import Conflict
from bot.certifying.standards import Standard
from store import assessors, exams
from store.database import Database
from tests.changing import replace
from tests.houses import JUAN
from tests.workers import Worker


@pytest.fixture
async def worker(database: Database) -> Worker:
    found = Worker(database)
    await found.applies()
    await found.writes("2")
    found.names("ana", phone=str(JUAN))
    return found


def strict(worker: Worker) -> None:
    """The standard asks that the test of unit 1 be taken before a person."""
    held = worker.standard
    units = tuple(
        replace(each, policy=replace(each.policy, supervised=True)) if each.code == "1" else each for each in held.units
    )
    norm: Standard = replace(held, units=units)
    worker.taught = replace(worker.taught, standards={**worker.taught.standards, held.code: norm})


async def test_the_test_runs_on_her_phone_and_carries_the_name_of_whoever_looked_on(worker: Worker) -> None:
    assert "escriba EXAMEN" in await worker.by(JUAN, f"SUP {worker.case.number} U1")
    heard = await worker.writes("EXAMEN")
    assert "ante Ana" in heard[0]
    await worker.answers(right=True)
    assert worker.case.knowledge == {"1": "passed"}
    act = next(each for each in worker.case.acts if each.kind == "knowledge")
    assert act.data["supervised"] == "ana"
    assert worker.case.identified, "who looked on has seen that it is she"
    assert [each.kind for each in worker.case.acts if each.actor == "ana"] == ["supervise"]


async def test_unseen_answers_do_not_count_where_the_standard_wants_somebody_to_look_on(worker: Worker) -> None:
    strict(worker)
    heard = await worker.writes("EXAMEN")
    await worker.answers(right=True)
    assert "1" not in worker.case.knowledge
    assert set(worker.case.knowledge.values()) == {"passed"}, "the other units go on alone"
    assert heard
    said = await worker.writes("EXAMEN")
    assert "ante un evaluador" in said[-1]
    await worker.by(JUAN, f"SUP {worker.case.number} 1")
    await worker.writes("EXAMEN")
    await worker.answers(right=True)
    assert worker.case.knowledge["1"] == "passed"


async def test_what_was_answered_alone_does_not_go_on_before_a_person(worker: Worker) -> None:
    await worker.writes("EXAMEN")
    await worker.answers(right=True, most=1)
    await worker.by(JUAN, f"SUP {worker.case.number} U1")
    with worker.database.reading() as conn:
        before, begun = exams.all_of(conn, worker.case.id)
    assert before.decision == "void"
    assert (begun.supervised_by, begun.served) == ("ana", ())


async def test_a_sitting_that_was_left_lying_counts_for_nothing(worker: Worker) -> None:
    await worker.by(JUAN, f"SUP {worker.case.number} U1")
    await worker.writes("EXAMEN")
    worker.clock.wait(hours=4)
    await worker.answers(right=True, most=1)
    assert "no cuenta" in worker.phone.texts()[-1]
    assert not worker.case.knowledge


@pytest.mark.parametrize("kind", ["trainer", "relative"])
async def test_neither_her_trainer_nor_her_relative_opens_a_test(worker: Worker, kind: str) -> None:
    with worker.database.writing() as conn:
        tie = Conflict(assessor="ana", learner=worker.case.candidate, kind=kind)
        assessors.declare(conn, tie, "olga", worker.clock())
    assert "no puede evaluar" in await worker.by(JUAN, f"SUP {worker.case.number} U1")


async def test_nor_does_one_whose_credential_has_ended(worker: Worker) -> None:
    worker.clock.wait(days=401)
    assert "no puede evaluar" in await worker.by(JUAN, f"SUP {worker.case.number} U1")


async def test_a_candidate_cannot_open_a_test_for_herself(worker: Worker) -> None:
    await worker.writes(f"SUP {worker.case.number} U1")
    with worker.database.reading() as conn:
        assert not exams.all_of(conn, worker.case.id)
