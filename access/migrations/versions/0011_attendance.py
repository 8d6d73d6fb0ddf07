"""Children that are in or out, where a school notes it.

An earlier version shows a room also to the families of those who are not in: where a school notes
it, its curtains are drawn on the way down.
"""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime
from access.reasons import Reason
from access.ways_down import draw_curtains, rooms_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=3), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("what IN ('in','out')", name=op.f("ck_attendance_what")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_attendance_school_id_school")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_attendance_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_child_id"), ["child_id"], unique=False)

    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("attendance", sa.String(length=8), nullable=False, server_default="off")
        )
        batch_op.add_column(sa.Column("attendance_since", UtcDateTime(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_school_attendance"), "attendance IN ('off','optional','required')"
        )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.alter_column("attendance", existing_type=sa.String(length=8), server_default=None)


def downgrade() -> None:
    school = sa.table("school", sa.column("id"), sa.column("attendance"))
    noting = sa.select(school.c.id).where(school.c.attendance != "off")
    draw_curtains(op.get_bind(), rooms_of(noting), reason=Reason.NOT_IN)
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_school_attendance"), type_="check")
        batch_op.drop_column("attendance_since")
        batch_op.drop_column("attendance")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_child_id"))
    op.drop_table("attendance")
