"""The tables of who there is besides learners: federations, cooperatives, officers, cohorts, sessions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, SmallInteger, Table, Text

from store.columns import BigId, Instant
from store.tables import count, flag, instant, learner, metadata, text

federations = Table(
    "federations",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("country"),
    instant("created_at"),
)

cooperatives = Table(
    "cooperatives",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("federation", index=True),
    text("country"),
    count("monthly_notices", 4),
    instant("created_at"),
    instant("closed_at", nullable=True),
)

officers = Table(
    "officers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("cooperative", Text, ForeignKey("cooperatives.id"), nullable=False, index=True),
    text("name"),
    text("language"),
    text("pin"),  # salted hash
    count("tries"),
    instant("locked_until", nullable=True),
    instant("created_at"),
    instant("closed_at", nullable=True),
)

officer_addresses = Table(
    "officer_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("officer", Text, ForeignKey("officers.id"), primary_key=True, index=True),
)

cohorts = Table(
    "cohorts",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("course"),
    text("cooperative", index=True),
    text("days"),  # comma-separated names of days
    Column("hour", SmallInteger),
    text("starts_on"),  # ISO 8601
    text("ends_on"),
    text("content_version"),  # on which it stays; empty: that in use
    instant("created_at"),
    instant("closed_at", nullable=True),
)

cohort_members = Table(
    "cohort_members",
    metadata,
    Column("cohort", Text, ForeignKey("cohorts.id"), primary_key=True),
    learner(primary_key=True, index=True),
    instant("joined_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("cohort", Text, ForeignKey("cohorts.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
    text("place"),
    text("topic"),
    flag("cancelled", default=False),
)
