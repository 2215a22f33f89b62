"""Make room for the console and the API: the people who run a programme, and what they do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from bot.cooperating.searching import words_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that is there changes."""
    _accounts()
    _settings()
    _cases()
    _api()
    _people()
    _conversation()
    _surveys()
    _content()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        *map(_text, ("name", "role", "cooperatives", "language", "timezone", "state", "password", "seed")),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("put_off_at", sa.BigInteger(), nullable=True),
        _text("assessor"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_table(
        "account_codes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_account_codes_account"),
        sa.PrimaryKeyConstraint("account", "digest", name="pk_account_codes"),
    )
    op.create_table(
        "account_sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        *map(_text, ("csrf", "address", "agent")),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("stepped_up_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_account_sessions_account"),
        sa.PrimaryKeyConstraint("digest", name="pk_account_sessions"),
        sa.UniqueConstraint("id", name="uq_account_sessions_id"),
    )
    op.create_index("ix_account_sessions_account", "account_sessions", ["account"], unique=False)
    op.create_index("ix_account_sessions_seen_at", "account_sessions", ["seen_at"], unique=False)
    op.create_table(
        "account_links",
        sa.Column("digest", sa.Text(), nullable=False),
        _text("kind"),
        sa.Column("account", sa.Text(), nullable=True),
        _text("by"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_account_links_account"),
        sa.PrimaryKeyConstraint("digest", name="pk_account_links"),
    )
    op.create_index("ix_account_links_account", "account_links", ["account"], unique=False)
    op.create_table(
        "login_tries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_login_tries"),
    )
    op.create_index("ix_login_tries_full_at", "login_tries", ["full_at"], unique=False)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *map(_text, ("actor", "name", "role", "cooperative", "act", "subject", "details", "salt", "noted", "digest")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    for column in ("actor", "act", "subject", "cooperative"):
        op.create_index(f"ix_audit_entries_{column}_id", "audit_entries", [column, "id"], unique=False)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        _text("digest"),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_heads"),
    )


