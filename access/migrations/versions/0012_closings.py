"""A school that is closed, and the opening of it that two people agree on."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposal_key", sa.String(length=22), nullable=True),
        sa.Column("opening_proposed_by", sa.Integer(), nullable=True),
        sa.Column("opening_proposed_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_closing_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_school_closing_closed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["opening_proposed_by"], ["person.id"], name=op.f("fk_school_closing_opening_proposed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_school_closing_opened_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_closing")),
    )
    with op.batch_alter_table("school_closing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_closing_opened_at"), ["opened_at"], unique=False)


#: An earlier version knows of no closing: what one hides is hidden by curtains from then on.
HIDE_CLOSED = """
    UPDATE curtain_opening SET drawn_reason = 'school:closed', drawn_at = (
        SELECT max(closed_at) FROM school_closing
        WHERE school_closing.school_id = curtain_opening.school_id AND school_closing.opened_at IS NULL
    )
    WHERE drawn_at IS NULL AND school_id IN (SELECT school_id FROM school_closing WHERE opened_at IS NULL)
"""


def downgrade() -> None:
    op.execute(HIDE_CLOSED)
    with op.batch_alter_table("school_closing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_closing_opened_at"))
    op.drop_table("school_closing")
