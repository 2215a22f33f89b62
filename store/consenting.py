"""The consent ledger: append-only lines, and beside it each learner's latest word on each purpose."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from store.tables import consent_states

_WORD = insert(consent_states)
# The latest line of the ledger for a purpose, for rows of (learner, purpose, granted, at).
WORD = _WORD.on_conflict_do_update(
    index_elements=["learner", "purpose"], set_={"granted": _WORD.excluded.granted, "at": _WORD.excluded.at}
)
