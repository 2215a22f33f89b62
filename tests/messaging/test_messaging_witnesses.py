"""A witness confirms a field task by a one-time code on her own phone: through the database, as people would do it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.certifying import judging
from bot.certifying.cases import Conflict
from bot.messages import Address
from store import assessors, erasure
from store.case_tables import case_codes
from store.database import Database
from tests.houses import JUAN, settle
from tests.workers import Worker

FOREMAN = Address(scheme="tel", identity="+51900000009")
STRANGER = Address(scheme="tel", identity="+51900000008")


@pytest.fixture
async def worker(database: Database) -> Worker:
    found = Worker(database)
    await found.applies()
    await found.writes("2")
    found.names("ana", phone=str(JUAN))
    found.enters("assign", "coordinator", "olga", value="ana")
    return found


async def asked(worker: Worker) -> str:
    """The code that the foreman gets after Ana has named him."""
    assert "código" in await worker.by(JUAN, f"TES {worker.case.number} U1 900000009 llenar 200 bolsas")
    await settle(worker.house)
    said = worker.phone.texts(FOREMAN)[-1]
    assert "llenar 200 bolsas" in said
    assert "Rosa Q." in said
    found = re.search(r"\b\d{6}\b", said)
    assert found
    return found[0]


async def test_a_foreman_confirms_from_his_own_phone_and_it_becomes_testimony(worker: Worker) -> None:
    code = await asked(worker)
    (piece,) = worker.case.evidence
    assert (piece.method, piece.confirmed) == ("testimony", False)
    assert "Gracias" in await worker.by(FOREMAN, code)
    (piece,) = worker.case.evidence
    assert piece.confirmed
    act = worker.case.acts[-1]
    assert (act.kind, act.role, act.value, act.data["entered_by"]) == ("confirm", "witness", piece.id, "witness")
    assert act.actor.startswith("witness-")
    assert "900000009" not in str(worker.case.acts), "a number never stands in the chain"


async def test_a_code_is_good_once(worker: Worker) -> None:
    code = await asked(worker)
    await worker.by(FOREMAN, code)
    before = len(worker.case.acts)
    await worker.by(FOREMAN, code)
    assert len(worker.case.acts) == before


async def test_the_candidate_or_the_assessor_may_bring_the_code(worker: Worker) -> None:
    assert "Gracias" in (await worker.writes(await asked(worker)))[-1]
    assert worker.case.acts[-1].data["entered_by"] == "candidate"
    code = await asked(worker)
    assert "Gracias" in await worker.by(JUAN, f"TES {worker.case.number} {code}")
    assert worker.case.acts[-1].data["entered_by"] == "ana"


async def test_a_code_is_guessed_at_most_five_times(worker: Worker) -> None:
    code = await asked(worker)
    for left in (4, 3, 2, 1, 0):
        wrong = f"{(int(code) + 1 + left) % 1_000_000:06d}"
        assert f"quedan: {left}" in await worker.by(FOREMAN, wrong)
    await worker.by(FOREMAN, code)
    assert not worker.case.evidence[0].confirmed


async def test_a_code_ends_after_seven_days(worker: Worker) -> None:
    code = await asked(worker)
    worker.clock.wait(days=8)
    await worker.by(FOREMAN, code)
    assert not worker.case.evidence[0].confirmed


async def test_somebody_elses_phone_confirms_nothing(worker: Worker) -> None:
    code = await asked(worker)
    await worker.by(STRANGER, code)
    assert not worker.case.evidence[0].confirmed


async def test_nobody_is_her_own_witness(worker: Worker) -> None:
    hers = worker.phone.said[0].address.phone
    said = await worker.by(JUAN, f"TES {worker.case.number} U1 {hers} llenar bolsas")
    assert "la misma persona" in said
    assert not worker.case.evidence


async def test_a_declared_relative_is_no_witness_not_even_when_it_is_declared_later(worker: Worker) -> None:
    worker.names("eva", phone=str(FOREMAN))
    code = await asked(worker)
    with worker.database.writing() as conn:
        tie = Conflict(assessor="eva", learner=worker.case.candidate, kind="relative")
        assessors.declare(conn, tie, "olga", worker.clock())
    await worker.by(FOREMAN, code)
    assert not worker.case.evidence[0].confirmed
    said = await worker.by(JUAN, f"TES {worker.case.number} U1 900000009 otra tarea")
    assert "su familia" in said


async def test_testimony_alone_never_meets_what_is_critical_and_must_be_seen(worker: Worker) -> None:
    await worker.by(FOREMAN, await asked(worker))
    assert judging.told_only(worker.case, worker.standard), "nobody has seen anything yet"


async def test_the_number_of_a_witness_goes_with_the_candidate(worker: Worker) -> None:
    await asked(worker)
    with worker.database.writing() as conn:
        assert conn.execute(select(case_codes.c.address)).scalar_one() == str(FOREMAN)
        erasure.erase(conn, [worker.case.candidate], worker.clock() + timedelta(seconds=1), b"a key for tests")
        assert conn.execute(select(case_codes.c.address)).scalar_one() == ""
