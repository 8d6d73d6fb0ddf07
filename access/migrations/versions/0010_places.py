"""Uses of rooms at a time of the week, classes in other rooms for a while, and rooms that are lent.

An earlier version shows a lent room to its families, and a class's own room to its families also
while the class is elsewhere and others are there. On the way down the curtains of these rooms are
drawn, unless the loan or the change is over by then. A use at a time of the week only adds a room.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime
from access.reasons import Reason
from access.ways_down import draw_curtains

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ENDS_AFTER_START = "ends_at IS NULL OR ends_at > starts_at"
TIMETABLE = "(weekday IS NULL) = (starts_minute IS NULL) AND (weekday IS NULL) = (ends_minute IS NULL)"
MINUTES = "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440"
WHEN = ("weekday", "starts_minute", "ends_minute")


def upgrade() -> None:
    with op.batch_alter_table("room_use", schema=None) as batch_op:
        for name in WHEN:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_room_use_timetable"), TIMETABLE)
        batch_op.create_check_constraint(batch_op.f("ck_room_use_weekday"), "weekday BETWEEN 0 AND 6")
        batch_op.create_check_constraint(batch_op.f("ck_room_use_minutes"), MINUTES)

    op.create_table(
        "room_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("class_group_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(ENDS_AFTER_START, name=op.f("ck_room_change_ends_after_start")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_room_change_school_id_school")),
        sa.ForeignKeyConstraint(
            ["class_group_id"], ["class_group.id"], name=op.f("fk_room_change_class_group_id_class_group")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_change_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_change")),
    )
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        for name in ("key", "class_group_id", "room_id"):
            batch_op.create_index(batch_op.f(f"ix_room_change_{name}"), [name], unique=False)

    op.create_table(
        "room_loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(ENDS_AFTER_START, name=op.f("ck_room_loan_ends_after_start")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_room_loan_school_id_school")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_loan_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_loan")),
        sa.UniqueConstraint("key", name=op.f("uq_room_loan_key")),
    )
    with op.batch_alter_table("room_loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_loan_room_id"), ["room_id"], unique=False)


def _stretch(table: str, of: str) -> sa.TableClause:
    return sa.table(
        table, sa.column(of), *(sa.column(name, UtcDateTime()) for name in ("ends_at", "ended_at"))
    )


def _draw_what_others_use() -> None:
    now = datetime.now(UTC)

    def standing(of: sa.TableClause) -> tuple[Any, ...]:
        return of.c.ended_at.is_(None), of.c.ends_at > now

    loan, change = _stretch("room_loan", "room_id"), _stretch("room_change", "class_group_id")
    use = sa.table("room_use", sa.column("room_id"), sa.column("class_group_id"))
    lent = sa.select(loan.c.room_id).where(*standing(loan))
    moved = sa.select(change.c.class_group_id).where(*standing(change))
    away = sa.select(use.c.room_id).where(use.c.class_group_id.in_(moved))
    draw_curtains(op.get_bind(), lent, reason=Reason.ROOM_LENT)
    draw_curtains(op.get_bind(), away, reason=Reason.ROOM_NOT_USED)


def downgrade() -> None:
    _draw_what_others_use()
    with op.batch_alter_table("room_loan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_loan_room_id"))
    op.drop_table("room_loan")
    with op.batch_alter_table("room_change", schema=None) as batch_op:
        for name in ("room_id", "class_group_id", "key"):
            batch_op.drop_index(batch_op.f(f"ix_room_change_{name}"))
    op.drop_table("room_change")
    # A use at one time of the week would come to be one of the whole week: it ends instead.
    op.execute(
        "UPDATE room_use SET ended_at = CURRENT_TIMESTAMP WHERE weekday IS NOT NULL AND ended_at IS NULL"
    )
    with op.batch_alter_table("room_use", schema=None) as batch_op:
        for name in ("minutes", "weekday", "timetable"):
            batch_op.drop_constraint(batch_op.f(f"ck_room_use_{name}"), type_="check")
        for name in reversed(WHEN):
            batch_op.drop_column(name)
