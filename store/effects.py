"""Write the facts of many turns, grouped by table, so that a batch costs a dozen statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from msgspec.structs import replace
from sqlalchemy import Connection, Executable, Update, bindparam, delete, insert, literal_column, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.messages import Content, Media
from bot.turn import Say
from store import (
    case_effects,
    cases,
    counters,
    credentials,
    erasure,
    exams,
    holding,
    learner_search,
    linking,
    noticing,
    people,
    survey_replies,
)
from store.campaign_tables import misses, reviews, spendings, weeks
from store.consenting import WORD
from store.dues import OWE
from store.gathered import Answering, Row, Rows
from store.gathering import gather
from store.help_requests import take_words
from store.many import Many, inserting
from store.reaching import ELSEWHERE
from store.shapes import content_json, dumps
from store.tables import (
    answers,
    attempts,
    consent_states,
    consents,
    dues,
    enrolments,
    help_requests,
    learners,
    lessons_done,
    outbox,
    quiz_results,
    thread_learners,
)

_LESSON = insert_or(lessons_done)
_ATTEMPT = insert_or(attempts)
_WEEK = insert_or(weeks)
_SPENT = insert_or(spendings)
_MISSED = insert_or(misses)

# A farewell confirms what was asked for, so nothing silences it: its row is deleted only once it has left.
_QUEUED = (
    outbox.c.address == bindparam("where"),
    outbox.c.state == literal_column("'queued'"),
    outbox.c.kind != "farewell",
)

# In this order: people before what they did, and what is no longer owed before what newly is.
_WRITTEN: tuple[tuple[str, Executable | Many], ...] = (
    ("unlinked", delete(thread_learners).where(thread_learners.c.address == bindparam("where"))),
    ("joined", insert_or(learners).on_conflict_do_nothing(index_elements=["id"])),
    ("linked", insert_or(thread_learners).on_conflict_do_nothing(index_elements=["address", "learner"])),
    ("consented", insert(consents)),
    ("words", WORD),
    (
        "unsaid",
        delete(consent_states).where(
            consent_states.c.learner == bindparam("who"), consent_states.c.purpose == bindparam("what")
        ),
    ),
    ("enrolled", insert_or(enrolments).on_conflict_do_nothing()),
    (
        "lessons",
        _LESSON.on_conflict_do_update(index_elements=["enrolment", "lesson"], set_={"at": _LESSON.excluded.at}),
    ),
    (
        "attempts",
        _ATTEMPT.on_conflict_do_update(
            index_elements=["id"], set_={"items": _ATTEMPT.excluded["items"], "right": _ATTEMPT.excluded.right}
        ),
    ),
    ("finished", update(attempts).where(attempts.c.id == bindparam("which")).values(finished_at=bindparam("at"))),
    ("results", insert_or(quiz_results).on_conflict_do_nothing(index_elements=["attempt"])),
    (
        "answered",
        inserting(
            answers,
            (
                "learner",
                "course",
                "unit",
                "lesson",
                "item",
                "digest",
                "purpose",
                "attempt",
                "tries",
                "reply",
                "choice",
                "right",
                "late",
                "language",
                "at",
            ),
        ),
    ),
    (
        "settled",
        delete(dues).where(
            dues.c.learner == bindparam("who"), dues.c.kind == bindparam("what"), dues.c.subject == bindparam("about")
        ),
    ),
    ("forgiven", delete(dues).where(dues.c.learner == bindparam("who"), dues.c.kind == bindparam("what"))),
    ("owed", OWE),
    ("elsewhere", ELSEWHERE),
    (
        "silenced",
        update(outbox).where(*_QUEUED).values(state=literal_column("'cancelled'")),
    ),
    (
        "silenced_for",
        update(outbox)
        .where(*_QUEUED, outbox.c.learner == bindparam("who"))
        .values(state=literal_column("'cancelled'")),
    ),
    ("helped", insert(help_requests)),
    (
        "reviewed",
        inserting(
            reviews,
            ("learner", "item", "course", "card", "due_at", "last_at"),
            lambda row: row.on_conflict_do_update(
                index_elements=["learner", "item"],
                set_={name: row.excluded[name] for name in ("course", "card", "due_at", "last_at")},
            ),
        ),
    ),
    (
        "weeks",
        _WEEK.on_conflict_do_update(
            index_elements=["learner", "week"],
            set_={"n": weeks.c.n + _WEEK.excluded.n, "exempt": weeks.c.exempt + _WEEK.excluded.exempt},
        ),
    ),
    (
        "missed",
        _MISSED.on_conflict_do_update(
            index_elements=["campaign", "reason"], set_={"n": misses.c.n + _MISSED.excluded.n}
        ),
    ),
)
_SPENDING = _SPENT.on_conflict_do_update(
    index_elements=["campaign", "day"],
    set_={
        "messages": spendings.c.messages + _SPENT.excluded.messages,
        "segments": spendings.c.segments + _SPENT.excluded.segments,
        "micros": spendings.c.micros + _SPENT.excluded.micros,
    },
)
_SAID = inserting(
    outbox,
    (
        "sender",
        "address",
        "learner",
        "kind",
        "content",
        "not_before",
        "expires_at",
        "created_at",
        "unasked",
        "purpose",
        "campaign",
        "occurrence",
        "variant",
        "estimated",
        "micros",
    ),
)


def write(conn: Connection, now: datetime, turns: Sequence[Answering], secret: bytes) -> None:
    """Write the effects of these turns. Raises ValueError where somebody is erased and there is no secret."""
    rows = gather(turns, now)
    # A person's data are collected before anything of this batch can take them away.
    gone = frozenset(rows.erased)
    said = [_said(conn, each, say, now, anonymous=say.learner in gone) for each, say in rows.said]
    for name, statement in _WRITTEN:
        held = getattr(rows, name)
        batch = list(held.values()) if isinstance(held, dict) else held
        if not batch:
            continue
        if isinstance(statement, Many):
            statement.execute(conn, batch)
        else:
            conn.execute(statement, batch)
    for fields, batch in _by_fields(rows.changed).items():
        conn.execute(_change(fields), batch)
    # Few turns name anybody anew, so most batches pay nothing for this.
    learner_search.keep(
        conn,
        [
            *(row["id"] for row in rows.joined),
            *(who for who, changes in rows.changed.items() if not learner_search.KEPT.isdisjoint(changes)),
        ],
    )
    if rows.erased or rows.emptied:
        erasure.erase(conn, rows.erased, now, secret, rows.emptied)
    if rows.spent:
        # By the day of UTC: a budget for a day needs the same day everywhere, not midnight anywhere.
        conn.execute(_SPENDING, [{**row, "day": now.date().isoformat()} for _, row in sorted(rows.spent.items())])
    if rows.held:
        holding.hold(conn, list(rows.held.values()), now)
    _officers(conn, rows, now, secret)
    _certificates(conn, rows, now)
    if rows.certifying:
        case_effects.write(conn, rows.certifying, secret, now)
    if said:
        _SAID.execute(conn, said)
    if rows.rejoined and secret:
        erasure.welcome(conn, rows.rejoined, secret)


def _officers(conn: Connection, rows: Rows, now: datetime, secret: bytes) -> None:
    """What is rare: notices and the PINs that send them, codes that join two addresses, words to a person."""
    if rows.worded:
        take_words(conn, rows.worded)
    if rows.tried:
        noticing.tried(conn, rows.tried, now)
    if rows.notices:
        noticing.begin(conn, rows.notices, now)
    if rows.offered:
        linking.offer(conn, rows.offered, secret, now)
    if rows.used:
        linking.use(conn, rows.used, secret, now)


def _certificates(conn: Connection, rows: Rows, now: datetime) -> None:
    """Cases and tests that moved, what holders let be seen, and codes that were tried in vain."""
    if rows.cases or rows.acts:
        cases.write(conn, rows.cases, rows.acts, now)
    if rows.surveyed:
        survey_replies.write(conn, rows.surveyed, now)
    if rows.exams:
        exams.write(conn, list(rows.exams.values()))
    for each in rows.showed:
        credentials.share(conn, each.serials, each.until, now)
        if each.what:
            credentials.show(conn, each.serials, each.what, now)
    if rows.counted:
        counters.add(conn, rows.counted, now)


def _said(conn: Connection, each: Answering, say: Say, now: datetime, *, anonymous: bool) -> Row:
    content = _with_data(conn, say.content, say.attach_data_of) if say.attach_data_of else say.content
    return {
        "sender": say.via if say.to else each.sender,
        "address": say.to or str(each.address),
        "learner": "" if anonymous else say.learner,
        "kind": say.kind,
        "content": content_json(content),
        "not_before": say.not_before or now,
        "expires_at": say.expires_at,
        "created_at": now,
        "unasked": say.unasked,
        "purpose": say.purpose,
        "campaign": say.campaign,
        "occurrence": say.occurrence,
        "variant": say.variant,
        "estimated": say.segments if say.campaign else 0,
        "micros": say.micros if say.campaign else None,
    }


def _with_data(conn: Connection, content: Content, learner: str) -> Content:
    data = dumps(people.dump(conn, learner))
    return replace(content, media=(*content.media, Media(kind="document", data=data, name="chasqui.json")))


def _by_fields(changed: Mapping[str, Row]) -> dict[tuple[str, ...], list[Row]]:
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for learner, changes in sorted(changed.items()):
        if changes:
            row = {f"new_{name}": value for name, value in changes.items()}
            found[tuple(sorted(changes))].append({"which": learner, **row})
    return found


@lru_cache(maxsize=256)
def _change(fields: tuple[str, ...]) -> Update:
    return (
        update(learners)
        .where(learners.c.id == bindparam("which"))
        .values({name: bindparam(f"new_{name}") for name in fields})
    )
