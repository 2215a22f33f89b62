"""Keep certification cases: their acts are only ever added, each on top of the last, and a case is read from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from bot.certifying import chaining
from bot.certifying.cases import Act, Case, People, State
from bot.certifying.credentials import REINSTATED, REVOKED, SUSPENDED
from bot.certifying.reading import read
from store import assessors, credentials
from store.case_projections import project
from store.case_tables import (
    case_acts,
    case_codes,
    case_files,
    cases,
    evidence,
    exam_answers,
    exams,
    sheet_drafts,
)
from store.columns import among
from store.errors import StoreError
from store.shapes import clean, dumps, loads
from store.tables import learners as persons

_CASES = select(cases).where(among(cases.c.learner, "learners")).order_by(cases.c.created_at, cases.c.id)
_ACTS = select(case_acts).where(among(case_acts.c.case, "cases")).order_by(case_acts.c.case, case_acts.c.seq)
_MOVED = (
    update(cases)
    .where(cases.c.id == bindparam("which"), cases.c.seq == bindparam("after"))
    .values(seq=bindparam("to_seq"), head=bindparam("to_head"), state=bindparam("to_state"), updated_at=bindparam("on"))
)
_TAKEN_BACK = {"suspend": SUSPENDED, "reinstate": REINSTATED, "revoke": REVOKED}  # act → what befalls the credential
_LIVE = (State.CERTIFIED.value, State.EXPIRING.value)
_PLAIN = ("kind", "actor", "role", "reason", "unit", "element", "criterion", "value", "corrects", "at", "digest", "seq")


# --- reading ---


def having(conn: Connection, learners: Collection[str]) -> set[str]:
    """Those of these learners who have a case."""
    rows = conn.execute(select(cases.c.learner).where(among(cases.c.learner, "learners")), {"learners": learners})
    return set(rows.scalars())


def load(conn: Connection, learners: Collection[str]) -> dict[str, tuple[Case, ...]]:
    """The cases of these learners, oldest first, as their acts leave them."""
    rows = conn.execute(_CASES, {"learners": sorted(set(learners))}).all() if learners else []
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in _read(conn, rows):
        found[case.candidate].append(case)
    return {learner: tuple(held) for learner, held in found.items()}


def find(conn: Connection, named: str) -> Case | None:
    """The case of this number or id; None where there is none."""
    same: ColumnElement[bool] = cases.c.id == named
    if named.isdecimal() and len(named) < 10:
        same = or_(same, cases.c.number == int(named))
    rows = conn.execute(select(cases).where(same)).all()
    return next(iter(_read(conn, rows)), None)


def listed(
    conn: Connection,
    *,
    state: str = "",
    standard: str = "",
    limit: int = 500,
    learners: Collection[str] | None = None,
    before: datetime | None = None,
    now: datetime | None = None,
    of_known_age: bool = False,
    skip: int = 0,
) -> list[Case]:
    """Cases, the latest moved first, of one state or standard where it is named, of these learners, and with no entry
    since `before`; `of_known_age`: of learners whose year of birth is known; without the first `skip`. With `now` a
    credential that has ended is so at once, before its end is entered."""
    query = select(cases).order_by(cases.c.updated_at.desc(), cases.c.id).limit(limit).offset(skip)
    if of_known_age:
        known = exists().where(persons.c.id == cases.c.learner, persons.c.birth_year.is_not(None))
        query = query.where(known)
    if state:
        query = query.where(standing(state, now))
    if standard:
        query = query.where(cases.c.standard == standard)
    if before is not None:
        query = query.where(cases.c.updated_at <= before)
    if learners is not None:
        query = query.where(among(cases.c.learner, "learners"))
    rows = conn.execute(query, {"learners": sorted(learners)} if learners is not None else {}).all()
    by_id = {case.id: case for case in _read(conn, rows)}
    return [by_id[row.id] for row in rows]


def standing(state: str, now: datetime | None) -> ColumnElement[bool]:
    """The condition of standing in a state: by the clock where `now` is given, else as it was last entered."""
    return or_(*(and_(*each) for each in entered_as(state, now)))


def entered_as(state: str, now: datetime | None) -> list[list[ColumnElement[bool]]]:
    """As what a case may be entered that stands in a state: each with the one state that an index knows, and what of
    its end must be so besides. Without `now`, only as it was entered."""
    ended = and_(cases.c.valid_until.is_not(None), cases.c.valid_until <= now) if now else false()
    if now and state == State.EXPIRED:
        return [[cases.c.state == state], *([cases.c.state == each, ended] for each in _LIVE)]
    return [[cases.c.state == state, not_(ended)]] if now and state in _LIVE else [[cases.c.state == state]]


def _read(conn: Connection, rows: Sequence[Row[Any]]) -> list[Case]:
    if not rows:
        return []
    entries: defaultdict[str, list[Act]] = defaultdict(list)
    for row in conn.execute(_ACTS, {"cases": [row.id for row in rows]}):
        entries[row.case].append(_act(row))
    known = assessors.known(conn)
    ties = assessors.ties(conn, [row.learner for row in rows if row.learner])
    return [
        read(
            Case(
                id=row.id,
                number=row.number,
                candidate=row.learner or "",
                standard=row.standard,
                version=row.version,
                opened_at=row.created_at,
                people=People(assessors=known, conflicts=ties.get(row.learner or "", frozenset())),
            ),
            entries[row.id],
        )
        for row in rows
    ]


def _act(row: Row[Any]) -> Act:
    data = loads(row.data) if row.data else {}
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Act(**plain, data=data, note=row.note, salt=row.salt)


def broken_at(conn: Connection, case: str) -> int:
    """The number of the first entry of a case that does not follow from those before it, or that is gone; 0 where the
    chain holds, up to the last entry that was made."""
    rows = conn.execute(_ACTS, {"cases": [case]}).all()
    broken = chaining.broken_at(case, [_act(row) for row in rows], [row.noted for row in rows])
    last = conn.execute(select(cases.c.seq, cases.c.head).where(cases.c.id == case)).first()
    ends = (len(rows), rows[-1].digest if rows else "")
    return broken or (0 if last is None or (last.seq, last.head) == ends else len(rows) + 1)


# --- writing ---


def begin(conn: Connection, case: Case, now: datetime) -> None:
    """A case without an act yet."""
    row = {
        "id": case.id,
        "number": case.number,
        "learner": case.candidate,
        "standard": case.standard,
        "version": case.version,
        "state": State.NONE.value,
        "created_at": now,
        "updated_at": now,
    }
    conn.execute(insert(cases), row)


def append(conn: Connection, case: str, act: Act) -> None:
    """Add one act that bot.certifying.deciding let through. Raises StoreError where another came first, so that no
    act is ever decided on a case that has moved on."""
    to = act.data.get("to")
    now = act.at
    before = conn.execute(select(cases.c.state, cases.c.head).where(cases.c.id == case)).first()
    if before is None or now is None:
        raise StoreError("There is no such case.")
    if chaining.digest(case, before.head, act) != act.digest:
        raise StoreError("Another entry came first: look at the case again.")
    moving = {
        "which": case,
        "after": act.seq - 1,
        "to_seq": act.seq,
        "to_head": act.digest,
        "to_state": to or before.state,
        "on": now,
    }
    if not conn.execute(_MOVED, moving).rowcount:
        raise StoreError("Another entry came first: look at the case again.")
    if act.kind == "apply":
        by = act.data.get("presented_by", "self")
        conn.execute(update(cases).where(cases.c.id == case).values(presented_by=by))
    row = {name: getattr(act, name) for name in _PLAIN}
    said = {"data": dumps(dict(act.data)), "note": clean(act.note), "salt": act.salt, "noted": chaining.noted(act)}
    conn.execute(insert(case_acts), {"case": case, **row, **said})
    project(conn, case, act)
    if act.kind in _TAKEN_BACK:
        _move(conn, case, act)


def _move(conn: Connection, case: str, act: Act) -> None:
    """The credential of a case is suspended, reinstated and revoked with it: neither is ever without the other."""
    found = credentials.of_case(conn, case)
    if found is None or act.at is None:
        raise StoreError("The credential of this case is not there.")
    second, kind = act.data.get("second", ""), _TAKEN_BACK[act.kind]
    credentials.move(conn, found.code, kind, by=act.actor, second=second, reason=act.reason, now=act.at)


def write(conn: Connection, opened: Sequence[Case], acted: Iterable[tuple[str, Act]], now: datetime) -> None:
    """Cases that a turn opened, and the acts that it led to."""
    for case in opened:
        begin(conn, case, now)
    for id, act in acted:
        append(conn, id, act)


# --- taking a person out ---


def forget(conn: Connection, learners: Sequence[str], pseudonyms: Sequence[str]) -> None:
    """Take people out of their cases: the acts stay, and hold; whose they were, their own words and their files go.

    The files of evidence are marked, and taken away by whoever keeps them (`store.evidence_files`).
    """
    hers = select(cases.c.id).where(among(cases.c.learner, "learners")).scalar_subquery()
    keys = {"learners": list(learners)}
    # A ground ("suspended, for she …") speaks of her too. What was entered before grounds stood apart is in the chain.
    apart = case_acts.c.data.contains(f'"{chaining.APART}":', autoescape=True)
    conn.execute(update(case_acts).where(case_acts.c.case.in_(hers), apart).values(reason=""), keys)
    conn.execute(update(case_acts).where(case_acts.c.case.in_(hers)).values(note="", salt=""), keys)
    conn.execute(update(evidence).where(evidence.c.case.in_(hers)).values(note="", gone=True), keys)
    conn.execute(update(case_codes).where(case_codes.c.case.in_(hers)).values(address=""), keys)
    # A file that is on its way is of nobody any more; a draft is somebody's words about her.
    conn.execute(update(case_files).where(case_files.c.case.in_(hers)).values(state="refused", file=""), keys)
    conn.execute(delete(sheet_drafts).where(sheet_drafts.c.case.in_(hers)), keys)
    of_exams = select(exams.c.id).where(exams.c.case.in_(hers)).scalar_subquery()
    conn.execute(update(exam_answers).where(exam_answers.c.exam.in_(of_exams)).values(reply=""), keys)
    taken = update(cases).where(cases.c.learner == bindparam("who")).values(learner=None, pseudonym=bindparam("as"))
    conn.execute(taken, [{"who": who, "as": name} for who, name in zip(learners, pseudonyms, strict=True)])
    assessors.forget(conn, learners)


def gone_files(conn: Connection) -> set[str]:
    """The hashes of files that showed only people who have been erased."""
    rows = conn.execute(select(evidence.c.sha256, evidence.c.gone).where(evidence.c.sha256 != "")).all()
    return {row.sha256 for row in rows} - {row.sha256 for row in rows if not row.gone}


def held_files(conn: Connection, hashes: Collection[str]) -> set[str]:
    """Those of these hashes that a case still holds, or a file that is on its way into one."""
    if not hashes:
        return set()
    found: set[str] = set()
    for table in (evidence, case_files):
        query = select(table.c.sha256).where(among(table.c.sha256, "hashes"))
        found |= set(conn.execute(query, {"hashes": sorted(hashes)}).scalars())
    return found


def counted(conn: Connection) -> dict[str, int]:
    """How many cases stand in which state."""
    rows = conn.execute(select(cases.c.state, func.count().label("n")).group_by(cases.c.state))
    return {row.state: row.n for row in rows}
