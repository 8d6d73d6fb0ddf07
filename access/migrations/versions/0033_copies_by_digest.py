"""Bind a copy that was made to the bytes of its file, and say when its person downloaded it."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

UNMADE = ("made_by", "made_at", "content", "released_by", "released_at")


def upgrade() -> None:
    op.add_column("subject_export", sa.Column("sha256", sa.String(length=64), nullable=True))
    op.add_column("subject_export", sa.Column("downloaded_at", UtcDateTime(), nullable=True))
    # Who released a copy before was bound to no file: what nobody was handed is made again.
    export = sa.table("subject_export", *(sa.column(name) for name in ("handed_at", *UNMADE)))
    op.execute(sa.update(export).where(export.c.handed_at.is_(None)).values(dict.fromkeys(UNMADE)))
    with op.batch_alter_table("subject_export") as table:
        table.create_check_constraint(
            op.f("ck_subject_export_digest_of_content"), "content IS NULL OR sha256 IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("subject_export") as table:
        table.drop_constraint(op.f("ck_subject_export_digest_of_content"), type_="check")
        table.drop_column("downloaded_at")
        table.drop_column("sha256")
