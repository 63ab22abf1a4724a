"""Elders: their register, kin, visits, and calls for help."""

import sqlalchemy as sa
from alembic import op

revision = "0001b"
down_revision = "0001a"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alarm_calls",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_alarm_calls")),
    )

    op.create_table(
        "alarms",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("goes_id", Id, nullable=True),
        sa.Column("ended_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_alarms")),
    )

    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarms_elder_id"), ["elder_id"], unique=False)

    op.create_table(
        "care_codes",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_care_codes")),
    )

    op.create_table(
        "care_tries",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_care_tries")),
    )

    op.create_table(
        "corrections_asked",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Moment, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections_asked")),
    )

    with op.batch_alter_table("corrections_asked", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_asked_elder_id"), ["elder_id"], unique=False)

    op.create_table(
        "elder_looks",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elder_looks")),
    )

    with op.batch_alter_table("elder_looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elder_looks_elder_id"), ["elder_id"], unique=False)

    op.create_table(
        "elders",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("community_id", Id, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("born", sa.Integer(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("mobility", sa.String(length=16), nullable=False),
        sa.Column("allergies", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("doctor_id", Id, nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elders")),
        sa.UniqueConstraint("code", name=op.f("uq_elders_code")),
        sa.UniqueConstraint("person_id", name=op.f("uq_elders_person_id")),
    )

    with op.batch_alter_table("elders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elders_community_id"), ["community_id"], unique=False)

    op.create_table(
        "kin",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("called", sa.String(length=32), nullable=False),
        sa.Column("agreed_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kin")),
    )

    with op.batch_alter_table("kin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kin_elder_id"), ["elder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kin_person_id"), ["person_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("elder_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("missed_at", Moment, nullable=True),
        sa.Column("mood", sa.String(length=16), nullable=False),
        sa.Column("eats", sa.String(length=16), nullable=False),
        sa.Column("medicine", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("elder_id", "kind", "day", name=op.f("uq_visits_elder_id_kind_day")),
    )

    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_elder_id"), ["elder_id"], unique=False)
        batch_op.create_index(
            "ix_visits_open",
            ["person_id", "day"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND missed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND missed_at IS NULL"),
        )
