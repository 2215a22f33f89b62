"""Load what a review asks about: the items that she may be losing, each worked out from the log of her answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.learning.reviewing import Answer, worked_out
from bot.occasion import Occasion, Review
from bot.turn import Due
from store.campaign_tables import reviews
from store.columns import among
from store.tables import answers

Occasions = dict[Due, Occasion]

_REVIEWS = select(
    reviews.c.learner, reviews.c.course, reviews.c.item, reviews.c.card, reviews.c.due_at, reviews.c.last_at
).where(among(reviews.c.learner, "learners"))
_DUE = _REVIEWS.where(reviews.c.due_at <= bindparam("now"))
_ANSWERS = (
    select(answers.c.learner, answers.c.item, answers.c.right, answers.c.choice, answers.c.tries, answers.c.at)
    .where(among(answers.c.learner, "learners"))
    .order_by(answers.c.at, answers.c.id)
)


def due(conn: Connection, found: Occasions, now: datetime) -> Occasions:
    """What a review slot chooses from: the items that may be due by now."""
    return _filled(conn, found, list(conn.execute(_DUE, {"learners": _who(found), "now": now})), lambda due, one: True)


def finished(conn: Connection, found: Occasions, now: datetime) -> Occasions:
    """What a booster chooses from: every item that she has answered in the course of its subject."""
    rows = list(conn.execute(_REVIEWS, {"learners": _who(found)}))
    return _filled(conn, found, rows, lambda due, one: one.course == due.subject.rpartition("/")[0])


def _who(found: Occasions) -> list[str]:
    return sorted({due.learner for due in found})


def _filled(conn: Connection, found: Occasions, rows: list[Any], about: Callable[[Due, Review], bool]) -> Occasions:
    noted: defaultdict[str, list[Review]] = defaultdict(list)
    for row in rows:
        noted[row.learner].append(Review(**row._mapping))
    log: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    for row in conn.execute(_ANSWERS, {"learners": sorted(noted)}) if noted else ():
        answer = Answer(item=row.item, right=row.right, guessable=row.choice >= 0, tries=row.tries, at=row.at)
        log[row.learner, row.item].append(answer)
    over = {due: due.kind == "booster" for due in found}
    return {
        due: replace(
            occasion,
            reviews=tuple(
                worked_out(one, log[one.learner, one.item], finished=over[due])
                for one in noted[due.learner]
                if about(due, one)
            ),
        )
        for due, occasion in found.items()
    }
