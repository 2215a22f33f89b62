"""Write what a batch of turns decided, in one transaction: the first wins, and only winners leave anything behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.conversation import to_json
from bot.turn import Due, ThreadMoved
from store import effects
from store.columns import Instant, among
from store.gathered import Answering as Answering
from store.many import changing
from store.packed import packed
from store.tables import dues, inbox, threads

# Rows and threads are locked where PostgreSQL has them free, and passed over where another worker is at them; on
# SQLite there is one writer, and the dialect leaves the clause out.
_STILL_WAITING = (
    select(inbox.c.id)
    .where(among(inbox.c.id, "ids"), inbox.c.state == literal_column("'new'"))
    .with_for_update(skip_locked=True)
)
_STILL_OWED = (
    select(dues.c.learner, dues.c.kind, dues.c.subject, dues.c.at)
    .where(among(dues.c.learner, "learners"))
    .with_for_update(skip_locked=True)
)
_LOCKED = packed(
    select(threads.c.address, threads.c.version, threads.c.state)
    .where(among(threads.c.address, "addresses"))
    .with_for_update(skip_locked=True)
)
# A conversation is stored with room to grow, in steps of so many octets: a row that keeps its length is written over
# where it stands, and one that does not moves its neighbours on three pages. Two steps are a question in its lesson.
_ROOM = 640
_BEGUN = insert(threads).on_conflict_do_nothing(index_elements=["address"]).returning(threads.c.address)
_MOVED = changing(
    update(threads)
    .where(threads.c.address == bindparam("thread"))
    .values(
        sender=bindparam("heard_by"),
        state=bindparam("now_in"),
        conversation=bindparam("talk"),
        version=bindparam("next"),
        updated_at=bindparam("at"),
        heard_at=func.coalesce(bindparam("heard", type_=Instant()), threads.c.heard_at),
    ),
    ("thread", "heard_by", "now_in", "talk", "next", "at", "heard"),
)
_ANSWERED = (
    update(inbox)
    .where(among(inbox.c.id, "ids"))
    .values(state=literal_column("'answered'"), answered_at=bindparam("at"))
)


def write(
    conn: Connection, now: datetime, turns: Sequence[Answering], *, secret: bytes = b"", at_once: bool = False
) -> set[int]:
    """Write the turns whose thread has still the version they were decided on and whose row still waits; returns
    their indexes. The others write nothing and wait for the next round. `secret` keys the hashes of erased numbers.
    `at_once`: their rows are kept as answered by this very transaction, so none of them waits any more.

    Raises ValueError where a turn erases somebody and there is no secret.
    """
    states = _first(conn, turns, now, at_once=at_once)
    won = sorted(states)
    if won:
        _MOVED.execute(conn, [_thread(turns[index], states[index], now) for index in won])
        answered = [row for index in won if (row := turns[index].inbox_id) is not None]
        if answered and not at_once:
            conn.execute(_ANSWERED, {"ids": answered, "at": now})
        effects.write(conn, now, [turns[index] for index in won], secret)
    return set(won)


def _first(conn: Connection, turns: Sequence[Answering], now: datetime, *, at_once: bool) -> dict[int, str]:
    """The indexes of the turns that come first, with the state of their threads. All their rows are locked then."""
    ids = [each.inbox_id for each in turns if each.inbox_id is not None]
    waiting = set(ids) if at_once else _waiting(conn, ids)
    owed = _owed(conn, {each.due.learner for each in turns if each.due})
    candidates: dict[str, int] = {}
    for index, each in enumerate(turns):
        if (each.inbox_id is None or each.inbox_id in waiting) and (each.due is None or _key(each.due) in owed):
            candidates.setdefault(str(each.address), index)  # of two turns on one thread the first
    stands = _locked(conn, candidates)
    fresh = [address for address, index in candidates.items() if turns[index].version == 0 and address not in stands]
    stands |= _begun(conn, {address: turns[candidates[address]] for address in sorted(fresh)}, now)
    return {
        index: stands[address][1]
        for address, index in candidates.items()
        if address in stands and stands[address][0] == turns[index].version
    }


def _waiting(conn: Connection, ids: Collection[int]) -> set[int]:
    return set(conn.execute(_STILL_WAITING, {"ids": ids}).scalars()) if ids else set()


def _owed(conn: Connection, learners: Collection[str]) -> set[tuple[object, ...]]:
    # A due that was moved to another time since is another due.
    return {tuple(row) for row in conn.execute(_STILL_OWED, {"learners": sorted(learners)})} if learners else set()


def _key(due: Due) -> tuple[object, ...]:
    return (due.learner, due.kind, due.subject, due.at)


def _locked(conn: Connection, addresses: Collection[str]) -> dict[str, tuple[int, str]]:
    rows = _LOCKED.rows(conn, {"addresses": list(addresses)}) if addresses else ()
    return {address: (version, state) for address, version, state in rows}


def _begun(conn: Connection, fresh: Mapping[str, Answering], now: datetime) -> dict[str, tuple[int, str]]:
    if not fresh:
        return {}
    rows = [{"address": address, "sender": each.sender, "updated_at": now} for address, each in fresh.items()]
    # A row that another worker has begun at the same moment is not returned: theirs is the turn.
    return dict.fromkeys(conn.execute(_BEGUN, rows).scalars(), (0, "open"))


def _thread(each: Answering, state: str, now: datetime) -> dict[str, object]:
    for effect in each.turn.effects:
        if isinstance(effect, ThreadMoved):
            state = effect.state
    return {
        "thread": str(each.address),
        "heard_by": each.sender,
        "now_in": state,
        "talk": _with_room(to_json(each.turn.conversation)),
        "next": each.version + 1,
        "at": now,
        "heard": now if each.inbox_id is not None else None,
    }


def _with_room(talk: str) -> str:
    return talk + " " * (-len(talk.encode()) % _ROOM)
