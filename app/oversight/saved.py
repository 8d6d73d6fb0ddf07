"""Views of the log that a reader keeps under a name, and takes away again."""

from urllib.parse import parse_qsl

from flask import flash, redirect, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug.wrappers import Response

from access.database import reading
from access.errors import Refused
from access.log_views import remove_view, save_view
from app.guard import audience
from app.oversight import bp
from app.oversight.asked import Asked
from app.oversight.views import READERS
from app.services import services
from app.working import school_here

WHY: dict[str, LazyString] = {
    "view:no_name": lazy_gettext("Give the view a name."),
    "view:long": lazy_gettext("This name is too long."),
    "view:too_many": lazy_gettext("You have as many views as can be kept. Take one away first."),
    "view:unknown": lazy_gettext("This view is gone already."),
}


@bp.post("/oversight/views")
@audience(*READERS)
def keep_view() -> Response:
    """Keep the filters under a name, or take a view of one's own away."""
    world, actor = services().world, current_user.actor
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
    asked = Asked.of_fields(dict(parse_qsl(request.form.get("query", "")[:1_000])))
    key = request.form.get("remove", "")
    try:
        if key:
            remove_view(world, actor=actor, school_id=school.id, key=key)
            flash(gettext("The view is gone."))
        else:
            name = request.form.get("name", "")
            save_view(world, actor=actor, school_id=school.id, name=name, query=asked.query)
            flash(gettext("The view is kept."))
    except Refused as refusal:
        if refusal.reason not in WHY:
            raise
        flash(str(WHY[refusal.reason]), "problem")
    return redirect(asked.page(None), 303)
