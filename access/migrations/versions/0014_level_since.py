"""Since when a room may be shown whole: what was filmed at another level is not shown later."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("level_since")
