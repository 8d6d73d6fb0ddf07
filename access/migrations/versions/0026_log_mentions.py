"""Write down whom and what each entry mentions: what stood there before is read once."""

import json

import sqlalchemy as sa
from alembic import op

from access.log.mentions import mentions_of, rows_of

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NO_UPDATE = """
CREATE TRIGGER log_mention_no_update BEFORE UPDATE ON log_mention
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
#: What an entry mentions may go once its body is gone.
NO_DELETE = """
CREATE TRIGGER log_mention_no_delete BEFORE DELETE ON log_mention
WHEN EXISTS (
    SELECT 1 FROM log_entry
    WHERE log_entry.log = OLD.log AND log_entry.number = OLD.number AND log_entry.body IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
#: The function is that of the entries.
NO_UPDATE_POSTGRESQL = """
CREATE TRIGGER log_mention_append_only BEFORE UPDATE OR TRUNCATE ON log_mention
FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()
"""
REFUSE_DELETE = """
CREATE FUNCTION log_mention_refuse() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN
    IF EXISTS (
        SELECT 1 FROM log_entry
        WHERE log_entry.log = OLD.log AND log_entry.number = OLD.number AND log_entry.body IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the access log is append-only';
    END IF;
    RETURN OLD;
END $$
"""
NO_DELETE_POSTGRESQL = """
CREATE TRIGGER log_mention_no_delete BEFORE DELETE ON log_mention
FOR EACH ROW EXECUTE FUNCTION log_mention_refuse()
"""
ENTRIES = sa.table(
    "log_entry",
    *(sa.column(name) for name in ("id", "log", "number", "kind")),
    sa.column("body", sa.LargeBinary()),
)
#: So many entries are read, and their mentions written, at a time.
AT_ONCE = 2_000


def upgrade() -> None:
    mentions = op.create_table(
        "log_mention",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_mention_log_log_head")),
        sa.PrimaryKeyConstraint("log", "what", "value", "number", name=op.f("pk_log_mention")),
        sqlite_with_rowid=False,
    )
    _fill(mentions)
    op.drop_index(op.f("ix_log_entry_person_id"), table_name="log_entry")
    op.create_index("ix_log_entry_person_id_kind", "log_entry", ["person_id", "kind"], unique=False)
    # The first is the beginning of another index; nobody asks for an instant in all logs.
    op.drop_index(op.f("ix_log_entry_log"), table_name="log_entry")
    op.drop_index(op.f("ix_log_entry_at"), table_name="log_entry")
    op.create_index("ix_log_entry_log_at_number", "log_entry", ["log", "at", "number"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(NO_UPDATE)
        op.execute(NO_DELETE)
    else:
        op.execute(NO_UPDATE_POSTGRESQL)
        op.execute(REFUSE_DELETE)
        op.execute(NO_DELETE_POSTGRESQL)


def _fill(mentions: sa.Table) -> None:
    """Read every entry, some at a time, and write what it mentions; of a body that is no entry, its kind."""
    last = -1
    while True:
        rows = (
            op.get_bind()
            .execute(sa.select(ENTRIES).where(ENTRIES.c.id > last).order_by(ENTRIES.c.id).limit(AT_ONCE))
            .all()
        )
        if not rows:
            return
        op.bulk_insert(
            mentions,
            [
                made
                for row in rows
                for made in rows_of(row.log, row.number, mentions_of(row.kind, _said(row.body)))
            ],
        )
        last = rows[-1].id


def _said(body: object) -> dict[str, object]:
    try:
        said = json.loads(body)  # type: ignore[arg-type]  # whatever somebody has put there
    except (ValueError, TypeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TRIGGER log_mention_append_only ON log_mention")
        op.execute("DROP TRIGGER log_mention_no_delete ON log_mention")
        op.execute("DROP FUNCTION log_mention_refuse")
    op.drop_index("ix_log_entry_log_at_number", table_name="log_entry")
    op.drop_index("ix_log_entry_person_id_kind", table_name="log_entry")
    op.create_index(op.f("ix_log_entry_person_id"), "log_entry", ["person_id"], unique=False)
    op.create_index(op.f("ix_log_entry_at"), "log_entry", ["at"], unique=False)
    op.create_index(op.f("ix_log_entry_log"), "log_entry", ["log"], unique=False)
    op.drop_table("log_mention")
