"""Letters that invite, what document proved an identity, and the last day of a school's term."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DOCUMENTS = "verified_document IN ('identity_card','passport','household_register','other')"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("handed_by", sa.Integer(), nullable=True),
        sa.Column("handed_at", UtcDateTime(), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('first','recovery')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_invitation_school_id_school")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_invitation_issued_by_person")),
        sa.ForeignKeyConstraint(["handed_by"], ["person.id"], name=op.f("fk_invitation_handed_by_person")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["person.id"], name=op.f("fk_invitation_released_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("key", name=op.f("uq_invitation_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "notice_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("guardianship_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_notice_seen_school_id_school")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_seen_person_id_person")),
        sa.ForeignKeyConstraint(
            ["guardianship_id"], ["guardianship.id"], name=op.f("fk_notice_seen_guardianship_id_guardianship")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_seen")),
        sa.UniqueConstraint("person_id", "guardianship_id", name=op.f("uq_notice_seen_person_id")),
    )

    with op.batch_alter_table("guardianship", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verified_document", sa.String(length=20), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_guardianship_verified_document"), DOCUMENTS)
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("term_ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("term_ends_on")
    with op.batch_alter_table("guardianship", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_guardianship_verified_document"), type_="check")
        batch_op.drop_column("verified_document")
    op.drop_table("notice_seen")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
    op.drop_table("invitation")
