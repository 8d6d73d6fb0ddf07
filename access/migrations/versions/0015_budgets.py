"""How much families may watch, and when somebody answered that they still do.

A school that is there already has no budgets until it chooses some. An earlier version would let
families watch without end: where a school has budgets, its curtains are drawn on the way down.
"""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime
from access.reasons import Reason
from access.ways_down import draw_curtains, rooms_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

#: Column → the least and the most.
BOUNDS = {"day_minutes": (1, 1440), "viewing_minutes": (1, 1440), "family_devices": (1, 100)}


def upgrade() -> None:
    with op.batch_alter_table("school", schema=None) as batch_op:
        for name, (least, most) in BOUNDS.items():
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_check_constraint(
                batch_op.f(f"ck_school_{name}"), f"{name} BETWEEN {least} AND {most}"
            )
        batch_op.add_column(sa.Column("budgets_since", UtcDateTime(), nullable=True))
    with op.batch_alter_table("viewing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_viewing_child_id_lease_until", ["child_id", "lease_until"], unique=False)


def downgrade() -> None:
    school = sa.table("school", *(sa.column(name) for name in ("id", *BOUNDS)))
    bounded = sa.select(school.c.id).where(sa.or_(*(school.c[name].is_not(None) for name in BOUNDS)))
    draw_curtains(op.get_bind(), rooms_of(bounded), reason=Reason.BUDGET_SPENT)
    with op.batch_alter_table("viewing", schema=None) as batch_op:
        batch_op.drop_index("ix_viewing_child_id_lease_until")
        batch_op.drop_column("answered_at")
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("budgets_since")
        for name in BOUNDS:
            batch_op.drop_constraint(batch_op.f(f"ck_school_{name}"), type_="check")
            batch_op.drop_column(name)
