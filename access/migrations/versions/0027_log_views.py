"""Keep filters of the log under a name, each person their own."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_log_view_person_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_log_view_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_view")),
        sa.UniqueConstraint("key", name=op.f("uq_log_view_key")),
        sa.UniqueConstraint("school_id", "person_id", "name", name=op.f("uq_log_view_school_id")),
    )


def downgrade() -> None:
    op.drop_table("log_view")
