"""Choose groups in a form: the newest are offered, any other is typed by its word or its name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.delivering.writing import Written
from console.asked import Asked
from store import cohort_progress
from store.database import Connection

OFFERED = 50
"""Groups in one list: a page costs the same however many there are."""

_TYPED = 300  # characters


def offered(conn: Connection, asked: Asked, written: Written) -> dict[str, Any]:
    """The groups of a form: `cohorts` (word, name), `others` and `drip_other` what was typed and is no group's word,
    and whether there are `more` than the lists hold."""
    newest = cohort_progress.newest(conn, asked.scope, OFFERED + 1)
    chosen = {*written.ticked("cohorts"), written["drip"]} - {""}
    held = {each.id: each for each in newest[:OFFERED]}
    held |= {each.id: each for each in cohort_progress.named(conn, asked.scope, chosen - held.keys())}
    return {
        "cohorts": [(each.id, each.name or each.id) for _, each in sorted(held.items())],
        "others": ", ".join(each for each in written.ticked("cohorts") if each not in held),
        "drip_other": "" if written["drip"] in held else written["drip"],
        "more": len(newest) > OFFERED,
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
