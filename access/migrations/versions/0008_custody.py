"""Custody rules: what limits a guardianship to some days, or to none."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "kind IN ('no_contact','odd_weeks','even_weeks','weekdays')"


def upgrade() -> None:
    op.create_table(
        "custody_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("guardianship_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("court_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("end_asked_by", sa.Integer(), nullable=True),
        sa.Column("end_asked_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_custody_rule_kind")),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_custody_rule_ends_after_start")
        ),
        sa.CheckConstraint("ends_at IS NULL OR court_on IS NULL", name=op.f("ck_custody_rule_one_end")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_custody_rule_school_id_school")),
        sa.ForeignKeyConstraint(
            ["guardianship_id"],
            ["guardianship.id"],
            name=op.f("fk_custody_rule_guardianship_id_guardianship"),
        ),
        sa.ForeignKeyConstraint(
            ["end_asked_by"], ["person.id"], name=op.f("fk_custody_rule_end_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_rule")),
        sa.UniqueConstraint("key", name=op.f("uq_custody_rule_key")),
    )
    with op.batch_alter_table("custody_rule", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_custody_rule_guardianship_id"), ["guardianship_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("custody_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custody_rule_guardianship_id"))
    op.drop_table("custody_rule")
