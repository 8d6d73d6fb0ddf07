"""How far the school's log has come, on one sheet: for the notice board, or whoever keeps it elsewhere."""

from base64 import b64encode
from textwrap import wrap
from zoneinfo import ZoneInfo

from flask import render_template
from markupsafe import Markup

from access.database import reading
from access.log.checkpoints import parse_checkpoint
from access.log.kept import newest_kept
from access.log.notes import parse_note
from access.log.receivers import received
from app.guard import audience
from app.letters import qr_svg
from app.oversight import bp
from app.oversight.views import READERS
from app.services import services
from app.words import calendar_day, clock_time
from app.working import school_here

#: Letters of a root hash that are read at one go.
AT_ONCE = 4


@bp.get("/oversight/checkpoint")
@audience(*READERS)
def checkpoint() -> str:
    """Show the last checkpoint of the reader's school, to print; it says of nobody what they did."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
        kept = newest_kept(connection, school.id)
        receivers = received(connection, school.id)
    if kept is None:
        return render_template("oversight/checkpoint.html", school=school, kept=None, receivers=())
    zone = ZoneInfo(school.zone)
    said = parse_checkpoint(parse_note(kept.note).text)
    return render_template(
        "oversight/checkpoint.html",
        school=school,
        kept=said,
        receivers=[(one, calendar_day(one.at, zone=zone)) for one in receivers],
        groups=wrap(b64encode(said.root).decode(), AT_ONCE),
        day=calendar_day(kept.signed_at, zone=zone),
        time=clock_time(kept.signed_at, zone=zone),
        note=kept.note.decode(),
        qr=Markup(qr_svg(kept.note.decode())),  # noqa: S704  # drawn here, of what was signed here
    )
