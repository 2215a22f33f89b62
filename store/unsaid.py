"""Which answers wait to leave still."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, literal_column, select

from bot.conversation import micros
from store.columns import among
from store.packed import packed
from store.tables import outbox

_UNSAID = packed(
    select(outbox.c.address, outbox.c.created_at).where(
        among(outbox.c.address, "addresses"),
        outbox.c.state.in_((literal_column("'queued'"), literal_column("'sending'"))),
        outbox.c.unasked.is_(False),
    )
)


def since(conn: Connection, addresses: Collection[str]) -> dict[str, set[int]]:
    """When what still waits to leave for each of these addresses was said (epoch microseconds)."""
    found: dict[str, set[int]] = {}
    for address, at in _UNSAID.rows(conn, {"addresses": list(addresses)}):
        found.setdefault(address, set()).add(micros(at))
    return found
