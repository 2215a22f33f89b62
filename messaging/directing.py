"""Choose who says what is owed: the sender that reaches the thread best, or nobody where she could not answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.delivering.routing import Carrier, Way, route
from bot.messages import Address
from bot.turn import Due
from store import people
from store.database import Connection

Owed = tuple[Due, Address, str]
_WHENEVER = datetime(1970, 1, 1, tzinfo=UTC)


def directed(conn: Connection, owed: Sequence[Owed], carriers: Sequence[Carrier]) -> list[Owed]:
    """What is owed, each with the sender to say it by: empty where only a sender that cannot hear reaches her, and what
    is owed wants an answer."""
    operators = people.operators(conn, [due.learner for due, address, _ in owed if address.scheme == "tel"])
    return [
        (due, address, _sender(due, address, sender, carriers, operators.get(due.learner, "")))
        for due, address, sender in owed
    ]


def _sender(due: Due, address: Address, heard_by: str, carriers: Sequence[Carrier], operator: str) -> str:
    ways = [Way(address=address, heard_by=heard_by, used_at=_WHENEVER)]
    found = route(ways, carriers, kind=due.kind, operator=operator)
    if found:
        return found[1]
    one_way = any(str(address).startswith(each.serves) for each in carriers if not each.two_way)
    return "" if one_way else heard_by  # a sender that is switched off for a while: it waits for it
