"""How long a school keeps what entries say, what is held, and what is asked to be erased."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

GROUPS = ("viewings", "lookups", "presence", "families", "places", "accounts")


def upgrade() -> None:
    op.create_table(
        "retention_setting",
        *_beginning("retention_setting"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in GROUPS),
        *_by("retention_setting", "proposed", needed=True),
        *_by("retention_setting", "approved"),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 6 AND 240", name=op.f(f"ck_retention_setting_{name}"))
            for name in GROUPS
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_retention_setting_approved")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by != proposed_by", name=op.f("ck_retention_setting_two_people")
        ),
    )
    op.create_table(
        "log_hold",
        *_beginning("log_hold"),
        *_to("log_hold", "person_id", "person"),
        *_to("log_hold", "child_id", "child"),
        *_to("log_hold", "room_id", "room"),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        *_by("log_hold", "placed", needed=True),
        *_by("log_hold", "end_asked"),
        *_to("log_hold", "end_agreed_by", "person"),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("until > since", name=op.f("ck_log_hold_ends_after_start")),
        sa.CheckConstraint(
            "end_asked_by IS NULL OR end_agreed_by != end_asked_by", name=op.f("ck_log_hold_two_people")
        ),
    )
    op.create_table(
        "erasure_request",
        *_beginning("erasure_request"),
        *_to("erasure_request", "person_id", "person", needed=True),
        sa.Column("before", UtcDateTime(), nullable=False),
        *_by("erasure_request", "asked", needed=True),
        *_by("erasure_request", "agreed"),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_erasure_request_agreed")
        ),
        sa.CheckConstraint(
            "agreed_by IS NULL OR agreed_by != asked_by", name=op.f("ck_erasure_request_two_people")
        ),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_school_id"), table, ["school_id"], unique=False)


TABLES = ("retention_setting", "log_hold", "erasure_request")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_index(op.f(f"ix_{table}_school_id"), table_name=table)
        op.drop_table(table)


def _beginning(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        *_to(table, "school_id", "school", needed=True),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    ]


def _by(table: str, what: str, *, needed: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        *_to(table, f"{what}_by", "person", needed=needed),
        sa.Column(f"{what}_at", UtcDateTime(), nullable=not needed),
    ]


def _to(table: str, column: str, other: str, *, needed: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.Integer(), nullable=not needed),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")),
    ]
