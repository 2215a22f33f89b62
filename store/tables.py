"""Every table: three in which things wait, the rest what is known of people and what they did.

Times are whole microseconds since 1970 in UTC (`Instant`). `JSON` columns are text that only this room reads.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
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
    true,
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


def text(name: str, **more: Any) -> Column[str]:
    """A text that is never NULL."""
    return Column(name, Text, nullable=False, server_default="", **more)


def count(name: str, default: int = 0) -> Column[int]:
    """A whole number that is never NULL."""
    return Column(name, Integer, nullable=False, server_default=str(default))


def flag(name: str, *, default: bool | None = None) -> Column[bool]:
    """A yes or no; with a default where an older row has none."""
    given = {} if default is None else {"server_default": true() if default else false()}
    return Column(name, Boolean, nullable=False, **given)  # type: ignore[arg-type]


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    """An aware time."""
    return Column(name, Instant, nullable=nullable)


def learner(**more: Any) -> Column[str]:
    """The key of a learner."""
    return Column("learner", Text, ForeignKey("learners.id"), **more)


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, on both kinds of database."""
    return {"postgresql_where": literal_column(condition), "sqlite_where": literal_column(condition)}


# --- what waits ---

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("address", Text, nullable=False),  # empty once the person is erased
    text("kind"),
    text("payload"),  # JSON: the rest of the Inbound
    text("digest"),  # of what was said, to notice one id that comes with two texts
    instant("received_at"),
    Column("state", Text, nullable=False, server_default="new"),  # new, answered, spoiled
    count("tries"),
    instant("not_before"),
    instant("answered_at", nullable=True),
    text("error"),
    UniqueConstraint("provider_id", "sender"),
    **_BUSY,
)
# The oldest first, and the question whether an address has an older one.
Index("ix_inbox_waiting", inbox.c.id, **where("state = 'new'"))
Index("ix_inbox_waiting_address", inbox.c.address, inbox.c.id, **where("state = 'new'"))
Index("ix_inbox_spoiled", inbox.c.id, **where("state = 'spoiled'"))
Index("ix_inbox_address", inbox.c.address)

