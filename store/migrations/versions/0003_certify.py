"""Make room for certification: cases and their acts, evidence, judgements, decisions, assessors and exams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; nothing that is there changes."""
    _cases()
    _exams()
    _credentials()


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("pseudonym", sa.Text(), server_default="", nullable=False),
        sa.Column("standard", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("presented_by", sa.Text(), server_default="", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("head", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_cases_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_learner", "cases", ["learner"], unique=False)
    op.create_index("ix_cases_standard", "cases", ["standard"], unique=False)
    op.create_index("ix_cases_state", "cases", ["state"], unique=False)
    op.create_table(
        "case_acts",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("element", sa.Text(), server_default="", nullable=False),
        sa.Column("criterion", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.Column("corrects", sa.Integer(), server_default="0", nullable=False),
        sa.Column("noted", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("salt", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_case_acts_case"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_case_acts"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("element", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("media_type", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("captured_at", sa.BigInteger(), nullable=False),
        sa.Column("captured_by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_evidence_case"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_case", "evidence", ["case"], unique=False)
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)
    op.create_table(
        "judgements",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), server_default="", nullable=False),
        sa.Column("mark", sa.Text(), server_default="", nullable=False),
        sa.Column("assessor", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_judgements_case"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_judgements"),
    )
    op.create_index("ix_judgements_assessor", "judgements", ["assessor"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("units", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_decisions_case"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_decisions"),
    )


def _exams() -> None:
    op.create_table(
        "assessors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("credential", sa.Text(), server_default="", nullable=False),
        sa.Column("trade_credential", sa.Text(), server_default="", nullable=False),
        sa.Column("standards", sa.Text(), server_default="", nullable=False),
        sa.Column("learner", sa.Text(), server_default="", nullable=False),
        sa.Column("pin", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assessors"),
    )
    op.create_table(
        "assessor_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessor"], ["assessors.id"], name="fk_assessor_addresses_assessor"),
        sa.PrimaryKeyConstraint("address", "assessor", name="pk_assessor_addresses"),
    )
    op.create_index("ix_assessor_addresses_assessor", "assessor_addresses", ["assessor"], unique=False)
    op.create_table(
        "conflicts",
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), server_default="", nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["assessor"], ["assessors.id"], name="fk_conflicts_assessor"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_conflicts_learner"),
        sa.PrimaryKeyConstraint("assessor", "learner", "kind", name="pk_conflicts"),
    )
    op.create_index("ix_conflicts_learner", "conflicts", ["learner"], unique=False)
    op.create_table(
        "exams",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("policy", sa.Text(), server_default="", nullable=False),
        sa.Column("supervised_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_exams_case"),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
    )
    op.create_index("ix_exams_case", "exams", ["case"], unique=False)
    op.create_table(
        "exam_answers",
        sa.Column("exam", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("served", sa.Text(), server_default="", nullable=False),
        sa.Column("competent", sa.Float(), nullable=False),
        sa.Column("not_yet", sa.Float(), nullable=False),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["exam"], ["exams.id"], name="fk_exam_answers_exam"),
        sa.PrimaryKeyConstraint("exam", "place", name="pk_exam_answers"),
    )
    op.create_index("ix_exam_answers_item", "exam_answers", ["item"], unique=False)
    op.create_table(
        "case_codes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_case_codes_case"),
        sa.PrimaryKeyConstraint("key", name="pk_case_codes"),
    )
    op.create_index("ix_case_codes_case", "case_codes", ["case"], unique=False)


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("given_name", sa.Text(), server_default="", nullable=False),
        sa.Column("initial", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("standard", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("cooperative", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("renews", sa.Text(), server_default="", nullable=False),
        sa.Column("awarded_on", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_credentials_learner"),
        sa.PrimaryKeyConstraint("serial", name="pk_credentials"),
        sa.UniqueConstraint("code", name="uq_credentials_code"),
        sa.UniqueConstraint("decision", "renews", name="uq_credentials_decision_renews"),
        sa.UniqueConstraint("list_number", "list_index", name="uq_credentials_list_number_list_index"),
    )
    op.create_index("ix_credentials_learner", "credentials", ["learner"], unique=False)
    op.create_index(
        "ix_credentials_cooperative_standard", "credentials", ["cooperative", "standard", "serial"], unique=False
    )
    op.create_table(
        "credential_acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("second", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["credential"], ["credentials.serial"], name="fk_credential_acts_credential"),
        sa.PrimaryKeyConstraint("id", name="pk_credential_acts"),
    )
    op.create_index("ix_credential_acts_credential", "credential_acts", ["credential"], unique=False)
    op.create_index(
        "ix_credential_acts_revoked",
        "credential_acts",
        ["credential"],
        unique=False,
        postgresql_where=sa.text("kind = 'revoked'"),
        sqlite_where=sa.text("kind = 'revoked'"),
    )


def downgrade() -> None:
    """Take certification away, with every case in it."""
    op.drop_table("credential_acts")
    op.drop_table("credentials")
    op.drop_table("case_codes")
    op.drop_table("exam_answers")
    op.drop_table("exams")
    op.drop_table("conflicts")
    op.drop_table("assessor_addresses")
    op.drop_table("assessors")
    op.drop_table("decisions")
    op.drop_table("judgements")
    op.drop_table("evidence")
    op.drop_table("case_acts")
    op.drop_table("cases")
