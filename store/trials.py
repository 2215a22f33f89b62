"""Queue test messages to an operator's own phone: they leave like any other, and count nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.cooperating.roles import Right, need
from bot.messages import Address, Content
from bot.people import Scope
from store.shapes import content_json
from store.tables import outbox

KIND = "test"


def queue(
    conn: Connection, scope: Scope, sender: str, address: Address, contents: Sequence[Content], now: datetime
) -> int:
    """Queue these, in this order; returns how many. They belong to no learner and no campaign.

    Raises Forbidden for who may not plan.
    """
    need(scope, Right.PLAN)
    row = {"sender": sender, "address": str(address), "kind": KIND, "not_before": now, "created_at": now}
    for content in contents:
        conn.execute(insert(outbox), {**row, "content": content_json(content)})
    return len(contents)
