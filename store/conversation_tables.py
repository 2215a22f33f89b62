"""The table of what people who answer learners say often."""

from __future__ import annotations

from sqlalchemy import Column, Table

from store.columns import BigId
from store.tables import instant, metadata, text

snippets = Table(
    "snippets",
    metadata,
    Column("id", BigId, primary_key=True),
    text("cooperative", index=True),  # whose people use it; empty: everybody
    text("name"),
    text("text"),
    text("made_by"),
    text("once"),
    instant("changed_at"),
)
