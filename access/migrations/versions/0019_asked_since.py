"""A school asks since it can be answered, and not since it began.

Whoever was a guardian and had not agreed is asked on, unless that was over before the school
asked. The first texts were dated when the school began, before anybody could answer them; the
first answer was the first time anybody did.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from access.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

#: An earlier version lets one person take a refusal away: every curtain is drawn.
DRAW_ALL = (
    "UPDATE curtain_opening SET drawn_reason = 'room:not_covered', drawn_at = :now WHERE drawn_at IS NULL"
)


def upgrade() -> None:
    text = sa.table(
        "consent_text",
        *(sa.column(name) for name in ("id", "school_id", "version", "published_by")),
        *(sa.column(name, UtcDateTime()) for name in ("published_at", "starts_at")),
    )
    consent = sa.table("consent", sa.column("school_id"), sa.column("recorded_at", UtcDateTime()))
    connection, now = op.get_bind(), datetime.now(UTC)
    earliest = sa.func.min(consent.c.recorded_at).label("at")
    first = sa.select(consent.c.school_id, earliest).group_by(consent.c.school_id)
    answered = {row.school_id: row.at for row in connection.execute(first)}
    begun = sa.select(text.c.id, text.c.school_id).where(text.c.version == 1, text.c.published_by.is_(None))
    for number, school in connection.execute(begun).all():
        asked = answered.get(school, now)
        this = sa.update(text).where(text.c.id == number)
        connection.execute(this.values(published_at=asked, starts_at=asked))


def downgrade() -> None:
    now = sa.bindparam("now", datetime.now(UTC), type_=UtcDateTime())
    op.execute(sa.text(DRAW_ALL).bindparams(now))
