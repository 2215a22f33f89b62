"""The consent ledger: append-only lines, and beside it each learner's latest word on each purpose."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, literal_column, or_, select
from sqlalchemy import insert as adding
from sqlalchemy.dialects.postgresql import insert

from bot.people import Learner
from store.columns import among
from store.shapes import clean
from store.tables import consent_states, consents

_WORD = insert(consent_states)
# The latest line of the ledger for a purpose, for rows of (learner, purpose, granted, at).
WORD = _WORD.on_conflict_do_update(
    index_elements=["learner", "purpose"], set_={"granted": _WORD.excluded.granted, "at": _WORD.excluded.at}
)

# What a provider told us, or a person who called: not written there, so no dialogue knows when.
_TOLD = or_(
    and_(consents.c.method == literal_column("'carrier'"), consents.c.text == literal_column("''")),
    consents.c.method == literal_column("'call'"),
)
_TOLD_AT = (
    select(consents.c.address, func.max(consents.c.at, type_=consents.c.at.type))
    .where(among(consents.c.address, "addresses"), ~consents.c.granted, _TOLD)
    .group_by(consents.c.address)
)


def told_at(conn: Connection, addresses: Collection[str]) -> dict[str, datetime]:
    """When a provider, or a person who called, last told us that nothing more is wanted at these addresses."""
    return {row[0]: row[1] for row in conn.execute(_TOLD_AT, {"addresses": sorted(addresses)})}


def on_paper(conn: Connection, learner: Learner, purpose: str, reference: str, now: datetime) -> None:
    """A line of the ledger for what somebody has signed, and her latest word on that purpose."""
    line = {
        "learner": learner.id,
        "address": "",
        "granted": True,
        "text": "",
        "language": learner.language,
        "method": "paper",
        "purpose": purpose,
        "guardian": "",
        "reference": clean(reference),
        "given_on": now.date().isoformat(),
        "at": now,
    }
    conn.execute(adding(consents), line)
    conn.execute(WORD, {"learner": learner.id, "purpose": purpose, "granted": True, "at": now})
