"""The people of the console: make, find, change, shut out; their passwords and second factors as they are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import Right, need
from bot.people import OPERATOR, Scope, new_id
from store.account_tables import account_codes, account_links, account_sessions, accounts
from store.shapes import clean

ALL = "*"
_ADMINISTRATORS = (accounts.c.role == "administrator", accounts.c.state == Standing.ACTIVE.value)


class LastAdministrator(ValueError):
    """Nobody could mend anything any more: the last administrator stays one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account with what opens it: never shown, never logged."""

    account: Account
    password: str  # argon2id; empty before the first
    seed: str  # of the second factor; empty where there is none
    last_step: int

    def __repr__(self) -> str:
        return f"Kept(account={self.account.id!r})"


# --- reading ---


def get(conn: Connection, id: str) -> Account | None:
    """The account of this id."""
    return _one(conn, accounts.c.id == id)


def by_login(conn: Connection, login: str) -> Account | None:
    """The account of a folded login."""
    return _one(conn, accounts.c.login == login)


def kept(conn: Connection, login: str = "", *, id: str = "") -> Kept | None:
    """What opens the account of a folded login, or of an id."""
    which = accounts.c.id == clean(id) if id else accounts.c.login == clean(login)
    row = conn.execute(select(accounts).where(which)).first()
    if row is None:
        return None
    return Kept(account=account(row), password=row.password, seed=row.seed, last_step=row.last_step)


def find(conn: Connection, scope: Scope, id: str) -> Account | None:
    """The account of this id, where this scope may see it."""
    need(scope, Right.ACCOUNTS)
    return _one(conn, accounts.c.id == id, _within(scope))


def listed(conn: Connection, scope: Scope, *, after: str = "", limit: int = 50) -> list[Account]:
    """Accounts by login, `limit` at a time; go on with the last login as `after`."""
    need(scope, Right.ACCOUNTS)
    query = select(accounts).where(_within(scope), accounts.c.login > clean(after)).order_by(accounts.c.login)
    return [account(row) for row in conn.execute(query.limit(limit))]


def logins_like(conn: Connection, scope: Scope, start: str) -> set[str]:
    """The logins that begin so: those that are taken."""
    need(scope, Right.ACCOUNTS)
    end = start + chr(0x10FFFF)
    query = select(accounts.c.login).where(accounts.c.login >= start, accounts.c.login < end).limit(10_000)
    return set(conn.execute(query).scalars())


def names(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """The names of these accounts."""
    query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(sorted(ids)))
    return {row.id: row.name for row in conn.execute(query)} if ids else {}


def has_administrator(conn: Connection) -> bool:
    """Whether somebody can sign in who may invite the others."""
    return conn.execute(select(accounts.c.id).where(*_ADMINISTRATORS).limit(1)).first() is not None


# --- making and changing ---


def add(conn: Connection, scope: Scope, made: Account) -> bool:
    """Make an account; False where the login is taken."""
    need(scope, Right.ACCOUNTS)
    return keep(conn, made)


def keep(conn: Connection, made: Account) -> bool:
    """Write an account down as it stands, nobody being asked; False where its login is taken."""
    row = {
        "id": made.id,
        "login": clean(made.login),
        "name": clean(made.name),
        "role": made.role,
        "cooperatives": _reach(made.cooperatives),
        "language": made.language,
        "timezone": made.timezone,
        "state": made.state.value,
        "seed": secrets.token_hex(16) if made.second_factor else "",
        "put_off_at": made.put_off_at,
        "assessor": made.assessor,
        "created_at": made.created_at,
        "seen_at": made.seen_at,
    }
    # The PostgreSQL form of an insert with ON CONFLICT compiles to SQLite's too.
    query = insert(accounts).values(row).on_conflict_do_nothing(index_elements=["login"]).returning(accounts.c.id)
    return conn.execute(query).first() is not None


def new_account_id(now: datetime) -> str:
    """An id for a new account."""
    return new_id(now, secrets.SystemRandom())


def change(
    conn: Connection, scope: Scope, id: str, *, name: str, role: str, cooperatives: frozenset[str] | None, assessor: str
) -> bool:
    """Another name, role or reach. False where there is no such account; raises LastAdministrator."""
    need(scope, Right.ACCOUNTS)
    if role != "administrator":
        _keep_one(conn, id)
    values = {"name": clean(name), "role": role, "cooperatives": _reach(cooperatives), "assessor": clean(assessor)}
    changed = conn.execute(update(accounts).where(accounts.c.id == id, _within(scope)).values(values)).rowcount
    return changed > 0


def prefer(conn: Connection, id: str, *, language: str, timezone: str) -> None:
    """One's own language and time zone."""
    conn.execute(update(accounts).where(accounts.c.id == id).values(language=language, timezone=timezone))


def disable(conn: Connection, scope: Scope, id: str) -> bool:
    """Shut somebody out, at once and in every browser; her links are worth nothing any more. False where she was out
    already; raises LastAdministrator."""
    need(scope, Right.ACCOUNTS)
    _keep_one(conn, id)
    out = accounts.c.state != Standing.DISABLED.value
    query = update(accounts).where(accounts.c.id == id, _within(scope), out).values(state=Standing.DISABLED.value)
    changed = conn.execute(query).rowcount > 0
    if changed:
        _close(conn, id)
    return changed


def enable(conn: Connection, scope: Scope, id: str) -> bool:
    """Let somebody in again who was shut out, with the password she had. False where she was not."""
    need(scope, Right.ACCOUNTS)
    shut = accounts.c.state == Standing.DISABLED.value
    state = select(accounts.c.password).where(accounts.c.id == id, _within(scope), shut)
    row = conn.execute(state).first()
    if row is None:
        return False
    to = Standing.ACTIVE if row.password else Standing.INVITED
    return conn.execute(update(accounts).where(accounts.c.id == id, shut).values(state=to.value)).rowcount > 0


