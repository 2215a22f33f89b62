"""The consent ledger: append-only lines, and beside it each learner's latest word on each purpose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy import insert as adding
from sqlalchemy.dialects.postgresql import insert

from bot.people import Learner
from store.shapes import clean
from store.tables import consent_states, consents

_WORD = insert(consent_states)
# The latest line of the ledger for a purpose, for rows of (learner, purpose, granted, at).
WORD = _WORD.on_conflict_do_update(
    index_elements=["learner", "purpose"], set_={"granted": _WORD.excluded.granted, "at": _WORD.excluded.at}
)


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
