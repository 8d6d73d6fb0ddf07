"""What a room of the school shows where somebody who is expected in it has not agreed.

An earlier version is as strict as a school that chose nothing, but a way up again makes that
figures, as of every school: on the way down the curtains of such a school are drawn.
"""

import sqlalchemy as sa
from alembic import op

from access.reasons import Reason
from access.ways_down import draw_curtains, rooms_of

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("school", schema=None) as batch_op:
        # Of a school that is there already: figures at most, as of a new one.
        batch_op.add_column(sa.Column("uncovered", sa.String(8), nullable=False, server_default="figures"))
        batch_op.create_check_constraint(
            batch_op.f("ck_school_uncovered"), "uncovered IN ('figures','closed')"
        )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.alter_column("uncovered", server_default=None)


def downgrade() -> None:
    school = sa.table("school", sa.column("id"), sa.column("uncovered"))
    strict = sa.select(school.c.id).where(school.c.uncovered == "closed")
    draw_curtains(op.get_bind(), rooms_of(strict), reason=Reason.NOT_COVERED)
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_school_uncovered"), type_="check")
        batch_op.drop_column("uncovered")
