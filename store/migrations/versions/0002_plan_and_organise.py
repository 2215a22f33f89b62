"""Make room for organisations, campaigns, reviews, leases of senders, and the latest word of the consent ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; what is there keeps its meaning."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("cooperative", sa.Text(), server_default="", nullable=False),
        sa.Column("cohort", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("officer", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_to", sa.Text(), server_default="", nullable=False),
        sa.Column("tallied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.create_index(
        "ix_campaigns_cohort",
        "campaigns",
        ["cohort"],
        unique=False,
        postgresql_where=sa.text("cohort <> ''"),
        sqlite_where=sa.text("cohort <> ''"),
    )
    op.create_index("ix_campaigns_cooperative", "campaigns", ["cooperative"], unique=False)
    op.create_index(
        "ix_campaigns_next",
        "campaigns",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'running'"),
        sqlite_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_campaigns_state", "campaigns", ["state"], unique=False)
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("course", sa.Text(), server_default="", nullable=False),
        sa.Column("cooperative", sa.Text(), server_default="", nullable=False),
        sa.Column("days", sa.Text(), server_default="", nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=True),
        sa.Column("starts_on", sa.Text(), server_default="", nullable=False),
        sa.Column("ends_on", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cohorts"),
    )
    op.create_index("ix_cohorts_cooperative", "cohorts", ["cooperative"], unique=False)
    op.create_table(
        "cooperatives",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("federation", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("monthly_notices", sa.Integer(), server_default="4", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cooperatives"),
    )
    op.create_index("ix_cooperatives_federation", "cooperatives", ["federation"], unique=False)
    op.create_table(
        "federations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_federations"),
    )
    op.create_table(
        "sender_leases",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("resting_until", sa.BigInteger(), nullable=True),
        sa.Column("resting_for", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sender", name="pk_sender_leases"),
    )
    op.create_table(
        "spendings",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("micros", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "day", name="pk_spendings"),
    )
    op.create_table(
        "misses",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("campaign", "reason", name="pk_misses"),
    )
    op.create_table(
        "ticks",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("job", "node", name="pk_ticks"),
    )
    op.create_table(
        "unreachable",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("strikes", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("suppressed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("address", name="pk_unreachable"),
    )
    op.create_table(
        "campaign_acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("act", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name="fk_campaign_acts_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_acts"),
    )
    op.create_index("ix_campaign_acts_campaign", "campaign_acts", ["campaign"], unique=False)
    op.create_table(
        "cohort_members",
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohorts.id"], name="fk_cohort_members_cohort"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_cohort_members_learner"),
        sa.PrimaryKeyConstraint("cohort", "learner", name="pk_cohort_members"),
    )
    op.create_index("ix_cohort_members_learner", "cohort_members", ["learner"], unique=False)
    op.create_table(
        "consent_states",
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_consent_states_learner"),
        sa.PrimaryKeyConstraint("learner", "purpose", name="pk_consent_states"),
    )
    op.create_table(
        "link_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_link_codes_learner"),
        sa.PrimaryKeyConstraint("digest", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_learner", "link_codes", ["learner"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("dues", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name="fk_occurrences_campaign"),
        sa.PrimaryKeyConstraint("campaign", "local_date", "slot", name="pk_occurrences"),
    )
    op.create_index(
        "ix_occurrences_waiting",
        "occurrences",
        ["at"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
        sqlite_where=sa.text("state = 'planned'"),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("cooperative", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("pin", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["cooperative"], ["cooperatives.id"], name="fk_officers_cooperative"),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
    )
    op.create_index("ix_officers_cooperative", "officers", ["cooperative"], unique=False)
    op.create_table(
        "outbox_parts",
        sa.Column("outbound", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["outbound"], ["outbox.id"], name="fk_outbox_parts_outbound", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outbound", "part", name="pk_outbox_parts"),
    )
    op.create_table(
        "reviews",
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), server_default="", nullable=False),
        sa.Column("card", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_reviews_learner"),
        sa.PrimaryKeyConstraint("learner", "item", name="pk_reviews"),
    )
    op.create_index("ix_reviews_due", "reviews", ["learner", "due_at"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohorts.id"], name="fk_sessions_cohort"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_at", "sessions", ["at"], unique=False)
    op.create_index("ix_sessions_cohort", "sessions", ["cohort"], unique=False)
    op.create_table(
        "weeks",
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.Column("exempt", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_weeks_learner"),
        sa.PrimaryKeyConstraint("learner", "week", name="pk_weeks"),
    )
    op.create_table(
        "officer_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"], name="fk_officer_addresses_officer"),
        sa.PrimaryKeyConstraint("address", "officer", name="pk_officer_addresses"),
    )
    op.create_index("ix_officer_addresses_officer", "officer_addresses", ["officer"], unique=False)
    op.add_column("consents", sa.Column("reference", sa.Text(), server_default="", nullable=False))
    op.add_column("consents", sa.Column("given_on", sa.Text(), server_default="", nullable=False))
    op.add_column("learners", sa.Column("district", sa.Text(), server_default="", nullable=False))
    op.add_column("learners", sa.Column("operator", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("unasked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outbox", sa.Column("purpose", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("campaign", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("occurrence", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("variant", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("estimated", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("micros", sa.BigInteger(), nullable=True))
    unsent = "micros IS NOT NULL AND lease_until IS NULL AND provider_id IS NULL AND state IN ('cancelled', 'expired')"
    op.create_index(
        "ix_outbox_unsent", "outbox", ["id"], postgresql_where=sa.text(unsent), sqlite_where=sa.text(unsent)
    )
    op.drop_index("ix_outbox_waiting", table_name="outbox", sqlite_where=sa.text("state = 'queued'"))
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["sender", "unasked", "not_before", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_campaign",
        "outbox",
        ["campaign", "state"],
        unique=False,
        postgresql_where=sa.text("campaign <> ''"),
        sqlite_where=sa.text("campaign <> ''"),
    )
    op.drop_index("ix_outbox_open", table_name="outbox")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["address", "id"],
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
        sqlite_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.add_column("threads", sa.Column("heard_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "taught",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("isco08", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("course", "unit", name="pk_taught"),
    )
    op.create_index(
        "ix_dues_planned",
        "dues",
        ["subject"],
        postgresql_ops={"subject": "text_pattern_ops"},
        postgresql_where=sa.text("kind IN ('campaign', 'lesson')"),
        sqlite_where=sa.text("kind IN ('campaign', 'lesson')"),
    )
    op.drop_index("ix_learners_cooperative", table_name="learners")
    op.create_index("ix_learners_cooperative_id", "learners", ["cooperative", "id"])
    op.create_index("ix_learners_created_at", "learners", ["created_at"])
    op.create_index("ix_quiz_results_at", "quiz_results", ["at"])
    # Its last line is a learner's word on a purpose.
    op.execute(
        "INSERT INTO consent_states (learner, purpose, granted, at) "
        "SELECT learner, CASE WHEN purpose = '' THEN 'learning' ELSE purpose END, granted, at FROM consents "
        "WHERE id IN (SELECT MAX(id) FROM consents WHERE learner IS NOT NULL GROUP BY learner, purpose)"
    )


def downgrade() -> None:
    """Back to the first tables; what stands in the others is lost."""
    op.drop_index("ix_quiz_results_at", table_name="quiz_results")
    op.drop_index("ix_learners_created_at", table_name="learners")
    op.drop_index("ix_learners_cooperative_id", table_name="learners")
    op.create_index("ix_learners_cooperative", "learners", ["cooperative"])
    op.drop_index("ix_dues_planned", table_name="dues")
    op.drop_index("ix_outbox_open", table_name="outbox")
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["address", "id"],
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.drop_index("ix_outbox_campaign", table_name="outbox")
    op.drop_index("ix_outbox_unsent", table_name="outbox")
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["sender", "not_before", "id"],
        postgresql_where=sa.text("state = 'queued'"),
        sqlite_where=sa.text("state = 'queued'"),
    )
    for table, column in (
        ("threads", "heard_at"),
        ("outbox", "micros"),
        ("outbox", "estimated"),
        ("outbox", "variant"),
        ("outbox", "occurrence"),
        ("outbox", "campaign"),
        ("outbox", "purpose"),
        ("outbox", "unasked"),
        ("learners", "operator"),
        ("learners", "district"),
        ("consents", "given_on"),
        ("consents", "reference"),
    ):
        op.drop_column(table, column)
    for table in (
        "officer_addresses",
        "taught",
        "weeks",
        "sessions",
        "reviews",
        "outbox_parts",
        "officers",
        "occurrences",
        "link_codes",
        "consent_states",
        "cohort_members",
        "campaign_acts",
        "unreachable",
        "ticks",
        "misses",
        "spendings",
        "sender_leases",
        "federations",
        "cooperatives",
        "cohorts",
        "campaigns",
    ):
        op.drop_table(table)
