"""Find what happens every day by its time as well: after years nearly all of it is past."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: Table, what is looked up, and by which time of it.
INDEXES = (
    ("attendance", "child_id", "recorded_at"),
    ("epoch", "camera_id", "ended_at"),
    ("curtain_opening", "room_id", "drawn_at"),
    ("room_change", "class_group_id", "ends_at"),
    ("room_loan", "room_id", "ends_at"),
)


def upgrade() -> None:
    for table, of, at in INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_{of}")
            batch_op.create_index(f"ix_{table}_{of}_{at}", [of, at], unique=False)


def downgrade() -> None:
    for table, of, at in INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_{of}_{at}")
            batch_op.create_index(f"ix_{table}_{of}", [of], unique=False)
