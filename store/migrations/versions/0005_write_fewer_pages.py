"""Find what waits for an address by the index of all that was said to it, so that a message costs one page less."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = "state IN ('queued', 'sending', 'unknown')"


def upgrade() -> None:
    """Change two indexes; no row is touched."""
    op.drop_index("ix_outbox_open", table_name="outbox")
    op.drop_index("ix_outbox_address", table_name="outbox")
    op.create_index("ix_outbox_address", "outbox", ["address", "state"])


def downgrade() -> None:
    """Make both as they were."""
    op.drop_index("ix_outbox_address", table_name="outbox")
    op.create_index("ix_outbox_address", "outbox", ["address"])
    op.create_index(
        "ix_outbox_open", "outbox", ["address", "id"], sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)
    )