dues = Table(
    "dues",
    metadata,
    learner(primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    **_BUSY,
)
# What campaigns owe, by the campaign or cohort with which the subject begins.
Index(
    "ix_dues_planned",
    dues.c.subject,
    postgresql_ops={"subject": "text_pattern_ops"},
    **where("kind IN ('campaign', 'lesson')"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("address", Text, nullable=False),
    text("learner"),
    text("kind"),
    text("content"),  # JSON
    Column("state", Text, nullable=False, server_default="queued"),  # bot.messages.Status
    count("attempt"),
    instant("not_before"),
    instant("expires_at", nullable=True),
    text("claim"),
    instant("lease_until", nullable=True),
    Column("provider_id", Text),
    count("segments"),
    text("error"),
    instant("created_at"),
    instant("sent_at", nullable=True),
    flag("possible_duplicate", default=False),
    flag("unasked", default=False),  # nobody wrote for it: consent, hours and supersession are judged again
    text("purpose"),  # the consent that it needs; empty for learning
    text("campaign"),
    text("occurrence"),  # local date and slot
    count("variant"),
    count("estimated"),  # segments, as counted in `spendings`
    Column("micros", BigInteger),  # the money counted there; none: nothing was, or it was given back
    # Farewells are deleted: their ids must not come again, or a late receipt would reach somebody else's message.
    sqlite_autoincrement=True,
    **_BUSY,
)
# By sender first: the backlog of one that is held up costs the others nothing.
# Replies go before what nobody asked for.
Index(
    "ix_outbox_waiting",
    outbox.c.sender,
    outbox.c.unasked,
    outbox.c.not_before,
    outbox.c.id,
    **where("state = 'queued'"),
)
# What was counted and never left: see store.giving_back. Whatever was once on its way may have left.
UNSENT = (
    "outbox.micros IS NOT NULL AND outbox.lease_until IS NULL AND outbox.provider_id IS NULL "
    "AND outbox.state IN ('cancelled', 'expired')"
)
Index("ix_outbox_unsent", outbox.c.id, **where(UNSENT.replace("outbox.", "")))
Index("ix_outbox_campaign", outbox.c.campaign, outbox.c.state, **where("campaign <> ''"))
Index("ix_outbox_doubtful", outbox.c.lease_until, **where("state IN ('sending', 'unknown')"))
# Who else waits for this address, and all that was ever said to it: each index costs a page a message, so one for both.
Index("ix_outbox_address", outbox.c.address, outbox.c.state)
Index("ix_outbox_learner", outbox.c.learner, **where("learner <> ''"))  # erasing must find every row of hers
Index("uq_outbox_provider_id", outbox.c.provider_id, outbox.c.sender, unique=True, **where("provider_id IS NOT NULL"))

receipts = Table(
    "receipts",
    metadata,
    Column("provider_id", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("outbound", BigId),  # the row it was matched with or, for a second id of one message, the first's row
    text("error"),
    text("note"),  # unknown, duplicate, foreign, late
    instant("at"),
)

# --- who ---

threads = Table(
    "threads",
    metadata,
    Column("address", Text, primary_key=True),
    Column("sender", Text, nullable=False),  # the one that heard it last, and will answer
    Column("state", Text, nullable=False, server_default="open"),  # open, stopped, blocked, wrong_number, frozen
    text("conversation"),  # JSON: bot.conversation
    count("version"),
    instant("updated_at"),
    instant("heard_at", nullable=True),  # when a person last wrote or pressed here
    postgresql_with={"fillfactor": 70},
)

learners = Table(
    "learners",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("language"),
    text("country"),
    text("timezone"),
    text("sex"),
    Column("birth_year", Integer),
    text("community"),
    text("district"),
    text("cooperative"),
    text("operator"),  # the mobile network, where it is known
    Column("hour", SmallInteger),
    instant("paused_until", nullable=True),
    text("guardian"),
    text("asked"),  # JSON
    Column("created_at", Instant, nullable=False, index=True),
)
Index("ix_learners_cooperative_id", learners.c.cooperative, learners.c.id)  # the order in which audiences are read

# A link may stand before anybody wrote from that address, so it needs no thread.
thread_learners = Table(
    "thread_learners",
    metadata,
    Column("address", Text, primary_key=True),
    learner(primary_key=True, index=True),
)

# --- what they did ---

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Text, primary_key=True),
    learner(nullable=True),  # NULL once erased: the pseudonym stands in, so that results can still be counted
    text("pseudonym"),
    Column("course", Text, nullable=False),
    text("content_version"),
    instant("enrolled_at"),
    UniqueConstraint("learner", "course"),
)

lessons_done = Table(
    "lessons_done",
    metadata,
    Column("enrolment", Text, ForeignKey("enrolments.id"), primary_key=True),
    Column("lesson", Text, primary_key=True),
    instant("at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    learner(nullable=True),
    Column("enrolment", Text, ForeignKey("enrolments.id"), nullable=False),
    Column("course", Text, nullable=False),
    Column("unit", Text, nullable=False),
    text("items"),  # JSON
    text("right"),  # JSON
    instant("started_at"),
    instant("finished_at", nullable=True),
)
Index("ix_attempts_under_way", attempts.c.learner, **where("finished_at IS NULL"))
Index("ix_attempts_learner", attempts.c.learner)

quiz_results = Table(
    "quiz_results",
    metadata,
    Column("attempt", Text, primary_key=True),
    Column("enrolment", Text, ForeignKey("enrolments.id"), nullable=False, index=True),
    Column("unit", Text, nullable=False),
    count("right"),
    count("of"),
    flag("passed"),
    text("weak"),  # JSON
    Column("at", Instant, nullable=False, index=True),
)

answers = Table(
    "answers",
    metadata,
    Column("id", BigId, primary_key=True),
    learner(nullable=True, index=True),
    text("pseudonym"),
    text("course"),
    text("unit"),
    text("lesson"),
    text("item"),
    text("digest"),
    text("purpose"),
    text("attempt"),
    count("tries", 1),
    text("reply"),
    count("choice", -1),
    flag("right"),
    flag("late"),
    text("language"),
    instant("at"),
)

# Append-only: a later word is a later line. Erasing takes out who and the text, never the line.
consents = Table(
    "consents",
    metadata,
    Column("id", BigId, primary_key=True),
    learner(nullable=True, index=True),
    text("address", index=True),
    flag("granted"),
    text("text"),
    text("language"),
    text("method"),
    text("purpose"),
    text("guardian"),
    text("reference"),  # of a paper: its number or file
    text("given_on"),  # of a paper: its date, ISO 8601
    instant("at"),
)

# The last line of the ledger for each purpose, kept beside it so that a million can be asked at once.
consent_states = Table(
    "consent_states",
    metadata,
    learner(primary_key=True),
    Column("purpose", Text, primary_key=True),
    flag("granted"),
    instant("at"),
)
Index("ix_consent_states_no", consent_states.c.at, consent_states.c.learner, **where("NOT granted"))

help_requests = Table(
    "help_requests",
    metadata,
    Column("id", BigId, primary_key=True),
    learner(nullable=True, index=True),
    text("address"),
    text("kind"),
    text("text"),
    instant("asked_at"),
    instant("answered_at", nullable=True),
    text("answer"),
    text("assigned"),  # the account of the person who sees to it
    text("answered_by"),
    flag("noted", default=False),  # closed with a note, without a word to the learner
)
Index("ix_help_requests_open", help_requests.c.id, **where("answered_at IS NULL"))
# By the members of a cooperative, whose tray reads past nobody else's.
Index("ix_help_requests_open_learner", help_requests.c.learner, help_requests.c.id, **where("answered_at IS NULL"))
Index(
    "ix_help_requests_assigned",
    help_requests.c.assigned,
    help_requests.c.id,
    **where("answered_at IS NULL AND assigned <> ''"),
)

# --- the house ---

# Keyed hashes of numbers that may not be imported again.
suppressed = Table(
    "suppressed",
    metadata,
    Column("key", Text, primary_key=True),
    text("reason"),
    instant("at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),  # UTC, ISO 8601
    count("n"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    text("value"),
)
