"""Codes that join a phone and a Telegram account: kept as keyed hashes, good for a while, good once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.messages import Address
from bot.people import Learner
from bot.talking.linking import IN_VAIN, MOST_IN_VAIN
from bot.turn import LinkOffered, LinkUsed
from store import counters
from store.campaign_tables import link_codes
from store.columns import among
from store.records import LEARNER_COLUMNS, learner
from store.tables import learners, threads

Found = tuple[Learner, tuple[str, str]]  # whose code it is, and the address and sender that it was said to

_OFFER = insert(link_codes).on_conflict_do_nothing(index_elements=["digest"])
_GOOD = (
    select(link_codes.c.digest, link_codes.c.address, threads.c.sender, *LEARNER_COLUMNS)
    .select_from(
        link_codes.join(learners, learners.c.id == link_codes.c.learner).outerjoin(
            threads, threads.c.address == link_codes.c.address
        )
    )
    .where(
        among(link_codes.c.digest, "digests"),
        link_codes.c.used_at.is_(None),
        link_codes.c.expires_at > bindparam("now"),
    )
)


def digest(code: str, secret: bytes) -> str:
    """What is kept of a code. Keyed, for eight digits alone are found in a second by whoever holds the table."""
    return hmac.new(secret, f"link:{code}".encode(), hashlib.sha256).hexdigest()


def offer(conn: Connection, offers: Sequence[tuple[Address, LinkOffered]], secret: bytes, now: datetime) -> None:
    """Keep new codes; a learner's earlier ones are worth nothing any more, and old ones go."""
    conn.execute(delete(link_codes).where(link_codes.c.expires_at <= now))
    for address, each in offers:
        conn.execute(delete(link_codes).where(link_codes.c.learner == each.learner, link_codes.c.used_at.is_(None)))
        row = {"learner": each.learner, "address": str(address), "expires_at": each.expires_at}
        conn.execute(_OFFER, {"digest": digest(each.code, secret), **row})


def use(conn: Connection, used: Sequence[LinkUsed], secret: bytes, now: datetime) -> None:
    """These codes have done their work."""
    for each in used:
        of = update(link_codes).where(link_codes.c.digest == digest(each.code, secret))
        conn.execute(of.values(used_at=now))


def load(conn: Connection, codes: Mapping[Address, str], secret: bytes, now: datetime) -> dict[Address, Found]:
    """Whose codes these are, by the address that they were written at; those that are not good are left out.

    Nobody's is good on a day on which so many were tried in vain that somebody is guessing."""
    by_digest = {address: digest(code, secret) for address, code in codes.items() if code}
    if not by_digest or not secret:
        return {}
    if counters.on(conn, IN_VAIN, now.date().isoformat()) >= MOST_IN_VAIN:
        return {}
    rows = conn.execute(_GOOD, {"digests": sorted(set(by_digest.values())), "now": now}).all()
    good: dict[str, Found] = {row[0]: (learner(row[3:]), (row[1], row[2] or "")) for row in rows}
    return {address: good[key] for address, key in by_digest.items() if key in good}
