"""Whether the text of an open question for consent has left: only what was shown can be agreed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.conversation import Prompt
from bot.messages import Status
from bot.record import Unshown
from store.columns import Instant, among, moment
from store.shapes import content
from store.tables import outbox

# What nobody knows the outcome of may have been read; so may what is said once more after such a doubt.
_MAY_BE_SHOWN = frozenset((Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED, Status.READ))
_SAID: Any = select(
    outbox.c.address, outbox.c.content, outbox.c.state, outbox.c.unasked, outbox.c.possible_duplicate
).where(among(outbox.c.address, "addresses"), outbox.c.created_at >= bindparam("since", type_=Instant()))


def of(conn: Connection, asked: Mapping[str, Prompt]) -> dict[str, Unshown]:
    """Of these questions (address → the prompt), those that cannot have been read, and why. One of which no row is left
    counts as read."""
    said: defaultdict[str, list[Any]] = defaultdict(list)
    since = moment(min(prompt.put for prompt in asked.values()))
    for row in conn.execute(_SAID, {"addresses": list(asked), "since": since}):
        prompt = asked[row.address]
        if prompt.token in row.content and content(row.content).text == prompt.data.get("shown", ""):
            said[row.address].append(row)
    found = ((address, _unshown(rows)) for address, rows in said.items())
    return {address: why for address, why in found if why}


def _unshown(rows: Iterable[Any]) -> Unshown | None:
    why = Unshown.FAILED
    for row in rows:
        if row.possible_duplicate or row.state in _MAY_BE_SHOWN:
            return None
        # A copy of what was not delivered leaves hours later, and not at all once something newer was said.
        if row.state == Status.QUEUED and not row.unasked:
            why = Unshown.WAITS
    return why
