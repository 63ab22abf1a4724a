"""names and words are sealed: what was sealed is longer than what was said."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

COLUMNS = (
    ('cases', 'place', 255),
    ('elder_looks', 'why', 64),
    ('errands', 'for_whom', 32),
    ('helpers', 'name', 64),
    ('kin', 'called', 32),
    ('looks', 'why', 64),
    ('members', 'name', 64),
    ('mutings', 'why', 64),
    ('people', 'name', 64),
)


def upgrade() -> None:
    for table, column, length in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                column, existing_type=sa.String(length), type_=sa.Text(), existing_nullable=False
            )


def downgrade() -> None:
    for table, column, length in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                column, existing_type=sa.Text(), type_=sa.String(length), existing_nullable=False
            )
