"""What a device has proven, when it was last seen, and its PIN.

Sign-ins that exist already count as seen and proven when they began, so that they ask
for the passphrase once; none of them has had a second factor.
"""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANTS = ("seen_at", "proven_at", "second_at")


def upgrade() -> None:
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        for name in INSTANTS:
            batch_op.add_column(sa.Column(name, UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("pin_hash", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pin_wrong", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sign_in SET seen_at = started_at, proven_at = started_at")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.alter_column("seen_at", existing_type=UtcDateTime(), nullable=False)
        batch_op.alter_column("proven_at", existing_type=UtcDateTime(), nullable=False)
        batch_op.alter_column("pin_hash", existing_type=sa.String(length=200), server_default=None)
        batch_op.alter_column("pin_wrong", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        for name in ("pin_wrong", "pin_hash", *reversed(INSTANTS)):
            batch_op.drop_column(name)
