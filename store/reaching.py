"""Where a learner is reached: which of her threads cost nothing, and which one stands in for a chat that is blocked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, literal_column, or_, select, update

from bot.delivering.routing import TELLS
from store.tables import outbox, thread_learners, threads

TELEGRAM = ("telegram:%", "simulator:chat:%")
SMS = ("tel:%", "simulator:sms:%")


def is_free() -> ColumnElement[Any]:
    """1 for a thread on which messages are free, else 0."""
    return case((or_(*(threads.c.address.like(form) for form in TELEGRAM)), 1), else_=0)


_other = select(threads.c.address, threads.c.sender).select_from(
    thread_learners.join(threads, threads.c.address == thread_learners.c.address)
)
_other = (
    _other.where(
        thread_learners.c.learner == outbox.c.learner,
        threads.c.address != outbox.c.address,
        threads.c.state == literal_column("'open'"),
        threads.c.sender != literal_column("''"),
        or_(*(threads.c.address.like(form) for form in SMS)),
    )
    .order_by(threads.c.updated_at.desc(), threads.c.address)
    .limit(1)
    .correlate(outbox)
)
# What waits for a chat that she has blocked and asks for nothing goes to her by SMS. A question stays behind, for on
# the other thread no answer would be understood as one.
ELSEWHERE = (
    update(outbox)
    .where(
        outbox.c.address == bindparam("where"),
        outbox.c.state == literal_column("'queued'"),
        outbox.c.unasked.is_(True),
        outbox.c.possible_duplicate.is_(False),
        outbox.c.learner != literal_column("''"),
        outbox.c.kind.in_([literal_column(f"'{each}'") for each in sorted(TELLS)]),
        exists(_other),
    )
    .values(
        address=_other.with_only_columns(threads.c.address).scalar_subquery(),
        sender=_other.with_only_columns(threads.c.sender).scalar_subquery(),
    )
)
