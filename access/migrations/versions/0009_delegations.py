"""Delegates: relatives whom a guardian proposed and the school approved; who has read of them.

An earlier version has no delegates: they see nothing there, and the account of one leads nowhere.
"""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DOCUMENTS = "verified_document IN ('identity_card','passport','household_register','other')"
APPROVED_WHOLE = "(approved_at IS NULL) = (person_id IS NULL) AND (approved_at IS NULL) = (ends_at IS NULL)"
PEOPLE = ("proposed_by", "person_id", "approved_by", "verified_by")


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("guardianship_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("verified_until", UtcDateTime(), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("verified_document", sa.String(length=20), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_at > approved_at", name=op.f("ck_delegation_ends_after_start")),
        sa.CheckConstraint(APPROVED_WHOLE, name=op.f("ck_delegation_approved_whole")),
        sa.CheckConstraint(DOCUMENTS, name=op.f("ck_delegation_verified_document")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_delegation_school_id_school")),
        sa.ForeignKeyConstraint(
            ["guardianship_id"], ["guardianship.id"], name=op.f("fk_delegation_guardianship_id_guardianship")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_delegation_{column}_person"))
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("key", name=op.f("uq_delegation_key")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        for column in ("guardianship_id", "person_id"):
            batch_op.create_index(batch_op.f(f"ix_delegation_{column}"), [column], unique=False)
    with op.batch_alter_table("notice_seen", schema=None) as batch_op:
        batch_op.alter_column("guardianship_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("delegation_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_seen_delegation_id_delegation"), "delegation", ["delegation_id"], ["id"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_notice_seen_person_and_delegation"), ["person_id", "delegation_id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_notice_seen_of_one"), "(guardianship_id IS NULL) <> (delegation_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM notice_seen WHERE guardianship_id IS NULL")
    with op.batch_alter_table("notice_seen", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_seen_of_one"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_notice_seen_person_and_delegation"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_notice_seen_delegation_id_delegation"), type_="foreignkey")
        batch_op.drop_column("delegation_id")
        batch_op.alter_column("guardianship_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        for column in ("person_id", "guardianship_id"):
            batch_op.drop_index(batch_op.f(f"ix_delegation_{column}"))
    op.drop_table("delegation")
