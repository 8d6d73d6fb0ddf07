"""Setup looks, their pictures on a device, and door displays."""

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = "kind IN ('test','mask','measure','before_opening')"
AGREED = "(agreed_by IS NULL) = (agreed_at IS NULL) AND (agreed_by IS NULL) = (ends_at IS NULL)"
#: An earlier version knows of no look: what was filmed for one is over there.
OVER = "UPDATE epoch SET ended_at = started_at WHERE level = 'setup' AND ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "setup_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_setup_look_kind")),
        sa.CheckConstraint(AGREED, name=op.f("ck_setup_look_agreed")),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > agreed_at", name=op.f("ck_setup_look_ends_after_start")
        ),
        sa.CheckConstraint(
            "agreed_by IS NULL OR agreed_by != asked_by", name=op.f("ck_setup_look_two_people")
        ),
        *(_to("setup_look", column, table) for column, table in _OF_A_LOOK),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_look")),
        sa.UniqueConstraint("key", name=op.f("uq_setup_look_key")),
    )
    op.create_table(
        "look_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("look_id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("sign_in_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("delivered", sa.JSON(), nullable=False),
        *(_to("look_opening", column, table) for column, table in _OF_AN_OPENING),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_opening")),
        sa.UniqueConstraint("key", name=op.f("uq_look_opening_key")),
    )
    op.create_table(
        "door_display",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_until", UtcDateTime(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("on_since", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        *(_to("door_display", column, table) for column, table in _OF_A_DOOR),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_display")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_door_display_{name}"))
            for name in ("key", "code_hash", "token_hash")
        ),
    )
    for table, columns in _INDEXED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)


def downgrade() -> None:
    op.execute(OVER)
    for table, columns in reversed(_INDEXED.items()):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in reversed(columns):
                batch_op.drop_index(batch_op.f(f"ix_{table}_{name}"))
        op.drop_table(table)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


_OF_A_LOOK = (
    ("school_id", "school"),
    ("camera_id", "camera"),
    ("asked_by", "person"),
    ("agreed_by", "person"),
)
_OF_AN_OPENING = (
    ("school_id", "school"),
    ("look_id", "setup_look"),
    ("camera_id", "camera"),
    ("room_id", "room"),
    ("sign_in_id", "sign_in"),
    ("person_id", "person"),
)
_OF_A_DOOR = (("school_id", "school"), ("room_id", "room"), ("added_by", "person"))
_INDEXED = {
    "setup_look": ("camera_id", "asked_by", "agreed_by"),
    "look_opening": ("look_id", "sign_in_id", "person_id", "closed_at"),
    "door_display": ("room_id",),
}
