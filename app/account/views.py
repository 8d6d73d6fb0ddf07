"""The front door: sign in, sign out here or everywhere, choose a language.

Whether a name exists cannot be told from the answer, its words or its time.
"""

from flask import redirect, render_template, request
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from access.errors import Refused
from access.memberships import FAMILY
from access.passphrases import check_passphrase
from access.sign_ins import begin_sign_in, end_every_sign_in, end_sign_in
from app import text_size as text
from app.account import bp, cookie, known_device
from app.account.device import device_words
from app.account.failed import failed_sign_in
from app.account.limits import limit_tries
from app.errors import FormRefused
from app.guard import ANYONE, AWAY, SIGNED_IN, UNLOCK, audience
from app.language import CATALOGUES, remember
from app.pages import SECOND
from app.services import services

#: Longer than anything a person types; what is longer is not even hashed.
LONGEST_PASSPHRASE = 1000
LONGEST_NAME = 100

#: Where each role begins its day; the first that fits.
HOMES = (
    ("guardian", "/home"),
    ("delegate", "/home"),
    ("teacher", "/office"),
    ("office", "/office"),
    ("director", "/office"),
    ("administrator", "/oversight"),
)

#: What somebody with two hats chooses between: theirs as family, and as staff.
HATS = (
    ("/home", lazy_gettext("As family: my child's room")),
    ("/office", lazy_gettext("As staff: rooms and curtains")),
    ("/oversight", lazy_gettext("As staff: the access log")),
)


@bp.get("/")
@audience(ANYONE)
def front() -> Response | str:
    """Show the sign-in page, or lead somebody signed in to their own first page.

    Whoever is of a family and of the staff chooses as whom they come. Whoever is signed in and
    is nothing here, not yet or no longer, is told so.
    """
    if not current_user.is_authenticated:
        return render_template("account/sign_in.html", wrong=False, locked=False)
    if current_user.is_away:
        return redirect(UNLOCK, 303)
    if current_user.has_schools and current_user.works_in is None:
        return redirect("/schools", 303)
    homes = list(dict.fromkeys(home for role, home in HOMES if role in current_user.roles))
    if "/home" in homes and len(homes) > 1:
        return render_template("account/hats.html", hats=[hat for hat in HATS if hat[0] in homes])
    if homes or current_user.found.second_waits:
        return redirect(homes[0] if homes else SECOND, 303)
    return render_template("family/home.html", schools=[])


@bp.post("/sign-in")
@audience(ANYONE)
@limit_tries
def sign_in() -> Response | tuple[str, int]:
    """Begin a sign-in on this device; the device's earlier one ends."""
    typed, passphrase = request.form.get("sign_in_name", ""), request.form.get("passphrase", "")
    if len(typed) > LONGEST_NAME or len(passphrase) > LONGEST_PASSPHRASE:
        raise FormRefused
    world = services().world
    known = check_passphrase(world, typed, passphrase, failed=failed_sign_in)
    if known is None:
        return render_template("account/sign_in.html", wrong=True, locked=False), 400
    if current_user.is_authenticated:
        end_sign_in(world, current_user.sign_in_id)
    words = device_words(request.headers.get("User-Agent", ""))
    try:
        token = begin_sign_in(world, known.person_id, words, passphrase_hash=known.passphrase_hash)
    except Refused:  # right when it was checked, and no longer
        failed_sign_in(known.person_id)
        return render_template("account/sign_in.html", wrong=True, locked=False), 400
    answer = redirect("/welcome", 303)
    cookie.give(answer, token)
    known_device.remember(answer, typed)
    return answer


@bp.get("/welcome")
@audience(SIGNED_IN)
def welcome() -> Response | str:
    """Offer a family's new device its PIN, once; staff begin their day."""
    if not FAMILY & current_user.roles or current_user.found.has_pin:
        return redirect("/", 303)
    return render_template("account/welcome.html")


@bp.post("/sign-out")
@audience(AWAY)
def sign_out() -> Response:
    """End this device's sign-in."""
    end_sign_in(services().world, current_user.sign_in_id)
    return _away()


@bp.post("/sign-out-everywhere")
@audience(AWAY)
def sign_out_everywhere() -> Response:
    """End every sign-in of this person, this one too."""
    end_every_sign_in(services().world, current_user.person_id)
    return _away()


@bp.post("/language")
@audience(ANYONE)
def language() -> Response:
    """Keep the language that the reader chose, and go back to where they were."""
    wanted = request.form.get("language", "")
    if wanted not in CATALOGUES:
        raise FormRefused
    answer = redirect(_page_asked_from(), 303)
    remember(answer, wanted)
    return answer


@bp.post("/text-size")
@audience(ANYONE)
def text_size() -> Response:
    """Keep how large the reader wants the words, and go back to where they were."""
    wanted = request.form.get("size", "")
    if wanted not in text.SIZES:
        raise FormRefused
    answer = redirect(_page_asked_from(), 303)
    text.remember(answer, wanted)
    return answer


def _away() -> Response:
    answer = redirect("/", 303)
    cookie.take_back(answer)
    return answer


def _page_asked_from() -> str:
    """Return the path of the page the form stood on, if it is one of ours; a POST's page is not."""
    before = request.referrer or ""
    path = before.removeprefix(request.host_url.rstrip("/"))
    ours = path != before and path.startswith("/") and not path.startswith(("//", "/\\", "/sign"))
    return path if ours else "/"
