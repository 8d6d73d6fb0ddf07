"""Keep which viewings were not their person's, and find a room's viewings by time."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

#: Table, what is looked up, and by which time of it.
INDEXES = (("viewing", "room_id", "opened_at"), ("look_opening", "room_id", "opened_at"))


def upgrade() -> None:
    op.create_table(
        "disowned_viewing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("viewing_id", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_disowned_viewing_answered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_disowned_viewing_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["viewing_id"], ["viewing.id"], name=op.f("fk_disowned_viewing_viewing_id_viewing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disowned_viewing")),
        sa.UniqueConstraint("key", name=op.f("uq_disowned_viewing_key")),
        sa.UniqueConstraint("viewing_id", name=op.f("uq_disowned_viewing_viewing_id")),
    )
    op.drop_index("ix_viewing_room_id", table_name="viewing")
    for table, of, at in INDEXES:
        op.create_index(f"ix_{table}_{of}_{at}", table, [of, at], unique=False)


def downgrade() -> None:
    for table, of, at in INDEXES:
        op.drop_index(f"ix_{table}_{of}_{at}", table_name=table)
    op.create_index("ix_viewing_room_id", "viewing", ["room_id"], unique=False)
    op.drop_table("disowned_viewing")
