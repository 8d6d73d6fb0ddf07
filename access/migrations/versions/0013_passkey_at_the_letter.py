"""A passkey that is chosen with a letter, instead of a passphrase."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PURPOSE = "ck_ceremony_purpose"
OF_A_LETTER = "fk_ceremony_invitation_id_invitation"


def upgrade() -> None:
    with op.batch_alter_table("ceremony", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f(OF_A_LETTER), "invitation", ["invitation_id"], ["id"])
        batch_op.drop_constraint(batch_op.f(PURPOSE), type_="check")
        batch_op.create_check_constraint(batch_op.f(PURPOSE), "purpose IN ('add','sign_in','prove','accept')")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("passkey_only", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("passkey_only", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM ceremony WHERE purpose = 'accept'")  # asked anew within minutes
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("passkey_only")
    with op.batch_alter_table("ceremony", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(PURPOSE), type_="check")
        batch_op.create_check_constraint(batch_op.f(PURPOSE), "purpose IN ('add','sign_in','prove')")
        batch_op.drop_constraint(batch_op.f(OF_A_LETTER), type_="foreignkey")
        batch_op.drop_column("invitation_id")
