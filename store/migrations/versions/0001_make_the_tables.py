"""Make the tables: what waits, who there is, what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing to the first tables. Times are microseconds since 1970."""
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name="pk_counters"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("provider_id", "sender", name="uq_inbox_provider_id_sender"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.01},
    )
    op.create_index("ix_inbox_address", "inbox", ["address"])
    op.create_index(
        "ix_inbox_spoiled",
        "inbox",
        ["id"],
        postgresql_where=sa.text("state = 'spoiled'"),
        sqlite_where=sa.text("state = 'spoiled'"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["id"],
        postgresql_where=sa.text("state = 'new'"),
        sqlite_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "ix_inbox_waiting_address",
        "inbox",
        ["address", "id"],
        postgresql_where=sa.text("state = 'new'"),
        sqlite_where=sa.text("state = 'new'"),
    )

    op.create_table(
        "learners",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("sex", sa.Text(), server_default="", nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("community", sa.Text(), server_default="", nullable=False),
        sa.Column("cooperative", sa.Text(), server_default="", nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("guardian", sa.Text(), server_default="", nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
    )
    op.create_index("ix_learners_cooperative", "learners", ["cooperative"])

    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("claim", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("segments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("possible_duplicate", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.01},
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_address", "outbox", ["address"])
    op.create_index(
        "ix_outbox_doubtful",
        "outbox",
        ["lease_until"],
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        sqlite_where=sa.text("state IN ('sending', 'unknown')"),
    )
    op.create_index(
        "ix_outbox_learner",
        "outbox",
        ["learner"],
        postgresql_where=sa.text("learner <> ''"),
        sqlite_where=sa.text("learner <> ''"),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["address", "id"],
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["sender", "not_before", "id"],
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_outbox_provider_id",
        "outbox",
        ["provider_id", "sender"],
        unique=True,
        postgresql_where=sa.text("provider_id IS NOT NULL"),
        sqlite_where=sa.text("provider_id IS NOT NULL"),
    )

    op.create_table(
        "receipts",
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outbound", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", "sender", "status", name="pk_receipts"),
    )
    op.create_table(
        "suppressed",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_suppressed"),
    )
    op.create_table(
        "threads",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("conversation", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_threads"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("pseudonym", sa.Text(), server_default="", nullable=False),
        sa.Column("course", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("lesson", sa.Text(), server_default="", nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("attempt", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("choice", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_answers_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_learner", "answers", ["learner"])

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("guardian", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_consents_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_address", "consents", ["address"])
    op.create_index("ix_consents_learner", "consents", ["learner"])

    op.create_table(
        "dues",
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_dues_learner"),
        sa.PrimaryKeyConstraint("learner", "kind", "subject", name="pk_dues"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.01},
    )
    op.create_index("ix_dues_at", "dues", ["at"])

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("pseudonym", sa.Text(), server_default="", nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("content_version", sa.Text(), server_default="", nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_enrolments_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
        sa.UniqueConstraint("learner", "course", name="uq_enrolments_learner_course"),
    )
    op.create_table(
        "help_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_help_requests_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_help_requests"),
    )
    op.create_index("ix_help_requests_learner", "help_requests", ["learner"])
    op.create_index(
        "ix_help_requests_open",
        "help_requests",
        ["id"],
        postgresql_where=sa.text("answered_at IS NULL"),
        sqlite_where=sa.text("answered_at IS NULL"),
    )

    op.create_table(
        "thread_learners",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_thread_learners_learner"),
        sa.PrimaryKeyConstraint("address", "learner", name="pk_thread_learners"),
    )
    op.create_index("ix_thread_learners_learner", "thread_learners", ["learner"])

    op.create_table(
        "attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), server_default="", nullable=False),
        sa.Column("right", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name="fk_attempts_enrolment"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_attempts_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_learner", "attempts", ["learner"])
    op.create_index(
        "ix_attempts_under_way",
        "attempts",
        ["learner"],
        postgresql_where=sa.text("finished_at IS NULL"),
        sqlite_where=sa.text("finished_at IS NULL"),
    )

    op.create_table(
        "lessons_done",
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name="fk_lessons_done_enrolment"),
        sa.PrimaryKeyConstraint("enrolment", "lesson", name="pk_lessons_done"),
    )
    op.create_table(
        "quiz_results",
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("enrolment", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("right", sa.Integer(), server_default="0", nullable=False),
        sa.Column("of", sa.Integer(), server_default="0", nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("weak", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name="fk_quiz_results_enrolment"),
        sa.PrimaryKeyConstraint("attempt", name="pk_quiz_results"),
    )
    op.create_index("ix_quiz_results_enrolment", "quiz_results", ["enrolment"])


def downgrade() -> None:
    """Go back to an empty database."""
    op.drop_table("quiz_results")
    op.drop_table("lessons_done")
    op.drop_table("attempts")
    op.drop_table("thread_learners")
    op.drop_table("help_requests")
    op.drop_table("enrolments")
    op.drop_table("dues")
    op.drop_table("consents")
    op.drop_table("answers")
    op.drop_table("threads")
    op.drop_table("suppressed")
    op.drop_table("receipts")
    op.drop_table("outbox")
    op.drop_table("meta")
    op.drop_table("learners")
    op.drop_table("inbox")
    op.drop_table("counters")
