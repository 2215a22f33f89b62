"""The tables of what goes out by plan, what it costs, and by whom it is carried."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from store.columns import BigId
from store.tables import count, flag, instant, learner, metadata, outbox, text, where

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("kind"),
    text("state", index=True),
    count("version", 1),
    flag("urgent", default=False),
    text("body"),  # JSON: audience, texts, schedule, budgets; only store.campaigns reads it
    text("cooperative", index=True),
    text("cohort"),  # whose lessons a drip sends
    text("created_by"),
    text("approved_by"),
    instant("created_at"),
    instant("started_at", nullable=True),
    instant("ended_at", nullable=True),
    instant("next_at", nullable=True),  # when the clock has to look at it again
    text("officer"),  # of a notice: who gets the tally
    text("reply_to"),  # and at which address
    instant("tallied_at", nullable=True),
    text("once"),  # what told one form from the next: sent twice, it makes one campaign
)
Index("uq_campaigns_once", campaigns.c.once, unique=True, **where("once <> ''"))
Index("ix_campaigns_latest", campaigns.c.created_at, campaigns.c.id)
Index("ix_campaigns_next", campaigns.c.next_at, **where("state = 'running'"))
Index("ix_campaigns_cohort", campaigns.c.cohort, **where("cohort <> ''"))

# What was done to a campaign, by whom and why; append-only.
campaign_acts = Table(
    "campaign_acts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("campaign", Text, ForeignKey("campaigns.id"), nullable=False, index=True),
    count("version", 1),
    text("act"),  # created, edited, asked, approved, started, paused, resumed, cancelled, finished, stopped
    text("actor"),
    text("reason"),
    text("body"),  # JSON of the version as it stood then
    instant("at"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("campaign", Text, ForeignKey("campaigns.id"), primary_key=True),
    Column("local_date", Text, primary_key=True),  # ISO 8601
    Column("slot", Text, primary_key=True),
    count("version", 1),
    instant("at"),
    text("state"),  # planned, spread, skipped, cancelled
    text("cursor"),  # the last learner that a due was made for
    count("dues"),
    text("note"),
    instant("claimed_until", nullable=True),
    instant("ended_at", nullable=True),
)
Index("ix_occurrences_waiting", occurrences.c.at, **where("state = 'planned'"))

# What the courses consist of, as far as questions about many learners need it; the catalogue is the truth.
taught = Table(
    "taught",
    metadata,
    Column("course", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    text("isco08"),
)

# Estimated when queued: segments × the sender's price in millionths of the currency.
spendings = Table(
    "spendings",
    metadata,
    Column("campaign", Text, primary_key=True),  # empty: no campaign's
    Column("day", Text, primary_key=True),  # of UTC, ISO 8601
    count("messages"),
    count("segments"),
    Column("micros", BigInteger, nullable=False, server_default="0"),
)

# What a campaign owed somebody and will not say any more, by reason: bot.delivering.campaigns.MISSES.
misses = Table(
    "misses",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    count("n"),
)

# How many messages each learner got unasked, by her own week (ISO 8601: 2026-W47).
weeks = Table(
    "weeks",
    metadata,
    learner(primary_key=True),
    Column("week", Text, primary_key=True),
    count("n"),
    count("exempt"),  # safety notices
)

reviews = Table(
    "reviews",
    metadata,
    learner(primary_key=True),
    Column("item", Text, primary_key=True),
    text("course"),
    text("card"),  # JSON of the fsrs library
    instant("due_at"),
    instant("last_at"),
)
Index("ix_reviews_due", reviews.c.learner, reviews.c.due_at)

# One worker speaks for a sender; the fence counts its owners.
sender_leases = Table(
    "sender_leases",
    metadata,
    Column("sender", Text, primary_key=True),
    text("owner"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    instant("lease_until"),
    instant("resting_until", nullable=True),  # the provider said wait
    text("resting_for"),
)

# Addresses that a provider says cannot be reached: never paid for twice.
unreachable = Table(
    "unreachable",
    metadata,
    Column("address", Text, primary_key=True),
    text("reason"),  # invalid, landline, blocked, unknown, recycled, off
    text("code"),
    count("strikes", 1),
    instant("first_at"),
    instant("last_at"),
    instant("suppressed_at", nullable=True),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("digest", Text, primary_key=True),  # keyed hash of the code
    learner(nullable=False, index=True),
    text("address"),  # that it was said to
    instant("expires_at"),
    instant("used_at", nullable=True),
)

# A message that travels in several parts has a state for each.
outbox_parts = Table(
    "outbox_parts",
    metadata,
    Column("outbound", BigId, ForeignKey(outbox.c.id, ondelete="CASCADE"), nullable=False),
    Column("part", Text, nullable=False),  # whatever tells it from the others: a number, a provider's event
    text("status"),
    text("error"),
    instant("at"),
    PrimaryKeyConstraint("outbound", "part"),
)

# When each interval job last ran to its end, so that a clock that stopped is seen.
ticks = Table(
    "ticks",
    metadata,
    Column("job", Text, primary_key=True),
    Column("node", Text, primary_key=True),
    instant("at"),
    text("note"),
)
