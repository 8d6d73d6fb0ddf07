"""A school's calendar, whose holidays it keeps, and terms with a first and a last day.

An earlier version knows the last day of the last term and no other day that is closed: where a
school keeps holidays, or has closed days or terms before it, its curtains are drawn on the way down.
"""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime
from access.keys import new_key
from access.reasons import Reason
from access.ways_down import draw_curtains, rooms_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "kind IN ('term','holiday','closure','make_up','opening','prepared','confirmed')"
CHINESE_ZONES = (
    *("Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar"),
    "PRC",
)
SCHOOL = sa.table(
    "school",
    sa.column("id", sa.Integer()),
    sa.column("zone", sa.String()),
    sa.column("country", sa.String()),
    sa.column("term_ends_on", sa.Date()),
    sa.column("recorded_at", UtcDateTime()),
)
DAYS = sa.table(
    "calendar_days",
    sa.column("school_id", sa.Integer()),
    sa.column("key", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("starts_on", sa.Date()),
    sa.column("ends_on", sa.Date()),
    sa.column("name", sa.String()),
    sa.column("prefilled", sa.Boolean()),
    sa.column("recorded_at", UtcDateTime()),
    sa.column("ended_at", UtcDateTime()),
)


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("class_group_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("starts_minute", sa.Integer(), nullable=True),
        sa.Column("ends_minute", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prefilled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_calendar_days_kind")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_calendar_days_ends_after_start")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_calendar_days_weekday")),
        sa.CheckConstraint(
            "(kind = 'make_up') = (weekday IS NOT NULL)", name=op.f("ck_calendar_days_weekday_followed")
        ),
        sa.CheckConstraint(
            "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_calendar_days_minutes"),
        ),
        sa.CheckConstraint(
            "(kind = 'opening') = (starts_minute IS NOT NULL AND ends_minute IS NOT NULL)",
            name=op.f("ck_calendar_days_minutes_of_opening"),
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_calendar_days_school_id_school")),
        sa.ForeignKeyConstraint(
            ["class_group_id"], ["class_group.id"], name=op.f("fk_calendar_days_class_group_id_class_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
        sa.UniqueConstraint("key", name=op.f("uq_calendar_days_key")),
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_days_school_id_ends_on", ["school_id", "ends_on"], unique=False)
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("country_since", UtcDateTime(), nullable=True))
    op.execute(SCHOOL.update().where(SCHOOL.c.zone.in_(CHINESE_ZONES)).values(country="CN"))
    _terms_into_the_calendar()
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("term_ends_on")


def _terms_into_the_calendar() -> None:
    """Let a term whose last day is known begin with the school itself: nobody said when it did."""
    connection = op.get_bind()
    known = sa.select(SCHOOL.c.id, SCHOOL.c.term_ends_on, SCHOOL.c.recorded_at)
    for school in connection.execute(known.where(SCHOOL.c.term_ends_on.is_not(None))).all():
        ends_on = school.term_ends_on + timedelta(days=1)
        starts_on = min(school.recorded_at.date() - timedelta(days=1), school.term_ends_on)
        term = {"kind": "term", "starts_on": starts_on, "ends_on": ends_on, "name": "", "prefilled": False}
        row = {"school_id": school.id, "key": new_key(), "recorded_at": school.recorded_at}
        connection.execute(DAYS.insert().values(**row, **term))


def _draw_what_days_close() -> None:
    # As early as it can still be that day somewhere.
    today = (datetime.now(UTC) - timedelta(days=1)).date()
    keeps = sa.select(SCHOOL.c.id).where(SCHOOL.c.country.is_not(None))
    closing = DAYS.c.kind.in_(("holiday", "closure", "term"))
    marked = sa.select(DAYS.c.school_id).where(closing, DAYS.c.ended_at.is_(None), DAYS.c.ends_on >= today)
    draw_curtains(op.get_bind(), rooms_of(keeps.union(marked)), reason=Reason.OUTSIDE_HOURS)


def downgrade() -> None:
    _draw_what_days_close()
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("term_ends_on", sa.Date(), nullable=True))
    connection = op.get_bind()
    last: dict[int, date] = {}
    terms = sa.select(DAYS.c.school_id, DAYS.c.ends_on).where(
        DAYS.c.kind == "term", DAYS.c.ended_at.is_(None)
    )
    for term in connection.execute(terms.order_by(DAYS.c.ends_on)).all():
        last[term.school_id] = term.ends_on - timedelta(days=1)
    for school_id, ends_on in last.items():
        connection.execute(SCHOOL.update().where(SCHOOL.c.id == school_id).values(term_ends_on=ends_on))
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("country_since")
        batch_op.drop_column("country")
    op.drop_table("calendar_days")
