"""What a backup says of itself: bound to its bytes by digests, and signed with the key of the logs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from access.database import now_utc_text
from access.errors import Malformed, Unverified
from access.journal_file import Position
from access.log.notes import NoteSigner, parse_note, sign_note, verify
from access.log.signing import HOST, LogKey

VERSION = 1


@dataclass(frozen=True, slots=True)
class LogHeadSaid:
    """How far a log had come."""

    size: int
    root: str
    #: Under which name its checkpoints are signed; None before the first.
    origin: str | None
    #: The last checkpoint that was signed, as it was; None before the first.
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup."""

    made_at: datetime
    #: The shape of the database.
    revision: str
    #: Of the database within, as an SQLite file.
    length: int
    sha256: str
    #: Up to where the journal was done when it was made.
    journal: Position
    #: Lines of the journal that were still to be done then.
    waiting: tuple[Mapping[str, Any], ...]
    #: By the number of each log.
    logs: Mapping[int, LogHeadSaid]

    def encode(self) -> bytes:
        """Return it as it stands in a backup."""
        said = {
            "v": VERSION,
            "made_at": now_utc_text(self.made_at),
            "revision": self.revision,
            "database": {"bytes": self.length, "sha256": self.sha256},
            "journal": asdict(self.journal),
            "waiting": list(self.waiting),
            "logs": {str(log): asdict(head) for log, head in self.logs.items()},
        }
        return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def decode(cls, data: bytes) -> "Manifest":
        """Return what *data* says.

        Raises:
            Malformed: it is none, or of a newer version.
        """
        try:
            said = json.loads(data)
            if said["v"] != VERSION:
                raise Malformed(f"a backup of version {said['v']}")
            return cls(
                made_at=datetime.fromisoformat(said["made_at"]).astimezone(UTC),
                revision=str(said["revision"]),
                length=int(said["database"]["bytes"]),
                sha256=str(said["database"]["sha256"]),
                journal=Position(**said["journal"]),
                waiting=tuple(said["waiting"]),
                logs={int(log): LogHeadSaid(**head) for log, head in said["logs"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise Malformed("no manifest of a backup") from fault


def sign(manifest: bytes, key: LogKey) -> bytes:
    """Return the note that says this installation made it (C2SP signed-note)."""
    return sign_note(_text(manifest), [_signer(key)])


def check_signed(manifest: bytes, note: bytes, key: LogKey) -> None:
    """Let a manifest pass that the installation with *key* made.

    Raises:
        Malformed, Unverified: it did not, or the manifest was changed since.
    """
    opened = parse_note(note)
    verify(opened, [_signer(key).key])
    if opened.text != _text(manifest):
        raise Unverified("the manifest is not the one that was signed")


def _text(manifest: bytes) -> str:
    return f"{HOST}/backup\n{VERSION}\n{hashlib.sha256(manifest).hexdigest()}\n"


def _signer(key: LogKey) -> NoteSigner:
    return key.signer(f"{HOST}/backup/{key.name(0)}")
