"""The tables of changes to lessons that wait for a second person, and of how good the questions are."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from store.tables import count, enrolments, instant, metadata, text

content_drafts = Table(
    "content_drafts",
    metadata,
    Column("id", Text, primary_key=True),
    text("course"),
    text("kind"),  # text, translation, sheet, pack
    text("title"),
    text("note"),
    text("by"),  # the id of an account
    text("by_name"),
    instant("created_at"),
    text("state"),  # bot.learning.drafting.DraftState
    count("files"),
    count("errors"),
    text("wrong"),  # JSON: what the check refused
    text("reach"),
    text("decided_by"),
    text("decided_by_name"),
    instant("decided_at", nullable=True),
    Column("once", Text, nullable=False, unique=True),  # of the form, so that a double click is one change
)
Index("ix_content_drafts_state_id", content_drafts.c.state, content_drafts.c.id)

content_draft_files = Table(
    "content_draft_files",
    metadata,
    Column("draft", Text, ForeignKey("content_drafts.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("before", LargeBinary),  # NULL: there was no such file
    Column("after", LargeBinary),  # NULL: it goes
)

# Worked out when somebody asks for it: it reads every answer, and a page must not.
item_figures = Table(
    "item_figures",
    metadata,
    Column("course", Text, primary_key=True),
    text("figures"),  # JSON, of bot.certifying.quality
    instant("at"),
)

Index("ix_enrolments_course_content_version", enrolments.c.course, enrolments.c.content_version)
