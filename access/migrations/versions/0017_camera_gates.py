"""What rooms are for, who installed a camera, and the gates that it opens by."""

import json

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = "kind IN ('classroom','hall','playground','dining','corridor','toilet','nap','changing','nursing')"
GATES = "kind IN ('purpose','sign','masks','cloud_off','responsible','approval')"
#: An earlier version knows of no gates: a camera that they keep closed is not activated there.
TAKE_OFF = """
    UPDATE camera SET activated_at = NULL
    WHERE room_id NOT IN (
        SELECT id FROM room WHERE kind IN ('classroom','hall','playground','dining','corridor')
    ) OR (
        SELECT count(DISTINCT kind) FROM camera_gate
        WHERE camera_id = camera.id AND ended_at IS NULL AND ends_at > CURRENT_TIMESTAMP
    ) < 6
"""


def upgrade() -> None:
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("kind_since", UtcDateTime(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_room_kind"), KINDS)
        batch_op.create_check_constraint(
            batch_op.f("ck_room_kind_since"), "(kind IS NULL) = (kind_since IS NULL)"
        )
    with op.batch_alter_table("camera", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_camera_added_by_person"), "person", ["added_by"], ["id"])
    op.create_table(
        "camera_gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(GATES, name=op.f("ck_camera_gate_kind")),
        sa.CheckConstraint("ends_at > recorded_at", name=op.f("ck_camera_gate_ends_after_start")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_camera_gate_school_id_school")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_camera_gate_camera_id_camera")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_camera_gate_confirmed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_gate")),
    )
    with op.batch_alter_table("camera_gate", schema=None) as batch_op:
        for name in ("camera_id", "confirmed_by"):
            batch_op.create_index(batch_op.f(f"ix_camera_gate_{name}"), [name], unique=False)
    _who_installed()


def _who_installed() -> None:
    """Read from the log who added each camera."""
    entries = sa.table("log_entry", sa.column("kind"), sa.column("body"))
    camera = sa.table("camera", sa.column("id"), sa.column("added_by"))
    connection = op.get_bind()
    added = connection.execute(sa.select(entries.c.body).where(entries.c.kind == "camera:added")).scalars()
    for body in [bytes(body) for body in added if body]:
        said = json.loads(body)
        connection.execute(
            sa.update(camera)
            .where(camera.c.id == said["subject"]["camera"])
            .values(added_by=said["actor"]["person"])
        )


def downgrade() -> None:
    op.execute(TAKE_OFF)
    with op.batch_alter_table("camera_gate", schema=None) as batch_op:
        for name in ("confirmed_by", "camera_id"):
            batch_op.drop_index(batch_op.f(f"ix_camera_gate_{name}"))
    op.drop_table("camera_gate")
    with op.batch_alter_table("camera", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_camera_added_by_person"), type_="foreignkey")
        batch_op.drop_column("added_by")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_room_kind_since"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_room_kind"), type_="check")
        batch_op.drop_column("kind_since")
        batch_op.drop_column("kind")
