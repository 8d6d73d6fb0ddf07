"""What a reader is told of a second factor that was refused."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

REASONS: dict[str, LazyString] = {
    "code:wrong": lazy_gettext("This code is not right, or was used already. Please wait for the next one."),
    "code:wait": lazy_gettext(
        "There were too many wrong codes. Please wait five minutes, or use a passkey. "
        "If that does not help, somebody else on the staff does."
    ),
    "factor:none": lazy_gettext("There is nothing to confirm any more. Please begin again."),
    "factor:last": lazy_gettext("This is your only second factor. Add another one before you remove it."),
    "passkey:wrong": lazy_gettext("This passkey was not accepted. Please try again, or use another way."),
    "passkey:known": lazy_gettext("This device has a passkey here already."),
    "passkey:only_way": lazy_gettext(
        "This passkey is your only way in. Choose a passphrase or add another passkey before you remove it."
    ),
    "passkey:many": lazy_gettext("You have ten passkeys. Remove one that you no longer use first."),
    "sign_in:ended": lazy_gettext("You are signed out on this device. Please sign in again."),
    "sign_in:not_fresh": lazy_gettext("Please give your passphrase once more."),
    "second:missing": lazy_gettext("Please give your second factor on this device first."),
}


def why_not(reason: str) -> str:
    """Return the sentence for *reason*."""
    return str(REASONS.get(reason, REASONS["passkey:wrong"]))
