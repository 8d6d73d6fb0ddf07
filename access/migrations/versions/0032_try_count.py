"""Count tries to sign in that failed or were held back where a kill does not lose them."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "try_count",
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sign_in_id", sa.Integer(), nullable=True),
        sa.Column("network", sa.String(length=50), nullable=True),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_try_count")),
    )


def downgrade() -> None:
    op.drop_table("try_count")
