"""Photos and recordings on their way into a case: heard by a provider, fetched after the turn, kept by their hash."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, update

from bot.turn import FileHeard
from store.case_tables import case_files
from store.columns import among

TRIES = 6
_BACK_OFF = timedelta(seconds=10)
_KEPT_FOR = timedelta(days=7)  # what belongs to a sheet that was never entered goes after so long

_READY = (
    select(case_files)
    .where(case_files.c.state == literal_column("'waiting'"), case_files.c.next_at <= bindparam("now"))
    .where(among(case_files.c.sender, "senders"))
    .order_by(case_files.c.next_at, case_files.c.id)
    .limit(bindparam("limit"))
)
_FETCHED = (
    select(case_files)
    .where(case_files.c.state == literal_column("'kept'"))
    .order_by(case_files.c.created_at, case_files.c.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that is to be fetched, or that lies here until its sheet is entered."""

    id: str
    case: str
    evidence: str
    actor: str
    sender: str
    file: str
    tries: int
    sha256: str
    media_type: str
    size: int


def wanted(conn: Connection, heard: FileHeard, sender: str, now: datetime) -> None:
    """A file was heard: it waits to be fetched by the sender that heard it."""
    row = {
        "id": heard.id,
        "case": heard.case,
        "evidence": heard.evidence,
        "actor": heard.by,
        "sender": sender,
        "file": heard.file,
        "state": "waiting",
        "next_at": now,
        "created_at": now,
    }
    conn.execute(insert(case_files), row)


def ready(conn: Connection, now: datetime, senders: Collection[str], limit: int = 20) -> list[Wanted]:
    """Files that are to be fetched now."""
    rows = conn.execute(_READY, {"now": now, "senders": sorted(senders), "limit": limit})
    return [_wanted(row) for row in rows]


def fetched(conn: Connection, limit: int = 50) -> list[Wanted]:
    """Files that lie here and are in no case yet, the oldest first."""
    return [_wanted(row) for row in conn.execute(_FETCHED, {"limit": limit})]


def keep(conn: Connection, id: str, sha256: str, media_type: str, size: int) -> None:
    """A file was fetched and lies in the folder of evidence."""
    held = {"state": "kept", "sha256": sha256, "media_type": media_type, "size": size}
    conn.execute(update(case_files).where(case_files.c.id == id).values(held))


def take(conn: Connection, id: str) -> bool:
    """This file is entered now; False where another process has done so already."""
    mine = update(case_files).where(case_files.c.id == id, case_files.c.state == literal_column("'kept'"))
    return bool(conn.execute(mine.values(state="entered")).rowcount)


def refuse(conn: Connection, id: str, error: str) -> None:
    """A file never will be in its case."""
    conn.execute(update(case_files).where(case_files.c.id == id).values(state="refused", error=error[:200]))


def again(conn: Connection, each: Wanted, now: datetime, error: str) -> bool:
    """Fetching has failed: later once more. False where that was the last try."""
    tries = each.tries + 1
    over = tries >= TRIES
    values = {
        "tries": tries,
        "state": "refused" if over else "waiting",
        "next_at": now + _BACK_OFF * 4**tries,
        "error": error[:200],
    }
    conn.execute(update(case_files).where(case_files.c.id == each.id).values(values))
    return not over


def forgotten(conn: Connection, now: datetime) -> set[str]:
    """Take away what belongs to sheets that were never entered; the hashes that may have lost their last owner."""
    old = (case_files.c.created_at < now - _KEPT_FOR, case_files.c.state.in_(("waiting", "kept")))
    hashes = set(conn.execute(select(case_files.c.sha256).where(*old, case_files.c.sha256 != "")).scalars())
    conn.execute(delete(case_files).where(*old))
    return hashes


def _wanted(row: object) -> Wanted:
    return Wanted(**{name: getattr(row, name) for name in Wanted.__dataclass_fields__})
