"""Names and words are sealed: what was sealed is longer than what was said."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = (
    ("cases", "place", 255),
    ("elder_looks", "why", 64),
    ("errands", "for_whom", 32),
    ("helpers", "name", 64),
    ("kin", "called", 32),
    ("looks", "why", 64),
    ("members", "name", 64),
    ("mutings", "why", 64),
    ("people", "name", 64),
)


def upgrade() -> None:
    # SQLite keeps no lengths, and to change a column it would write ten million cases anew.
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column, length in COLUMNS:
        op.alter_column(table, column, existing_type=sa.String(length), type_=sa.Text(), existing_nullable=False)
