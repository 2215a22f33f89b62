"""The tables of certification: cases and their acts, evidence, judgements, decisions, assessors, exams. Nothing in
them is ever deleted; a person who asks to be erased is taken out of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.columns import Instant
from store.tables import count, flag, instant, learner, metadata, text, where

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    learner(index=True),  # empty once she is erased
    text("pseudonym"),
    text("standard", index=True),
    text("version"),
    text("state", index=True),
    text("presented_by"),
    count("seq"),  # of its last act
    text("head"),  # the digest of its last act
    instant("created_at"),
    instant("updated_at"),
    instant("valid_until", nullable=True),  # of its credential
    UniqueConstraint("number"),
    Index("ix_cases_updated_at_id", "updated_at", "id"),
    Index("ix_cases_state_updated_at_id", "state", "updated_at", "id"),
)

case_acts = Table(
    "case_acts",
    metadata,
    Column("case", Text, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    text("kind"),
    text("actor"),
    text("role"),
    text("reason"),
    text("unit"),
    text("element"),
    text("criterion"),
    text("value"),
    text("data"),  # JSON
    count("corrects"),
    text("noted"),  # the salted hash of the note, which is in the chain
    text("note"),  # emptied, with its salt, once she is erased
    text("salt"),
    instant("at"),
    text("digest"),
    # Whose cases these are is asked by whoever assesses; other acts are found by their case.
    Index("ix_case_acts_value_case", "value", "case", **where("kind = 'assign'")),
)

credential_proposals = Table(
    "credential_proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("credential", Text, ForeignKey("credentials.serial"), nullable=False, index=True),
    text("act"),  # suspended, reinstated, revoked
    text("reason"),
    text("by"),  # who proposes it; somebody else carries it out
    instant("at"),
    text("state"),  # open, done, dropped
    text("second"),  # who carried it out, or dropped it
    instant("ended_at", nullable=True),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False, index=True),
    text("kind"),
    text("method"),
    text("unit"),
    text("element"),
    text("sha256", index=True),
    text("media_type"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    instant("captured_at"),
    text("captured_by"),
    text("note"),
    flag("gone", default=False),  # its file was taken away with the person that it showed
)

judgements = Table(
    "judgements",
    metadata,
    Column("case", Text, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    text("criterion"),
    text("mark"),
    text("assessor", index=True),
    instant("at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("case", Text, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    text("result"),
    text("units"),  # JSON
    text("by"),
    instant("at"),
)

assessors = Table(
    "assessors",
    metadata,
    Column("id", Text, primary_key=True),
    text("name"),
    text("credential"),
    text("trade_credential"),
    text("standards"),  # JSON
    text("learner"),
    text("pin"),  # salted hash
    instant("valid_from"),
    instant("valid_until"),
    instant("created_at"),
    instant("closed_at", nullable=True),
)

assessor_addresses = Table(
    "assessor_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("assessor", Text, ForeignKey("assessors.id"), primary_key=True, index=True),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("assessor", Text, ForeignKey("assessors.id"), primary_key=True),
    learner(primary_key=True, index=True),
    Column("kind", Text, primary_key=True),  # relative, trainer
    text("declared_by"),
    instant("declared_at"),
)

exams = Table(
    "exams",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False, index=True),
    text("unit"),
    text("policy"),  # JSON, as it stood when the exam began
    text("supervised_by"),
    text("decision"),
    instant("started_at"),
    instant("finished_at", nullable=True),
)

exam_answers = Table(
    "exam_answers",
    metadata,
    Column("exam", Text, ForeignKey("exams.id"), primary_key=True),
    Column("place", Integer, primary_key=True),  # from 1, in the order served
    Column("message", Integer, nullable=False),  # two of one message are weighed together
    text("item", index=True),
    text("digest"),
    text("served"),  # JSON: text and options in the order in which they were read
    Column("competent", Float, nullable=False),  # the chances by which it was weighed on that day
    Column("not_yet", Float, nullable=False),
    instant("served_at"),
    text("reply"),
    Column("right", Boolean),  # empty until it is answered
    instant("answered_at", nullable=True),
)

case_codes = Table(
    "case_codes",
    metadata,
    Column("key", Text, primary_key=True),  # keyed hash of the code
    text("kind"),  # witness, supervise
    Column("case", Text, ForeignKey("cases.id"), nullable=False, index=True),
    text("subject"),  # the evidence, or the unit
    text("by"),
    text("address"),  # where a witness was asked
    instant("expires_at"),
    Column("used_at", Instant),
    count("tries"),  # wrong ones
    Index("ix_case_codes_address", "address"),
)

case_files = Table(
    "case_files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False, index=True),
    text("evidence"),  # to which it belongs, once that is entered
    text("actor"),
    text("sender"),  # who heard it, and can fetch it
    text("file"),  # what the provider calls it
    text("state"),  # waiting, kept, entered, refused
    count("tries"),
    instant("next_at"),
    text("sha256"),
    text("media_type"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    text("error"),
    instant("created_at"),
    Index("ix_case_files_state_next_at", "state", "next_at"),
)

sheet_drafts = Table(
    "sheet_drafts",
    metadata,
    Column("account", Text, primary_key=True),  # whose it is
    Column("case", Text, ForeignKey("cases.id"), primary_key=True, index=True),
    Column("unit", Text, primary_key=True),
    text("body"),  # JSON: criterion → mark, and what was noted
    count("version"),
    instant("at"),
)
