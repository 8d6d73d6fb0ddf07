"""Custody rules: what limits a guardianship to some days, or to none.

An earlier version knows none, and whoever is limited would watch there as any guardian. On the way
down every grant of such a guardianship is revoked, whatever days its rules leave: a revoked grant is
what that version knows of, it is dated, the office sees it with the family, and nothing gives it
back: not a curtain that is opened, a date that comes, or a way up again. Who then issues another
decides it anew, for this guardian and child alone. Rules that are over by then limit nothing.
"""

from datetime import UTC, datetime

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


def _revoke_what_is_limited() -> None:
    instants = ("ends_at", "ended_at")
    rule = sa.table(
        "custody_rule", sa.column("guardianship_id"), *(sa.column(name, UtcDateTime()) for name in instants)
    )
    grant = sa.table("access_grant", sa.column("guardianship_id"), sa.column("revoked_at", UtcDateTime()))
    now = datetime.now(UTC)
    lasts = sa.or_(rule.c.ends_at.is_(None), rule.c.ends_at > now)
    # Also where the office tied the same two anew since.
    tie, same = (
        sa.table("guardianship", *(sa.column(name) for name in ("id", "person_id", "child_id"))).alias(name)
        for name in ("tie", "same")
    )
    limited = (
        sa.select(tie.c.id)
        .join(same, sa.and_(same.c.person_id == tie.c.person_id, same.c.child_id == tie.c.child_id))
        .join(rule, rule.c.guardianship_id == same.c.id)
        .where(rule.c.ended_at.is_(None), lasts)
    )
    theirs = grant.c.revoked_at.is_(None), grant.c.guardianship_id.in_(limited)
    op.execute(sa.update(grant).where(*theirs).values(revoked_at=now))


def downgrade() -> None:
    _revoke_what_is_limited()
    with op.batch_alter_table("custody_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custody_rule_guardianship_id"))
    op.drop_table("custody_rule")
