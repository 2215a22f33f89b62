"""Write how sending went: by the claim's token, ranks only forward, and each provider id on one row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.messages import RANK, Refusal, Status
from store import closing, counters, settling_sent, unreachable
from store.columns import among
from store.many import changing, inserting
from store.shapes import clean
from store.tables import outbox, receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How sending one claimed message went.

    `status`: SENT (or what the provider said at once), FAILED, UNKNOWN, CANCELLED, EXPIRED, or QUEUED with `retry_at`
    where nothing left. `closes`: the thread's new state, where the failure says that nobody may or can be reached
    there (stopped, blocked, wrong_number). `refusal` and `code`: what the provider said, to be counted against the
    address where it speaks of one. `spoke`: False where the provider was not asked or did not look at it, so that it is
    no attempt. `sender`: who says it instead, where this one cannot;
    `speaker`: who has said it.
    """

    id: int
    claim: str
    status: Status
    provider_id: str = ""
    segments: int = 0
    error: str = ""
    retry_at: datetime | None = None
    closes: str = ""
    refusal: Refusal | None = None
    code: str = ""
    spoke: bool = True
    sender: str = ""
    speaker: str = ""


@dataclass(slots=True)
class Line:
    """A row of the outbox while it is being settled."""

    id: int
    sender: str
    address: str
    kind: str
    state: Status
    claim: str
    provider_id: str | None
    attempt: int
    segments: int
    error: str
    not_before: datetime
    lease_until: datetime | None
    sent_at: datetime | None
    possible_duplicate: bool

    def rise(self, status: Status, now: datetime, error: str = "") -> None:
        """Move up the ranks, never down."""
        if RANK[status] > RANK[self.state]:
            self.state = status
            self.error = clean(error)[:500]
            if status in (Status.SENT, Status.DELIVERED, Status.READ) and self.sent_at is None:
                self.sent_at = now


COLUMNS = tuple(outbox.c[name] for name in Line.__slots__)
_CHANGING = (
    "state",
    "sender",
    "attempt",
    "claim",
    "provider_id",
    "segments",
    "error",
    "not_before",
    "lease_until",
    "sent_at",
    "possible_duplicate",
)
_LINES = select(*COLUMNS).where(among(outbox.c.id, "ids")).order_by(outbox.c.id).with_for_update()
_OWNERS = select(outbox.c.sender, outbox.c.provider_id, outbox.c.id).where(among(outbox.c.provider_id, "ids"))
_EARLY = select(receipts.c.sender, receipts.c.provider_id, receipts.c.status, receipts.c.error).where(
    among(receipts.c.provider_id, "ids")
)
_CHANGE = changing(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING}),
    ("row", *(f"new_{name}" for name in _CHANGING)),
)
_FORGET = delete(outbox).where(outbox.c.id == bindparam("row"))

# A receipt that is known already changes nothing.
KEEP = inserting(
    receipts,
    ("provider_id", "sender", "status", "outbound", "error", "note", "at"),
    lambda row: row.on_conflict_do_nothing(index_elements=["provider_id", "sender", "status"]),
)

_OPEN = frozenset((Status.QUEUED, Status.HELD, Status.SENDING, Status.UNKNOWN))


def settle(conn: Connection, now: datetime, results: Sequence[Settled]) -> None:
    """Write how sending went. Only the holder of the token writes; what comes from a claim that was lost is kept as
    an event, and a provider id that another row has is counted as a duplicate. A receipt that came before its
    message was settled counts now."""
    results = settling_sent.sent(conn, now, results)
    if not results:
        return
    lines = read(conn.execute(_LINES, {"ids": [each.id for each in results]}).all())
    ids = sorted({each.provider_id for each in results if each.provider_id})
    owners = {(sender, id): row for sender, id, row in conn.execute(_OWNERS, {"ids": ids}).all()} if ids else {}
    early = _early(conn, ids)
    counts: Counter[str] = Counter()
    notes: list[dict[str, Any]] = []
    for each in results:
        line = lines.get(each.id)
        if line is None or not _holds(line, each):
            notes += _late(line, each, now, counts)
            continue
        _settle(line, each, now)
        if each.provider_id:
            _adopt(line, each.provider_id, owners, counts)
            for status, error in early.get((line.sender, each.provider_id), ()):
                line.rise(status, now, error)
    write(conn, lines.values())
    if notes:
        KEEP.execute(conn, notes)
    shut = {lines[each.id].address: each.closes for each in results if each.closes and each.id in lines}
    strikes = {
        lines[each.id].address: unreachable.Strike(refusal=each.refusal, code=each.code)
        for each in results
        if each.refusal in unreachable.COUNTED and each.id in lines
    }
    shut = {**unreachable.strike(conn, strikes, now), **shut}
    closing.close(conn, shut, now)
    counters.add(conn, counts, now)


