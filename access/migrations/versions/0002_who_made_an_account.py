"""Who added an account, and who else gave it a passphrase: they cannot verify its guardianships.

What the log says of accounts that exist already is carried over.
"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = {"person:added": "created_by", "passphrase:set": "passphrase_given_by"}


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for column in COLUMNS.values():
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_person_{column}_person"), "person", [column], ["id"])

    person = sa.table("person", sa.column("id"), *map(sa.column, COLUMNS.values()))
    for column, whose, by in _done_for_others():
        op.execute(person.update().where(person.c.id == whose).values({column: by}))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for column in reversed(COLUMNS.values()):
            batch_op.drop_constraint(batch_op.f(f"fk_person_{column}_person"), type_="foreignkey")
            batch_op.drop_column(column)


def _done_for_others() -> Iterator[tuple[str, int, int | None]]:
    """Yield column, person and who did it, oldest first; a passphrase of one's own is not among them."""
    bodies = op.get_bind().execute(
        sa.text("SELECT body FROM log_entry WHERE kind IN ('person:added', 'passphrase:set') ORDER BY id")
    )
    for body in map(json.loads, bodies.scalars()):
        person, by = body["subject"]["person"], body["actor"]["person"]
        if person != by:
            yield COLUMNS[body["kind"]], person, by
