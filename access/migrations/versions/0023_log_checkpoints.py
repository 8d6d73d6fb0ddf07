"""Keep the checkpoints of each log, and under which name they are signed."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("log_era", "log_checkpoint")
APPEND_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
#: The function is that of the entries.
APPEND_ONLY_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()
"""


def upgrade() -> None:
    op.create_table(
        "log_era",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("begins_at", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_era_log_log_head")),
        sa.PrimaryKeyConstraint("log", "number", name=op.f("pk_log_era")),
        sa.UniqueConstraint("origin", name=op.f("uq_log_era_origin")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_checkpoint_log_log_head")),
        sa.ForeignKeyConstraint(
            ["origin"], ["log_era.origin"], name=op.f("fk_log_checkpoint_origin_log_era")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checkpoint")),
        sa.UniqueConstraint("origin", "size", name=op.f("uq_log_checkpoint_origin")),
    )
    op.create_index(op.f("ix_log_checkpoint_log"), "log_checkpoint", ["log"], unique=False)
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(APPEND_ONLY.format(table=table, verb=verb))
        else:
            op.execute(APPEND_ONLY_POSTGRESQL.format(table=table))


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.drop_index(op.f("ix_log_checkpoint_log"), table_name="log_checkpoint")
    op.drop_table("log_checkpoint")
    op.drop_table("log_era")
