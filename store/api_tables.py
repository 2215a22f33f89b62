"""The tables of the API: tokens, the answers kept under idempotency keys, and what is told to other programs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.columns import BigId, Instant
from store.tables import count, instant, metadata, text, where

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),  # the part of a token that may be shown
    text("name"),
    text("digest"),  # sha256 of the whole token, which is 256 bits of chance: no salt is needed
    text("rights"),  # with a space between them
    text("cooperatives"),  # with a space between them; * for all
    text("created_by"),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", nullable=True),  # to within some minutes
    instant("revoked_at", nullable=True),
    text("revoked_by"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("token", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    text("request"),  # sha256 of method, path and body
    Column("status", Integer),  # NULL while the first request is under way
    text("location"),
    text("learner"),  # whom the answer is about: it is emptied when she is erased
    text("answer"),  # JSON
    Column("at", Instant, nullable=False, index=True),
)
Index("ix_idempotency_keys_learner", idempotency_keys.c.learner, **where("learner <> ''"))

hooks = Table(
    "hooks",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("url"),
    text("events"),  # with a space between them
    text("cooperatives"),  # with a space between them; * for all
    count("generation", 1),  # of its secret, which is derived and kept nowhere
    instant("rotated_at", nullable=True),
    text("created_by"),
    instant("created_at"),
    instant("failing_since", nullable=True),
    instant("disabled_at", nullable=True),
    text("disabled_why"),  # failing, gone, person
    instant("removed_at", nullable=True),
)

hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("hook", Text, ForeignKey("hooks.id"), nullable=False),
    Column("event", Text, nullable=False),
    text("kind"),
    text("learner"),  # emptied when she is erased
    text("body"),  # JSON, as it is signed
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting, delivered, failed
    count("tries"),
    instant("not_before"),
    count("status"),  # of the last try; 0 where nobody answered
    text("error"),
    instant("created_at"),
    instant("ended_at", nullable=True),
    UniqueConstraint("hook", "event"),
)
Index(
    "ix_hook_deliveries_waiting",
    hook_deliveries.c.hook,
    hook_deliveries.c.not_before,
    hook_deliveries.c.id,
    **where("state = 'waiting'"),
)
Index("ix_hook_deliveries_hook_id", hook_deliveries.c.hook, hook_deliveries.c.id)
Index("ix_hook_deliveries_learner", hook_deliveries.c.learner, **where("learner <> ''"))
Index("ix_hook_deliveries_created_at", hook_deliveries.c.created_at)
