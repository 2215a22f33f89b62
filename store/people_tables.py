"""The tables of those who look after learners: words to find people by, whom to call, what was said, kept lists."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from store.campaign_tables import spendings
from store.case_tables import cases
from store.columns import BigId
from store.organisation_tables import cohorts
from store.tables import count, enrolments, instant, learner, learners, metadata, text, thread_learners, where

# Compared byte by byte on both databases, so that a prefix is a range of the index.
BYTES = Text().with_variant(Text(collation="C"), "postgresql")

# The folded words of each learner's name and place. Kept by store.learner_search wherever learners are written.
learner_words = Table(
    "learner_words",
    metadata,
    Column("word", BYTES, primary_key=True),
    learner(primary_key=True),
    text("cooperative"),  # hers, so that an officer's search costs what his cooperative is large
)
Index("ix_learner_words_learner", learner_words.c.learner, learner_words.c.word)
Index("ix_learner_words_cooperative_word", learner_words.c.cooperative, learner_words.c.word, learner_words.c.learner)

# Who should be called, worked out every few minutes by store.call_list: a page reads it, and never looks for it.
to_call = Table(
    "to_call",
    metadata,
    learner(primary_key=True),
    text("cooperative"),
    text("reason"),  # bot.learning.calling.Reason
    text("course"),
    text("unit"),
    instant("since"),
)
Index("ix_to_call_since", to_call.c.since, to_call.c.learner)
Index("ix_to_call_cooperative_since", to_call.c.cooperative, to_call.c.since, to_call.c.learner)

# Calls that were made and notes that were written; both are deleted with her.
calls = Table(
    "calls",
    metadata,
    Column("id", BigId, primary_key=True),
    learner(nullable=False),
    text("by"),  # who called: the id of an account
    text("outcome"),  # bot.learning.calling.Outcome
    text("note"),
    instant("at"),
    instant("next_at", nullable=True),  # she is left in peace until then
    Column("once", Text, nullable=False, unique=True),  # of the form, so that a double click is one call
)
Index("ix_calls_learner_at", calls.c.learner, calls.c.at)

# A list between its upload and its import: gone after a day, and when anybody is erased, for it may name her.
kept_lists = Table(
    "kept_lists",
    metadata,
    Column("id", Text, primary_key=True),
    text("account", index=True),
    text("name"),
    Column("content", LargeBinary, nullable=False),
    text("terms"),  # JSON: columns, consent, cooperative, cohort
    text("report"),  # JSON, once it was imported
    count("rows"),
    instant("created_at"),
    instant("expires_at"),
)

Index("ix_enrolments_course_learner", enrolments.c.course, enrolments.c.learner)
Index("ix_learners_paused", learners.c.id, **where("paused_until IS NOT NULL"))
Index("ix_thread_learners_prefix", thread_learners.c.address, postgresql_ops={"address": "text_pattern_ops"})
Index("ix_cohorts_open", cohorts.c.starts_on, cohorts.c.id, **where("closed_at IS NULL"))
Index("ix_spendings_day", spendings.c.day)
Index("ix_cases_updated_at", cases.c.updated_at)
