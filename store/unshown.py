"""Whether the text of an open question for consent has left: only what was shown can be agreed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.conversation import Prompt
from bot.messages import Status
from store.columns import Instant, among, moment
from store.shapes import content
from store.tables import outbox

# What nobody knows the outcome of may have been read; so may what is said once more after such a doubt.
_MAY_BE_SHOWN = frozenset((Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED, Status.READ))
_SAID: Any = select(
    outbox.c.address, outbox.c.content, outbox.c.state, outbox.c.unasked, outbox.c.possible_duplicate
).where(among(outbox.c.address, "addresses"), outbox.c.created_at >= bindparam("since", type_=Instant()))


def of(conn: Connection, asked: Mapping[str, Prompt]) -> set[str]:
    """Of these questions (address → the prompt), where which cannot have been read: they failed, or will
    not leave any more. One that is still to leave counts as read, and so does one of which no row is left."""
    said: defaultdict[str, list[Any]] = defaultdict(list)
    since = moment(min(prompt.put for prompt in asked.values()))
    for row in conn.execute(_SAID, {"addresses": list(asked), "since": since}):
        prompt = asked[row.address]
        if prompt.token in row.content and content(row.content).text == prompt.data.get("shown", ""):
            said[row.address].append(row)
    return {address for address, rows in said.items() if not any(map(_may_be_shown, rows))}


def _may_be_shown(row: Any) -> bool:
    # A copy of what was not delivered leaves hours later, and not at all once something newer was said.
    leaves = row.state == Status.QUEUED and not row.unasked
    return bool(leaves or row.possible_duplicate or row.state in _MAY_BE_SHOWN)
