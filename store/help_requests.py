"""What waits for a person to read and answer it: who sees to it, what she answered, and how it was closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import ROLES, Right, need
from bot.messages import Address, Content
from bot.people import Scope
from bot.record import LEARNING
from store import dialogues
from store.account_tables import accounts
from store.accounts import account
from store.dialogues import Said
from store.people import within
from store.shapes import clean, content_json
from store.tables import consents, help_requests, learners, outbox, thread_learners, threads

URGENT = ("urgent", "death")  # kinds that stand before all others while they are open
WAITING, MINE, ALL = "waiting", "mine", "all"
_MOST = 200  # counted no further


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """Somebody should read this. `learner` and `name` are empty where a number wrote from which nobody joined.

    `assigned` and `answered_by` are accounts; `noted`: closed with a note (`answer`), without a word to the learner.
    """

    id: int
    learner: str
    name: str
    address: Address
    kind: str  # person, urgent, death, wrong_number, …
    text: str
    asked_at: datetime
    language: str = ""
    timezone: str = ""
    country: str = ""
    cooperative: str = ""
    assigned: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    answer: str = ""
    noted: bool = False

    @property
    def urgent(self) -> bool:
        """Somebody is in danger or has died, and nobody has seen to it yet."""
        return self.kind in URGENT and self.answered_at is None


_FIRST = help_requests.c.kind.in_(URGENT)
_OPEN = help_requests.c.answered_at.is_(None)
_ANSWER = (
    update(help_requests)
    .where(help_requests.c.id == bindparam("row"), _OPEN)
    .values(
        answered_at=bindparam("now"),
        answer=bindparam("words"),
        answered_by=bindparam("who"),
        noted=bindparam("silent"),
    )
)
_SENDER = select(threads.c.sender, threads.c.state).where(threads.c.address == bindparam("address"))
_STOPPED = select(func.max(consents.c.at)).where(
    consents.c.address == bindparam("address"), consents.c.granted.is_(False), consents.c.purpose == LEARNING
)


# --- reading ---


def waiting(conn: Connection, scope: Scope, limit: int = 100) -> list[HelpRequest]:
    """Requests that nobody has answered, the urgent ones first, each oldest first. Those of unknown numbers are shown
    to whoever may see all."""
    return page(conn, scope, WAITING, limit=limit)


def page(
    conn: Connection, scope: Scope, which: str, *, person: str = "", after: int | None = None, limit: int = 50
) -> list[HelpRequest]:
    """One page of a tray: `waiting` and `mine` (assigned to `person`) hold what is open, the urgent
    first and each oldest first, `all` everything, latest first. `after`: the id of the last one of the page before."""
    id = _in_order(scope)
    query = _among(scope).limit(limit)
    if which == ALL:
        query = query.order_by(id.desc())
        return [_request(row) for row in conn.execute(query if after is None else query.where(id < after))]
    query = query.where(*_tray(which, person)).order_by(id)
    rest = query if after is None else query.where(id > after)
    found: list[Any] = []
    if after is None or _is_urgent(conn, after):
        found = list(conn.execute(rest.where(_FIRST)))
        rest = query
    if len(found) < limit:
        found += conn.execute(rest.where(~_FIRST).limit(limit - len(found)))
    return [_request(row) for row in found]


def count(conn: Connection, scope: Scope, which: str, person: str = "") -> int:
    """How many are open in a tray, counted to two hundred."""
    some = _among(scope).where(*_tray(which, person)).limit(_MOST).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def asked_at(conn: Connection, scope: Scope, most: int) -> list[datetime]:
    """When each of the open ones was asked, oldest first, of at most so many."""
    query = _among(scope).with_only_columns(help_requests.c.asked_at).where(_OPEN)
    return list(conn.execute(query.order_by(_in_order(scope)).limit(most)).scalars())


def urgent(conn: Connection, scope: Scope) -> int:
    """How many of the open ones are urgent, counted to two hundred."""
    some = _among(scope).where(_OPEN, _FIRST).limit(_MOST).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def one(conn: Connection, scope: Scope, id: int) -> HelpRequest | None:
    """The request of this number; None where there is none in the scope."""
    row = conn.execute(_within(scope).where(help_requests.c.id == id)).first()
    return _request(row) if row else None


def dialogue(conn: Connection, scope: Scope, request: HelpRequest, limit: int = 40) -> list[Said]:
    """What was said on the phone that asked, oldest first. Where somebody of another cooperative shares that phone,
    nobody can say who wrote what, and only the words of ours to her are shown."""
    need(scope, Right.ANSWER)
    said = dialogues.of_address(conn, request.address, limit)
    if scope.cooperatives is None:
        return said
    strangers = (
        select(thread_learners.c.learner)
        .join(learners, learners.c.id == thread_learners.c.learner)
        .where(thread_learners.c.address == str(request.address), ~within(scope))
        .limit(1)
    )
    if conn.execute(strangers).first() is None:
        return said
    ids = [int(each.id.removeprefix("out")) for each in said if each.id.startswith("out")]
    hers = select(outbox.c.id).where(outbox.c.id.in_(ids), outbox.c.learner == request.learner)
    known = {f"out{id}" for id in conn.execute(hers).scalars()} if request.learner else set()
    return [each for each in said if each.id in known]


def answerers(conn: Connection, request: HelpRequest, limit: int = 100) -> list[Account]:
    """Who of the console may answer this one, by name."""
    roles = [role for role, rights in ROLES.items() if Right.ANSWER in rights]
    active = (accounts.c.role.in_(roles), accounts.c.state == Standing.ACTIVE.value)
    found = [account(row) for row in conn.execute(select(accounts).where(*active).order_by(accounts.c.name))]
    reach = [each for each in found if each.cooperatives is None or request.cooperative in each.cooperatives]
    return reach[:limit]


# --- acting ---


def assign(conn: Connection, scope: Scope, id: int, to: str) -> bool:
    """Give an open one to a person of the console; to nobody where `to` is empty. False where it is closed, or is not
    in the scope."""
    if one(conn, scope, id) is None:
        return False
    return conn.execute(update(help_requests).where(help_requests.c.id == id, _OPEN).values(assigned=to)).rowcount > 0


def answer(
    conn: Connection, scope: Scope, id: int, content: Content, now: datetime, by: str = ""
) -> HelpRequest | None:
    """Answer one: it is closed, and `content` waits to leave for the thread that asked, as from a person. None, and
    nothing changed, where it is out of scope, answered already, or its thread is gone."""
    query = _within(scope).where(help_requests.c.id == id, _OPEN)
    row = conn.execute(query.with_for_update(of=help_requests)).first()
    thread = conn.execute(_SENDER, {"address": row.address}).first() if row else None
    if row is None or thread is None:
        return None
    closed = {"row": id, "now": now, "words": clean(content.text), "who": by, "silent": False}
    if not conn.execute(_ANSWER, closed).rowcount:
        return None
    conn.execute(
        insert(outbox),
        {
            "sender": thread.sender,
            "address": row.address,
            "learner": row.learner or "",
            "kind": "reply" if thread.state == "stopped" and _after_the_stop(conn, row) else "person",
            "content": content_json(content),
            "not_before": now,
            "created_at": now,
        },
    )
    return _request(row)


def _after_the_stop(conn: Connection, row: Any) -> bool:
    """Whether she asked after she had stopped: an answer to that is a reply to her own words, and leaves. What she
    asked before is over with the stop, as every other message is."""
    stopped = conn.execute(_STOPPED, {"address": row.address}).scalar()
    return stopped is not None and stopped <= row.asked_at


def close(conn: Connection, scope: Scope, id: int, note: str, now: datetime, by: str = "") -> bool:
    """Close one without a word to the learner (she was called, say). False where there is nothing to close."""
    row = conn.execute(_within(scope).where(help_requests.c.id == id)).first()
    closed = {"row": id, "now": now, "words": clean(note), "who": by, "silent": True}
    return bool(row and conn.execute(_ANSWER, closed).rowcount)


def take_words(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What learners wrote after they asked for a person: it joins the latest request of theirs that stands open, before
    what it is about; where it was answered meanwhile, it is a request of its own. `rows` are those of the table."""
    for row in rows:
        hers = help_requests.c.learner == row["learner"] if row["learner"] else help_requests.c.learner.is_(None)
        at = (help_requests.c.address == row["address"], help_requests.c.kind == row["kind"], hers, _OPEN)
        latest = conn.execute(select(func.max(help_requests.c.id)).where(*at)).scalar()
        about = case((help_requests.c.text == "", ""), else_=literal("\n") + help_requests.c.text)
        joined = update(help_requests).where(help_requests.c.id == latest, _OPEN)
        if latest is None or not conn.execute(joined.values(text=literal(row["text"]) + about)).rowcount:
            conn.execute(insert(help_requests), dict(row))


