"""The log of who did what in the console: only ever added to, and chained, so that a change afterwards shows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, insert, or_, select, true, update
from sqlalchemy.dialects import postgresql

from bot.certifying import chaining
from bot.certifying.cases import Act
from bot.cooperating.accounts import Account
from bot.cooperating.roles import Right, need
from bot.people import Scope
from store.account_tables import audit_entries, audit_heads
from store.columns import among
from store.shapes import clean, dumps, loads

CHAIN = "console"
_CHUNK = 1000
_CLOCKS = timedelta(minutes=5)  # by which the clocks of two machines may differ
_AT = select(audit_entries.c.id)

# Whoever adds holds the head until she commits, so that no two entries get one number.
_FIRST = postgresql.insert(audit_heads).values(chain=CHAIN, last=1, digest="")
_NEXT = _FIRST.on_conflict_do_update(
    index_elements=["chain"], set_={"last": audit_heads.c.last + _FIRST.excluded.last}
).returning(audit_heads.c.last, audit_heads.c.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log."""

    id: int
    at: datetime
    actor: str
    name: str
    role: str
    act: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)
    holds: bool = True  # whether it follows from the entry before it


def append(
    conn: Connection,
    actor: Account | str,
    act: str,
    subject: str,
    details: Mapping[str, object],
    now: datetime,
) -> int:
    """Note that `actor` did `act` to `subject` (as `learner:<id>`), in the transaction in which it is done; returns the
    number of the entry. `details` are short facts, such as what was and what is."""
    number, before = conn.execute(_NEXT).one()
    account = actor if isinstance(actor, Account) else None
    bounded = account.cooperatives if account and account.cooperatives is not None else ()
    said = clean(dumps({name: _plain(value) for name, value in details.items()})) if details else ""
    entry = Act(
        kind=clean(act),
        actor=account.id if account else clean(str(actor)),
        role=account.role if account else "",
        reason=account.name if account else "",
        unit=next(iter(bounded)) if len(bounded) == 1 else "",
        value=clean(subject),
        note=said,
        salt=secrets.token_hex(16) if said else "",
        seq=number,
        at=now,
    )
    digest = chaining.digest(CHAIN, before, entry)
    row = {
        "id": number,
        "at": now,
        "actor": entry.actor,
        "name": entry.reason,
        "role": entry.role,
        "cooperative": entry.unit,
        "act": entry.kind,
        "subject": entry.value,
        "details": said,
        "salt": entry.salt,
        "noted": chaining.noted(entry),
        "digest": digest,
    }
    conn.execute(insert(audit_entries), row)
    conn.execute(update(audit_heads).where(audit_heads.c.chain == CHAIN).values(digest=digest))
    return int(number)


def found(
    conn: Connection,
    scope: Scope,
    me: str = "",
    *,
    actor: str = "",
    act: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int = 0,
    limit: int = 50,
) -> list[Entry]:
    """Entries, the latest first, `limit` at a time; go on with the last number as `before`. Whoever is bounded to some
    cooperatives sees what was done by people who are bounded to one of them, and what she did herself (`me`)."""
    need(scope, Right.AUDIT)
    conditions = [audit_entries.c[name] == clean(value) for name, value in _given(actor, act, subject)]
    # Entries lie in the order of their times, give or take a clock's error: the index of times leads to the numbers.
    if since is not None:
        first = _AT.where(audit_entries.c.at >= since - _CLOCKS).order_by(audit_entries.c.at).limit(1)
        conditions += [audit_entries.c.at >= since, audit_entries.c.id >= first.scalar_subquery()]
    if until is not None:
        last = _AT.where(audit_entries.c.at < until + _CLOCKS).order_by(audit_entries.c.at.desc()).limit(1)
        conditions += [audit_entries.c.at < until, audit_entries.c.id <= last.scalar_subquery()]
    if before:
        conditions.append(audit_entries.c.id < before)
    # One look for each part of a scope, each by an index of its own: an OR would sort everything that is hers.
    rows_by_id: dict[int, Row[Any]] = {}
    for part in _parts(scope, me):
        query = select(audit_entries).where(part, *conditions).order_by(audit_entries.c.id.desc()).limit(limit)
        rows_by_id.update({row.id: row for row in conn.execute(query)})
    rows = [rows_by_id[id] for id in sorted(rows_by_id, reverse=True)[:limit]]
    earlier = {row.id - 1 for row in rows} - {row.id for row in rows}
    digests = {row.id: row.digest for row in rows} | _digests(conn, earlier)
    return [_entry(row, digests.get(row.id - 1, "")) for row in rows]


