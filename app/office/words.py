"""What staff are told: of a curtain, of what an ending does, of what was refused."""

from datetime import datetime, timedelta, tzinfo

from flask_babel import gettext, lazy_gettext

from access.expected_seen import DutyHere
from access.roster import RoomCurtain, Tie, TieKind
from app.words import calendar_day, clock_time

#: Reasons that are one tap, by the word that stands in the log.
QUICK_REASONS = {
    "now": lazy_gettext("no reason given"),
    "restore": lazy_gettext("a backup was put back, which knows nothing of what was ended since"),
    "nap": lazy_gettext("nap"),
    "changing": lazy_gettext("changing"),
    "visitor": lazy_gettext("a visitor"),
    "nap_over": lazy_gettext("the nap is over"),
    "changed": lazy_gettext("all changed"),
    "visitor_gone": lazy_gettext("the visitor left"),
    "new_family": lazy_gettext("new family"),
    "new_guardian": lazy_gettext("another guardian"),
    "first_letter": lazy_gettext("first letter"),
    "lost_phone": lazy_gettext("phone or passphrase lost"),
    "at_desk": lazy_gettext("came to the desk"),
    "school_agrees": lazy_gettext("the school agrees"),
    "document_seen": lazy_gettext("document seen"),
    "letter_lost": lazy_gettext("the letter was lost"),
    "tablet_gone": lazy_gettext("the tablet is lost, broken or not needed"),
    "own_copy": lazy_gettext("for themselves"),
    "asked_in_person": lazy_gettext("asked in person"),
    "taken_back": lazy_gettext("taken back"),
    "at_the_door": lazy_gettext("at the door"),
    "corrected": lazy_gettext("corrected"),
    "year_prepared": lazy_gettext("to look it through"),
    "year_compared": lazy_gettext("compared with the official notice"),
}

#: Refusals that somebody at the desk can do something about.
REFUSALS = {
    "guardianship:oneself": lazy_gettext(
        "Nobody makes themselves a guardian: a colleague has to do it. That you tried is written down."
    ),
    "invitation:oneself": lazy_gettext(
        "Nobody prints a letter or slip for themselves: a colleague has to do it."
    ),
    "invitation:same_person": lazy_gettext(
        "A second colleague has to release this letter: not who printed it or its slip."
    ),
    "passphrase:same_person": lazy_gettext(
        "Who took this person's second factors away cannot print their letter or slip:"
        " a colleague has to do it."
    ),
    "person:closed": lazy_gettext("This account is closed."),
    "person:not_here": lazy_gettext("This person does not belong to your school any more."),
    "school:not_closed": lazy_gettext("The cameras are not closed any more."),
    "school:not_staff": lazy_gettext(
        "Only staff of this school open its cameras again, each by their own name."
    ),
    "opening:waits": lazy_gettext(
        "A colleague has proposed it already: look at it, and confirm it if it is right."
    ),
    "opening:same_person": lazy_gettext(
        "You proposed it, so somebody else has to confirm it. That you tried is written down."
    ),
    "opening:no_director": lazy_gettext("One of the two who open after a restore has to be a director."),
    "opening:two": lazy_gettext("Not all that was ended since the backup is known: two have to open it."),
    "opening:changed": lazy_gettext("This proposal was taken back or has changed. Look again."),
    "gate:same_person": lazy_gettext(
        "A colleague has to do this: not who installed the camera, nor who alone confirmed all the rest."
        " That you tried is written down."
    ),
    "gate:missing": lazy_gettext("Something is not confirmed yet. Look at the list."),
    "look:same_person": lazy_gettext("You asked for this look: somebody else of the staff agrees."),
    "look:over": lazy_gettext("This look is over, or somebody agreed already."),
    "look:not_staff": lazy_gettext("Only staff of this school look at its cameras."),
    "gate:not_staff": lazy_gettext("Only staff of this school confirm its cameras."),
    "room:never": lazy_gettext("No camera shows a room in which people sleep, wash or change."),
    "room:no_kind": lazy_gettext("Say first what the room is for."),
    "camera:room_has_one": lazy_gettext("Another camera of this room is in use."),
    "term:over": lazy_gettext("Nobody has said yet when the new term ends."),
    "act:overtaken": lazy_gettext("Somebody ended it again meanwhile. Look around before you open it."),
    "room_change:over": lazy_gettext("That is over already."),
    "room_loan:over": lazy_gettext("That is over already."),
    "budgets:range": lazy_gettext("Such a number cannot be kept."),
    "attendance:off": lazy_gettext("This school does not note who is in."),
    "attendance:future": lazy_gettext("That time has not come yet."),
    "custody:same_person": lazy_gettext(
        "A second colleague has to do this, and no adult of the child can. That you tried is written down."
    ),
    "consent:same_person": lazy_gettext(
        "A second colleague has to do this, and no adult of the child can. That you tried is written down."
    ),
    "consent:own_paper": lazy_gettext("A colleague has to enter this: it is your own paper."),
    "consent:over": lazy_gettext("That was replaced or taken back meanwhile. Look again."),
    "consent:not_staff": lazy_gettext("This person is not on the staff of this school."),
    "consent:text": lazy_gettext("The school asks with another text meanwhile. Look again."),
    "consent:words": lazy_gettext("A text needs words in both languages, at most 4,000 letters each."),
    "consent:published": lazy_gettext("This text is published already."),
    "consent:newer": lazy_gettext("A newer text is published already."),
    "guardianship:over": lazy_gettext("They are no longer a guardian of this child."),
    "staff_duty:over": lazy_gettext("That is over already."),
    "guest:gone": lazy_gettext("This guest has left already."),
    "custody:over": lazy_gettext("This rule has ended already."),
    "delegation:same_person": lazy_gettext(
        "A colleague has to agree: you had a hand in making this guardian. That you tried is written down."
    ),
    "delegation:own_child": lazy_gettext("This person is or was a guardian of the child themself."),
    "delegation:not_guardian": lazy_gettext(
        "Whoever proposed them is no verified guardian of the child now."
    ),
    "invitation:over": lazy_gettext("This letter does not hold any more. Print a new one."),
}

