"""Keep who may judge, until when and against what, and the ties that were declared between assessors and candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.certifying.cases import Assessor, Conflict
from store.case_tables import assessor_addresses, assessors, conflicts
from store.columns import among
from store.organisation_tables import officer_addresses, officers
from store.shapes import dumps, loads
from store.tables import learners as learners_
from store.tables import thread_learners

_ON_ONE_PHONE = (
    select(thread_learners.c.learner, assessor_addresses.c.assessor)
    .join(assessor_addresses, assessor_addresses.c.address == thread_learners.c.address)
    .where(among(thread_learners.c.learner, "learners"))
)
_OFFICERS = (
    select(learners_.c.id, assessor_addresses.c.assessor)
    .join(officers, officers.c.cooperative == learners_.c.cooperative)
    .join(officer_addresses, officer_addresses.c.officer == officers.c.id)
    .join(assessor_addresses, assessor_addresses.c.address == officer_addresses.c.address)
    .where(among(learners_.c.id, "learners"), officers.c.closed_at.is_(None))
)


def add(conn: Connection, assessor: Assessor, now: datetime) -> None:
    """A new assessor, with the addresses that she writes from."""
    conn.execute(
        insert(assessors),
        {
            "id": assessor.id,
            "name": assessor.name,
            "credential": assessor.credential,
            "trade_credential": assessor.trade_credential,
            "standards": dumps(sorted(assessor.standards)),
            "learner": assessor.learner,
            "pin": assessor.pin,
            "valid_from": assessor.valid_from,
            "valid_until": assessor.valid_until,
            "created_at": now,
            "closed_at": assessor.closed_at,
        },
    )
    for address in assessor.addresses:
        conn.execute(insert(assessor_addresses), {"address": address, "assessor": assessor.id})


def renew(conn: Connection, assessor: str, until: datetime) -> bool:
    """Her credential holds until then. False where there is no such assessor."""
    changed = update(assessors).where(assessors.c.id == assessor).values(valid_until=until)
    return bool(conn.execute(changed).rowcount)


def close(conn: Connection, assessor: str, now: datetime) -> bool:
    """She judges no more from now on; what she judged stays. False where there is no such assessor."""
    changed = update(assessors).where(assessors.c.id == assessor, assessors.c.closed_at.is_(None)).values(closed_at=now)
    return bool(conn.execute(changed).rowcount)


def known(conn: Connection) -> dict[str, Assessor]:
    """Every assessor by her id, also those who judge no more: a judgement is asked whether it stood on its day."""
    addresses: defaultdict[str, list[str]] = defaultdict(list)
    for address, name in conn.execute(select(assessor_addresses.c.address, assessor_addresses.c.assessor)):
        addresses[name].append(address)
    return {
        row.id: Assessor(
            id=row.id,
            name=row.name,
            credential=row.credential,
            trade_credential=row.trade_credential,
            standards=frozenset(loads(row.standards) if row.standards else ()),
            learner=row.learner,
            pin=row.pin,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            closed_at=row.closed_at,
            addresses=tuple(sorted(addresses[row.id])),
        )
        for row in conn.execute(select(assessors).order_by(assessors.c.id))
    }


def at(conn: Connection, addresses: Collection[str]) -> dict[str, str]:
    """Of these addresses those that an assessor writes from → who it is."""
    query = (
        select(assessor_addresses.c.address, assessor_addresses.c.assessor)
        .join(assessors, assessors.c.id == assessor_addresses.c.assessor)
        .where(among(assessor_addresses.c.address, "addresses"), assessors.c.closed_at.is_(None))
    )
    return {row.address: row.assessor for row in conn.execute(query, {"addresses": sorted(addresses)})}


def declare(conn: Connection, conflict: Conflict, by: str, now: datetime) -> None:
    """A tie between an assessor and a candidate; said twice it is one."""
    conn.execute(
        insert_or(conflicts).on_conflict_do_nothing(index_elements=["assessor", "learner", "kind"]),
        {
            "assessor": conflict.assessor,
            "learner": conflict.learner,
            "kind": conflict.kind,
            "declared_by": by,
            "declared_at": now,
        },
    )


def ties(conn: Connection, learners: Sequence[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """The ties of these candidates: learner → (assessor, kind). Besides those that were declared (relative, trainer,
    other) the program knows two by itself, which it calls other: one phone for both of them, and the assessor is an
    officer of the candidate's cooperative."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    query = select(conflicts.c.learner, conflicts.c.assessor, conflicts.c.kind).where(
        among(conflicts.c.learner, "learners")
    )
    for learner, assessor, kind in conn.execute(query, {"learners": list(learners)}):
        found[learner].add((assessor, kind))
    for known in (_ON_ONE_PHONE, _OFFICERS):
        for learner, assessor in conn.execute(known, {"learners": list(learners)}):
            found[learner].add((assessor, "other"))
    return {learner: frozenset(held) for learner, held in found.items()}


def forget(conn: Connection, learners: Sequence[str]) -> None:
    """Ties to people who are erased go with them; an assessor who learnt here is no learner any more."""
    conn.execute(delete(conflicts).where(among(conflicts.c.learner, "learners")), {"learners": list(learners)})
    conn.execute(
        update(assessors).where(among(assessors.c.learner, "learners")).values(learner=""),
        {"learners": list(learners)},
    )
