"""Errands and who helps with them; members of a community and their gatherings."""

import sqlalchemy as sa
from alembic import op

revision = "0001d"
down_revision = "0001c"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("slot_from", Moment, nullable=False),
        sa.Column("slot_until", Moment, nullable=False),
        sa.Column("for_whom", sa.String(length=32), nullable=False),
        sa.Column("for_phone", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("helper_id", Id, nullable=True),
        sa.Column("on_way_at", Moment, nullable=True),
        sa.Column("handed_at", Moment, nullable=True),
        sa.Column("proof", sa.String(length=16), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=True),
        sa.Column("paid_ok", sa.Boolean(), nullable=True),
        sa.Column("weekly_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_errands")),
    )

    op.create_table(
        "gathering_answers",
        sa.Column("gathering_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("comes", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("gathering_id", "person_id", name=op.f("pk_gathering_answers")),
    )

    op.create_table(
        "gatherings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("community_id", Id, nullable=False),
        sa.Column("called_by", Id, nullable=False),
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("called_off_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gatherings")),
    )

    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gatherings_community_id"), ["community_id"], unique=False)

    op.create_table(
        "helpers",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("community_id", Id, nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("hours", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_helpers")),
    )

    with op.batch_alter_table("helpers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_helpers_admitted",
            ["community_id"],
            unique=False,
            sqlite_where=sa.text("state = 'admitted'"),
            postgresql_where=sa.text("state = 'admitted'"),
        )

    op.create_table(
        "members",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("community_id", Id, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("can", sa.String(length=128), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_members")),
    )

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_community_id"), ["community_id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_offers")),
    )

    op.create_table(
        "weeklies",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weeklies")),
    )

    with op.batch_alter_table("weeklies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weeklies_person_id"), ["person_id"], unique=False)
