"""Whether a case is what it was: its chain, its tests, its credential, and what stands beside the entries."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from bot.certifying import codes, examining
from bot.certifying.cases import Act, Case, State
from bot.certifying.credentials import REVOKED, SUSPENDED
from bot.certifying.sealing import SEAL, sealed
from store import cases, credentials, exams
from store.case_tables import cases as case_rows

_STANDS = {State.SUSPENDED: SUSPENDED, State.REVOKED: REVOKED}


def everything(conn: Connection, after: str = "", limit: int = 200) -> list[str]:
    """The ids of cases, `limit` at a time; go on with the last one as `after`."""
    query = select(case_rows.c.id).where(case_rows.c.id > after).order_by(case_rows.c.id).limit(limit)
    return list(conn.execute(query).scalars())


def faults(conn: Connection, case: Case) -> list[str]:
    """What is wrong with a case, in plain sentences; nothing where all of it follows from its entries."""
    broken = cases.broken_at(conn, case.id)
    if broken:
        return [f"entry {broken} was changed afterwards, or is gone"]  # what is read from it says nothing then
    return [*_state(conn, case), *_tests(conn, case), *_credential(conn, case)]


def files(case: Case) -> frozenset[str]:
    """The hashes of the files that a case holds."""
    return frozenset(each for piece in case.evidence for each in (piece.sha256, *(of for of, _ in piece.files)) if each)


def _state(conn: Connection, case: Case) -> Iterator[str]:
    kept = conn.execute(select(case_rows.c.state).where(case_rows.c.id == case.id)).scalar()
    if kept != case.state.value:
        yield f"it is listed as {kept}, and its entries come to {case.state.value}"


def _tests(conn: Connection, case: Case) -> Iterator[str]:
    taken = {each.id: each for each in exams.all_of(conn, case.id)}
    for act in case.acts:
        if act.kind == "knowledge" and act.data.get("exam"):
            yield from _test(act, taken.get(act.data["exam"]))


def _test(act: Act, exam: examining.Exam | None) -> Iterator[str]:
    if exam is None:
        yield f"the test of entry {act.seq} is gone"
    elif exam.decision != act.value or (act.data.get(SEAL) and sealed(exam) != act.data[SEAL]):
        yield f"the answers of the test of unit {act.unit} are not those of entry {act.seq}"
    elif examining.recomputed(exam) not in (act.value, ""):
        yield f"the test of unit {act.unit} comes to {examining.recomputed(exam)}, and entry {act.seq} says {act.value}"


def _credential(conn: Connection, case: Case) -> Iterator[str]:
    act = next((each for each in reversed(case.acts) if each.kind == "certify" and each.data.get("code")), None)
    if act is None or case.credential is None:
        return
    found = credentials.by_serial(conn, act.data["serial"])
    if found is None:
        yield f"the credential of entry {act.seq} is gone"
        return
    said = (act.data["code"], case.credential.valid_from, case.credential.valid_until)
    if (codes.shown(found.code), found.award.valid_from, found.award.valid_until) != said:
        yield f"the credential {codes.shown(found.code)} is not the one of entry {act.seq}"
    stood = case.before if case.state is State.APPEALED else case.state
    if found.word != _STANDS.get(stood, ""):
        yield f"its credential is {found.word or 'in force'}, and its entries come to {stood.value}"