def _is_urgent(conn: Connection, id: int) -> bool:
    return conn.execute(select(help_requests.c.kind).where(help_requests.c.id == id)).scalar() in URGENT


def _tray(which: str, person: str) -> list[ColumnElement[bool]]:
    if which != MINE:
        return [_OPEN]
    return [_OPEN, help_requests.c.assigned != "", help_requests.c.assigned == person]


def _among(scope: Scope) -> Select[Any]:
    """Many of the scope at once. Whoever is bounded gets hers by way of the members of her cooperatives, and reads past
    nobody else's: their number is no concern of this page."""
    if scope.cooperatives is None:
        return _within(scope)
    return _shown(scope).where(help_requests.c.learner.in_(select(learners.c.id).where(within(scope))))


def _in_order(scope: Scope) -> ColumnElement[int]:
    """The order of a tray. The sign keeps the database from walking through everybody's by their numbers."""
    return help_requests.c.id if scope.cooperatives is None else literal_column("+help_requests.id", BigInteger)


def _within(scope: Scope) -> Select[Any]:
    """One of the scope."""
    hers = within(scope)
    bounded = scope.cooperatives is not None
    return _shown(scope).where(hers if bounded else or_(hers, help_requests.c.learner.is_(None)))


def _shown(scope: Scope) -> Select[Any]:
    need(scope, Right.ANSWER)
    return select(
        *(help_requests.c[name] for name in ("id", "learner", "address", "kind", "text", "asked_at", "assigned")),
        *(help_requests.c[name] for name in ("answered_at", "answered_by", "answer", "noted")),
        *(learners.c[name] for name in ("name", "language", "timezone", "country", "cooperative")),
    ).select_from(help_requests.outerjoin(learners, learners.c.id == help_requests.c.learner))


def _request(row: Any) -> HelpRequest:
    held = dict(row._mapping)
    for name in ("learner", "name", "language", "timezone", "country", "cooperative"):
        held[name] = held[name] or ""
    return HelpRequest(**{**held, "address": Address.parse(held["address"])})
