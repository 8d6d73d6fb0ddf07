"""What is said of consents, to whoever gave them; the same words for families and staff."""

from datetime import datetime, timedelta, tzinfo

from flask_babel import gettext

from access.consent_records import NO
from access.consents_seen import Asked, Receipt
from app.words import calendar_day, clock_time

#: After an ending nothing of it is delivered any more, whatever the network does; tested.
BLACK_WITHIN = timedelta(seconds=3)


def standing_words(asked: Asked) -> str:
    """Return how somebody's answer stands."""
    waits = any(one.counts_from is None and one.ended_at is None for one in asked.receipts)
    if asked.answer is None and waits:
        return str(gettext("Your paper is with the school; a second person still has to look at it."))
    if asked.answer is None:
        return str(gettext("You have not answered yet."))
    return str(gettext("You have agreed.") if asked.has_agreed else gettext("You have said no."))


def waiting_words(asked: Asked) -> str:
    """Return from when an answer counts where no room waits for it now; empty where one does."""
    if asked.is_expected:
        return ""
    if asked.guardianship_id is None:
        return str(gettext("You are on no class's list of staff. Your answer counts as soon as you are."))
    return str(gettext("Your child is in no class now. Your answer counts as soon as it is."))


def coming_words(asked: Asked, *, zone: tzinfo) -> str:
    """Return what is said of the text with which the school asks next; empty where there is none."""
    if asked.coming is None or asked.coming.starts_at is None:
        return ""
    day = calendar_day(asked.coming.starts_at, zone=zone)
    if asked.has_agreed_already:
        return str(gettext("From %(day)s another text counts. You have agreed to it already.", day=day))
    return str(gettext("From %(day)s another text counts. You can agree to it already.", day=day))


def done_words(asked: Asked, *, agreed: bool, recorded: bool) -> str:
    """Return what is said after an answer."""
    waits = waiting_words(asked)
    if waits and recorded:
        return str(gettext("Done: it is kept. %(waits)s", waits=waits))
    if agreed:
        return str(gettext("Thank you. You have agreed; you can take it back here at any time."))
    if recorded:
        return str(gettext("Done. It counts at once, and the receipt is below."))
    return str(gettext("Done: it counts at once. It could not be written down yet; that follows by itself."))


def receipt_words(receipt: Receipt, *, zone: tzinfo) -> str:
    """Return a receipt in one line: what, when, to which text; of what was taken back, the time of black.

    That time is the one by which the last picture was cut off, and not when somebody watched: else
    it would tell whether anybody did.
    """
    at = receipt.counts_from or receipt.recorded_at
    when = f"{calendar_day(at, zone=zone)} {clock_time(at, zone=zone)}"
    version = receipt.version
    if receipt.level == NO:
        said = gettext("%(when)s: no (text %(version)d)", when=when, version=version)
    elif receipt.how == "paper":
        said = gettext("%(when)s: yes, on paper (text %(version)d)", when=when, version=version)
    else:
        said = gettext("%(when)s: yes (text %(version)d)", when=when, version=version)
    if receipt.ended_at is None or receipt.level == NO:
        return str(said)
    dark = receipt.ended_at + BLACK_WITHIN
    day, ended = calendar_day(receipt.ended_at, zone=zone), seconds(receipt.ended_at, zone=zone)
    over = gettext(
        "It counted until %(day)s %(ended)s; by %(dark)s every picture under it was dark.",
        day=day,
        ended=ended,
        dark=seconds(dark, zone=zone),
    )
    return f"{said} · {over}"


def seconds(instant: datetime, *, zone: tzinfo) -> str:
    """Return the time of day to the second."""
    return instant.astimezone(zone).strftime("%H:%M:%S")
