"""What a school asks, who agreed, who need not be asked, who works with a class, and guests."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from access.consent_words import FIRST
from access.database import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ENDS_AFTER_START = "ends_at IS NULL OR ends_at > starts_at"
LEVELS = "level IN ('clear','faces','figures','no')"


def _table(name: str, *more: sa.schema.SchemaItem, **keys: str) -> None:
    """Make a table with an id, a school and foreign keys, each by its column's name."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        *more,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}_{other}"))
            for column, other in {"school_id": "school", **keys}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _key() -> sa.Column[str]:
    return sa.Column("key", sa.String(length=22), nullable=False)


def _only(table: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key"))


def upgrade() -> None:
    _table(
        "consent_text",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        _number("version"),
        sa.Column("words_zh", sa.String(length=4000), nullable=False),
        sa.Column("words_en", sa.String(length=4000), nullable=False),
        _number("proposed_by", nullable=True),
        _instant("recorded_at"),
        _number("published_by", nullable=True),
        _instant("published_at", nullable=True),
        _instant("starts_at", nullable=True),
        sa.UniqueConstraint(
            *("school_id", "purpose", "audience", "version"), name=op.f("uq_consent_text_school_id")
        ),
        sa.CheckConstraint("audience IN ('family','staff')", name=op.f("ck_consent_text_audience")),
        sa.CheckConstraint("version > 0", name=op.f("ck_consent_text_version")),
        sa.CheckConstraint(
            "(published_at IS NULL) = (starts_at IS NULL)", name=op.f("ck_consent_text_published_whole")
        ),
        proposed_by="person",
        published_by="person",
    )
    _table(
        "consent",
        _key(),
        _number("consent_text_id"),
        _number("person_id"),
        _number("guardianship_id", nullable=True),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("how", sa.String(length=5), nullable=False),
        _number("entered_by", nullable=True),
        _instant("recorded_at"),
        _number("looked_at_by", nullable=True),
        _instant("counts_from", nullable=True),
        _instant("ended_at", nullable=True),
        _only("consent"),
        sa.CheckConstraint(LEVELS, name=op.f("ck_consent_level")),
        sa.CheckConstraint("how IN ('own','paper')", name=op.f("ck_consent_how")),
        consent_text_id="consent_text",
        person_id="person",
        guardianship_id="guardianship",
        entered_by="person",
        looked_at_by="person",
    )
    _index("consent", "person_id", "guardianship_id")
    _table(
        "consent_exemption",
        _key(),
        _number("guardianship_id"),
        sa.Column("reason", sa.String(length=500), nullable=False),
        _number("proposed_by"),
        _instant("recorded_at"),
        _number("confirmed_by", nullable=True),
        _instant("confirmed_at", nullable=True),
        _instant("ended_at", nullable=True),
        _only("consent_exemption"),
        guardianship_id="guardianship",
        proposed_by="person",
        confirmed_by="person",
    )
    _index("consent_exemption", "guardianship_id")
    _table(
        "staff_duty",
        _key(),
        _number("person_id"),
        _number("class_group_id"),
        _instant("starts_at"),
        _instant("ends_at", nullable=True),
        _instant("recorded_at"),
        _instant("ended_at", nullable=True),
        _only("staff_duty"),
        sa.CheckConstraint(ENDS_AFTER_START, name=op.f("ck_staff_duty_ends_after_start")),
        person_id="person",
        class_group_id="class_group",
    )
    _index("staff_duty", "person_id", "class_group_id")
    _table(
        "guest",
        _key(),
        _number("room_id"),
        _instant("came_at"),
        _instant("recorded_at"),
        _instant("left_at", nullable=True),
        _only("guest"),
        room_id="room",
    )
    _index("guest", "room_id", "left_at")
    _ask_with_the_first_words()


def _ask_with_the_first_words() -> None:
    """Give every school the texts with which one begins: nobody has agreed to them yet."""
    text = sa.table(
        "consent_text",
        *(
            sa.column(name)
            for name in ("school_id", "purpose", "audience", "version", "words_zh", "words_en")
        ),
        *(sa.column(name, UtcDateTime()) for name in ("recorded_at", "published_at", "starts_at")),
    )
    school = sa.table("school", sa.column("id"), sa.column("recorded_at", UtcDateTime()))
    schools = op.get_bind().execute(sa.select(school.c.id, school.c.recorded_at).order_by(school.c.id)).all()
    for number, recorded_at in schools:
        for (purpose, audience), (words_zh, words_en) in FIRST.items():
            op.execute(
                sa.insert(text).values(
                    school_id=number,
                    purpose=purpose.value,
                    audience=audience.value,
                    version=1,
                    words_zh=words_zh,
                    words_en=words_en,
                    **dict.fromkeys(("recorded_at", "published_at", "starts_at"), recorded_at),
                )
            )


#: An earlier version asks nobody, also not those who have not answered yet: every curtain is drawn.
DRAW_ALL = (
    "UPDATE curtain_opening SET drawn_reason = 'room:not_covered', drawn_at = :now WHERE drawn_at IS NULL"
)


def downgrade() -> None:
    now = sa.bindparam("now", datetime.now(UTC), type_=UtcDateTime())
    op.execute(sa.text(DRAW_ALL).bindparams(now))
    for table in ("guest", "staff_duty", "consent_exemption", "consent", "consent_text"):
        op.drop_table(table)
