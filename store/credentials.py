"""Keep credentials and their acts: issued once, changed only by a further act, found by code in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, or_, select

from bot.certifying.credentials import (
    COMPETENCE,
    HOLDER,
    ISSUED,
    LIST_BITS,
    OBJECTIONS,
    REINSTATED,
    RENEWED,
    REVOKED,
    SHARED,
    SHOWN,
    SUSPENDED,
    Award,
    Credential,
    numbered,
    objection,
)
from bot.people import Scope
from store.case_tables import decisions
from store.columns import among
from store.credential_rows import act_row, after, credential_row, folded
from store.credential_tables import credential_acts, credentials
from store.errors import StoreError
from store.shapes import clean

_TRIES = 64  # a list is at most half full, so each draw has an even chance at least

# One query for whatever is asked, so that an unknown code costs what a known one does.
_STANDING = (SUSPENDED, REINSTATED, REVOKED, SHARED, SHOWN)
_JOINED = (
    select(
        credentials,
        credential_acts.c.kind.label("act"),
        credential_acts.c.at.label("act_at"),
        credential_acts.c.reason.label("act_reason"),
        credential_acts.c.value.label("act_value"),
        credential_acts.c.until.label("act_until"),
    )
    .outerjoin(
        credential_acts,
        and_(credential_acts.c.credential == credentials.c.serial, credential_acts.c.kind.in_(_STANDING)),
    )
    .order_by(credentials.c.serial, credential_acts.c.id)
)
_BY_CODE = _JOINED.where(credentials.c.code == bindparam("code"))
_BY_CODES = _JOINED.where(among(credentials.c.code, "codes"))
_BY_SERIAL = _JOINED.where(credentials.c.serial == bindparam("serial"))
_OF = _JOINED.where(among(credentials.c.learner, "learners"))
_ON_DECISIONS = _JOINED.where(among(credentials.c.decision, "decisions"))
_DECISIONS = select(decisions.c.seq).where(decisions.c.case == bindparam("case"))
_REVOKED = (
    select(credentials.c.list_index)
    .distinct()
    .join(credential_acts, credential_acts.c.credential == credentials.c.serial)
    .where(credential_acts.c.kind == REVOKED, credentials.c.list_number == bindparam("number"))
)
_LAST_LIST = select(func.max(credentials.c.list_number))
_ON_LIST = select(func.count()).where(credentials.c.list_number == bindparam("number"))
_TAKEN = select(credentials.c.code, credentials.c.serial, credentials.c.list_index, credentials.c.list_number).where(
    or_(
        among(credentials.c.code, "codes"),
        among(credentials.c.serial, "serials"),
        and_(credentials.c.list_number == bindparam("number"), among(credentials.c.list_index, "places")),
    )
)
_DECIDED = select(decisions.c.result).where(decisions.c.case == bindparam("case"), decisions.c.seq == bindparam("seq"))
_ACTS = (
    select(credential_acts).where(credential_acts.c.credential == bindparam("serial")).order_by(credential_acts.c.id)
)


class Refused(StoreError):
    """Something may not be done to a credential; its text says why."""


# --- issuing ---


def issue(conn: Connection, award: Award, *, by: str, second: str = "", now: datetime, chance: Random) -> Credential:
    """Issue one credential; see `issue_all`."""
    (issued,) = issue_all(conn, [award], by=by, second=second, now=now, chance=chance)
    return issued


def issue_all(
    conn: Connection, awards: Sequence[Award], *, by: str, second: str = "", now: datetime, chance: Random
) -> list[Credential]:
    """Issue credentials, in the order of `awards`, in the transaction that is open. `chance` must not be foretold.

    A competence rests on a decision that is in our tables and says competent: `award.decision` is "case/seq". Raises
    Refused where there is none, or where it was issued already (StoreError where another process did so just now).
    """
    for award in awards:
        _refuse_undecided(conn, award)
    number = _list_for(conn, len(awards))
    made = _free(conn, awards, chance, number)
    _refuse_twice(conn, awards)
    if made:
        conn.execute(insert(credentials), [credential_row(each) for each in made])
        conn.execute(
            insert(credential_acts), [act_row(each.serial, ISSUED, now, by=by, second=second) for each in made]
        )
        renewing = [each for each in made if each.award.renews]
        if renewing:
            told = [act_row(each.award.renews, RENEWED, now, by=by, value=each.serial) for each in renewing]
            conn.execute(insert(credential_acts), told)
    return made


def unissued(conn: Connection, awards: Sequence[Award]) -> list[Award]:
    """Those of these awards that were not issued before."""
    held = _issued_on(conn, awards)
    return [award for award in awards if (award.decision, award.renews) not in held]


def _issued_on(conn: Connection, awards: Sequence[Award]) -> set[tuple[str, str]]:
    query = select(credentials.c.decision, credentials.c.renews).where(among(credentials.c.decision, "decisions"))
    return {(row[0], row[1]) for row in conn.execute(query, {"decisions": [award.decision for award in awards]})}


def _refuse_undecided(conn: Connection, award: Award) -> None:
    if award.kind != COMPETENCE:
        return
    case, _, seq = award.decision.rpartition("/")
    found = conn.execute(_DECIDED, {"case": case, "seq": int(seq)}).scalar() if seq.isdigit() else None
    if found != "competent":
        raise Refused(f"There is no decision {award.decision!r} that says competent, so nothing is issued.")


def _refuse_twice(conn: Connection, awards: Sequence[Award]) -> None:
    pairs = [(award.decision, award.renews) for award in awards]
    if len(set(pairs)) < len(pairs) or _issued_on(conn, awards) & set(pairs):
        raise Refused("A credential was issued on this decision already.")


def _list_for(conn: Connection, more: int) -> int:
    """The list to draw places in: the newest, until it is half full, so that a free place is found at once."""
    number = int(conn.execute(_LAST_LIST).scalar() or 1)
    held = int(conn.execute(_ON_LIST, {"number": number}).scalar() or 0)
    return number + 1 if held + more > LIST_BITS // 2 else number


def _free(conn: Connection, awards: Sequence[Award], chance: Random, number: int) -> list[Credential]:
    """The awards with numbers that nobody has yet."""
    made = [numbered(award, chance, list_number=number) for award in awards]
    used: set[object] = set()
    drawn = list(range(len(made)))
    for _ in range(_TRIES):
        new = [made[place] for place in drawn]
        keys = {
            "codes": [each.code for each in new],
            "serials": [each.serial for each in new],
            "places": [each.list_index for each in new],
            "number": number,
        }
        for row in conn.execute(_TAKEN, keys):
            used |= {row.code, row.serial} | ({row.list_index} if row.list_number == number else set())
        clashing: list[int] = []
        for place in drawn:
            numbers = {made[place].code, made[place].serial, made[place].list_index}
            if used & numbers:
                clashing.append(place)
                made[place] = numbered(made[place].award, chance, list_number=number)
            else:
                used |= numbers
        if not clashing:
            return made
        drawn = clashing
    raise StoreError("No free place could be drawn for a credential. Try again with fewer at once.")


# --- further acts ---


def move(conn: Connection, code: str, act: str, *, by: str, second: str, reason: str, now: datetime) -> Credential:
    """Suspend, reinstate or revoke a credential (`act`: suspended, reinstated, revoked). Raises Refused with the
    reason where it cannot be done; nothing is ever taken back but by a further act."""
    found = by_code(conn, code)
    if found is None:
        raise Refused(f"There is no credential with the code {code}.")
    if why := objection(found, act, by=by, second=second, reason=reason):
        raise Refused(f"Nothing was changed: {OBJECTIONS[why]}.")
    written = act_row(found.serial, act, now, by=by.strip(), second=second.strip(), reason=clean(reason.strip()))
    conn.execute(insert(credential_acts), [written])
    return after(found, act, now, reason.strip(), "", None)


def share(conn: Connection, serials: Iterable[str], until: datetime, now: datetime) -> None:
    """Their holder lets everything be seen until then; `until` = `now` ends it."""
    rows = [act_row(serial, SHARED, now, by=HOLDER, until=until) for serial in serials]
    if rows:
        conn.execute(insert(credential_acts), rows)


def show(conn: Connection, serials: Iterable[str], what: str, now: datetime) -> None:
    """Their holder chooses what a code shows from now on: name or private."""
    rows = [act_row(serial, SHOWN, now, by=HOLDER, value=what) for serial in serials]
    if rows:
        conn.execute(insert(credential_acts), rows)


# --- finding ---


def by_code(conn: Connection, code: str) -> Credential | None:
    """The credential of a code (without hyphens); None where there is none."""
    return next(iter(folded(conn.execute(_BY_CODE, {"code": code}).all())), None)


def of_case(conn: Connection, case: str) -> Credential | None:
    """The newest credential that a case led to; None where it led to none."""
    made = [f"{case}/{seq}" for seq in conn.execute(_DECISIONS, {"case": case}).scalars()]
    found = folded(conn.execute(_ON_DECISIONS, {"decisions": made}).all())
    return max(found, key=lambda each: each.award.valid_from, default=None)


def by_codes(conn: Connection, codes: Iterable[str]) -> dict[str, Credential]:
    """The credentials of many codes, by code."""
    return {each.code: each for each in folded(conn.execute(_BY_CODES, {"codes": list(codes)}).all())}


def by_serial(conn: Connection, serial: str) -> Credential | None:
    """The credential of a serial number; None where there is none."""
    return next(iter(folded(conn.execute(_BY_SERIAL, {"serial": serial}).all())), None)


def of(conn: Connection, learners: Iterable[str]) -> dict[str, tuple[Credential, ...]]:
    """The credentials of each of these learners, oldest first."""
    found: defaultdict[str, list[Credential]] = defaultdict(list)
    for each in folded(conn.execute(_OF, {"learners": list(learners)}).all()):
        found[each.award.learner].append(each)
    return {who: tuple(sorted(held, key=lambda each: each.award.valid_from)) for who, held in found.items()}


def listed(
    conn: Connection,
    scope: Scope,
    *,
    cooperative: str = "",
    standard: str = "",
    after: str = "",
    limit: int = 500,
) -> list[Credential]:
    """Credentials by serial, `limit` at a time, of one cooperative and one standard where they are given; go on with
    the last serial as `after`."""
    some = select(credentials.c.serial).where(credentials.c.serial > after)
    if scope.cooperatives is not None:
        some = some.where(credentials.c.cooperative.in_(sorted(scope.cooperatives)))
    if cooperative:
        some = some.where(credentials.c.cooperative == cooperative)
    if standard:
        some = some.where(credentials.c.standard == standard)
    page: Select[Any] = some.order_by(credentials.c.serial).limit(limit)
    return folded(conn.execute(_JOINED.where(credentials.c.serial.in_(page))).all())


def acts(conn: Connection, serial: str) -> list[dict[str, Any]]:
    """Everything that was ever done to a credential, oldest first."""
    return [dict(row._mapping) for row in conn.execute(_ACTS, {"serial": serial})]


def revoked(conn: Connection, number: int) -> list[int]:
    """The places of a status list whose credentials are revoked, in order."""
    return sorted(conn.execute(_REVOKED, {"number": number}).scalars())


def last_list(conn: Connection) -> int:
    """The number of the newest status list; 1 before anything was issued."""
    return int(conn.execute(_LAST_LIST).scalar() or 1)
