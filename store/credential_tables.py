"""The tables of credentials: what was issued, and the acts that followed. Nothing in them is ever deleted; a person who
asks to be erased is taken out of them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.columns import BigId, Instant
from store.tables import instant, learner, metadata, text, where

credentials = Table(
    "credentials",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("code", Text, nullable=False),  # without hyphens
    learner(index=True),  # empty once she is erased
    text("kind"),  # completion, competence
    text("given_name"),  # emptied with her
    text("initial"),
    text("subject"),  # a random urn:uuid
    text("standard"),
    text("version"),
    text("cooperative"),
    text("language"),
    text("body"),  # JSON: title, criteria, units, issuer, authorisation, evidence, results
    text("decision"),  # "case/seq" of the decision, or the enrolment
    text("renews"),  # serial
    text("awarded_on"),  # ISO 8601
    instant("valid_from"),
    Column("valid_until", Instant),
    Column("list_number", Integer, nullable=False),
    Column("list_index", Integer, nullable=False),
    UniqueConstraint("code"),
    UniqueConstraint("list_number", "list_index"),
    UniqueConstraint("decision", "renews"),  # nothing is issued twice
)
Index("ix_credentials_cooperative_standard", credentials.c.cooperative, credentials.c.standard, credentials.c.serial)

credential_acts = Table(
    "credential_acts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("credential", Text, ForeignKey("credentials.serial"), nullable=False, index=True),
    text("kind"),  # issued, suspended, reinstated, revoked, renewed, shared, shown
    text("by"),  # who did it; "holder" for herself
    text("second"),  # who agreed to it
    text("reason"),
    text("value"),  # what is shown; the serial that renews it
    Column("until", Instant),  # of sharing
    instant("at"),
)
Index("ix_credential_acts_revoked", credential_acts.c.credential, **where("kind = 'revoked'"))
