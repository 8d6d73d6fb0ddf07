"""Every kind of entry is one that some rule rests on, or stands here with the reason why not."""

from access.grounds import ACTS
from access.log.kinds import KINDS
from access.reasons import Reason

#: Kinds that no rule rests on → why. Whoever adds an act names its entry here, or in access/grounds.py.
NO_GROUND = {
    **dict.fromkeys(
        (
            *("viewing:opened", "viewing:closed", "viewing:refused"),
            *("viewings:read", "receipt:given", "viewing:disowned_answered"),
            *("explanation:read", "unwatched:read", "log:read", "log:exported", "register:read"),
            *("log:quoted", "log:erased", "checkpoint:contradicted"),
            *("log_view:saved", "log_view:removed"),
        ),
        "somebody watched, was refused or read; of a budget it would tell the office when another of the "
        "family looked",
    ),
    **dict.fromkeys(
        (
            *(
                "sign_in:failed",
                "sign_in:held_back",
                "passphrase:wrong",
                "sign_in:began",
                "sign_in:proven",
                "sign_in:ended",
                "sign_in:every_ended",
                "viewing:disowned",
            ),
            *("pin:set", "pin:wrong", "clock:confirmed", "portal:started", "portal:stopped"),
            *("backup:made", "log:restored"),
            *("clock:doubted", "clock:believed", "records:back"),
            *("factor:begun", "factor:added", "factor:used", "factor:refused", "factor:removed"),
            *("factor:reset", "recovery_codes:made", "passphrase:set", "person:closed"),
            *("person:sign_in_name_changed", "school:added"),
        ),
        "in the log of the installation, which the office does not read; a sign-in is taken to hold",
    ),
    **dict.fromkeys(
        (
            *("guardianship:refused", "consent:alone", "gate:refused", "school:opening_refused"),
            *("look:refused", "invitation:refused"),
        ),
        "refused: nothing else happened",
    ),
    **dict.fromkeys(
        (
            *("consent:paper_entered", "consent:exemption_proposed", "consent_text:proposed"),
            *("custody:end_asked", "delegation:proposed", "school:opening_proposed"),
        ),
        "waits for a second person, and changes nothing before",
    ),
    **dict.fromkeys(
        (
            *("look:asked", "look:agreed", "look:opened", "look:not_opened", "look:closed", "look:ended"),
            *("door:added", "door:signed_in", "door:ended", "school:chosen", "membership:begun"),
            *("notice:seen", "invitation:issued", "invitation:slip_printed", "invitation:released"),
            "invitation:withdrawn",
        ),
        "of the staff, a display or a letter: no right to watch changes by it",
    ),
    **dict.fromkeys(
        (
            *("retention:proposed", "retention:approved", "retention:refused"),
            *("retention:erasure_asked", "retention:erasure_agreed"),
            *("hold:placed", "hold:end_asked", "hold:ended"),
            *("subject_export:asked", "subject_export:made", "subject_export:released"),
            *("subject_export:refused", "subject_export:downloaded", "subject_export:handed_over"),
            "subject_export:dropped",
        ),
        "how long the log keeps what it says: no right to watch changes by it",
    ),
    "coverage:policy_set": "figures and nothing are both dark so far: no decision changes by it",
    **dict.fromkeys(
        ("child:added", "class_group:added", "recorder:added", "camera:added"),
        "a record that nothing is tied to yet",
    ),
    **dict.fromkeys(
        ("camera:probed", "camera:lost", "camera:back"),
        "whether a picture comes, and not who may see it",
    ),
}


def kinds_on_which_rules_rest() -> set[str]:
    return {kind for acts in ACTS.values() for on in acts for kind in on.kinds}


def test_every_kind_of_entry_is_a_ground_of_some_rule_or_says_why_not() -> None:
    assert sorted(KINDS.keys() - kinds_on_which_rules_rest() - NO_GROUND.keys()) == []
    assert sorted((kinds_on_which_rules_rest() | NO_GROUND.keys()) - KINDS.keys()) == []
    assert sorted(kinds_on_which_rules_rest() & NO_GROUND.keys()) == []


def test_every_rule_of_a_way_rests_on_something() -> None:
    of_the_viewing = {
        Reason.SIGNED_OUT,
        Reason.NO_CHILD_HERE,
        Reason.UNANSWERED,
        Reason.CLOCK,
        Reason.STOPPED,
    }

    assert set(Reason) - ACTS.keys() == of_the_viewing
