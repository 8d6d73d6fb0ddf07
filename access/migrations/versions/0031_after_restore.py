"""Say of a school's closing that a backup was put back: who may open it then follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("school_closing") as table:
        table.add_column(sa.Column("after_restore", sa.String(length=8), nullable=True))
        table.create_check_constraint(
            op.f("ck_school_closing_after_restore"), "after_restore IN ('whole','gap')"
        )


def downgrade() -> None:
    with op.batch_alter_table("school_closing") as table:
        table.drop_constraint(op.f("ck_school_closing_after_restore"), type_="check")
        table.drop_column("after_restore")
