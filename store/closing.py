"""Close threads on a provider's word: nothing more goes out there, and the ledger says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, literal_column, or_, select, update

from store.columns import among
from store.consenting import WORD
from store.reaching import ELSEWHERE
from store.tables import consents, dues, outbox, thread_learners, threads

# A stop is her word. A block, a wrong number and a phone that is off are not: they close one thread and no other.
_METHOD = {"stopped": "carrier"}

# A stop outlives a block: who unblocks the bot has not taken back her stop.
_CLOSE = (
    update(threads)
    .where(
        among(threads.c.address, "addresses"),
        or_(
            threads.c.state == literal_column("'open'"),
            and_(bindparam("to") == "stopped", threads.c.state == literal_column("'blocked'")),
        ),
    )
    # With a new version, so that no turn that was decided before is written after.
    .values(state=bindparam("to"), version=threads.c.version + 1)
    .returning(threads.c.address)
)
_PEOPLE = (
    select(thread_learners.c.address, thread_learners.c.learner)
    .where(among(thread_learners.c.address, "addresses"))
    .order_by(thread_learners.c.address, thread_learners.c.learner)
)
_CANCEL = (
    update(outbox)
    .where(
        among(outbox.c.address, "addresses"), outbox.c.state == literal_column("'queued'"), outbox.c.kind != "farewell"
    )
    .values(state=literal_column("'cancelled'"))
)
_UNLINK = delete(thread_learners).where(among(thread_learners.c.address, "addresses"))
_BLANK = update(threads).where(among(threads.c.address, "addresses")).values(conversation="")
_FORGIVE = delete(dues).where(
    among(dues.c.learner, "learners"),
    or_(dues.c.kind == literal_column("'reminder'"), dues.c.kind == literal_column("'resume'")),
)


def close(conn: Connection, closing: Mapping[str, str], now: datetime) -> None:
    """Close these threads (address → stopped, blocked, wrong_number, unreachable or frozen). What waits for them is
    cancelled, but for what a blocked chat was only to tell: that goes by SMS. A stop is her word, so each of their
    people gets a line in the ledger then, as when she writes STOP."""
    for state in sorted(set(closing.values())):
        addresses = sorted(address for address, to in closing.items() if to == state)
        closed = list(conn.execute(_CLOSE, {"addresses": addresses, "to": state}).scalars())
        if state == "blocked":
            conn.execute(ELSEWHERE, [{"where": each} for each in addresses])
        conn.execute(_CANCEL, {"addresses": addresses})
        if closed and state == "frozen":
            # The number may be somebody else's by now: nobody is known there, and nothing of the old dialogue is left.
            conn.execute(_UNLINK, {"addresses": closed})
            conn.execute(_BLANK, {"addresses": closed})
        if closed and state in _METHOD:
            _record(conn, closed, _METHOD[state], now)


def _record(conn: Connection, closed: list[str], method: str, now: datetime) -> None:
    people = conn.execute(_PEOPLE, {"addresses": closed}).all()
    reached = {address for address, _ in people}
    nobody = [(address, None) for address in closed if address not in reached]
    lines = [
        {"learner": learner, "address": address, "granted": False, "method": method, "purpose": "learning", "at": now}
        for address, learner in (*people, *nobody)
    ]
    conn.execute(insert(consents), lines)
    words = {learner: {"learner": learner, "purpose": "learning", "granted": False, "at": now} for _, learner in people}
    if words:
        conn.execute(WORD, [words[learner] for learner in sorted(words)])
    conn.execute(_FORGIVE, {"learners": sorted({learner for _, learner in people})})
