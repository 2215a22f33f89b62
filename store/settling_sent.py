"""Settle what simply went out, a whole batch with one statement: on SQLite, where each row costs a wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.messages import Status
from store.columns import micros
from store.shapes import dumps

if TYPE_CHECKING:
    from store.settling import Settled

# All of them or none: each is still on its way under its token, no other row has its provider's id, and no receipt
# came before it. Whatever is odd about one of them is written row by row.
_GIVEN = """(
  SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS claim,
    json_extract(value, '$[2]') AS provider_id, json_extract(value, '$[3]') AS segments
  FROM json_each(?1)
)"""
_SENT = f"""
UPDATE outbox SET
  state = 'sent', claim = '', error = '', provider_id = given.provider_id,
  segments = CASE given.segments WHEN 0 THEN outbox.segments ELSE given.segments END,
  sent_at = coalesce(outbox.sent_at, ?2)
FROM {_GIVEN} AS given
WHERE outbox.id = given.id AND ?3 = (
  SELECT count(*) FROM {_GIVEN} AS each JOIN outbox AS line ON line.id = each.id
  WHERE line.claim = each.claim AND line.state = 'sending' AND line.provider_id IS NULL AND line.kind <> 'farewell'
  AND NOT EXISTS (
    SELECT 1 FROM outbox AS other WHERE other.provider_id = each.provider_id AND other.sender = line.sender
  )
  AND NOT EXISTS (
    SELECT 1 FROM receipts WHERE receipts.provider_id = each.provider_id AND receipts.sender = line.sender
  )
)
"""  # noqa: S608 - parts of our own, no values


def sent(conn: Connection, now: datetime, results: Sequence[Settled]) -> Sequence[Settled]:
    """Settle those of the results that simply went out, where nothing is odd about any of them; what is left."""
    if conn.dialect.name != "sqlite":
        return results
    plain = [each for each in results if each.status is Status.SENT and each.provider_id and each.claim]
    ids, named = {each.id for each in results}, {each.provider_id for each in plain}
    if not plain or len(ids) < len(results) or len(named) < len(plain):
        return results
    given = dumps([(each.id, each.claim, each.provider_id, each.segments) for each in plain])
    if not conn.exec_driver_sql(_SENT, (given, micros(now), len(plain))).rowcount:
        return results
    return [each for each in results if each.status is not Status.SENT or not (each.provider_id and each.claim)]
