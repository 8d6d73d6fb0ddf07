"""What people asked for a copy of: what a school keeps about them."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PEOPLE = (("person_id", False), ("asked_by", False), ("made_by", True), ("released_by", True))
INSTANTS = (
    *(("asked_at", False), ("due_at", False)),
    *(("made_at", True), ("released_at", True), ("handed_at", True)),
)


def upgrade() -> None:
    op.create_table(
        "subject_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=nullable) for name, nullable in PEOPLE),
        *(sa.Column(name, UtcDateTime(), nullable=nullable) for name, nullable in INSTANTS),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by != made_by", name=op.f("ck_subject_export_two_people")
        ),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_subject_export_due_after_asked")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_subject_export_school_id_school")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_subject_export_{name}_person"))
            for name, _ in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_export")),
        sa.UniqueConstraint("key", name=op.f("uq_subject_export_key")),
    )
    for name in ("school_id", "person_id"):
        op.create_index(op.f(f"ix_subject_export_{name}"), "subject_export", [name], unique=False)


def downgrade() -> None:
    for name in ("person_id", "school_id"):
        op.drop_index(op.f(f"ix_subject_export_{name}"), table_name="subject_export")
    op.drop_table("subject_export")
