"""What is whose: the whole table of who is answered what. All the rest is the one 404.

Longer than a file should be, because it is one table, and cut in two nobody would see what is missing.
"""

from dataclasses import dataclass

#: On the staff of two schools, and at work in ours.
BOTH = "teacher of both"
#: They read Oak's pages; whether they see a picture is another question.
OF_OAK = ("verified guardian", "unverified guardian", "revoked guardian")
#: They hold the role of a guardian, whatever has become of their rights.
GUARDIANS = (
    *OF_OAK,
    "guardian of a child who left",
    "guardian of the other class",
    "guardian at the neighbour's",
)
#: They read the pages of a family.
FAMILY = (*GUARDIANS, "delegate")
CURTAINS = ("teacher", "office", "director", BOTH)
FAMILIES = ("office", "director")
DIRECTORS = ("director", "director at the neighbour's")
KEEPERS = ("administrator", *DIRECTORS)
STAFF = (*CURTAINS, "administrator", "director at the neighbour's")
#: Nobody's guardian and on no staff any more, but their device is signed in.
WITHOUT_ROLE = ("dismissed teacher", "guardian until today")
SIGNED_IN = (*WITHOUT_ROLE, *FAMILY, *STAFF)
#: A device behind which there is nobody.
DISPLAY = "door display"
STRANGERS = ("stranger", "signed out", "account closed", DISPLAY)
EVERYBODY = (*STRANGERS, *SIGNED_IN)


@dataclass(frozen=True, slots=True)
class Row:
    """An address that answers these people, for this one object, with this status."""

    method: str
    rule: str
    object: str
    people: tuple[str, ...]
    status: int


def row(method: str, rule: str, of: str, people: str | tuple[str, ...], status: int) -> Row:
    """Return a row of the table; one person may stand alone."""
    return Row(method, rule, of, (people,) if isinstance(people, str) else people, status)


PLAYLIST = "/live/<viewing>/main/index.m3u8"
INIT = "/live/<viewing>/main/<number>.init.mp4"
SEGMENT = "/live/<viewing>/main/<number>.m4s"
THEIRS = "at the neighbour's"
#: Each school's own objects, and who keeps its families.
OURS_OR_THEIRS = (("spare", FAMILIES), (THEIRS, ("director at the neighbour's",)))

