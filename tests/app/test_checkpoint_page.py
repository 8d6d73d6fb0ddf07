"""The sheet for the notice board: the last checkpoint of the reader's school, whole, and nothing else."""

import re
from html import unescape

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.clock import FrozenClock
from access.database import writing
from access.log.checkpoints import open_checkpoint
from access.log.signing import LogKey, origin_of, sign_log
from tests.school import School

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
PATH = "/oversight/checkpoint"
ENGLISH = {"Accept_Language": "en-GB"}


def test_what_is_printed_is_what_was_signed(school: School, clock: FrozenClock) -> None:
    administrator = school.administrator()
    assert "There is no checkpoint yet" in administrator.get(PATH, **ENGLISH).body.decode()
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())
        origin = origin_of(connection, school.id)
    assert origin is not None

    page = administrator.get(PATH, **ENGLISH).body.decode()

    note = unescape(re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[0])
    checkpoint, _ = open_checkpoint(note.encode(), KEY.public(origin))
    assert f"<strong>{checkpoint.size}</strong>" in page
    assert "data-print" in page
    assert "<svg" in page
