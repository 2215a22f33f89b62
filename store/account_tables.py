"""The tables of the console's people: accounts, sessions, invitations, tries, what was done, and what is set."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from store.columns import BigId, Instant
from store.tables import instant, metadata, text

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),  # folded
    text("name"),
    text("role"),
    text("cooperatives"),  # with a space between them; * for all, and nothing for none
    text("language"),
    text("timezone"),
    text("state"),  # bot.cooperating.accounts.Standing
    text("password"),  # argon2id, with its salt
    text("seed"),  # from which, with the key of this installation, the second factor is made; worth nothing alone
    Column("last_step", BigInteger, nullable=False, server_default="0"),  # of the second factor, each good once
    instant("put_off_at", nullable=True),
    text("assessor"),
    instant("created_at"),
    instant("seen_at", nullable=True),
)

account_codes = Table(
    "account_codes",
    metadata,
    Column("account", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("digest", Text, primary_key=True),  # of a recovery code; gone once it is used
)

account_sessions = Table(
    "account_sessions",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the token
    Column("id", Text, nullable=False, unique=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    text("csrf"),
    text("address"),
    text("agent"),
    instant("opened_at"),
    Column("seen_at", Instant, nullable=False, index=True),
    instant("stepped_up_at", nullable=True),
)

account_links = Table(
    "account_links",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the token
    text("kind"),  # first, invitation, reset
    Column("account", Text, ForeignKey("accounts.id"), index=True),  # empty for the first administrator
    text("by"),
    instant("created_at"),
    instant("expires_at"),
)

login_tries = Table(
    "login_tries",
    metadata,
    Column("key", Text, primary_key=True),  # a hash of whom, or from where
    Column("full_at", Instant, nullable=False, index=True),
)

# Append-only, and chained: each digest is of its entry and of the digest before it.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),  # from 1, without a gap
    instant("at"),
    text("actor"),  # an account, or "operator" for the command line
    text("name"),  # of the actor on that day
    text("role"),
    text("cooperative"),  # of the actor, where she has one only
    text("act"),
    text("subject"),
    text("details"),  # JSON
    text("salt"),
    text("noted"),  # salted hash of the details, so that a person can be taken out and the chain holds
    text("digest"),
)
Index("ix_audit_entries_actor_id", audit_entries.c.actor, audit_entries.c.id)
Index("ix_audit_entries_act_id", audit_entries.c.act, audit_entries.c.id)
Index("ix_audit_entries_subject_id", audit_entries.c.subject, audit_entries.c.id)
Index("ix_audit_entries_cooperative_id", audit_entries.c.cooperative, audit_entries.c.id)
Index("ix_audit_entries_at", audit_entries.c.at)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("last", BigInteger, nullable=False, server_default="0"),
    text("digest"),
)

# What an administrator has set; it wins over the environment. What was, stays for undoing.
kept_settings = Table(
    "kept_settings",
    metadata,
    Column("name", Text, primary_key=True),
    text("value"),
    instant("at"),
    text("by"),
)

setting_changes = Table(
    "setting_changes",
    metadata,
    Column("id", BigId, primary_key=True),
    text("name"),
    Column("before", Text),  # NULL: it was not set
    Column("after", Text),  # NULL: it is no longer set
    instant("at"),
    text("by"),
    text("by_name"),
    Column("undoes", BigInteger),
)