#: In this order nothing that a row needs was ended by a row before it. HEAD goes with GET.
TABLE = (
    row("GET", "/", "", (*STRANGERS, *WITHOUT_ROLE), 200),
    row("GET", "/", "", (*FAMILY, *STAFF), 303),
    row("POST", "/sign-in", "", EVERYBODY, 400),  # with a name nobody could have
    row("POST", "/language", "", EVERYBODY, 303),
    row("POST", "/text-size", "", EVERYBODY, 303),
    row("GET", "/static/<file>", "a style", EVERYBODY, 200),
    row("GET", "/robots.txt", "", EVERYBODY, 200),
    row("GET", "/.well-known/security.txt", "", EVERYBODY, 200),
    row("GET", "/healthz", "", EVERYBODY, 200),
    row("POST", "/reports", "", EVERYBODY, 204),
    row("GET", "/i", "", EVERYBODY, 200),
    row("POST", "/i", "", EVERYBODY, 400),  # with no letter at all
    row("POST", "/i/passkey", "", EVERYBODY, 400),  # nor here
    row("POST", "/i/door", "", EVERYBODY, 400),  # with no code
    row("GET", "/door", "", DISPLAY, 200),
    row("POST", "/door/beat", "", DISPLAY, 200),
    # a guardian's own
    row("POST", "/notices/<guardianship>/seen", "told", "verified guardian", 303),
    row("GET", "/home", "", FAMILY, 200),
    row("GET", "/home/log", "", FAMILY, 200),
    row("GET", "/viewings", "", FAMILY, 200),
    *(
        row(method, f"/viewings/<own viewing>/{what}", of, person, 303)  # no receipt yet
        for of, person in (
            ("of Oak", "verified guardian"),
            ("of Elm", "guardian of the other class"),
            (THEIRS, "guardian at the neighbour's"),
        )
        for method, what in (("GET", "receipt"), ("POST", "not-me"))
    ),
    row("GET", "/consent", "", GUARDIANS, 200),
    row("POST", "/consent", "", GUARDIANS, 400),  # with no answer at all
    row("GET", "/delegates", "", GUARDIANS, 200),
    row("POST", "/delegates", "", GUARDIANS, 200),  # the passphrase is asked for first
    row("POST", "/delegates/<delegate>/end", "spare", "verified guardian", 303),
    row("POST", "/delegates/<delegate>/end", THEIRS, "guardian at the neighbour's", 303),
    row("GET", "/rooms/<room>", "Oak", (*OF_OAK, "delegate"), 200),
    row("GET", "/rooms/<room>", "Elm", "guardian of the other class", 200),
    row("GET", "/rooms/<room>", THEIRS, "guardian at the neighbour's", 200),
    row("POST", "/rooms/<room>/viewings", "Oak", ("verified guardian", "delegate"), 201),
    row("POST", "/rooms/<room>/viewings", "Oak", ("unverified guardian", "revoked guardian"), 200),
    row("POST", "/rooms/<room>/viewings", "Elm", "guardian of the other class", 201),
    row("POST", "/rooms/<room>/viewings", THEIRS, "guardian at the neighbour's", 201),
    row("POST", "/rooms/<room>/viewings", "used until today", (*OF_OAK, "delegate"), 200),  # refused, and why
    row("GET", "/live/<viewing>/status", "of Oak", "verified guardian", 200),
    row("GET", "/live/<viewing>/status", "just over", "verified guardian", 200),
    row("GET", "/live/<viewing>/status", "of Elm", "guardian of the other class", 200),
    row("GET", "/live/<viewing>/status", THEIRS, "guardian at the neighbour's", 200),
    row("GET", PLAYLIST, "of Oak", "verified guardian", 200),
    row("GET", PLAYLIST, "of Elm", "guardian of the other class", 200),
    row("GET", PLAYLIST, THEIRS, "guardian at the neighbour's", 200),
    row("GET", INIT, "of Oak", "verified guardian", 200),
    row("GET", INIT, "of Elm", "guardian of the other class", 200),
    row("GET", INIT, THEIRS, "guardian at the neighbour's", 200),
    row("GET", SEGMENT, "of Oak", "verified guardian", 200),
    row("GET", SEGMENT, "of Elm", "guardian of the other class", 200),
    row("GET", SEGMENT, THEIRS, "guardian at the neighbour's", 200),
    row("POST", "/live/<viewing>/watching", "of Oak", "verified guardian", 204),
    row("POST", "/live/<viewing>/watching", "of Elm", "guardian of the other class", 204),
    row("POST", "/live/<viewing>/watching", THEIRS, "guardian at the neighbour's", 204),
    row("POST", "/live/<viewing>/close", "just over", "verified guardian", 204),
    row("POST", "/live/<viewing>/close", "of Oak", "verified guardian", 204),
    row("POST", "/live/<viewing>/close", "of Elm", "guardian of the other class", 204),
    row("POST", "/live/<viewing>/close", THEIRS, "guardian at the neighbour's", 204),
    # the picture of a camera, for who asked and on the device on which it was opened
    *(
        row(method, address, "of the office", "office", status)
        for method, address, status in (
            ("GET", "/looks/<look opening>/main/index.m3u8", 200),
            ("GET", "/looks/<look opening>/main/<number>.init.mp4", 200),
            ("GET", "/looks/<look opening>/main/<number>.m4s", 200),
            ("GET", "/looks/<look opening>/status", 200),
            ("POST", "/looks/<look opening>/close", 204),
            ("GET", "/office/looks/<look>", 200),  # the passphrase is asked for first
        )
    ),
    row("POST", "/office/looks/<look>/viewings", "of the office", "office", 201),
    row("POST", "/office/looks/<look>/viewings", "of the office", "director", 200),  # refused, and why
    row("POST", "/office/looks/<look>/viewings", THEIRS, "director at the neighbour's", 200),
    *(
        row("POST", f"/office/looks/<look>/{verb}", of, people, status)
        for of, people in (("of the office", CURTAINS), (THEIRS, ("director at the neighbour's",)))
        for verb, status in (
            ("agree", 200),
            ("end", 303),
        )  # the passphrase is asked for first, but not to end
    ),
    # the school's own, for its own staff
    row("GET", "/office", "", (*CURTAINS, "director at the neighbour's"), 200),
    row("GET", "/office/health", "", (*FAMILIES, "administrator", "director at the neighbour's"), 200),
    row("POST", "/office/rooms/<room>/curtain/draw", "Oak", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/draw", "Elm", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/draw", "used until today", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/draw", THEIRS, "director at the neighbour's", 303),
    row("POST", "/office/rooms/<room>/curtain/open", "Oak", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/open", "Elm", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/open", "used until today", CURTAINS, 303),
    row("POST", "/office/rooms/<room>/curtain/open", THEIRS, "director at the neighbour's", 303),
    *(
        row("GET", address, "", (*FAMILIES, "director at the neighbour's"), 200)
        for address in (
            "/office/families/new",
            "/office/children",
            "/office/letters",
            "/office/identity",
            "/office/delegates",
            "/office/explain",
        )
    ),
    *(
        row("GET", f"/office/calendar{page}", "", (*FAMILIES, "director at the neighbour's"), 200)
        for page in ("", "/close", "/country", "/make-up", "/open", "/term")
    ),
    *(
        row("POST", f"/office/calendar/{verb}", "", (*FAMILIES, "director at the neighbour's"), status)
        for verb, status in (
            ("close", 400),  # empty
            ("prepare", 400),  # no year
            *(
                (verb, 200) for verb in ("make-up", "open", "term", "country", "confirm")
            ),  # the passphrase first
        )
    ),
    *(
        row("POST", "/office/calendar/days/<calendar_days>/remove", of, people, 200)
        for of, people in OURS_OR_THEIRS
    ),
    row("GET", "/office/hours", "", (*FAMILIES, "director at the neighbour's"), 200),
    row("POST", "/office/hours", "", (*FAMILIES, "director at the neighbour's"), 400),  # of no class
    row("POST", "/office/families/new", "", (*FAMILIES, "director at the neighbour's"), 400),  # empty
    *(
        row(method, address, of, people, status)
        for of, people in OURS_OR_THEIRS
        for method, address, status in (
            ("GET", "/office/children/<child>/guardians", 200),
            ("POST", "/office/children/<child>/guardians", 400),  # empty
            ("POST", "/office/children/<child>/guardians/known", 400),  # empty
            ("GET", "/office/guardianships/<guardianship>/custody", 200),
            ("POST", "/office/guardianships/<guardianship>/custody", 400),  # half empty
            ("GET", "/office/guardianships/<guardianship>/identity", 200),
            # the passphrase is asked for first
            ("POST", "/office/guardianships/<guardianship>/identity", 200),
            ("GET", "/office/guardianships/<guardianship>/grant", 200),
            ("POST", "/office/guardianships/<guardianship>/grant", 200),
            ("POST", "/office/custody/<custody rule>/end", 200),
            ("POST", "/office/delegates/<delegate>/approve", 200),
            ("GET", "/office/delegates/<delegate>/identity", 200),
            ("POST", "/office/delegates/<delegate>/identity", 200),
            ("POST", "/office/delegates/<delegate>/end", 303),
            ("POST", "/office/people/<person>/letter", 200),
            ("POST", "/office/letters/<letter>/release", 200),
        )
    ),
    row("POST", "/office/letters/<letter>/slip", "spare", FAMILIES, 200),
    row("POST", "/office/letters/<letter>/slip", THEIRS, "director at the neighbour's", 200),
    *(
        row(method, f"/office/guardianships/<guardianship>/{page}", of, FAMILIES, status)
        for of in ("told", "ended")
        for page, method, status in (
            ("identity", "GET", 200),
            ("identity", "POST", 200),
            ("grant", "GET", 200),
            ("grant", "POST", 200),
            ("custody", "GET", 200),
            ("custody", "POST", 400),
        )
    ),
    *(
        row("POST", f"/office/letters/<letter>/{verb}", "ended", FAMILIES, 200)
        for verb in ("slip", "release")
    ),
    *(
        row("POST", "/office/letters/<letter>/withdraw", of, people, 303)
        for of, people in (("ended", FAMILIES), *OURS_OR_THEIRS)
    ),
    row("POST", "/office/close", "", ("director", "director at the neighbour's"), 303),
    # the passphrase is asked for first
    row("POST", "/office/open/propose", "", (*FAMILIES, "director at the neighbour's"), 200),
    row("POST", "/office/open/confirm", "", (*CURTAINS, "director at the neighbour's"), 200),
    *(
        row("POST", f"/office/{tie}s/<{tie}>/end", of, people, 303)
        for tie in ("grant", "enrolment", "guardianship")
        for of, people in (
            ("spare", FAMILIES),
            ("ended", FAMILIES),  # once more: nothing changes
            (THEIRS, ("director at the neighbour's",)),
        )
    ),
    row("POST", "/office/guardianships/<guardianship>/end", "told", FAMILIES, 303),
    # how much families may watch, and who could not
    row("GET", "/office/budgets", "", DIRECTORS, 200),
    row("POST", "/office/budgets", "", DIRECTORS, 400),  # empty
    row("GET", "/office/unwatched", "", DIRECTORS, 200),
    # who has agreed, and who is in a room besides children
    *(
        row(method, address, "", (*people, "director at the neighbour's"), status)
        for method, status in (("GET", 200), ("POST", 400))  # empty
        for address, people in (
            ("/office/consents", FAMILIES),
            ("/office/consent-texts", FAMILIES),
            ("/office/staff-papers", FAMILIES),
            ("/office/duties", FAMILIES),
            ("/office/uses", FAMILIES),
            ("/office/guests", CURTAINS),
            ("/office/my-consent", CURTAINS),
        )
    ),
    row("GET", "/office/levels", "", (*FAMILIES, "director at the neighbour's"), 200),
    row("POST", "/office/uses/end", "", (*FAMILIES, "director at the neighbour's"), 400),  # empty
    # who is in, and which class is where
    row("GET", "/office/attendance", "", (*CURTAINS, "director at the neighbour's"), 200),
    row("GET", "/office/attendance/sheet", "", (*CURTAINS, "director at the neighbour's"), 200),
    row("POST", "/office/attendance/sheet", "", (*CURTAINS, "director at the neighbour's"), 400),  # empty
    row("POST", "/office/levels/uncovered", "", DIRECTORS, 400),  # empty
    row("POST", "/office/attendance/mode", "", DIRECTORS, 400),  # empty
    *(
        row("POST", f"/office/children/<child>/{what}", of, people, 303)
        for of, people in (("spare", CURTAINS), (THEIRS, ("director at the neighbour's",)))
        for what in ("in", "out")
    ),
    # what is confirmed of cameras
    row("GET", "/office/cameras", "", (*CURTAINS, "director at the neighbour's"), 200),
    *(
        row("POST", f"/office/cameras/<camera>/{verb}", of, people, status)
        for of, people in (("spare", CURTAINS), (THEIRS, ("director at the neighbour's",)))
        # the passphrase is asked for first, but not to take back; then it is empty
        for verb, status in (("gates", 200), ("approve", 200), ("take-back", 400), ("off", 303))
    ),
    *(row("GET", "/office/cameras/<camera>/masks", of, people, 200) for of, people in OURS_OR_THEIRS),
    row("GET", "/office/doors", "", (*FAMILIES, "director at the neighbour's"), 200),
    *(
        row("POST", address, of, people, status)
        for of, people in OURS_OR_THEIRS
        for address, status in (
            ("/office/cameras/<camera>/looks", 200),  # the passphrase is asked for first
            ("/office/cameras/<camera>/masks", 400),  # empty
            ("/office/cameras/<camera>/masks/take-away", 200),  # the passphrase is asked for first
            ("/office/doors/<door>/end", 303),
        )
    ),
    *(
        row("POST", "/office/rooms/<room>/door", of, people, 200)  # the passphrase is asked for first
        for of, people in (
            *((room, FAMILIES) for room in ("Oak", "Elm", "used until today")),
            (THEIRS, ("director at the neighbour's",)),
        )
    ),
    *(
        row("POST", f"/office/rooms/<room>/{what}", of, people, 400)  # empty
        for what in ("kind", "level")
        for of, people in (
            *((room, FAMILIES) for room in ("Oak", "Elm", "used until today")),
            (THEIRS, ("director at the neighbour's",)),
        )
    ),
    row("GET", "/office/changes", "", (*FAMILIES, "director at the neighbour's"), 200),
    *(
        row(method, f"/office/changes/{what}", "", (*FAMILIES, "director at the neighbour's"), status)
        for what, wrong in (("swap", 200), ("merge", 200), ("lend", 400))
        # the passphrase is asked for first, but not to hide a room; then it is empty
        for method, status in (("GET", 200), ("POST", wrong))
    ),
    *(
        row(method, address, of, people, status)
        for of, people in OURS_OR_THEIRS
        for method, address, status in (
            ("POST", "/office/changes/<change>/end", 200),
            ("POST", "/office/loans/<loan>/end", 200),
            ("GET", "/office/children/<child>/place", 200),
            ("POST", "/office/children/<child>/place", 200),
            ("POST", "/office/children/<child>/enrol", 200),
            ("POST", "/office/children/<child>/leave", 303),
        )
    ),
    *(row("POST", "/office/alerts/<alert>/answer", of, people, 303) for of, people in OURS_OR_THEIRS),
    row("GET", "/oversight", "", "administrator", 200),
    row("GET", "/oversight/register", "", "administrator", 200),
    row("POST", "/oversight/views", "", "administrator", 303),
    row("GET", "/oversight/entry", "", "administrator", 200),
    row("GET", "/oversight/day", "", "administrator", 200),
    row("GET", "/oversight/times", "", "administrator", 200),
    row("GET", "/oversight/unusual", "", "administrator", 200),
    row("GET", "/oversight/refusals", "", "administrator", 200),
    row("GET", "/oversight/checkpoint", "", "administrator", 200),
    row("GET", "/oversight/retention", "", KEEPERS, 200),
    row("POST", "/oversight/retention", "", KEEPERS, 200),  # the passphrase is asked for first
    row("POST", "/oversight/retention/holds", "", KEEPERS, 200),
    row("POST", "/oversight/retention/erasures", "", KEEPERS, 303),  # nobody is named
    # copies of what is kept about somebody: theirs, and the office's task
    row("GET", "/my-copy", "", SIGNED_IN, 200),
    row("POST", "/my-copy", "", SIGNED_IN, 303),  # no school is named
    *(
        row(method, f"/my-copy/<subject export>{what}", of, who, 200)  # the passphrase is asked for first
        for of, who in (
            ("of verified guardian's", "verified guardian"),
            (THEIRS, "guardian at the neighbour's"),
        )
        for method, what in (("GET", ""), ("POST", "/download"), ("POST", "/have"))
    ),
    row("GET", "/office/copies", "", ("office", *KEEPERS), 200),
    row("POST", "/office/copies", "", ("office", *KEEPERS), 303),  # nobody is named
    *(
        row(method, f"/office/copies/<subject export>{what}", of, people, 200)
        for of, people in (
            ("of verified guardian's", ("office", "director", "administrator")),
            (THEIRS, ("director at the neighbour's",)),
        )
        for method, what in (
            ("GET", ""),
            *(("POST", f"/{one}") for one in ("make", "release", "hand", "download")),
        )
    ),
    row("GET", "/schools", "", BOTH, 200),
    row("POST", "/schools/<school>/choose", "ours", BOTH, 303),
    row("POST", "/schools/<school>/choose", THEIRS, BOTH, 303),
    # everybody's own
    row("GET", "/devices", "", SIGNED_IN, 200),
    row("POST", "/devices/<device>/sign-out", "a spare one of verified guardian's", "verified guardian", 303),
    row("GET", "/pin", "", SIGNED_IN, 200),
    row("POST", "/pin", "", SIGNED_IN, 200),  # the passphrase is asked for first
    row("GET", "/passphrase", "", SIGNED_IN, 200),
    row("POST", "/passphrase", "", SIGNED_IN, 200),
    row("GET", "/sign-in-name", "", SIGNED_IN, 200),
    row("POST", "/sign-in-name", "", SIGNED_IN, 200),
    row("GET", "/welcome", "", FAMILY, 200),
    row("GET", "/welcome", "", (*WITHOUT_ROLE, *STAFF), 303),
    row("GET", "/unlock", "", SIGNED_IN, 303),
    row("POST", "/unlock/pin", "", SIGNED_IN, 400),
    row("POST", "/unlock/passphrase", "", SIGNED_IN, 400),
    row("POST", "/prove", "", SIGNED_IN, 400),
    row("POST", "/passkey/ask", "", EVERYBODY, 200),
    row("POST", "/passkey/sign-in", "", EVERYBODY, 400),
    row("POST", "/passkey/ask-to-prove", "", SIGNED_IN, 200),
    row("POST", "/passkey/prove", "", SIGNED_IN, 400),
    row("GET", "/second", "", SIGNED_IN, 303),  # given already, or not asked for
    row("POST", "/second", "", SIGNED_IN, 303),
    row("POST", "/second/paper", "", SIGNED_IN, 303),
    row("GET", "/factors", "", SIGNED_IN, 200),  # the passphrase is asked for first
    row("GET", "/factors/app", "", SIGNED_IN, 200),
    row("GET", "/factors/sheet", "", SIGNED_IN, 200),
    row("POST", "/factors/app", "", SIGNED_IN, 200),
    row("POST", "/factors/app/confirm", "", SIGNED_IN, 200),
    row("POST", "/factors/app/remove", "", SIGNED_IN, 200),
    row("POST", "/factors/sheet", "", SIGNED_IN, 200),
    row("POST", "/factors/passkeys/<passkey>/remove", "of verified guardian's", "verified guardian", 200),
    row("POST", "/factors/passkeys/ask", "", (*WITHOUT_ROLE, *FAMILY), 400),
    row("POST", "/factors/passkeys/ask", "", STAFF, 200),  # their very first
    row("POST", "/factors/passkeys", "", SIGNED_IN, 400),
    row("POST", "/sign-out", "", SIGNED_IN, 303),
    row("POST", "/sign-out-everywhere", "", SIGNED_IN, 303),
)
