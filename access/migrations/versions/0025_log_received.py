"""Keep which checkpoint each receiver outside has got, and who of them contradicts the log."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_received",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("cosignature", sa.String(length=400), nullable=False),
        sa.Column("contradicted_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_received_log_log_head")),
        sa.PrimaryKeyConstraint("log", "receiver", name=op.f("pk_log_received")),
    )


def downgrade() -> None:
    op.drop_table("log_received")