def _settings() -> None:
    op.create_table(
        "kept_settings",
        sa.Column("name", sa.Text(), nullable=False),
        _text("value"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("by"),
        sa.PrimaryKeyConstraint("name", name="pk_kept_settings"),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _text("name"),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("by"),
        _text("by_name"),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_setting_changes"),
    )


def _api() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        _text("name"),
        _text("digest"),
        _text("rights"),
        _text("cooperatives"),
        _text("created_by"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        _text("revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _text("request"),
        sa.Column("status", sa.Integer(), nullable=True),
        _text("location"),
        _text("learner"),
        _text("answer"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"], unique=False)
    hers = sa.text("learner <> ''")
    op.create_index(
        "ix_idempotency_keys_learner",
        "idempotency_keys",
        ["learner"],
        unique=False,
        postgresql_where=hers,
        sqlite_where=hers,
    )
    op.create_table(
        "hooks",
        sa.Column("id", sa.Text(), nullable=False),
        _text("name"),
        _text("url"),
        _text("events"),
        _text("cooperatives"),
        sa.Column("generation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rotated_at", sa.BigInteger(), nullable=True),
        _text("created_by"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        _text("disabled_why"),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_hooks"),
    )
    _api_deliveries()


def _api_deliveries() -> None:
    op.create_table(
        "hook_deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        _text("kind"),
        _text("learner"),
        _text("body"),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), server_default="0", nullable=False),
        _text("error"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hook"], ["hooks.id"], name="fk_hook_deliveries_hook"),
        sa.PrimaryKeyConstraint("id", name="pk_hook_deliveries"),
        sa.UniqueConstraint("hook", "event", name="uq_hook_deliveries_hook_event"),
    )
    waiting, hers = sa.text("state = 'waiting'"), sa.text("learner <> ''")
    op.create_index(
        "ix_hook_deliveries_waiting",
        "hook_deliveries",
        ["hook", "not_before", "id"],
        unique=False,
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    op.create_index(
        "ix_hook_deliveries_learner",
        "hook_deliveries",
        ["learner"],
        unique=False,
        postgresql_where=hers,
        sqlite_where=hers,
    )
    op.create_index("ix_hook_deliveries_hook_id", "hook_deliveries", ["hook", "id"], unique=False)
    op.create_index("ix_hook_deliveries_created_at", "hook_deliveries", ["created_at"], unique=False)


def _people() -> None:
    op.create_table(
        "learner_words",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        _text("cooperative"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_learner_words_learner"),
        sa.PrimaryKeyConstraint("word", "learner", name="pk_learner_words"),
    )
    op.create_index("ix_learner_words_learner", "learner_words", ["learner", "word"], unique=False)
    op.create_index("ix_learner_words_cooperative_word", "learner_words", ["cooperative", "word", "learner"])
    op.create_table(
        "to_call",
        sa.Column("learner", sa.Text(), nullable=False),
        *map(_text, ("cooperative", "reason", "course", "unit")),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_to_call_learner"),
        sa.PrimaryKeyConstraint("learner", name="pk_to_call"),
    )
    op.create_index("ix_to_call_since", "to_call", ["since", "learner"], unique=False)
    op.create_index("ix_to_call_cooperative_since", "to_call", ["cooperative", "since", "learner"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        *map(_text, ("by", "outcome", "note")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("once", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_calls_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("once", name="uq_calls_once"),
    )
    op.create_index("ix_calls_learner_at", "calls", ["learner", "at"], unique=False)
    op.create_table(
        "kept_lists",
        sa.Column("id", sa.Text(), nullable=False),
        *map(_text, ("account", "name")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *map(_text, ("terms", "report")),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_lists"),
    )
    op.create_index("ix_kept_lists_account", "kept_lists", ["account"], unique=False)
    op.create_index("ix_enrolments_course_learner", "enrolments", ["course", "learner"], unique=False)
    paused = sa.text("paused_until IS NOT NULL")
    op.create_index("ix_learners_paused", "learners", ["id"], postgresql_where=paused, sqlite_where=paused)
    by_bytes = {"address": "text_pattern_ops"}
    op.create_index("ix_thread_learners_prefix", "thread_learners", ["address"], postgresql_ops=by_bytes)
    still = sa.text("closed_at IS NULL")
    op.create_index("ix_cohorts_open", "cohorts", ["starts_on", "id"], postgresql_where=still, sqlite_where=still)
    op.create_index("ix_spendings_day", "spendings", ["day"], unique=False)
    op.create_index("ix_cases_updated_at", "cases", ["updated_at"], unique=False)
    _find_people_by_words()


def _find_people_by_words() -> None:
    """Those who are there already can be found by their names at once."""
    conn = op.get_bind()
    after = ""
    query = sa.text(
        "SELECT id, name, community, district, cooperative FROM learners WHERE id > :after ORDER BY id LIMIT 2000"
    )
    while page := conn.execute(query, {"after": after}).all():
        rows = [
            {"word": word, "learner": id, "cooperative": cooperative}
            for id, name, community, district, cooperative in page
            for word in words_of(name, community, district)
        ]
        if rows:
            conn.execute(
                sa.text(
                    "INSERT INTO learner_words (word, learner, cooperative) VALUES (:word, :learner, :cooperative)"
                ),
                rows,
            )
        after = page[-1][0]


def _conversation() -> None:
    op.create_table(
        "snippets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *map(_text, ("cooperative", "name", "text", "made_by", "once")),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snippets"),
    )
    op.create_index("ix_snippets_cooperative", "snippets", ["cooperative"], unique=False)
    op.add_column("help_requests", _text("assigned"))
    op.add_column("help_requests", _text("answered_by"))
    op.add_column("help_requests", sa.Column("noted", sa.Boolean(), server_default=sa.false(), nullable=False))
    assigned = sa.text("answered_at IS NULL AND assigned <> ''")
    op.create_index(
        "ix_help_requests_assigned",
        "help_requests",
        ["assigned", "id"],
        unique=False,
        postgresql_where=assigned,
        sqlite_where=assigned,
    )
    still_open = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_help_requests_open_learner",
        "help_requests",
        ["learner", "id"],
        unique=False,
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    op.add_column("campaigns", _text("once"))
    op.create_index(
        "uq_campaigns_once",
        "campaigns",
        ["once"],
        unique=True,
        postgresql_where=sa.text("once <> ''"),
        sqlite_where=sa.text("once <> ''"),
    )
    op.create_index("ix_campaigns_latest", "campaigns", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_consent_states_no",
        "consent_states",
        ["at", "learner"],
        unique=False,
        postgresql_where=sa.text("NOT granted"),
        sqlite_where=sa.text("NOT granted"),
    )


def _close_conversation() -> None:
    op.drop_index("ix_consent_states_no", table_name="consent_states")
    op.drop_index("ix_campaigns_latest", table_name="campaigns")
    op.drop_index("uq_campaigns_once", table_name="campaigns")
    op.drop_column("campaigns", "once")
    op.drop_index("ix_help_requests_assigned", table_name="help_requests")
    op.drop_index("ix_help_requests_open_learner", table_name="help_requests")
    for column in ("noted", "answered_by", "assigned"):
        op.drop_column("help_requests", column)
    op.drop_table("snippets")


def _cases() -> None:
    op.add_column("case_codes", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_case_codes_address", "case_codes", ["address"], unique=False)
    op.add_column("cases", sa.Column("valid_until", sa.BigInteger(), nullable=True))
    op.create_index("ix_cases_updated_at_id", "cases", ["updated_at", "id"], unique=False)
    op.create_index("ix_cases_state_updated_at_id", "cases", ["state", "updated_at", "id"], unique=False)
    op.create_table(
        "case_files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        *map(_text, ("evidence", "actor", "sender", "file", "state")),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        *map(_text, ("sha256", "media_type")),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        _text("error"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_case_files_case"),
        sa.PrimaryKeyConstraint("id", name="pk_case_files"),
    )
    op.create_index("ix_case_files_case", "case_files", ["case"], unique=False)
    op.create_index("ix_case_files_state_next_at", "case_files", ["state", "next_at"], unique=False)
    op.create_table(
        "sheet_drafts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        _text("body"),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_sheet_drafts_case"),
        sa.PrimaryKeyConstraint("account", "case", "unit", name="pk_sheet_drafts"),
    )
    op.create_index("ix_sheet_drafts_case", "sheet_drafts", ["case"], unique=False)
    op.create_table(
        "credential_proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        *map(_text, ("act", "reason", "by")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *map(_text, ("state", "second")),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["credential"], ["credentials.serial"], name="fk_credential_proposals_credential"),
        sa.PrimaryKeyConstraint("id", name="pk_credential_proposals"),
    )
    op.create_index("ix_credential_proposals_credential", "credential_proposals", ["credential"], unique=False)
    assigned = sa.text("kind = 'assign'")
    op.create_index(
        "ix_case_acts_value_case",
        "case_acts",
        ["value", "case"],
        unique=False,
        postgresql_where=assigned,
        sqlite_where=assigned,
    )
    _ends_of_credentials()


def _ends_of_credentials() -> None:
    """The last day of each credential, out of the entry that names it."""
    acts = sa.table("case_acts", *map(sa.column, ("case", "seq", "kind", "data")))
    cases = sa.table("cases", *map(sa.column, ("id", "valid_until")))
    conn = op.get_bind()
    found = sa.select(acts.c.case, acts.c.data).where(acts.c.kind == "certify").order_by(acts.c.case, acts.c.seq)
    for case, data in conn.execute(found).all():
        written = json.loads(data or "{}").get("valid_until", "")
        if written:
            passed = datetime.fromisoformat(written) - datetime(1970, 1, 1, tzinfo=UTC)
            until = passed // timedelta(microseconds=1)
            conn.execute(sa.update(cases).where(cases.c.id == case).values(valid_until=until))


def _close_cases() -> None:
    op.drop_index("ix_case_acts_value_case", "case_acts")
    op.drop_table("credential_proposals")
    op.drop_table("sheet_drafts")
    op.drop_table("case_files")
    op.drop_index("ix_cases_state_updated_at_id", "cases")
    op.drop_index("ix_cases_updated_at_id", "cases")
    op.drop_column("cases", "valid_until")
    op.drop_index("ix_case_codes_address", "case_codes")
    op.drop_column("case_codes", "tries")


def downgrade() -> None:
    """Take them away again, with all that they hold."""
    _forget_content()
    _close_surveys()
    _close_cases()
    _close_conversation()
    _forget_people()
    for table in ("hook_deliveries", "hooks", "idempotency_keys", "api_tokens"):
        op.drop_table(table)
    for table in ("setting_changes", "kept_settings"):
        op.drop_table(table)
    for table in (
        "audit_heads",
        "audit_entries",
        "login_tries",
        "account_links",
        "account_sessions",
        "account_codes",
        "accounts",
    ):
        op.drop_table(table)


def _forget_people() -> None:
    op.drop_index("ix_cases_updated_at", table_name="cases")
    op.drop_index("ix_spendings_day", table_name="spendings")
    op.drop_index("ix_cohorts_open", table_name="cohorts")
    op.drop_index("ix_thread_learners_prefix", table_name="thread_learners")
    op.drop_index("ix_learners_paused", table_name="learners")
    op.drop_index("ix_enrolments_course_learner", table_name="enrolments")
    for table in ("kept_lists", "calls", "to_call", "learner_words"):
        op.drop_table(table)


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Text(), nullable=False),
        *map(_text, ("title", "purpose", "body", "state", "cooperative", "campaign", "created_by")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
    )
    op.create_index("ix_surveys_created_at", "surveys", ["created_at", "id"])
    op.create_index("ix_surveys_cooperative_created_at", "surveys", ["cooperative", "created_at", "id"])
    op.create_table(
        "survey_replies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=True),
        *map(_text, ("language", "channel")),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["survey"], ["surveys.id"], name="fk_survey_replies_survey"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_survey_replies_learner"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_replies"),
        sa.UniqueConstraint("survey", "learner", name="uq_survey_replies_survey_learner"),
    )
    op.create_index("ix_survey_replies_learner", "survey_replies", ["learner"])
    op.create_index("ix_survey_replies_survey_id", "survey_replies", ["survey", "id"])
    op.create_table(
        "survey_answers",
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _text("survey"),
        sa.Column("choice", sa.Integer(), server_default="-1", nullable=False),
        *map(_text, ("value", "text")),
        sa.Column("skipped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reply", "place", name="pk_survey_answers"),
    )
    op.create_index("ix_survey_answers_survey_place", "survey_answers", ["survey", "place", "choice"])
    op.create_table(
        "survey_tallies",
        sa.Column("survey", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["survey"], ["surveys.id"], name="fk_survey_tallies_survey"),
        sa.PrimaryKeyConstraint("survey", "place", "choice", name="pk_survey_tallies"),
    )
    op.create_table(
        "kept_reports",
        sa.Column("key", sa.Text(), nullable=False),
        _text("body"),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kept_reports"),
    )
    op.create_index("ix_kept_reports_made_at", "kept_reports", ["made_at"])


def _close_surveys() -> None:
    for table in ("kept_reports", "survey_tallies", "survey_answers", "survey_replies", "surveys"):
        op.drop_table(table)


def _content() -> None:
    op.create_table(
        "content_drafts",
        sa.Column("id", sa.Text(), nullable=False),
        *map(_text, ("course", "kind", "title", "note", "by", "by_name")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _text("state"),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("errors", sa.Integer(), server_default="0", nullable=False),
        *map(_text, ("wrong", "reach", "decided_by", "decided_by_name")),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("once", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_drafts"),
        sa.UniqueConstraint("once", name="uq_content_drafts_once"),
    )
    op.create_index("ix_content_drafts_state_id", "content_drafts", ["state", "id"], unique=False)
    op.create_table(
        "content_draft_files",
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["draft"], ["content_drafts.id"], name="fk_content_draft_files_draft"),
        sa.PrimaryKeyConstraint("draft", "path", name="pk_content_draft_files"),
    )
    op.create_table(
        "item_figures",
        sa.Column("course", sa.Text(), nullable=False),
        _text("figures"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("course", name="pk_item_figures"),
    )
    op.create_index("ix_enrolments_course_content_version", "enrolments", ["course", "content_version"], unique=False)
    op.add_column("cohorts", _text("content_version"))


def _forget_content() -> None:
    op.drop_column("cohorts", "content_version")
    op.drop_index("ix_enrolments_course_content_version", table_name="enrolments")
    for table in ("item_figures", "content_draft_files", "content_drafts"):
        op.drop_table(table)
