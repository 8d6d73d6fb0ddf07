"""What a guardian is told: a reason or a state, as one sentence in their language.

Each sentence says why, kindly, and what comes next. Reasons that are somebody
else's business (a guardianship that ended, a grant that was revoked, a child
who left) share one neutral sentence, so that nothing can be read out of it.
"""

from datetime import datetime, timedelta, tzinfo

from babel.dates import format_date, format_time
from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from access.reasons import MENDED_BY_TIME

#: Never whose rule it is.
WITHOUT_A_REASON = lazy_gettext(
    "This room is not open to you at this time. The school office can tell you more."
)
NO_LONGER = lazy_gettext("This room is no longer open to you. The school office can tell you more.")

#: With more than this left of a day's budget nothing is said of it.
LITTLE = timedelta(minutes=45)

NOT_NOW = lazy_gettext("This room is not open to you now.")
ASK = lazy_gettext("When it opens again, the school office can tell you.")

#: They say already whom to ask.
SENDS_TO_THE_OFFICE = (WITHOUT_A_REASON, NO_LONGER)

#: Reasons that pass with time; with any other, nobody can say when.
OPENS_BY_ITSELF = frozenset(reason.value for reason in MENDED_BY_TIME)

#: Sentences of the policy's reasons; :mod:`access.policy` has their names.
REASONS: dict[str, LazyString] = {
    "sign_in:ended": lazy_gettext("You are signed out on this device. Please sign in again."),
    "person:closed": NO_LONGER,
    "child:none_here": NO_LONGER,
    "guardianship:none": NO_LONGER,
    "guardianship:not_verified": lazy_gettext(
        "The school has not finished checking your papers yet. Please ask the office."
    ),
    "delegation:none": NO_LONGER,
    "enrolment:none": NO_LONGER,
    "custody:not_now": WITHOUT_A_REASON,
    "attendance:not_in": lazy_gettext("Your child has left the room, or has not come yet."),
    "room:lent": lazy_gettext("People from outside have this room for a while. Nobody is shown it."),
    "room:not_used": lazy_gettext("Your child's class is not in this room now."),
    "school:closed": lazy_gettext("The school has closed the cameras for now."),
    "camera:not_activated": lazy_gettext("The camera in this room is not in use now."),
    "camera:gate": lazy_gettext(
        "The school is still preparing the camera in this room. The school office can tell you more."
    ),
    "hours:closed": lazy_gettext("It is outside the viewing hours."),
    "grant:none": NO_LONGER,
    "budget:spent": lazy_gettext("The time that can be watched in one day is used up."),
    "budget:devices": lazy_gettext(
        "The picture is open on as many devices as can be at once."
        " Close it on one of them, then try again here."
    ),
    "room:level": lazy_gettext("The school is not showing this room now."),
    "room:not_covered": lazy_gettext(
        "The room is not shown just now: not everybody in it has agreed, or there is a visitor."
    ),
    "room:curtain": lazy_gettext("The curtain is drawn. The teachers will open it again."),
    "clock:not_believable": lazy_gettext(
        "The school's clock is being checked. Nothing is shown until it is right."
    ),
    "right:stopped": NO_LONGER,
    "viewing:unanswered": lazy_gettext(
        "The picture was closed because nobody said that they still watch. You can open it again."
    ),
    "viewing:left": lazy_gettext("You closed the picture."),
    "viewing:replaced": lazy_gettext("The picture was closed because another was opened on this device."),
    "viewing:lease_lapsed": lazy_gettext("The picture was closed because the connection was lost."),
    "portal:stopping": lazy_gettext("The portal is being restarted. Please try again in a few minutes."),
    "records:unavailable": lazy_gettext("The portal cannot answer just now. Please try again shortly."),
    "log:unavailable": lazy_gettext("The portal cannot answer just now. Please try again shortly."),
}

_OVER = lazy_gettext("The viewing has ended.")


def sentence(
    reason: str,
    *,
    opens_next: datetime | None = None,
    now: datetime | None = None,
    zone: tzinfo | None = None,
) -> str:
    """Return what a guardian is told of *reason*, and when viewing opens next if that is known.

    Args:
        reason: stable string; one that has no sentence says only that it is over.
        opens_next: aware; left out where the reason is not one that time mends.
        now: aware; without it nothing is said of what comes next.
        zone: the school's; needed to say *opens_next*.
    """
    if now is None:
        return standing(reason, None)
    why, when = standing(reason, opens_next), what_next(reason, opens_next, now=now, zone=zone)
    return join(why, when) if when else why


