"""Keep the codes of witnesses: as keyed hashes, good once, for a week and for a few tries, and ask by SMS for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, insert, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.certifying.cases import Case
from bot.certifying.witnessing import LASTS, TRIES, WITNESS, Asked, Testimony, keyed, recorded
from bot.messages import Content
from store import assessors, cases, counters
from store.case_tables import case_codes
from store.case_tables import cases as case_rows
from store.columns import among
from store.reaching import SMS
from store.shapes import content_json
from store.tables import outbox, thread_learners, threads

NOBODY_TO_ASK_BY = "witnesses that no sender of SMS could ask"  # the day's counter
_OPEN = (
    case_codes.c.kind == literal_column(f"'{WITNESS}'"),
    case_codes.c.used_at.is_(None),
    case_codes.c.expires_at > bindparam("now"),
    case_codes.c.tries < TRIES,
)
_WAITING = (
    select(case_codes.c.key, case_codes.c.case, case_codes.c.subject, case_codes.c.address, case_codes.c.tries)
    .where(*_OPEN, or_(among(case_codes.c.address, "addresses"), among(case_codes.c.case, "cases")))
    .order_by(case_codes.c.expires_at)
    .limit(20)
)
_TRIED = update(case_codes).where(among(case_codes.c.key, "keys")).values(tries=case_codes.c.tries + 1)
_USED = update(case_codes).where(among(case_codes.c.key, "keys")).values(used_at=bindparam("at"))


def ask(conn: Connection, asked: Asked, secret: bytes, now: datetime, not_before: datetime | None = None) -> bool:
    """Keep the code and have the witness asked by SMS. False where no sender of SMS is known that could carry it.
    Raises ValueError without a secret."""
    if not secret:
        raise ValueError("a code of a witness is kept under a key, and there is none")
    address = address_of(conn, asked.number, asked.case)
    row = {
        "key": keyed(secret, asked.code, asked.case, asked.evidence, asked.digest),
        "kind": WITNESS,
        "case": asked.case,
        "subject": asked.evidence,
        "by": asked.by,
        "address": address,
        "expires_at": now + LASTS,
        "tries": 0,
    }
    conn.execute(insert_or(case_codes).on_conflict_do_nothing(index_elements=["key"]), row)
    sender = _sender(conn, address)
    if not sender:
        counters.add(conn, {NOBODY_TO_ASK_BY: 1}, now)
        return False
    said = {
        "sender": sender,
        "address": address,
        "learner": "",
        "kind": WITNESS,
        "content": content_json(Content(text=asked.text)),
        "not_before": not_before or now,
        "expires_at": now + LASTS,
        "created_at": now,
    }
    conn.execute(insert(outbox), said)
    return True


def address_of(conn: Connection, number: str, case: str) -> str:
    """The SMS address of a number: of a rehearsal's phone where the candidate of the case is one."""
    hers = _addresses(conn, case)
    rehearsed = bool(hers) and all(each.startswith("simulator:") for each in hers)
    return f"{'simulator:sms' if rehearsed else 'tel'}:{number}"


def tie(conn: Connection, number: str, case: Case) -> str:
    """Who is behind a number, where that is known: `self` (the candidate), the declared tie of an assessor to her, or
    empty."""
    addresses = [f"{scheme}:{number}" for scheme in ("tel", "simulator:sms", "simulator:chat")]
    if {each.rpartition(":")[2] for each in _addresses(conn, case.id)} & {number}:
        return "self"
    names = set(assessors.at(conn, addresses).values())
    if any(case.people.assessors[name].learner == case.candidate for name in names if name in case.people.assessors):
        return "self"
    kinds = {kind for who, kind in case.people.conflicts if who in names}
    return "relative" if "relative" in kinds else ""


def waiting(
    conn: Connection, code: str, addresses: Collection[str], of: Collection[str], secret: bytes, now: datetime
) -> list[tuple[Testimony, Case]]:
    """The codes that still wait at these addresses or in these cases, compared with what was written, and their
    cases. At most twenty are looked at."""
    keys = {"addresses": sorted(addresses), "cases": sorted(of), "now": now}
    found: list[tuple[Testimony, Case]] = []
    held: dict[str, Case | None] = {}
    for key, id, evidence, address, tries in conn.execute(_WAITING, keys).all() if secret else ():
        case = held[id] if id in held else held.setdefault(id, cases.find(conn, id))
        act = recorded(case, evidence) if case else None
        if case is None or act is None:
            continue
        good = keyed(secret, code, id, evidence, act.digest) == key
        tied = tie(conn, address.rpartition(":")[2], case) if good else ""
        found.append((Testimony(key=key, case=id, evidence=evidence, tries=tries, good=good, tie=tied), case))
    return found


def tried(conn: Connection, keys: Sequence[str], now: datetime, *, used: bool) -> None:
    """A code was right, and is worth nothing any more; or it was wrong, and counts against each of these."""
    conn.execute(_USED if used else _TRIED, {"keys": list(keys), **({"at": now} if used else {})})


def of_case(conn: Connection, case: str) -> list[tuple[str, str, datetime, datetime | None, int]]:
    """The codes that were sent in a case: evidence, who asked, until when, when it was given, wrong tries."""
    query = select(
        case_codes.c.subject, case_codes.c.by, case_codes.c.expires_at, case_codes.c.used_at, case_codes.c.tries
    ).where(case_codes.c.case == case, case_codes.c.kind == WITNESS)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in conn.execute(query.order_by(case_codes.c.expires_at))]


def _addresses(conn: Connection, case: str) -> list[str]:
    """Where the candidate of a case is reached."""
    from_case = select(case_rows.c.learner).where(case_rows.c.id == case).scalar_subquery()
    query = select(thread_learners.c.address).where(thread_learners.c.learner == from_case)
    return list(conn.execute(query).scalars())


def _sender(conn: Connection, address: str) -> str:
    """Who can carry an SMS there: who has heard that number, else who has last heard any."""
    own = conn.execute(select(threads.c.sender).where(threads.c.address == address)).scalar()
    if own:
        return str(own)
    form = next(each for each in SMS if address.startswith(each.rstrip("%")))
    query = (
        select(threads.c.sender)
        .where(and_(threads.c.address.like(form), threads.c.sender != ""))
        .order_by(threads.c.updated_at.desc())
        .limit(1)
    )
    return str(conn.execute(query).scalar() or "")