def read(rows: Iterable[Sequence[Any]]) -> dict[int, Line]:
    """Rows of `COLUMNS` as lines, by id."""
    lines = {}
    for row in rows:
        line = lines[row[0]] = Line(*row)
        line.state = Status(line.state)
    return lines


def write(conn: Connection, lines: Iterable[Line]) -> None:
    """Write changed lines; a farewell that is settled is deleted, for nobody is known there any more."""
    changed, gone = [], []
    for line in lines:
        if line.kind == "farewell" and line.state not in _OPEN:
            gone.append({"row": line.id})
        else:
            row = {f"new_{name}": getattr(line, name) for name in _CHANGING}
            changed.append({**row, "row": line.id, "new_state": line.state.value})
    if changed:
        _CHANGE.execute(conn, changed)
    if gone:
        conn.execute(_FORGET, gone)


def _holds(line: Line, each: Settled) -> bool:
    """The token is ours, and either our lease has not run out or we bring what the row waits for: the outcome, be it
    that nothing has left. Whoever resolves a doubt takes the token away."""
    if line.claim != each.claim or not each.claim:
        return False
    return line.state is not Status.UNKNOWN or each.status is not Status.UNKNOWN


def _settle(line: Line, each: Settled, now: datetime) -> None:
    if each.status is Status.QUEUED:
        if line.state in (Status.SENDING, Status.UNKNOWN):
            line.state, line.claim, line.lease_until = Status.QUEUED, "", None
            line.not_before, line.error = each.retry_at or now, clean(each.error)[:500]
            line.sender = each.sender or line.sender
            line.attempt -= not each.spoke
        return
    if each.status is Status.UNKNOWN:
        if line.state is Status.SENDING:
            # The token stays: an answer that comes late after all is the outcome. Its doubt begins now.
            line.state, line.lease_until, line.error = Status.UNKNOWN, now, clean(each.error)[:500]
        return
    line.rise(each.status, now, each.error)
    if each.status in (Status.CANCELLED, Status.EXPIRED) and not each.provider_id:
        line.lease_until = None  # we put it down ourselves before it left: store.giving_back looks at that
    line.segments = each.segments or line.segments
    line.claim = ""


def _adopt(line: Line, provider_id: str, owners: dict[tuple[str, str], int], counts: Counter[str]) -> None:
    owner = owners.setdefault((line.sender, provider_id), line.id)
    if owner != line.id or line.provider_id not in (None, provider_id):
        line.possible_duplicate = True
        counts["duplicates"] += 1
    else:
        line.provider_id = provider_id


def _late(line: Line | None, each: Settled, now: datetime, counts: Counter[str]) -> list[dict[str, Any]]:
    counts["outbox lease lost"] += 1
    if line is None or not each.provider_id:
        return []
    if line.provider_id != each.provider_id:
        line.possible_duplicate = True
        if line.provider_id:
            counts["duplicates"] += 1
    return [
        {
            "sender": line.sender,
            "provider_id": each.provider_id,
            "status": each.status.value,
            "outbound": each.id,
            "error": clean(each.error)[:500],
            "note": "late",
            "at": now,
        }
    ]


def _early(conn: Connection, ids: Sequence[str]) -> dict[tuple[str, str], list[tuple[Status, str]]]:
    found: defaultdict[tuple[str, str], list[tuple[Status, str]]] = defaultdict(list)
    for sender, id, status, error in conn.execute(_EARLY, {"ids": ids}) if ids else ():
        found[sender, id].append((Status(status), error))
    return found
