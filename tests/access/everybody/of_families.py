"""Acts upon a child, its adults and what they may."""

from typing import Any

from access.acts_attendance import check_out, set_attendance
from access.acts_custody import add_custody_rule
from access.acts_delegates import end_delegation
from access.acts_exemptions import end_exemption
from access.acts_families import end_enrolment, end_guardianship, revoke_grant
from access.acts_moves import child_leaves, move_child
from access.acts_people import close_person, set_passphrase
from access.acts_sign_in_name import change_sign_in_name
from access.attendance import OPTIONAL
from access.custody import CustodyKind
from access.reasons import Reason
from access.sign_ins import end_every_sign_in, end_sign_in
from tests.access.answering import agrees, exempts, takes_back
from tests.access.everybody.ending import BY_EITHER, BY_REVISION, Ending
from tests.access.everybody.watched import (
    HIS,
    IN_THE_ROOM,
    OF_THE_CHILD,
    Watched,
)
from tests.access.histories.school import AUNT, FATHER
from tests.access.two_rooms import ELM

HIM, HER = frozenset({FATHER}), frozenset({AUNT})


def moves(watched: Watched) -> None:
    group = watched.school.groups[ELM]
    move_child(watched.world, **watched.act, child_id=watched.father.child, class_group_id=group)


def leaves(watched: Watched) -> None:
    child_leaves(watched.world, **watched.act, child_id=watched.father.child)


def ends_the_place(watched: Watched) -> None:
    end_enrolment(watched.world, **watched.act, enrolment_id=watched.father.enrolment)


def ends_the_tie(watched: Watched) -> None:
    end_guardianship(watched.world, **watched.act, guardianship_id=watched.father.guardianship)


def ends_the_delegation(watched: Watched) -> None:
    end_delegation(watched.world, **watched.act, delegation_id=watched.school.delegation)


def revokes(watched: Watched) -> None:
    revoke_grant(watched.world, **watched.act, grant_id=watched.father.grant)


def no_contact(watched: Watched) -> None:
    rule: dict[str, Any] = {"kind": CustodyKind.NO_CONTACT, "starts_at": watched.clock.now()}
    add_custody_rule(watched.world, **watched.act, guardianship_id=watched.father.guardianship, **rule)


def closes_the_account(watched: Watched) -> None:
    close_person(watched.world, **watched.act, person_id=watched.father.person)


def signs_out(watched: Watched) -> None:
    end_sign_in(watched.world, watched.father.sign_in)


def signs_out_everywhere(watched: Watched) -> None:
    end_every_sign_in(watched.world, watched.father.person)


def is_signed_out_by_the_office(watched: Watched) -> None:
    end_every_sign_in(watched.world, watched.father.person, **watched.act)


def is_given_a_passphrase(watched: Watched) -> None:
    words = "lantern willow drum 77"
    set_passphrase(watched.world, **watched.act, person_id=watched.father.person, passphrase=words)


def has_another_number(watched: Watched) -> None:
    change_sign_in_name(
        watched.world, **watched.act, person_id=watched.father.person, sign_in_name="13900000000"
    )


def notes_attendance(watched: Watched) -> None:
    set_attendance(watched.world, **watched.act, school_id=watched.school.id, mode=OPTIONAL)


def picks_up(watched: Watched) -> None:
    check_out(watched.world, **watched.act, child_id=watched.father.child)


def takes_consent_back(watched: Watched) -> None:
    takes_back(watched.school)


def hides_faces(watched: Watched) -> None:
    agrees(watched.school, level="faces")


def is_not_asked(watched: Watched) -> None:
    watched.ready = exempts(watched.school, watched.ties(watched.father.child))


def is_asked_again(watched: Watched) -> None:
    end_exemption(watched.world, **watched.act, exemption_id=watched.ready)


ENDINGS = (
    Ending("a child moves", moves, OF_THE_CHILD, Reason.NOT_ENROLLED),
    Ending("a child leaves", leaves, OF_THE_CHILD, Reason.NOT_GUARDIAN),
    Ending("a place ends", ends_the_place, OF_THE_CHILD, Reason.NOT_ENROLLED),
    Ending("a guardianship ends", ends_the_tie, HIS, Reason.NOT_GUARDIAN),
    Ending("a delegation ends", ends_the_delegation, HER, Reason.NOT_DELEGATE),
    Ending("a grant is revoked", revokes, HIS, Reason.NO_GRANT),
    Ending("custody is entered", no_contact, HIS, Reason.CUSTODY, BY_REVISION),
    Ending("an account is closed", closes_the_account, HIS, Reason.SIGNED_OUT),
    Ending("a device is signed out", signs_out, HIM, Reason.SIGNED_OUT),
    Ending("somebody signs out everywhere", signs_out_everywhere, HIM, Reason.SIGNED_OUT),
    Ending("staff sign somebody out", is_signed_out_by_the_office, HIM, Reason.SIGNED_OUT),
    Ending("staff give a passphrase", is_given_a_passphrase, HIS, Reason.SIGNED_OUT, BY_EITHER),
    Ending("a number changes", has_another_number, HIS, Reason.NOT_VERIFIED, BY_REVISION),
    Ending("a child is picked up", picks_up, OF_THE_CHILD, Reason.NOT_IN, BY_REVISION, notes_attendance),
    Ending("consent is taken back", takes_consent_back, IN_THE_ROOM, Reason.NOT_COVERED, BY_REVISION),
    Ending("faces are to be hidden", hides_faces, IN_THE_ROOM, Reason.NOT_COVERED, BY_REVISION),
    Ending(
        "a guardian is asked again",
        is_asked_again,
        IN_THE_ROOM,
        Reason.NOT_COVERED,
        BY_REVISION,
        is_not_asked,
    ),
)
