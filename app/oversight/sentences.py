"""What an entry of the log says, as one sentence in the reader's language.

The names in it are marked up, each isolated from its neighbours, because people are
called in every script. A kind that has no sentence yet is shown by its name rather than
left out, and a name that is gone by a word for what it was.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

NOTHING: Mapping[str, str] = MappingProxyType({})

#: One for each kind that is ever written.
SENTENCES: dict[str, LazyString] = {
    "viewing:opened": lazy_gettext("%(who)s began to watch %(room)s, for %(child)s."),
    "viewing:closed": lazy_gettext("%(who)s stopped watching %(room)s, for %(child)s."),
    "viewing:refused": lazy_gettext("%(who)s asked to watch %(room)s and was refused."),
    "viewing:disowned": lazy_gettext("%(who)s said that it was somebody else who watched %(room)s."),
    "viewing:disowned_answered": lazy_gettext(
        "%(who)s looked into a viewing that %(person)s said was somebody else's."
    ),
    "viewings:read": lazy_gettext("%(who)s read who watched the rooms of their children."),
    "receipt:given": lazy_gettext("%(who)s took the receipt of a viewing."),
    "sign_in:began": lazy_gettext("%(person)s signed in."),
    "sign_in:proven": lazy_gettext("%(person)s showed once more who holds the device."),
    "sign_in:failed": lazy_gettext("Somebody tried to sign in as %(person)s and failed."),
    "sign_in:held_back": lazy_gettext(
        "%(times)s tries to sign in were held back, because too many had failed before."
    ),
    "passphrase:wrong": lazy_gettext("Somebody gave a wrong passphrase on a device of %(person)s."),
    "pin:set": lazy_gettext("%(person)s chose a PIN for a device."),
    "pin:wrong": lazy_gettext("Somebody gave a wrong PIN on a device of %(person)s."),
    "sign_in:ended": lazy_gettext("%(who)s signed %(person)s out."),
    "sign_in:every_ended": lazy_gettext("%(who)s signed %(person)s out on all devices."),
    "grant:revoked": lazy_gettext("%(who)s ended the permission of %(person)s to watch, for %(child)s."),
    "guardianship:ended": lazy_gettext("%(who)s ended the guardianship of %(person)s for %(child)s."),
    "enrolment:ended": lazy_gettext("%(who)s ended the place of %(child)s in %(class_group)s."),
    "custody:added": lazy_gettext("%(who)s limited %(person)s by a custody rule, for %(child)s."),
    "custody:end_asked": lazy_gettext("%(who)s asked to end a custody rule upon %(person)s, for %(child)s."),
    "custody:ended": lazy_gettext("%(who)s ended a custody rule upon %(person)s, for %(child)s."),
    "delegation:proposed": lazy_gettext(
        "%(who)s proposed a relative who could watch for them, for %(child)s."
    ),
    "delegation:approved": lazy_gettext(
        "%(who)s agreed that %(person)s watches for a guardian of %(child)s."
    ),
    "delegation:verified": lazy_gettext("%(who)s verified %(person)s as a delegate, for %(child)s."),
    "delegation:ended": lazy_gettext("%(who)s ended what %(person)s may see for a guardian of %(child)s."),
    "consent:given": lazy_gettext("%(who)s agreed to being shown, for %(child)s."),
    "consent:refused": lazy_gettext("%(who)s wrote down that %(person)s does not agree, for %(child)s."),
    "consent:withdrawn": lazy_gettext("%(who)s wrote down that %(person)s took consent back, for %(child)s."),
    "consent:paper_entered": lazy_gettext("%(who)s entered the paper consent of %(person)s, for %(child)s."),
    "consent:paper_confirmed": lazy_gettext("%(who)s looked at the paper consent of %(person)s."),
    "consent:alone": lazy_gettext("%(who)s tried alone what takes two, about consents, and was refused."),
    "consent:exemption_proposed": lazy_gettext(
        "%(who)s proposed not to ask %(person)s for consent, for %(child)s."
    ),
    "consent:exempted": lazy_gettext("%(who)s agreed not to ask %(person)s for consent, for %(child)s."),
    "consent:exemption_ended": lazy_gettext("%(who)s had %(person)s asked for consent again, for %(child)s."),
    "consent_text:proposed": lazy_gettext("%(who)s proposed another text of consent."),
    "consent_text:published": lazy_gettext("%(who)s published another text of consent."),
    "staff_duty:begun": lazy_gettext("%(who)s wrote down that %(person)s works with %(class_group)s."),
    "staff_duty:ended": lazy_gettext(
        "%(who)s wrote down that %(person)s works with %(class_group)s no longer."
    ),
    "guest:came": lazy_gettext("%(who)s noted a guest in %(room)s."),
    "guest:left": lazy_gettext("%(who)s noted that a guest left %(room)s."),
    "curtain:drawn": lazy_gettext("%(who)s drew the curtain of %(room)s."),
    "room:level_set": lazy_gettext("%(who)s changed the privacy level of %(room)s."),
    "camera:deactivated": lazy_gettext("%(who)s took the camera %(camera)s in %(room)s out of use."),
    "camera:masked": lazy_gettext(
        "%(who)s changed what is always hidden of the camera %(camera)s in %(room)s; the curtain was drawn."
    ),
    "gate:taken_back": lazy_gettext(
        "%(who)s took back what was confirmed of the camera %(camera)s in %(room)s; the curtain was drawn."
    ),
    "room:kind_set": lazy_gettext("%(who)s said what %(room)s is for."),
    "room_use:ended": lazy_gettext("%(who)s ended the use of %(room)s by %(class_group)s."),
    "person:sign_in_name_changed": lazy_gettext("%(who)s changed what %(person)s signs in with."),
    "person:closed": lazy_gettext("%(who)s closed the account of %(person)s."),
    "membership:ended": lazy_gettext("%(who)s ended the place of %(person)s on the staff (%(role)s)."),
    "child:added": lazy_gettext("%(who)s put %(child)s on the roster."),
    "class_group:added": lazy_gettext("%(who)s added the class %(class_group)s."),
    "enrolment:begun": lazy_gettext("%(who)s gave %(child)s a place in %(class_group)s."),
    "guardianship:added": lazy_gettext("%(who)s recorded %(person)s as a guardian of %(child)s."),
    "guardianship:verified": lazy_gettext("%(who)s verified %(person)s as a guardian of %(child)s."),
    "guardianship:refused": lazy_gettext(
        "%(who)s tried alone to make %(person)s a viewer, for %(child)s, and was refused."
    ),
    "invitation:issued": lazy_gettext("%(who)s printed a letter for %(person)s."),
    "invitation:slip_printed": lazy_gettext("%(who)s printed the desk slip for %(person)s."),
    "invitation:released": lazy_gettext("%(who)s released the letter to %(person)s."),
    "invitation:withdrawn": lazy_gettext("%(who)s withdrew the letter to %(person)s."),
    "invitation:refused": lazy_gettext("With the letter to %(person)s a wrong desk secret was typed."),
    "invitation:accepted": lazy_gettext("%(person)s chose a sign-in name and how to sign in, with a letter."),
    "notice:seen": lazy_gettext("%(who)s has read that there is another adult of their child."),
    "school:term_set": lazy_gettext("%(who)s set the first and the last day of a term."),
    "school:country_set": lazy_gettext("%(who)s said whose holidays the school keeps."),
    "budgets:lowered": lazy_gettext("%(who)s let each family watch less."),
    "budgets:raised": lazy_gettext("%(who)s let each family watch more."),
    "unwatched:read": lazy_gettext("%(who)s looked up who could not watch this month."),
    "explanation:read": lazy_gettext("%(who)s asked why %(person)s can see %(room)s, or not."),
    "school:closed": lazy_gettext("%(who)s closed all cameras."),
    "school:opening_proposed": lazy_gettext("%(who)s proposed to open the cameras again."),
    "school:opening_refused": lazy_gettext("%(who)s tried alone to open the cameras again, and was refused."),
    "school:opened": lazy_gettext("%(who)s opened the cameras again, as %(person)s had proposed."),
    "grant:issued": lazy_gettext("%(who)s gave %(person)s permission to watch, for %(child)s."),
    "curtain:opened": lazy_gettext("%(who)s opened the curtain of %(room)s."),
    "room:added": lazy_gettext("%(who)s added the room %(room)s."),
    "room_use:begun": lazy_gettext("%(who)s gave %(class_group)s the use of %(room)s."),
    "class_group:left_rooms": lazy_gettext(
        "%(who)s took %(class_group)s, or several classes, out of their rooms."
    ),
    "room:swapped": lazy_gettext(
        "%(who)s had %(class_group)s exchange rooms with another class: to %(room)s."
    ),
    "class_group:merged": lazy_gettext("%(who)s had %(class_group)s join another class in %(room)s."),
    "room_change:ended": lazy_gettext("%(who)s took the change of rooms of %(class_group)s back."),
    "room:lent": lazy_gettext("%(who)s lent %(room)s to people from outside."),
    "room_loan:ended": lazy_gettext("%(who)s took %(room)s back from people from outside."),
    "child:moved": lazy_gettext("%(who)s moved %(child)s to %(class_group)s."),
    "child:left": lazy_gettext("%(who)s ended everything of %(child)s, who has left."),
    "attendance:in": lazy_gettext("%(who)s noted that %(child)s came in."),
    "attendance:out": lazy_gettext("%(who)s noted that %(child)s went out."),
    "coverage:policy_set": lazy_gettext("%(who)s chose what rooms show where somebody has not agreed."),
    "attendance:tightened": lazy_gettext("%(who)s chose a stricter rule of attendance."),
    "attendance:set": lazy_gettext("%(who)s chose what the school does about attendance."),
    "hours:narrowed": lazy_gettext("%(who)s took viewing hours away from %(class_group)s."),
    "hours:set": lazy_gettext("%(who)s set the viewing hours of %(class_group)s."),
    "calendar:prepared": lazy_gettext("%(who)s had a year's holidays written into the calendar."),
    "calendar:confirmed": lazy_gettext("%(who)s confirmed a year of the calendar."),
    "calendar:closed": lazy_gettext("%(who)s closed days in the calendar."),
    "calendar:made_up": lazy_gettext("%(who)s added a make-up workday to the calendar."),
    "calendar:opened": lazy_gettext("%(who)s opened hours of one day in the calendar."),
    "calendar:removed": lazy_gettext("%(who)s took back what the calendar had opened."),
    "calendar:reopened": lazy_gettext("%(who)s took a closure of the calendar back."),
    "recorder:added": lazy_gettext("%(who)s added a recorder."),
    "camera:added": lazy_gettext("%(who)s added the camera %(camera)s in %(room)s."),
    "camera:activated": lazy_gettext("%(who)s put the camera %(camera)s in %(room)s into use."),
    "gate:confirmed": lazy_gettext("%(who)s confirmed the camera %(camera)s in %(room)s for this term."),
    "gate:refused": lazy_gettext(
        "%(who)s tried alone to confirm the camera %(camera)s in %(room)s, and was refused."
    ),
    "look:asked": lazy_gettext("%(who)s asked to look at the camera %(camera)s in %(room)s."),
    "look:agreed": lazy_gettext("%(who)s agreed that %(person)s looks at the camera %(camera)s in %(room)s."),
    "look:refused": lazy_gettext(
        "%(who)s tried alone to look at the camera %(camera)s in %(room)s, and was refused."
    ),
    "look:opened": lazy_gettext("%(who)s began to look at the camera %(camera)s in %(room)s."),
    "look:not_opened": lazy_gettext(
        "%(who)s tried to look at the camera %(camera)s in %(room)s, and was refused."
    ),
    "look:closed": lazy_gettext("%(who)s stopped looking at the camera %(camera)s in %(room)s."),
    "look:ended": lazy_gettext("%(who)s ended a look at the camera %(camera)s in %(room)s."),
    "door:added": lazy_gettext("%(who)s made the code for a door display of %(room)s."),
    "door:signed_in": lazy_gettext("A tablet became the door display of %(room)s."),
    "door:ended": lazy_gettext("%(who)s signed the door display of %(room)s out."),
    "person:added": lazy_gettext("%(who)s made an account for %(person)s."),
    "passphrase:set": lazy_gettext("%(who)s set a passphrase for %(person)s."),
    "factor:begun": lazy_gettext("%(person)s began to add a code app."),
    "factor:added": lazy_gettext("%(person)s added a second factor."),
    "factor:used": lazy_gettext("%(person)s gave a second factor."),
    "factor:refused": lazy_gettext("A wrong code or passkey was given for %(person)s."),
    "factor:removed": lazy_gettext("%(person)s removed a second factor."),
    "factor:reset": lazy_gettext("%(who)s took the second factors of %(person)s away."),
    "recovery_codes:made": lazy_gettext("%(person)s made new recovery codes."),
    "membership:begun": lazy_gettext("%(who)s gave %(person)s a place on the staff (%(role)s)."),
    "school:chosen": lazy_gettext("%(who)s chose to work in this school now."),
    "school:added": lazy_gettext("%(who)s added the school."),
    "clock:confirmed": lazy_gettext("%(who)s confirmed that the machine's clock is right."),
    "clock:doubted": lazy_gettext("The machine's clock was not believed any more; everything was closed."),
    "clock:believed": lazy_gettext("The machine's clock was believed again."),
    "records:back": lazy_gettext("The records took entries again, after a while in which they did not."),
    "log:read": lazy_gettext("%(who)s read the access log."),
    "log_view:saved": lazy_gettext("%(who)s kept filters of the access log under a name."),
    "log_view:removed": lazy_gettext("%(who)s took away filters of the access log that had a name."),
    "register:read": lazy_gettext("%(who)s read the register of looking up."),
    "log:quoted": lazy_gettext("How far another log had come was noted here."),
    "checkpoint:contradicted": lazy_gettext("A witness outside has seen another history of this log."),
    "log:exported": lazy_gettext("%(who)s exported the access log."),
    "subject_export:asked": lazy_gettext("%(who)s asked for a copy of what is kept about %(person)s."),
    "subject_export:made": lazy_gettext("%(who)s made a copy of what is kept about %(person)s."),
    "subject_export:released": lazy_gettext("%(who)s released a copy of what is kept about %(person)s."),
    "subject_export:refused": lazy_gettext("%(who)s tried alone to release a copy about %(person)s."),
    "subject_export:downloaded": lazy_gettext(
        "%(who)s downloaded the copy of what is kept about %(person)s."
    ),
    "subject_export:dropped": lazy_gettext(
        "A copy of what is kept about %(person)s was taken away, because something in it was erased."
    ),
    "subject_export:handed_over": lazy_gettext("A copy of what is kept about %(person)s was handed over."),
    "retention:proposed": lazy_gettext("%(who)s proposed how long entries are kept."),
    "retention:approved": lazy_gettext("%(who)s approved how long entries are kept."),
    "retention:erasure_asked": lazy_gettext("%(who)s asked to erase what old entries say of %(person)s."),
    "retention:erasure_agreed": lazy_gettext("%(who)s agreed to erase what old entries say of %(person)s."),
    "retention:refused": lazy_gettext("%(who)s tried alone what takes two, about keeping entries."),
    "hold:placed": lazy_gettext("%(who)s held entries from being erased."),
    "hold:end_asked": lazy_gettext("%(who)s asked to end a hold upon entries."),
    "hold:ended": lazy_gettext("%(who)s agreed to end a hold upon entries."),
    "log:erased": lazy_gettext("What entries said was erased, as two people had decided."),
    "camera:lost": lazy_gettext("The camera %(camera)s in %(room)s stopped answering."),
    "camera:back": lazy_gettext("The camera %(camera)s in %(room)s answers again."),
    "backup:made": lazy_gettext("A backup of the records was made."),
    "log:restored": lazy_gettext(
        "A backup was put back. What was written here between it and this entry is lost."
    ),
    "restore:opened": lazy_gettext("%(who)s opened the cameras again after a backup was put back."),
    "portal:started": lazy_gettext("The portal was started."),
    "portal:stopped": lazy_gettext("The portal was stopped."),
    "camera:probed": lazy_gettext("%(who)s tested the connection of the camera %(camera)s."),
}

#: Where who acted is who it is about, or is nobody but the person's own browser.
OF_ONESELF: dict[str, LazyString] = {
    "sign_in:ended": lazy_gettext("%(person)s signed out."),
    "sign_in:every_ended": lazy_gettext("%(person)s signed out on all devices."),
    "passphrase:set": lazy_gettext("%(person)s chose a new passphrase."),
    "consent:withdrawn": lazy_gettext("%(person)s took consent back, for %(child)s."),
}

#: One entry may stand for several refusals, or for several tries.
AGAIN: dict[str, LazyString] = {
    "viewing:refused": lazy_gettext("%(who)s asked to watch %(room)s %(times)s more times and was refused."),
    "sign_in:failed": lazy_gettext(
        "Somebody tried to sign in as %(person)s %(times)s more times and failed."
    ),
    "passphrase:wrong": lazy_gettext(
        "Somebody gave a wrong passphrase on a device of %(person)s %(times)s more times."
    ),
}
WRONG_CODE = lazy_gettext(
    "%(who)s tried to verify %(person)s for %(child)s without the right check code, and was refused."
)
READ_ACCOUNTS = lazy_gettext("%(who)s read the log of sign-ins and accounts.")

ROLES: dict[str, LazyString] = {
    "teacher": lazy_gettext("teacher"),
    "office": lazy_gettext("office"),
    "director": lazy_gettext("director"),
    "administrator": lazy_gettext("administrator"),
}


def sentence(
    kind: str, names: Mapping[str, str], *, of_oneself: bool = False, links: Mapping[str, str] = NOTHING
) -> Markup:
    """Return what happened.

    Args:
        kind: of the entry.
        names: of who acted (``who``) and of the records concerned; also ``times`` of a
            refusal that stands for several, ``role``, ``log`` where the log of the
            installation was read, and the ``reason`` where it is a stable one.
        of_oneself: nobody acted but the person concerned.
        links: where a name leads, for those that lead anywhere.
    """
    template = _template(kind, names, of_oneself=of_oneself)
    if template is None:
        return Markup("{} <code>{}</code>").format(_name(names["who"], links.get("who")), kind)
    plain = {"times": names.get("times", ""), "role": str(ROLES.get(names.get("role", ""), ""))}
    known = {**_unnamed(), **{kind: _name(name, links.get(kind)) for kind, name in names.items()}, **plain}
    return Markup(str(template)) % known  # noqa: S704  # a sentence of ours; every name is escaped


def _template(kind: str, names: Mapping[str, str], *, of_oneself: bool) -> LazyString | None:
    if kind in AGAIN and "times" in names:
        return AGAIN[kind]
    if kind == "log:read" and names.get("log") == "installation":
        return READ_ACCOUNTS
    if kind == "guardianship:refused" and names.get("reason") == "guardianship:wrong_code":
        return WRONG_CODE
    if of_oneself and kind in OF_ONESELF:
        return OF_ONESELF[kind]
    return SENTENCES.get(kind)


def _name(name: str, address: str | None) -> Markup:
    if address is None:
        return Markup("<bdi>{}</bdi>").format(name)
    return Markup('<a href="{}"><bdi>{}</bdi></a>').format(address, name)


def _unnamed() -> dict[str, str]:
    return {
        "person": gettext("somebody"),
        "child": gettext("a child"),
        "class_group": gettext("a class"),
        "room": gettext("a room"),
        "camera": gettext("a camera"),
    }
