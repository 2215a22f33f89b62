"""Choose groups in a form: the newest are offered, any other is typed by its word or its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.cooperating.organisations import Cohort
from bot.delivering.writing import Written
from console.asked import Asked
from store import cohort_progress
from store.database import Connection

OFFERED = 50
"""Groups in one list: a page costs the same however many there are."""

_TYPED = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The groups that a form lists, by their word, and whether there are `more`."""

    listed: Mapping[str, Cohort]
    more: bool

    @property
    def options(self) -> list[tuple[str, str]]:
        """For a list to choose from."""
        return [(each.id, each.name or each.id) for _, each in sorted(self.listed.items())]

    def typed(self, chosen: str) -> str:
        """What was typed and is no group's word: shown again where it was typed."""
        return "" if chosen in self.listed else chosen


def groups(conn: Connection, asked: Asked, chosen: Collection[str]) -> Groups:
    """The newest groups of the reader's scope, and those that are chosen."""
    newest = cohort_progress.newest(conn, asked.scope, OFFERED + 1)
    held = {each.id: each for each in newest[:OFFERED]}
    held |= {each.id: each for each in cohort_progress.named(conn, asked.scope, {*chosen} - {""} - held.keys())}
    return Groups(listed=held, more=len(newest) > OFFERED)


def meant(conn: Connection, asked: Asked, chosen: str, typed: str) -> str:
    """The word of the one group that a form names: what was typed beside the list wins; a word that nobody knows stays
    as it is, to be told so."""
    return cohort_progress.called(conn, asked.scope, [typed]).get(typed, typed) if typed else chosen


def offered(conn: Connection, asked: Asked, written: Written) -> dict[str, Any]:
    """The groups of a form: `cohorts` (word, name), `others` and `drip_other` what was typed and is no group's word,
    and whether there are `more` than the lists hold."""
    found = groups(conn, asked, {*written.ticked("cohorts"), written["drip"]})
    return {
        "cohorts": found.options,
        "others": ", ".join(each for each in written.ticked("cohorts") if each not in found.listed),
        "drip_other": found.typed(written["drip"]),
        "more": found.more,
    }


async def with_typed(asked: Asked, written: Written) -> Written:
    """What a form holds, with the groups that were typed; a word that nobody knows stays as it is, to be told so."""
    typed = [each.strip() for each in re.split(r"[,;\n]", asked.form.text("cohorts_other", _TYPED)) if each.strip()]
    drip = asked.form.text("drip_other", _TYPED)
    if not typed and not drip:
        return written
    found = await asked.look(lambda conn: cohort_progress.called(conn, asked.scope, [*typed, drip]))
    groups = dict.fromkeys((*written.ticked("cohorts"), *(found.get(each, each) for each in typed)))
    fields = {**written.fields, "drip": found.get(drip, drip)} if drip else written.fields
    return replace(written, fields=fields, lists={**written.lists, "cohorts": tuple(groups)})
