"""Recognition of prior learning by SMS, through the database: a worker of long experience and no schooling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from bot.certifying import examining, judging
from bot.certifying.cases import Conflict, State
from bot.delivering.sms import segments, sms_text
from messaging.answering import answer_round
from store import assessors, cases, erasure, exams
from store.case_tables import case_acts, exam_answers
from store.case_tables import cases as case_rows
from store.database import Database
from tests.changing import replace
from tests.houses import JUAN, settle
from tests.workers import Worker, answer_to


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(database)


async def test_she_goes_from_a_word_to_all_her_knowledge_shown_without_a_course(worker: Worker) -> None:
    await worker.applies()
    assert worker.case.state is State.SELF_ASSESSED
    await worker.writes("1")
    await worker.answers(right=True)

    case = worker.case
    assert set(case.knowledge.values()) == {"passed"}
    assert case.state is State.PLAN_AGREED, "a test on her own phone proves nothing until a person has seen her"
    said = worker.phone.texts()
    assert any("Un examen solo no da certificado" in each for each in said)
    assert all(segments(sms_text(each.content)) <= 2 for each in worker.phone.said)
    assert cases_hold(worker)


async def test_the_whole_road_ends_with_a_certificate_and_she_hears_each_step(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True)
    worker.names("ana", "benito")
    for name in ("ana", "benito"):
        worker.enters("assign", "coordinator", "olga", value=name)
    worker.enters("identify", "assessor", "ana")
    lacking = judging.missing(worker.case, worker.standard)
    for n, each in enumerate(lacking):
        for copy in range(each.n):
            data = {"id": f"e{n}-{copy}", "evidence": each.kind, "method": each.method}
            worker.enters("evidence", "assessor", "ana", unit=each.unit, data=data)
    codes = [each.code for unit in worker.standard.units for each in unit.criteria]
    for name in ("ana", "benito"):
        for code in codes:
            worker.enters("judge", "assessor", name, criterion=code, value="yes")
    found = judging.verdict(worker.case, worker.standard)
    data = {"units": ",".join(found.units)}
    worker.enters("conclude", "assessor", "ana", value="competent", data={**data, "sampled": "yes"})
    worker.enters("moderate", "moderator", "marta", value="agreed")
    worker.enters("decide", "moderator", "marta", value="competent", data=data)
    until = worker.clock() + timedelta(days=1000)
    facts = {"serial": "S", "code": "7K4M-9QXT-H2", "body": "Norandino", "valid_from": worker.clock().isoformat()}
    worker.enters("certify", "issuer", "irma", data={**facts, "valid_until": until.isoformat()})
    worker.clock.wait(hours=2)
    await settle(worker.house)

    assert worker.case.state is State.CERTIFIED
    assert "7K4M-9QXT-H2" in worker.phone.texts()[-1]
    assert "No es título del Estado" in worker.phone.texts()[-1]
    (status,) = await worker.writes("ESTADO")
    assert "certificada" in status
    assert segments(status) <= 2
    assert cases_hold(worker)


async def test_two_assessors_are_told_of_in_one_message(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True)
    worker.names("ana", "benito")
    before = len(worker.phone.texts())
    for name in ("ana", "benito"):
        worker.enters("assign", "coordinator", "olga", value=name)
    worker.clock.wait(minutes=30)
    await settle(worker.house)

    told = [each for each in worker.phone.texts()[before:] if "lugar y día" in each]
    assert len(told) == 1
    assert all(worker.case.people.assessors[each].name in told[0] for each in ("ana", "benito"))


async def test_no_word_on_right_or_wrong_is_said_before_the_unit_is_over(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    with worker.database.reading() as conn:
        (exam,) = exams.under_way(conn, [worker.case.id])
    heard = await worker.writes(" ".join(answer_to(each, right=True) for each in exam.waiting))
    assert len(heard) == 1
    assert heard[0].split(".")[0].isdigit(), "the next question and nothing else"


async def test_a_failed_unit_waits_two_days_then_a_week_and_asks_no_item_again(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=False)
    assert set(worker.case.knowledge.values()) == {"failed"}
    first = _asked(worker)
    assert "desde el" in (await worker.writes("EXAMEN"))[-1]
    worker.clock.wait(hours=49)
    await worker.writes("EXAMEN")
    await worker.answers(right=False, most=100)
    again = _asked(worker)
    assert len(again) == len(set(again)), "an item came twice within sixty days"
    assert len(again) > len(first)
    worker.clock.wait(days=3)
    assert "desde el" in (await worker.writes("EXAMEN"))[-1], "after the second time it is a week"


async def test_a_test_is_taken_up_days_later_where_it_was(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True, most=2)
    asked = _asked(worker)
    worker.clock.wait(days=4)
    heard = await worker.writes("EXAMEN")
    assert _asked(worker) == asked, "what was open is asked again, and nothing else"
    assert heard
    await worker.answers(right=True)
    assert set(worker.case.knowledge.values()) == {"passed"}


async def test_every_decision_can_be_computed_again_from_the_answers(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True, most=8)
    await worker.answers(right=False)
    with worker.database.reading() as conn:
        taken = exams.all_of(conn, worker.case.id)
    assert len(taken) == 4
    assert all(examining.recomputed(each) == each.decision for each in taken)
    assert all(each.policy == worker.standard.unit(each.unit).policy for each in taken)  # type: ignore[union-attr]


async def test_an_answer_that_is_written_twice_counts_once(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    with worker.database.reading() as conn:
        (exam,) = exams.under_way(conn, [worker.case.id])
    answered = examining.answered(exam, {1: (0, "A")}, worker.clock())
    with worker.database.writing() as conn:
        exams.write(conn, [answered])
        exams.write(conn, [replace(answered, served=examining.answered(exam, {1: (1, "B")}, worker.clock()).served)])
        kept = conn.execute(select(exam_answers.c.reply).where(exam_answers.c.place == 1)).scalar_one()
    assert kept == "A"


async def test_practice_items_are_never_asked(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True)
    practised = {item for unit in worker.taught.courses["coffee-nursery"].units for item in unit.practice}
    assert not practised & set(_asked(worker))


async def test_history_that_was_edited_in_the_table_shows(worker: Worker) -> None:
    await worker.applies()
    case = worker.case
    with worker.database.writing() as conn:
        conn.execute(update(case_acts).where(case_acts.c.seq == 4).values(value="no"))
        assert cases.broken_at(conn, case.id) == 4


async def test_whoever_is_erased_is_taken_out_and_the_acts_still_hold(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("RETIRAR SOLICITUD")
    await worker.writes("no", "1")
    worker.names("ana")
    with worker.database.writing() as conn:
        case = cases.listed(conn)[0]
        assessors.declare(
            conn, Conflict(assessor="ana", learner=case.candidate, kind="relative"), "olga", worker.clock()
        )
        erasure.erase(conn, [case.candidate], worker.clock(), b"a key for tests")
        row = conn.execute(select(case_rows.c.learner, case_rows.c.pseudonym)).one()
        assert row.learner is None
        assert row.pseudonym
        assert cases.broken_at(conn, case.id) == 0
        for table in ("cases", "case_acts", "evidence", "exam_answers", "conflicts", "assessors"):
            for held in conn.execute(text(f"SELECT * FROM {table}")):
                assert case.candidate not in map(str, held)
                assert "Rosa" not in str(held)


async def test_she_withdraws_and_may_apply_again(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("RETIRAR SOLICITUD", "si")
    assert worker.case.state is State.WITHDRAWN
    await worker.writes("POSTULAR", "si", "25")
    assert worker.case.state is State.ORIENTED


async def test_who_lacks_something_is_offered_lessons_or_the_test_and_chooses(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa Quispe", "1970", "25")
    await worker.writes("3")
    while worker.case.state is State.ORIENTED:
        heard = await worker.writes("1")
    assert "U1" in heard[-1]
    await worker.writes("1")
    assert worker.case.state is State.TRAINING_ADVISED
    await worker.writes("EXAMEN")
    assert worker.case.state is State.PLAN_AGREED


async def test_who_is_too_young_waits_for_a_person(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa", "2014", "1")
    assert worker.case.state is State.ELIGIBILITY_CHECK


async def test_a_refused_applicant_objects_in_her_own_words(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa", "2014", "1")
    worker.enters("refuse", "coordinator", "olga", reason="menor de edad")
    worker.clock.wait(hours=2)
    await settle(worker.house)
    assert "RECLAMO" in worker.phone.texts()[-1]
    await worker.writes("RECLAMO", "Naci en 2004, me equivoque al escribir")
    assert worker.case.state is State.APPEALED
    assert worker.case.acts[-1].note.startswith("Naci en 2004")


def _asked(worker: Worker) -> list[str]:
    with worker.database.reading() as conn:
        return list(conn.execute(select(exam_answers.c.item)).scalars())


def cases_hold(worker: Worker) -> bool:
    with worker.database.reading() as conn:
        return cases.broken_at(conn, worker.case.id) == 0


async def test_one_reply_enters_one_act(worker: Worker) -> None:
    await worker.applies()
    before = len(worker.case.acts)
    await worker.writes("2")
    assert len(worker.case.acts) == before + 1
    assert answer_round(worker.house.desk) == 0


async def test_an_assessor_without_data_keeps_her_sheet_by_sms(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    number = worker.case.number
    worker.names("ana", phone=str(JUAN))
    assert "hoy no puede evaluar" in await worker.by(JUAN, f"ID {number}"), "she is not assigned yet"
    worker.enters("assign", "coordinator", "olga", value="ana")
    assert "Anotado" in await worker.by(JUAN, f"id {number}")
    assert worker.case.identified
    assert "Anotado" in await worker.by(JUAN, f"OBS {number} U1 1S 2N 3V")
    (piece,) = worker.case.evidence
    assert piece.method == "field_observation"
    assert piece.captured_by == "ana"
    assert worker.case.acts[-1].data["marks"] == "1.1.1=yes,1.1.2=no,1.1.3=not_seen"
    assert "Escriba OBS" in await worker.by(JUAN, f"OBS {number} U1 99S")
    assert "Escriba OBS" in await worker.by(JUAN, f"OBS {number} U1 1V"), "what was not seen is no evidence"
    assert "no está en ese paso" in await worker.by(JUAN, f"JUI {number} U1 1S")
    before = len(worker.case.acts)
    await worker.writes(f"OBS {number} U1 1S 2S 3S")
    assert len(worker.case.acts) == before, "a candidate cannot observe herself"


async def test_her_trainer_cannot_enter_a_sheet_though_assigned_before_it_was_known(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("2")
    worker.names("ana", phone=str(JUAN))
    worker.enters("assign", "coordinator", "olga", value="ana")
    with worker.database.writing() as conn:
        tie = Conflict(assessor="ana", learner=worker.case.candidate, kind="trainer")
        assessors.declare(conn, tie, "olga", worker.clock())
    assert "hoy no puede evaluar" in await worker.by(JUAN, f"OBS {worker.case.number} U1 1S")
    assert not worker.case.evidence


async def test_withdrawing_and_applying_anew_shortens_no_wait(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=False)
    await worker.writes("RETIRAR SOLICITUD", "si")
    assert worker.case.state is State.WITHDRAWN
    await worker.applies_again()
    heard = await worker.writes("EXAMEN")
    assert "desde el" in heard[-1], "what she failed an hour ago waits two days, in whatever case"
    assert set(worker.case.failures) == {"1", "2", "3", "4"}
    worker.clock.wait(hours=49)
    assert "desde el" not in (await worker.writes("EXAMEN"))[-1]


async def test_a_year_of_birth_that_comes_later_reaches_her_case(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa Quispe", "no se", "no me acuerdo", "30")
    assert worker.case.state is State.ELIGIBILITY_CHECK
    await worker.writes("POSTULAR", "tengo 58 años")
    assert worker.case.state is State.ORIENTED
    assert worker.case.age == 58
    assert cases_hold(worker)


async def test_status_says_what_is_kept_what_is_missing_and_until_when(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    await worker.answers(right=True)
    (status,) = await worker.writes("ESTADO")
    assert "Plazo: " in status
    assert "U1 si" in status
    assert "producto U1" in status
    assert "PERSONA" in status
    assert segments(sms_text(worker.phone.said[-1].content)) <= 2


async def test_a_complaint_that_speaks_of_a_person_is_a_complaint(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa", "2014", "1")
    worker.enters("refuse", "coordinator", "olga", reason="menor de edad")
    worker.clock.wait(hours=2)
    await settle(worker.house)
    await worker.writes("RECLAMO", "quiero hablar con una persona porque yo ya soy mayor de edad")
    assert worker.case.state is State.APPEALED


async def test_no_is_not_kept_as_a_complaint(worker: Worker) -> None:
    await worker.writes("POSTULAR", "si", "Rosa", "2014", "1")
    worker.enters("refuse", "coordinator", "olga", reason="menor de edad")
    worker.clock.wait(hours=2)
    await settle(worker.house)
    await worker.writes("RECLAMO", "no")
    assert worker.case.state is State.INELIGIBLE


async def test_a_second_tap_in_a_test_answers_nothing_that_was_asked_after_it(worker: Worker) -> None:
    await worker.applies()
    await worker.writes("1")
    with worker.database.reading() as conn:
        (exam,) = exams.under_way(conn, [worker.case.id])
    reply = " ".join(answer_to(each, right=True) for each in exam.waiting)
    sent = worker.clock()
    assert len(await worker.writes(reply)) == 1
    with worker.database.reading() as conn:
        (before,) = exams.under_way(conn, [worker.case.id])
    assert await worker.writes(reply, sent=sent) == []
    with worker.database.reading() as conn:
        (after,) = exams.under_way(conn, [worker.case.id])
    assert after == before