def acts(conn: Connection, scope: Scope) -> list[str]:
    """Every kind of act that the log knows."""
    need(scope, Right.AUDIT)
    return _distinct(conn, audit_entries.c.act)


def actors(conn: Connection, scope: Scope) -> list[tuple[str, str]]:
    """Everybody who stands in the log of a scope, with the name she had last."""
    need(scope, Right.AUDIT)
    names = []
    for actor in _distinct(conn, audit_entries.c.actor):
        last = (
            select(audit_entries.c.name)
            .where(audit_entries.c.actor == actor, or_(false(), *_parts(scope, "")))
            .order_by(audit_entries.c.id.desc())
            .limit(1)
        )
        name = conn.execute(last).scalar()
        if name is not None:
            names.append((actor, str(name) or actor))
    return sorted(names, key=lambda each: each[1].casefold())


def broken_at(conn: Connection) -> int:
    """The number of the first entry that does not follow from those before it, or is missing; 0 where the chain holds.
    Reads the whole log: some seconds for a million entries."""
    before, last = "", 0
    for row in _all(conn):
        if row.id != last + 1 or not _follows(row, before):
            return last + 1 if row.id != last + 1 else int(row.id)
        before, last = row.digest, row.id
    head = conn.execute(select(audit_heads.c.last, audit_heads.c.digest).where(audit_heads.c.chain == CHAIN)).first()
    kept = (head.last, head.digest) if head else (0, "")
    return 0 if kept == (last, before) else last + 1


_FORGET = update(audit_entries).where(among(audit_entries.c.subject, "subjects")).values(details="", salt="")


def forget(conn: Connection, subjects: Sequence[str]) -> None:
    """Take the details out of every entry about these; that it happened stays, and the chain holds."""
    conn.execute(_FORGET, {"subjects": list(subjects)})


def _all(conn: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        query = select(audit_entries).where(audit_entries.c.id > last).order_by(audit_entries.c.id).limit(_CHUNK)
        rows = conn.execute(query).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1].id


def _distinct(conn: Connection, column: ColumnElement[str]) -> list[str]:
    """The different values of an indexed column, one look into the index each: there are few, in many rows."""
    values: list[str] = []
    while len(values) < 500:
        query = select(column).where(column > (values[-1] if values else "")).order_by(column).limit(1)
        value = conn.execute(query).scalar()
        if value is None:
            break
        values.append(str(value))
    return values


def _digests(conn: Connection, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = select(audit_entries.c.id, audit_entries.c.digest).where(audit_entries.c.id.in_(sorted(ids)))
    return {row.id: row.digest for row in conn.execute(query)}


def _follows(row: Row[Any], before: str) -> bool:
    act = Act(
        kind=row.act,
        actor=row.actor,
        role=row.role,
        reason=row.name,
        unit=row.cooperative,
        value=row.subject,
        note=row.details,
        salt=row.salt,
        seq=row.id,
        at=row.at,
    )
    if row.details and chaining.noted(act) != row.noted:
        return False
    return chaining.digest(CHAIN, before, act, row.noted) == str(row.digest)


def _entry(row: Row[Any], before: str) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        name=row.name or row.actor,
        role=row.role,
        act=row.act,
        subject=row.subject,
        details=loads(row.details) if row.details else {},
        holds=_follows(row, before) and (row.id == 1 or bool(before)),
    )


def _parts(scope: Scope, me: str) -> list[ColumnElement[bool]]:
    """What a scope may see, part by part: everything, or what each of its cooperatives' people did and she herself."""
    if scope.cooperatives is None:
        return [true()]
    theirs = [audit_entries.c.cooperative == each for each in sorted(scope.cooperatives) if each]
    return [*theirs, audit_entries.c.actor == me] if me else theirs


def _given(actor: str, act: str, subject: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in (("actor", actor), ("act", act), ("subject", subject)) if value]


def _plain(value: object) -> object:
    """A fact as JSON takes it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    return value.isoformat() if isinstance(value, datetime) else str(value)