def standing(reason: str, opens_next: datetime | None) -> str:
    """Return what is told of *reason* alone: not that a room is over for them which opens again."""
    if reason in OPENS_BY_ITSELF and opens_next is not None and REASONS[reason] in SENDS_TO_THE_OFFICE:
        return str(NOT_NOW)
    return str(REASONS.get(reason, _OVER))


def what_next(reason: str, opens_next: datetime | None, *, now: datetime, zone: tzinfo | None) -> str:
    """Return when viewing opens next, or whom to ask where that is not known; else nothing."""
    if reason not in OPENS_BY_ITSELF:
        return ""
    if opens_next is not None and zone is not None:
        return opens(opens_next, now=now, zone=zone)
    return "" if REASONS[reason] in SENDS_TO_THE_OFFICE else str(ASK)


def opens(opens_next: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return when viewing opens next, in school time."""
    return str(gettext("It opens again %(when)s (school time).", when=spoken(opens_next, now=now, zone=zone)))


def left_today(left: timedelta | None) -> str:
    """Return how much the family may still watch today, where that is little; never to the minute."""
    if left is None or left > LITTLE:
        return ""
    minutes = int(left / timedelta(minutes=5)) * 5
    if not minutes:
        return str(gettext("Left today: less than 5 minutes, shared by your family."))
    return str(gettext("Left today: about %(minutes)d minutes, shared by your family.", minutes=minutes))


def waiting() -> str:
    """Return what is said while no picture has come yet."""
    return str(gettext("Waiting for the camera. The picture comes by itself."))


def lost(since: datetime | None, *, zone: tzinfo) -> str:
    """Return what is said of a camera that stopped answering."""
    if since is None:
        return str(gettext("The camera is not answering. The picture comes back by itself."))
    return str(
        gettext(
            "The camera has not been answering since %(time)s. The picture comes back by itself.",
            time=clock_time(since, zone=zone),
        )
    )


def page_clock(now: datetime, zone: tzinfo) -> dict[str, int]:
    """Return what a page with a picture needs to go on showing the school's time of day by itself."""
    here = now.astimezone(zone)
    offset = here.utcoffset()
    return {
        "clock_offset_minutes": int(offset.total_seconds() // 60) if offset else 0,
        "clock_now_seconds": here.hour * 3600 + here.minute * 60 + here.second,
    }


def spoken(instant: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return *instant* as one says it at *now*: today, tomorrow, or the day, with the time."""
    day, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    time = clock_time(instant, zone=zone)
    if day == today:
        return str(gettext("today at %(time)s", time=time))
    if (day - today).days == 1:
        return str(gettext("tomorrow at %(time)s", time=time))
    pattern = "M月d日EEEE" if language() == "zh-CN" else "EEEE d MMMM"
    day_words = format_date(day, pattern, locale=get_locale())
    return str(gettext("on %(day)s at %(time)s", day=day_words, time=time))


def clock_time(instant: datetime, *, zone: tzinfo, seconds: bool = False) -> str:
    """Return the school's time of day, on 24 hours."""
    pattern = "HH:mm:ss" if seconds else "HH:mm"
    return str(format_time(instant.astimezone(zone), pattern, locale=get_locale()))


def weekday(instant: datetime, *, zone: tzinfo) -> str:
    """Return the school's calendar day with its weekday, as a heading."""
    pattern = "y年M月d日 EEEE" if language() == "zh-CN" else "EEEE d MMMM y"
    return str(format_date(instant.astimezone(zone).date(), pattern, locale=get_locale()))


def calendar_day(instant: datetime, *, zone: tzinfo) -> str:
    """Return the school's calendar day, short enough for a table."""
    pattern = "y年M月d日" if language() == "zh-CN" else "d MMM y"
    return str(format_date(instant.astimezone(zone).date(), pattern, locale=get_locale()))


def join(first: str, second: str) -> str:
    """Return two sentences as one text; Chinese wants no space between them."""
    return first + ("" if language() == "zh-CN" else " ") + second


def language() -> str:
    """Return the page's language as HTML's ``lang`` wants it."""
    return "zh-CN" if str(get_locale() or "en").startswith("zh") else "en"
