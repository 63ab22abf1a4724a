"""Units that help, and have not done their part."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TO_DO = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_assists_to_do", "assists", ["unit_id"], unique=False, sqlite_where=_TO_DO, postgresql_where=_TO_DO
    )
