"""Figures and the board, lessons, holidays and outlines; who is muted, reminded or forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001d"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind_before", sa.String(length=64), nullable=False),
        sa.Column("kind_after", sa.String(length=64), nullable=False),
        sa.Column("by", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_at", ["at"], unique=False)

    op.create_table(
        "daily",
        sa.Column("unit_id", Id, autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "measure", "day", "part", name=op.f("pk_daily")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )

    op.create_table(
        "models",
        sa.Column("version", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("trained_at", Moment, nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("examples", sa.LargeBinary(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_models")),
    )

    op.create_table(
        "mutes",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "case_id", name=op.f("pk_mutes")),
    )

    op.create_table(
        "mutings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("by", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutings")),
    )

    with op.batch_alter_table("mutings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mutings_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outlines",
        sa.Column("unit_id", Id, autoincrement=False, nullable=False),
        sa.Column("area", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_outlines")),
    )

    op.create_table(
        "reminded",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("listed_at", Moment, nullable=True),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", "person_id", name=op.f("pk_reminded")),
    )

    op.create_table(
        "web_logins",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_logins")),
    )

    with op.batch_alter_table("web_logins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_logins_person_id"), ["person_id"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_sessions")),
    )

    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("spoke_at", Moment, nullable=True))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("elder_id", Id, nullable=True))
        batch_op.add_column(sa.Column("erased_at", Moment, nullable=True))
        batch_op.add_column(sa.Column("muted_until", Moment, nullable=True))
        batch_op.alter_column("phone", existing_type=sa.VARCHAR(length=32), type_=sa.Text(), existing_nullable=False)
        batch_op.alter_column(
            "home_room", existing_type=sa.VARCHAR(length=32), type_=sa.Text(), existing_nullable=False
        )

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("outline")
