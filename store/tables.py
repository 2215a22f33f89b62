"""Every table: three in which things wait, the rest what is known of people and what they did.

Times are whole microseconds since 1970 in UTC (`Instant`). `JSON` columns are text that only this room reads.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from store.columns import BigId, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Waiting rows come and go: room on the page for the changed row spares the indexes, and vacuum keeps up.
_BUSY: dict[str, Any] = {"postgresql_with": {"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.01}}


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=nullable)


def _learner(**more: Any) -> Column[str]:
    return Column("learner", Text, ForeignKey("learners.id"), **more)


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": literal_column(condition), "sqlite_where": literal_column(condition)}


# --- what waits ---

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("address", Text, nullable=False),  # empty once the person is erased
    _text("kind"),
    _text("payload"),  # JSON: the rest of the Inbound
    _text("digest"),  # of what was said, to notice one id that comes with two texts
    _instant("received_at"),
    Column("state", Text, nullable=False, server_default="new"),  # new, answered, spoiled
    _count("tries"),
    _instant("not_before"),
    _instant("answered_at", nullable=True),
    _text("error"),
    UniqueConstraint("provider_id", "sender"),
    **_BUSY,
)
# The oldest first, and the question whether an address has an older one.
Index("ix_inbox_waiting", inbox.c.id, **_where("state = 'new'"))
Index("ix_inbox_waiting_address", inbox.c.address, inbox.c.id, **_where("state = 'new'"))
Index("ix_inbox_spoiled", inbox.c.id, **_where("state = 'spoiled'"))
Index("ix_inbox_address", inbox.c.address)

dues = Table(
    "dues",
    metadata,
    _learner(primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    **_BUSY,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("address", Text, nullable=False),
    _text("learner"),
    _text("kind"),
    _text("content"),  # JSON
    Column("state", Text, nullable=False, server_default="queued"),  # bot.messages.Status
    _count("attempt"),
    _instant("not_before"),
    _instant("expires_at", nullable=True),
    _text("claim"),
    _instant("lease_until", nullable=True),
    Column("provider_id", Text),
    _count("segments"),
    _text("error"),
    _instant("created_at"),
    _instant("sent_at", nullable=True),
    Column("possible_duplicate", Boolean, nullable=False, server_default=false()),
    # Farewells are deleted: their ids must not come again, or a late receipt would reach somebody else's message.
    sqlite_autoincrement=True,
    **_BUSY,
)
# By sender first: the backlog of one that is held up costs the others nothing.
Index("ix_outbox_waiting", outbox.c.sender, outbox.c.not_before, outbox.c.id, **_where("state = 'queued'"))
Index("ix_outbox_open", outbox.c.address, outbox.c.id, **_where("state IN ('queued', 'sending')"))
Index("ix_outbox_doubtful", outbox.c.lease_until, **_where("state IN ('sending', 'unknown')"))
Index("ix_outbox_address", outbox.c.address)
Index("ix_outbox_learner", outbox.c.learner, **_where("learner <> ''"))  # erasing must find every row of hers
Index("uq_outbox_provider_id", outbox.c.provider_id, outbox.c.sender, unique=True, **_where("provider_id IS NOT NULL"))

receipts = Table(
    "receipts",
    metadata,
    Column("provider_id", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("outbound", BigId),  # the row it was matched with or, for a second id of one message, the first's row
    _text("error"),
    _text("note"),  # unknown, duplicate, foreign, late
    _instant("at"),
)

# --- who ---

threads = Table(
    "threads",
    metadata,
    Column("address", Text, primary_key=True),
    Column("sender", Text, nullable=False),  # the one that heard it last, and will answer
    Column("state", Text, nullable=False, server_default="open"),  # open, stopped, blocked, wrong_number
    _text("conversation"),  # JSON: bot.conversation
    _count("version"),
    _instant("updated_at"),
    postgresql_with={"fillfactor": 70},
)

learners = Table(
    "learners",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("language"),
    _text("country"),
    _text("timezone"),
    _text("sex"),
    Column("birth_year", Integer),
    _text("community"),
    _text("cooperative", index=True),
    Column("hour", SmallInteger),
    _instant("paused_until", nullable=True),
    _text("guardian"),
    _text("asked"),  # JSON
    _instant("created_at"),
)

# A link may stand before anybody wrote from that address, so it needs no thread.
thread_learners = Table(
    "thread_learners",
    metadata,
    Column("address", Text, primary_key=True),
    _learner(primary_key=True, index=True),
)

# --- what they did ---

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Text, primary_key=True),
    _learner(nullable=True),  # NULL once erased: the pseudonym stands in, so that results can still be counted
    _text("pseudonym"),
    Column("course", Text, nullable=False),
    _text("content_version"),
    _instant("enrolled_at"),
    UniqueConstraint("learner", "course"),
)

lessons_done = Table(
    "lessons_done",
    metadata,
    Column("enrolment", Text, ForeignKey("enrolments.id"), primary_key=True),
    Column("lesson", Text, primary_key=True),
    _instant("at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    _learner(nullable=True),
    Column("enrolment", Text, ForeignKey("enrolments.id"), nullable=False),
    Column("course", Text, nullable=False),
    Column("unit", Text, nullable=False),
    _text("items"),  # JSON
    _text("right"),  # JSON
    _instant("started_at"),
    _instant("finished_at", nullable=True),
)
Index("ix_attempts_under_way", attempts.c.learner, **_where("finished_at IS NULL"))
Index("ix_attempts_learner", attempts.c.learner)

quiz_results = Table(
    "quiz_results",
    metadata,
    Column("attempt", Text, primary_key=True),
    Column("enrolment", Text, ForeignKey("enrolments.id"), nullable=False, index=True),
    Column("unit", Text, nullable=False),
    _count("right"),
    _count("of"),
    _flag("passed"),
    _text("weak"),  # JSON
    _instant("at"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", BigId, primary_key=True),
    _learner(nullable=True, index=True),
    _text("pseudonym"),
    _text("course"),
    _text("unit"),
    _text("lesson"),
    _text("item"),
    _text("digest"),
    _text("purpose"),
    _text("attempt"),
    _count("tries", 1),
    _text("reply"),
    _count("choice", -1),
    _flag("right"),
    _flag("late"),
    _text("language"),
    _instant("at"),
)

# Append-only: a later word is a later line. Erasing takes out who and the text, never the line.
consents = Table(
    "consents",
    metadata,
    Column("id", BigId, primary_key=True),
    _learner(nullable=True, index=True),
    _text("address", index=True),
    _flag("granted"),
    _text("text"),
    _text("language"),
    _text("method"),
    _text("purpose"),
    _text("guardian"),
    _instant("at"),
)

help_requests = Table(
    "help_requests",
    metadata,
    Column("id", BigId, primary_key=True),
    _learner(nullable=True, index=True),
    _text("address"),
    _text("kind"),
    _text("text"),
    _instant("asked_at"),
    _instant("answered_at", nullable=True),
    _text("answer"),
)
Index("ix_help_requests_open", help_requests.c.id, **_where("answered_at IS NULL"))

# --- the house ---

# Keyed hashes of numbers that may not be imported again.
suppressed = Table(
    "suppressed",
    metadata,
    Column("key", Text, primary_key=True),
    _text("reason"),
    _instant("at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),  # UTC, ISO 8601
    _count("n"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
)
