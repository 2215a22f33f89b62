"""Everybody in a scope as a list shows them, page by page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.messages import Address
from bot.people import Learner, Scope
from bot.record import LEARNING
from store import people
from store.columns import among
from store.organisation_tables import cohort_members
from store.records import LEARNER_COLUMNS, learner
from store.tables import consent_states, learners, thread_learners

_PHONES = select(thread_learners.c.learner, thread_learners.c.address).where(
    among(thread_learners.c.learner, "learners"), thread_learners.c.address.like("tel:%")
)
_SAID = select(consent_states.c.learner, consent_states.c.granted).where(
    among(consent_states.c.learner, "learners"), consent_states.c.purpose == LEARNING
)
_GROUPS = select(cohort_members.c.learner, cohort_members.c.cohort).where(among(cohort_members.c.learner, "learners"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A learner as a list shows her: her numbers, her latest word on lessons, her cohorts."""

    learner: Learner
    phones: tuple[str, ...] = ()
    agreed: bool | None = None
    cohorts: tuple[str, ...] = ()


def exported(conn: Connection, scope: Scope, *, after: str = "", limit: int = 500) -> list[Exported]:
    """Learners of a scope by id, `limit` at a time; go on with the last id as `after`."""
    query = select(*LEARNER_COLUMNS).where(people.within(scope), learners.c.id > after).order_by(learners.c.id)
    found = [learner(row) for row in conn.execute(query.limit(limit)).all()]
    given = {"learners": [each.id for each in found]}
    phones: defaultdict[str, list[str]] = defaultdict(list)
    for who, address in conn.execute(_PHONES, given):
        phones[who].append(Address.parse(address).phone)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for who, cohort in conn.execute(_GROUPS, given):
        groups[who].append(cohort)
    said = {row[0]: row[1] for row in conn.execute(_SAID, given)}
    return [
        Exported(
            learner=each,
            phones=tuple(sorted(phones[each.id])),
            agreed=said.get(each.id),
            cohorts=tuple(sorted(groups[each.id])),
        )
        for each in found
    ]