KINDS = {
    TieKind.GUARDIANSHIP: lazy_gettext("Guardian"),
    TieKind.GRANT: lazy_gettext("Permission to watch"),
    TieKind.ENROLMENT: lazy_gettext("Enrolled in"),
}

WARNINGS = {
    TieKind.GUARDIANSHIP: lazy_gettext("This person stops seeing the child's room at once, and for good."),
    TieKind.GRANT: lazy_gettext("This person stops seeing the child's room at once."),
    TieKind.ENROLMENT: lazy_gettext("All of this child's family stop seeing the class's room at once."),
}


def reason_words(reason: str) -> str:
    """Return a reason as it was typed, or the words of a quick one."""
    return str(QUICK_REASONS.get(reason, reason))


def curtain_words(room: RoomCurtain, *, stopped: bool, now: datetime, zone: tzinfo) -> str:
    """Return one sentence on the curtain.

    Args:
        room: as the records have it.
        stopped: a stop mark hides the room, recorded or not.
        now: aware.
        zone: the school's.
    """
    if room.opened_at is not None and not stopped:
        return str(
            gettext("Curtain open since %(when)s", when=since_words(room.opened_at, now=now, zone=zone))
        )
    if room.opened_at is not None:
        return str(gettext("Curtain drawn; the record of it follows"))
    if room.drawn_at is None:
        return str(gettext("Curtain drawn; it was never opened"))
    return str(
        gettext(
            "Curtain drawn since %(when)s: %(reason)s",
            when=since_words(room.drawn_at, now=now, zone=zone),
            reason=reason_words(room.drawn_reason),
        )
    )


def since_words(instant: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return the time of day, with the day where it is another one."""
    time = clock_time(instant, zone=zone)
    if instant.astimezone(zone).date() == now.astimezone(zone).date():
        return time
    return f"{calendar_day(instant, zone=zone)} {time}"


def tie_dates(tie: Tie | DutyHere, *, zone: tzinfo) -> str:
    """Return the first and the last day on which a tie holds."""
    starts = calendar_day(tie.starts_at, zone=zone)
    if tie.ends_at is None:
        return str(gettext("since %(day)s, without an end", day=starts))
    last = calendar_day(tie.ends_at - timedelta(microseconds=1), zone=zone)
    return str(gettext("%(first)s to %(last)s", first=starts, last=last))


def ended_words(*, recorded: bool) -> str:
    """Return what is said after an ending took effect."""
    if recorded:
        return str(gettext("Done. It took effect at once."))
    return not_recorded_yet()


def not_recorded_yet() -> str:
    """Return what is said of an ending that holds although the log could not be written."""
    return str(
        gettext("Done: nobody sees it any more. It could not be written down yet; that follows by itself.")
    )


#: Where somebody else was quicker, and doing it all the same would undo what they did.
LOOK_AGAIN = lazy_gettext("Somebody else changed this meanwhile. Nothing was done: please look again.")


def refused_words(reason: str) -> str:
    """Return what is said where a rule refused an act; the reason's name helps whoever is called."""
    if reason in REFUSALS:
        return str(REFUSALS[reason])
    return str(gettext("That was not done (%(reason)s). Nothing has changed.", reason=reason))
