"""Federations, cooperatives and the officers who speak for them: make, list, close.

Whoever may act for some cooperatives only sees and changes only those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.organisations import Cooperative, Federation, Officer
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.columns import among
from store.organisation_tables import cooperatives, federations, officer_addresses, officers
from store.shapes import clean
from store.tables import learners
from store.touching import touch

_ADDRESSES = select(officer_addresses.c.officer, officer_addresses.c.address).where(
    among(officer_addresses.c.officer, "officers")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A cooperative with how many people belong to it and how many may speak for it."""

    cooperative: Cooperative
    members: int = 0
    officers: int = 0


def within(scope: Scope, column: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a scope sets on a column that holds the id of a cooperative."""
    return true() if scope.cooperatives is None else column.in_(sorted(scope.cooperatives))


# --- federations ---


def add_federation(conn: Connection, federation: Federation, now: datetime) -> bool:
    """Make a federation; False where its word is taken."""
    return _added(conn, federations, id=federation.id, name=federation.name, country=federation.country, created_at=now)


def all_federations(conn: Connection) -> list[Federation]:
    """Every federation, by its word."""
    query = select(federations.c.id, federations.c.name, federations.c.country).order_by(federations.c.id)
    return [Federation(id=id, name=name, country=country) for id, name, country in conn.execute(query)]


# --- cooperatives ---


def add_cooperative(conn: Connection, scope: Scope, cooperative: Cooperative, now: datetime) -> bool:
    """Make a cooperative; False where its word is taken. Raises PermissionError outside the scope."""
    need(scope, Right.EDIT_PEOPLE)
    _permit(scope, cooperative.id)
    return _added(
        conn,
        cooperatives,
        id=cooperative.id,
        name=cooperative.name,
        federation=cooperative.federation,
        country=cooperative.country,
        monthly_notices=cooperative.monthly_notices,
        created_at=now,
    )


def all_cooperatives(conn: Connection, scope: Scope, *, closed: bool = True) -> list[Cooperative]:
    """The cooperatives of a scope, by their word; without those that are closed where `closed` is False."""
    query = select(cooperatives).where(within(scope, cooperatives.c.id)).order_by(cooperatives.c.id)
    if not closed:
        query = query.where(cooperatives.c.closed_at.is_(None))
    return [_cooperative(row) for row in conn.execute(query).mappings()]


def seen(conn: Connection, scope: Scope) -> list[Cooperative]:
    """The same for somebody who looks at people."""
    need(scope, Right.SEE_PEOPLE)
    return all_cooperatives(conn, scope)


def members(conn: Connection, scope: Scope, id: str, most: int = 1001) -> int:
    """How many people belong to a cooperative; counted up to `most` and no further."""
    need(scope, Right.SEE_PEOPLE)
    some = select(learners.c.id).where(learners.c.cooperative == id, within(scope, learners.c.cooperative)).limit(most)
    return int(conn.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def list_cooperatives(conn: Connection, scope: Scope) -> list[Listed]:
    """The same with their numbers of members and officers."""
    members = _counts(
        conn,
        select(learners.c.cooperative, func.count())
        .where(learners.c.cooperative != "", within(scope, learners.c.cooperative))
        .group_by(learners.c.cooperative),
    )
    speaking = _counts(
        conn,
        select(officers.c.cooperative, func.count())
        .where(officers.c.closed_at.is_(None), within(scope, officers.c.cooperative))
        .group_by(officers.c.cooperative),
    )
    return [
        Listed(cooperative=each, members=members.get(each.id, 0), officers=speaking.get(each.id, 0))
        for each in all_cooperatives(conn, scope)
    ]


def close_cooperative(conn: Connection, scope: Scope, id: str, now: datetime) -> bool:
    """Close a cooperative: its members stay, nobody speaks for it any more. False where it was closed already."""
    need(scope, Right.EDIT_PEOPLE)
    _permit(scope, id)
    closed = conn.execute(
        update(cooperatives).where(cooperatives.c.id == id, cooperatives.c.closed_at.is_(None)).values(closed_at=now)
    ).rowcount
    speaking = conn.execute(select(officers.c.id).where(officers.c.cooperative == id)).scalars().all()
    _touch_officers(conn, speaking)
    return closed > 0


# --- officers ---


def add_officer(conn: Connection, scope: Scope, officer: Officer, now: datetime) -> bool:
    """Make an officer with the addresses from which he may write; False where his id is taken.

    Threads of these addresses are read anew, for they may do more now. Raises PermissionError outside the scope.
    """
    need(scope, Right.EDIT_PEOPLE)
    _permit(scope, officer.cooperative)
    made = _added(
        conn,
        officers,
        id=officer.id,
        cooperative=officer.cooperative,
        name=officer.name,
        language=officer.language,
        pin=officer.pin,
        created_at=now,
    )
    if made:
        rows = [{"address": address, "officer": officer.id} for address in sorted(set(officer.addresses))]
        if rows:
            conn.execute(insert(officer_addresses).on_conflict_do_nothing(), rows)
        touch(conn, officer.addresses)
    return made


def all_officers(conn: Connection, scope: Scope, *, cooperative: str = "") -> list[Officer]:
    """The officers of a scope, or of one cooperative in it, by cooperative and name; the closed ones too."""
    query = select(officers).where(within(scope, officers.c.cooperative))
    if cooperative:
        query = query.where(officers.c.cooperative == cooperative)
    rows = conn.execute(query.order_by(officers.c.cooperative, officers.c.name, officers.c.id)).mappings().all()
    reached: defaultdict[str, list[str]] = defaultdict(list)
    for officer, address in conn.execute(_ADDRESSES, {"officers": [row["id"] for row in rows]}):
        reached[officer].append(address)
    return [replace(_officer(row), addresses=tuple(sorted(reached[row["id"]]))) for row in rows]


def set_pin(conn: Connection, scope: Scope, officer: str, pin: str) -> bool:
    """Give an officer a new PIN (already hashed) and open a locked office. False where there is no such officer."""
    need(scope, Right.EDIT_PEOPLE)
    changed = conn.execute(
        update(officers)
        .where(officers.c.id == officer, within(scope, officers.c.cooperative), officers.c.closed_at.is_(None))
        .values(pin=pin, tries=0, locked_until=None)
    ).rowcount
    _touch_officers(conn, [officer] if changed else [])
    return changed > 0


def close_officer(conn: Connection, scope: Scope, officer: str, now: datetime) -> bool:
    """He speaks for the cooperative no longer: his addresses and his PIN go. False where he was closed already."""
    need(scope, Right.EDIT_PEOPLE)
    changed = conn.execute(
        update(officers)
        .where(officers.c.id == officer, within(scope, officers.c.cooperative), officers.c.closed_at.is_(None))
        .values(closed_at=now, pin="")
    ).rowcount
    if changed:
        _touch_officers(conn, [officer])
        conn.execute(delete(officer_addresses).where(officer_addresses.c.officer == officer))
    return changed > 0


def _touch_officers(conn: Connection, ids: Collection[str]) -> None:
    if ids:
        touch(conn, [address for _, address in conn.execute(_ADDRESSES, {"officers": sorted(ids)})])


def _permit(scope: Scope, cooperative: str) -> None:
    if scope.cooperatives is not None and cooperative not in scope.cooperatives:
        raise PermissionError(f"{cooperative} is none of the cooperatives that this account is for.")


def _added(conn: Connection, table: Any, **values: object) -> bool:
    told = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    statement = insert(table).values(**told).on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)
    return conn.execute(statement).first() is not None


def _counts(conn: Connection, query: Any) -> Mapping[str, int]:
    return {row[0]: row[1] for row in conn.execute(query).all()}


def _cooperative(row: Any) -> Cooperative:
    return Cooperative(
        id=row["id"],
        name=row["name"],
        federation=row["federation"],
        country=row["country"],
        monthly_notices=row["monthly_notices"],
        closed=row["closed_at"] is not None,
    )


def _officer(row: Any) -> Officer:
    return Officer(
        id=row["id"],
        cooperative=row["cooperative"],
        name=row["name"],
        language=row["language"],
        pin=row["pin"],
        tries=row["tries"],
        locked_until=row["locked_until"],
        closed=row["closed_at"] is not None,
    )
