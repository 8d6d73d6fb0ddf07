"""What a setup look is for, in words: for the staff who ask, and for whoever is filmed."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from access.look_records import LookKind

PURPOSES: dict[str, LazyString] = {
    LookKind.TEST: lazy_gettext("to test the camera"),
    LookKind.MASK: lazy_gettext("to set what is always hidden"),
    LookKind.MEASURE: lazy_gettext("to measure"),
    LookKind.BEFORE_OPENING: lazy_gettext("to look before it is opened to families"),
}
