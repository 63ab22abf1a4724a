"""Who is forgotten, who joins and what is let go by night are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ERASED = sa.text("erased_at IS NOT NULL")
_TOLD = sa.text("state != 'waiting'")


def upgrade() -> None:
    op.create_index(op.f("ix_attachments_person_id"), "attachments", ["person_id"], unique=False)
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_index(op.f("ix_corrections_case_id"), "corrections", ["case_id"], unique=False)
    op.create_index(op.f("ix_day_seats_person_id"), "day_seats", ["person_id"], unique=False)
    op.create_index(op.f("ix_gathering_answers_person_id"), "gathering_answers", ["person_id"], unique=False)
    op.create_index(op.f("ix_offers_person_id"), "offers", ["person_id"], unique=False)
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_index("ix_outbox_told", "outbox", ["channel", "chat"], sqlite_where=_TOLD, postgresql_where=_TOLD)
    op.create_index(
        "ix_people_erased", "people", ["id"], unique=False, sqlite_where=_ERASED, postgresql_where=_ERASED
    )
