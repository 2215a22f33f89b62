"""Take a provider's later word on messages: matched by its id or by ours, moving the status only forward."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import structs
from sqlalchemy import Connection, select

from bot.messages import Receipt, Refusal, Status
from store import closing, counters, parts, resaying, unreachable
from store.columns import among
from store.settling import COLUMNS, KEEP, Line, read, write
from store.shapes import clean
from store.tables import outbox

# Twilio's code for a recipient who has told the carrier to stop: https://www.twilio.com/docs/api/errors/21610
_CARRIER_STOP = "21610"

# What speaks of the phone at this hour, or of the sender; everything else is final.
_SAID_AGAIN = frozenset((Refusal.UNREACHABLE, Refusal.UNAVAILABLE, Refusal.UNCERTAIN))
_BY_PROVIDER_ID = select(*COLUMNS).where(among(outbox.c.provider_id, "ids")).order_by(outbox.c.id).with_for_update()
_BY_ID = select(*COLUMNS).where(among(outbox.c.id, "ids")).order_by(outbox.c.id).with_for_update()
_MAY_ADOPT = frozenset((Status.HELD, Status.SENDING, Status.UNKNOWN, Status.FAILED))


def receive_receipt(conn: Connection, arrived: Sequence[Receipt], now: datetime) -> None:
    """Keep each receipt once, and move its message up the ranks. One that names our row brings the provider's id
    where we do not have it yet (we died before storing it); a second id for one row is a duplicate, counted.
    One that names a row of another sender is counted and changes nothing; a carrier's stop closes the thread."""
    if not arrived:
        return
    by_parts = any(each.part for each in arrived)
    lines = read(conn.execute(_BY_ID, {"ids": sorted({each.outbound for each in arrived if each.outbound})}))
    known = read(conn.execute(_BY_PROVIDER_ID, {"ids": sorted({each.provider_id for each in arrived})}))
    lines = {**known, **lines}
    owners = {(line.sender, line.provider_id): line for line in lines.values() if line.provider_id}
    counts: Counter[str] = Counter()
    shut: dict[str, str] = {}
    strikes: dict[str, unreachable.Strike] = {}
    reached: list[str] = []
    again: defaultdict[Refusal, list[Line]] = defaultdict(list)
    moved: dict[int, Line] = {}
    kept = {}
    for each in arrived:
        line, note = _matched(each, lines, owners, now)
        if by_parts and each.part:
            each = structs.replace(each, status=parts.whole(conn, each, line))
        if note:
            counts[f"receipts {note}"] += 1
        if note == "duplicate":
            counts["duplicates"] += 1
        if line is not None:
            moved[line.id] = line
            if note == "duplicate":
                line.possible_duplicate = True
            else:
                before = line.state
                line.rise(each.status, now, each.error)
                if line.state is not before:
                    _told(each, line, strikes, reached, again)
            if each.refusal is Refusal.OPTED_OUT or each.error == _CARRIER_STOP:
                shut[line.address] = "stopped"
        kept[each.provider_id, each.sender, each.status] = {
            "provider_id": clean(each.provider_id),
            "sender": each.sender,
            "status": each.status.value,
            "outbound": line.id if line else None,
            "error": clean(each.error)[:500],
            "note": note,
            "at": each.at,
        }
    _measure(conn, moved.values())
    KEEP.execute(conn, [kept[key] for key in sorted(kept)])
    write(conn, moved.values())
    unreachable.reached(conn, reached)
    shut = {**unreachable.strike(conn, strikes, now), **shut}
    if off := again.pop(Refusal.UNREACHABLE, []):
        tries = unreachable.strikes(conn, [line.address for line in off])
        resaying.say_again(conn, [line for line in off if line.address not in shut], tries, now)
    if again:
        resaying.say_otherwise(conn, again, now)
    closing.close(conn, shut, now)
    counters.add(conn, counts, now)


def _measure(conn: Connection, moved: Iterable[Line]) -> None:
    """What was adopted is paid for like any other, and only its text says how much."""
    for line in moved:
        if line.provider_id and not line.segments and line.address.startswith("tel:"):
            line.segments = parts.measured(conn, line)


def _told(
    each: Receipt,
    line: Line,
    strikes: dict[str, unreachable.Strike],
    reached: list[str],
    again: dict[Refusal, list[Line]],
) -> None:
    """What a receipt that moved its message says of the address: somebody is there, or nobody, or not now."""
    if each.status in (Status.DELIVERED, Status.READ):
        reached.append(line.address)
    elif each.refusal is not None and each.status in (Status.FAILED, Status.UNDELIVERED):
        if each.refusal in unreachable.COUNTED:
            strikes[line.address] = unreachable.Strike(refusal=each.refusal, code=each.error)
        if each.refusal in _SAID_AGAIN:
            again[each.refusal].append(line)


def _matched(
    each: Receipt, lines: dict[int, Line], owners: dict[tuple[str, str], Line], now: datetime
) -> tuple[Line | None, str]:
    """The row a receipt speaks of, and what is odd about it: unknown, foreign, duplicate, or nothing."""
    owner = owners.get((each.sender, each.provider_id))
    if owner:
        return owner, ""
    line = lines.get(each.outbound) if each.outbound is not None else None
    if line is None:
        return None, "unknown"
    if line.sender != each.sender:
        return None, "foreign"
    if line.provider_id:
        return line, "duplicate"
    # Queued with a try behind it: asked about in vain, and yet it left. Adopting it spares her the second copy.
    if line.state not in _MAY_ADOPT and not (line.state is Status.QUEUED and line.attempt):
        return None, "unknown"
    line.provider_id = each.provider_id
    line.rise(Status.SENT, now)  # whatever the provider says of it, it has taken it
    owners[each.sender, each.provider_id] = line
    return line, ""
