"""Whole sentences that pages show, as this file has them: the oracle does not ask the code what to say.

Their Chinese is the catalogue's; a sentence that is not in it would show as English on a Chinese phone.
"""

from flask_babel import gettext

from tests.e2e.phone import LANGUAGES
from tests.speaking import speaking

#: Whatever is somebody else's business.
NO_LONGER = "This room is no longer open to you. The school office can tell you more."
NOT_COVERED = "The room is not shown just now: not everybody in it has agreed, or there is a visitor."
CURTAIN = "The curtain is drawn. The teachers will open it again."
HOURS = "It is outside the viewing hours."
PREPARING = "The school is still preparing the camera in this room. The school office can tell you more."
NOT_IN = "Your child has left the room, or has not come yet."
LENT = "People from outside have this room for a while. Nobody is shown it."
ELSEWHERE = "Your child's class is not in this room now."
CLOSED = "The school has closed the cameras for now."
SPENT = "The time that can be watched in one day is used up."
#: Never whose rule it is.
WITHOUT_A_REASON = "This room is not open to you at this time. The school office can tell you more."
#: Of a page whose sign-in is no more: it may not even be told which viewing it had.
SIGNED_OUT = "This viewing has ended. Go back to see your rooms."
WAITING = "Waiting for the camera. The picture comes by itself."
NO_ANSWER = "The portal does not answer. Check your connection and tap ▶ again."


def in_both(sentence: str) -> dict[str, str]:
    """Return *sentence* and its Chinese, by catalogue."""
    said = {}
    for catalogue in LANGUAGES.values():
        with speaking(catalogue):
            said[catalogue] = str(gettext(sentence))
    return said
