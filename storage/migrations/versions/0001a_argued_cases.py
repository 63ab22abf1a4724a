"""Cases that are argued about: petitions, units that help, pauses, calls back, supervision and followers."""

import sqlalchemy as sa
from alembic import op

revision = "0001a"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "assists",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("reported_by", Id, nullable=True),
        sa.Column("reported_at", Moment, nullable=True),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "unit_id", name=op.f("pk_assists")),
    )

    op.create_table(
        "callbacks",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )

    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callbacks_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_callbacks_person_id"), ["person_id"], unique=False)

    op.create_table(
        "follower_ratings",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("solved", sa.String(length=16), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "round", "person_id", name=op.f("pk_follower_ratings")),
    )

    op.create_table(
        "followers",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_followers")),
    )

    with op.batch_alter_table("followers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_followers_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("until", Moment, nullable=True),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )

    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pauses_case_id"), ["case_id"], unique=False)

    op.create_table(
        "petitions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("desk_id", Id, nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Moment, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
    )

    with op.batch_alter_table("petitions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_petitions_case_id"), ["case_id"], unique=False)

    op.create_table(
        "supervisions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("by", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("answered_by", Id, nullable=True),
        sa.Column("answered_at", Moment, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisions")),
    )

    with op.batch_alter_table("supervisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervisions_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_by", Moment, nullable=True))
        batch_op.add_column(sa.Column("clock_from", Moment, nullable=True))
        batch_op.add_column(sa.Column("extra_hours", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("extensions", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lead_id", Id, nullable=True))
        batch_op.add_column(sa.Column("excluded", sa.Boolean(), server_default=sa.text("(FALSE)"), nullable=False))
        batch_op.add_column(sa.Column("beside", sa.Boolean(), server_default=sa.text("(FALSE)"), nullable=False))
        batch_op.add_column(sa.Column("followed", sa.Boolean(), server_default=sa.text("(FALSE)"), nullable=False))
        batch_op.add_column(sa.Column("blanked_at", Moment, nullable=True))
        batch_op.alter_column("room", existing_type=sa.VARCHAR(length=32), type_=sa.Text(), existing_nullable=False)
        batch_op.alter_column(
            "hand_over", existing_type=sa.VARCHAR(length=128), type_=sa.Text(), existing_nullable=False
        )
        batch_op.drop_index(batch_op.f("ix_cases_open_owner"), sqlite_where=sa.text("closed_at IS NULL"))
        batch_op.create_index(
            "ix_cases_open_owner",
            ["owner_id", "owner_role", "state", "created_at", "accept_by", "finish_by", "unit_id", "closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_kept",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("blanked_at IS NULL AND closed_at IS NOT NULL"),
            postgresql_where=sa.text("blanked_at IS NULL AND closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_lead",
            ["lead_id"],
            unique=False,
            sqlite_where=sa.text("lead_id IS NOT NULL"),
            postgresql_where=sa.text("lead_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_finish_by",
            ["finish_by"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_pin",
            ["kind", "lat"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND lat IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND lat IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_open_unit",
            ["unit_id", "kind"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_unaccepted",
            ["accept_by"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("looks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.String(length=64), server_default="", nullable=False))
