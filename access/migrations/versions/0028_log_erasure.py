"""Let salt and body of an entry be erased, where an erasure names it; nothing else changes.

An entry keeps its number, kind, instant and commitment, so every proof and checkpoint stays valid. The
database refuses any other change, and this one for an entry that no row of ``log_erasure`` covers.
The way down refuses where bodies are gone: to an earlier version that is a log somebody wrote into.
"""

import sqlalchemy as sa
from alembic import op

from access.errors import Refused

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ERASED = sa.table("log_entry", sa.column("body"))
#: As they were before.
REFUSE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
REFUSE_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()
"""
#: Spans do not overlap: the last that begins before an entry covers it, or none does.
COVERED = """
(SELECT e.last FROM log_erasure e WHERE e.log = OLD.log AND e.first <= OLD.number
 ORDER BY e.first DESC LIMIT 1) >= OLD.number
"""
ERASES = f"""
OLD.salt IS NOT NULL AND OLD.body IS NOT NULL
AND NEW.salt IS NULL AND NEW.body IS NULL AND NEW.person_id IS NULL AND NEW.room_id IS NULL
AND NEW.id = OLD.id AND NEW.log = OLD.log AND NEW.number = OLD.number
AND NEW.kind = OLD.kind AND NEW.at = OLD.at AND NEW.commitment = OLD.commitment
AND COALESCE({COVERED}, {{no}})
"""
#: It reads the entries' table, which SQLite makes anew under another name and renames.
MENTION_NO_DELETE = """
CREATE TRIGGER log_mention_no_delete BEFORE DELETE ON log_mention
WHEN EXISTS (
    SELECT 1 FROM log_entry
    WHERE log_entry.log = OLD.log AND log_entry.number = OLD.number AND log_entry.body IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
"""
#: What an erasure names: entries before its own, which is one of that kind.
NAMED_BY = """
NEW.first >= 0 AND NEW.first <= NEW.last AND NEW.last < NEW.entry AND EXISTS (
 SELECT 1 FROM log_entry WHERE log = NEW.log AND number = NEW.entry AND kind = 'log:erased')
"""
SQLITE = (
    f"""
CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry
WHEN NOT COALESCE({ERASES.format(no="0")}, 0)
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END
""",
    f"""
CREATE TRIGGER log_erasure_named BEFORE INSERT ON log_erasure
WHEN NOT COALESCE({NAMED_BY}, 0)
BEGIN SELECT RAISE(ABORT, 'no erasure says so'); END
""",
)
POSTGRESQL = (
    f"""
CREATE FUNCTION log_entry_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF COALESCE({ERASES.format(no="false")}, false) THEN RETURN NEW; END IF;
RAISE EXCEPTION 'the access log is append-only'; END $$
""",
    """
CREATE TRIGGER log_entry_only_erased BEFORE UPDATE ON log_entry
FOR EACH ROW EXECUTE FUNCTION log_entry_only_erase()
""",
    """
CREATE TRIGGER log_entry_append_only BEFORE DELETE OR TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()
""",
    f"""
CREATE FUNCTION log_erasure_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF COALESCE({NAMED_BY}, false) THEN RETURN NEW; END IF;
RAISE EXCEPTION 'no erasure says so'; END $$
""",
    """
CREATE TRIGGER log_erasure_named BEFORE INSERT ON log_erasure
FOR EACH ROW EXECUTE FUNCTION log_erasure_check()
""",
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _drop_triggers(*(_BEFORE_ON_SQLITE if on_sqlite else _BEFORE))
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=32), nullable=True)
        batch_op.alter_column("body", existing_type=sa.LargeBinary(), nullable=True)
    op.create_table(
        "log_erasure",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["log"], ["log_head.log"], name=op.f("fk_log_erasure_log_log_head")),
        sa.ForeignKeyConstraint(
            ["log", "entry"],
            ["log_entry.log", "log_entry.number"],
            name=op.f("fk_log_erasure_log_log_entry"),
        ),
        sa.PrimaryKeyConstraint("log", "first", name=op.f("pk_log_erasure")),
        sqlite_with_rowid=False,
    )
    for statement in (*SQLITE, MENTION_NO_DELETE) if on_sqlite else POSTGRESQL:
        op.execute(statement)
    if on_sqlite:
        for table, verb in (("log_entry", "delete"), ("log_erasure", "update"), ("log_erasure", "delete")):
            op.execute(REFUSE.format(table=table, verb=verb))
    else:
        op.execute(REFUSE_POSTGRESQL.format(table="log_erasure"))


def downgrade() -> None:
    gone = sa.select(sa.func.count()).select_from(ERASED).where(ERASED.c.body.is_(None))
    if erased := op.get_bind().execute(gone).scalar_one():
        raise Refused("schema:would_lose", f"{erased} entries were erased; before, none could be")
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _drop_triggers(*(_ON_SQLITE if on_sqlite else _ON_POSTGRESQL))
    if not on_sqlite:
        for function in ("log_entry_only_erase", "log_erasure_check"):
            op.execute(f"DROP FUNCTION {function}")
    op.drop_table("log_erasure")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.alter_column("salt", existing_type=sa.LargeBinary(length=32), nullable=False)
    if on_sqlite:
        op.execute(MENTION_NO_DELETE)
        for verb in ("update", "delete"):
            op.execute(REFUSE.format(table="log_entry", verb=verb))
    else:
        op.execute(REFUSE_POSTGRESQL.format(table="log_entry"))


def _drop_triggers(*names: str) -> None:
    for name in names:
        op.execute(f"DROP TRIGGER {name}")


_BEFORE_ON_SQLITE = ("log_entry_no_update", "log_entry_no_delete", "log_mention_no_delete")
_BEFORE = ("log_entry_append_only ON log_entry",)
_ON_SQLITE = (
    *_BEFORE_ON_SQLITE,
    *("log_erasure_named", "log_erasure_no_update", "log_erasure_no_delete"),
)
_ON_POSTGRESQL = (
    *("log_entry_only_erased ON log_entry", "log_entry_append_only ON log_entry"),
    *("log_erasure_named ON log_erasure", "log_erasure_append_only ON log_erasure"),
)
