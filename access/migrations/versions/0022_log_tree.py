"""Grow a Merkle tree over every log: what stood there before is hashed as it stands."""

import sqlalchemy as sa
from alembic import op

from access.log.leaves import leaf
from access.log.merkle import EMPTY_ROOT, added, hash_leaf, root

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE TRIGGER log_node_no_{verb} BEFORE {verb} ON log_node
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
#: The function is that of the entries.
APPEND_ONLY_POSTGRESQL = """
CREATE TRIGGER log_node_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_node
FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()
"""
HEADS = sa.table("log_head", sa.column("log"), sa.column("size"), sa.column("frontier"), sa.column("root"))
ENTRIES = sa.table(
    "log_entry", sa.column("log"), sa.column("number"), sa.column("kind"), sa.column("commitment")
)
#: So many entries are read, and their nodes written, at a time.
AT_ONCE = 5_000


def upgrade() -> None:
    with op.batch_alter_table("log_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frontier", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("root", sa.LargeBinary(length=32), nullable=True))
    nodes = op.create_table(
        "log_node",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_node_log_log_head")),
        sa.PrimaryKeyConstraint("log", "level", "position", name=op.f("pk_log_node")),
        sqlite_with_rowid=False,
    )
    for log, size in op.get_bind().execute(sa.select(HEADS.c.log, HEADS.c.size)).all():
        _grow(nodes, log, size)
    with op.batch_alter_table("log_head", schema=None) as batch_op:
        batch_op.alter_column("frontier", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.alter_column("root", existing_type=sa.LargeBinary(length=32), nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(APPEND_ONLY.format(verb=verb))
    else:
        op.execute(APPEND_ONLY_POSTGRESQL)


def _grow(nodes: sa.Table, log: int, size: int) -> None:
    """Hash the entries of one log, in their order.

    Raises:
        ValueError: one is missing, or one too many.
    """
    connection, frontier, number = op.get_bind(), [], 0
    while True:
        rows = connection.execute(
            sa.select(ENTRIES.c.number, ENTRIES.c.kind, ENTRIES.c.commitment)
            .where(ENTRIES.c.log == log, ENTRIES.c.number >= number)
            .order_by(ENTRIES.c.number)
            .limit(AT_ONCE)
        ).all()
        made = []
        for row in rows:
            if row.number != number:
                raise ValueError(f"log {log} has no entry {number}")
            growth = added(number, frontier, hash_leaf(leaf(number, row.kind, row.commitment)))
            made += growth.nodes
            frontier, number = growth.frontier, number + 1
        if not rows:
            break
        op.bulk_insert(
            nodes,
            [{"log": log, "level": p.level, "position": p.position, "hash": node} for p, node in made],
        )
    if number != size:
        raise ValueError(f"log {log} has {number} entries and says that it has {size}")
    whole = {"frontier": b"".join(frontier), "root": root(frontier) if frontier else EMPTY_ROOT}
    connection.execute(sa.update(HEADS).where(HEADS.c.log == log).values(**whole))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER log_node_no_{verb}")
    else:
        op.execute("DROP TRIGGER log_node_append_only ON log_node")
    op.drop_table("log_node")
    with op.batch_alter_table("log_head", schema=None) as batch_op:
        batch_op.drop_column("root")
        batch_op.drop_column("frontier")