def _keep_one(conn: Connection, id: str) -> None:
    """Raises LastAdministrator where this account is the only administrator who can sign in."""
    # On PostgreSQL the rows are locked, so that two administrators cannot demote each other at once.
    found = conn.execute(select(accounts.c.id).where(*_ADMINISTRATORS).order_by(accounts.c.id).with_for_update())
    if list(found.scalars()) == [id]:
        raise LastAdministrator(id)


# --- what opens it ---


def set_password(conn: Connection, id: str, hashed: str) -> None:
    """A new password, already hashed, which also makes an invited account active. Ends her sessions and links."""
    state = Standing.ACTIVE.value
    conn.execute(
        update(accounts)
        .where(accounts.c.id == id, accounts.c.state != Standing.DISABLED.value)
        .values(password=hashed, state=state)
    )
    _close(conn, id)


def rehash(conn: Connection, id: str, before: str, hashed: str) -> None:
    """The same password by a newer reckoning; nothing where it has changed since."""
    conn.execute(update(accounts).where(accounts.c.id == id, accounts.c.password == before).values(password=hashed))


def set_second_factor(conn: Connection, id: str, seed: str, step: int, codes: Iterable[str]) -> None:
    """A second factor from here on, whose step `step` has just been used, and its recovery codes."""
    conn.execute(update(accounts).where(accounts.c.id == id).values(seed=seed, last_step=step, put_off_at=None))
    set_codes(conn, id, codes)


def set_codes(conn: Connection, id: str, codes: Iterable[str]) -> None:
    """New recovery codes; the old ones are worth nothing any more."""
    conn.execute(delete(account_codes).where(account_codes.c.account == id))
    rows = [{"account": id, "digest": code_digest(id, code)} for code in codes]
    if rows:
        conn.execute(insert(account_codes), rows)


def drop_second_factor(conn: Connection, scope: Scope, id: str) -> bool:
    """Take away a second factor that was lost, and end her sessions. False where she had none."""
    need(scope, Right.ACCOUNTS)
    has = accounts.c.seed != ""
    query = update(accounts).where(accounts.c.id == id, _within(scope), has).values(seed="", last_step=0)
    if not conn.execute(query).rowcount:
        return False
    conn.execute(delete(account_codes).where(account_codes.c.account == id))
    conn.execute(delete(account_sessions).where(account_sessions.c.account == id))
    return True


def use_step(conn: Connection, id: str, step: int) -> bool:
    """Use up a step of the second factor; False where it, or a later one, has been used."""
    query = update(accounts).where(accounts.c.id == id, accounts.c.last_step < step).values(last_step=step)
    return conn.execute(query).rowcount > 0


def use_code(conn: Connection, id: str, code: str) -> bool:
    """Use up a recovery code; False where it is none, or has been used."""
    query = delete(account_codes).where(account_codes.c.account == id, account_codes.c.digest == code_digest(id, code))
    return conn.execute(query).rowcount > 0


def codes_left(conn: Connection, id: str) -> int:
    """How many recovery codes are left."""
    query = select(func.count()).select_from(account_codes).where(account_codes.c.account == id)
    return int(conn.execute(query).scalar_one())


def code_digest(id: str, code: str) -> str:
    """What is kept of a recovery code, which has 80 bits of chance: nobody finds it by trying."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"recovery:{id}:{plain}".encode()).hexdigest()


def put_off(conn: Connection, id: str, now: datetime) -> None:
    """The second factor waits until tomorrow."""
    conn.execute(update(accounts).where(accounts.c.id == id).values(put_off_at=now))


def signed_in(conn: Connection, id: str, now: datetime) -> None:
    """She has just signed in."""
    conn.execute(update(accounts).where(accounts.c.id == id).values(seen_at=now))


def _close(conn: Connection, id: str) -> None:
    conn.execute(delete(account_sessions).where(account_sessions.c.account == id))
    conn.execute(delete(account_links).where(account_links.c.account == id))


# --- rows ---


def account(row: Row[Any], prefix: str = "") -> Account:
    """An account as its row says, whose columns may bear a prefix."""
    said = {name.removeprefix(prefix): value for name, value in row._mapping.items() if name.startswith(prefix)}
    return Account(
        id=said["id"],
        login=said["login"],
        name=said["name"],
        role=said["role"],
        cooperatives=None if said["cooperatives"] == ALL else frozenset(said["cooperatives"].split()),
        language=said["language"],
        timezone=said["timezone"],
        state=Standing(said["state"]),
        second_factor=bool(said["seed"]),
        put_off_at=said["put_off_at"],
        assessor=said["assessor"],
        created_at=said["created_at"],
        seen_at=said["seen_at"],
    )


def _reach(cooperatives: frozenset[str] | None) -> str:
    return ALL if cooperatives is None else " ".join(sorted(cooperatives))


def _one(conn: Connection, *conditions: ColumnElement[bool]) -> Account | None:
    query: Select[Any] = select(accounts).where(*conditions)
    row = conn.execute(query).first()
    return account(row) if row else None


def _within(scope: Scope) -> ColumnElement[bool]:
    """A bounded scope sees the accounts that are bounded to a cooperative of its own, and to that one alone."""
    if scope == OPERATOR or scope.cooperatives is None:
        return true()
    return or_(*(accounts.c.cooperatives == each for each in sorted(scope.cooperatives)), accounts.c.id == "")
