"""Canteens, and the lunches that are booked there."""

import sqlalchemy as sa
from alembic import op

revision = "0001c"
down_revision = "0001b"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "canteens",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("community_id", Id, nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("hours", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=8), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("delivers", sa.Boolean(), nullable=False),
        sa.Column("liaison_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canteens")),
        sa.UniqueConstraint("code", name=op.f("uq_canteens_code")),
    )

    with op.batch_alter_table("canteens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_canteens_community_id"), ["community_id"], unique=False)

    op.create_table(
        "kitchens",
        sa.Column("canteen_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("canteen_id", "day", name=op.f("pk_kitchens")),
    )

    op.create_table(
        "meals",
        sa.Column("canteen_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("booked_at", Moment, nullable=False),
        sa.Column("cancelled_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("canteen_id", "day", "person_id", name=op.f("pk_meals")),
    )

    op.create_table(
        "menus",
        sa.Column("canteen_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dishes", sa.Text(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("canteen_id", "day", name=op.f("pk_menus")),
    )
