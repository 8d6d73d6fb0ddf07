"""The files that hold secrets: there, whole, and readable by nobody else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from access.key_files import KEY_BYTES
from app.health.finding import Finding, well, wrong
from app.parts import SECRET_BYTES


def key_findings(path: Path) -> Iterator[Finding]:
    """Look at the key that opens the cameras' addresses."""
    if not path.is_file():
        yield wrong(
            lazy_gettext("The key that opens the cameras' addresses is not there."),
            lazy_gettext(
                "Put the copy back that is kept apart from the backups. A new school types ./portal key make."
            ),
            detail=str(path),
        )
        return
    yield from _of_a_secret(
        path,
        exactly=KEY_BYTES,
        good=lazy_gettext("The key of the cameras' addresses is readable by the portal only."),
        open_to_others=lazy_gettext("Others on this machine may read the key of the cameras' addresses."),
        not_whole=lazy_gettext("The key of the cameras' addresses is not whole."),
        whole_again=lazy_gettext("Put the copy back that is kept apart from the backups."),
    )


def form_secret_findings(path: Path) -> Iterator[Finding]:
    """Look at what signs forms; where it is missing, it is made at the start."""
    if not path.exists():
        yield well(lazy_gettext("What signs forms is made when the portal starts."), detail=str(path))
        return
    yield from _of_a_secret(
        path,
        exactly=None,
        good=lazy_gettext("What signs forms is readable by the portal only."),
        open_to_others=lazy_gettext("Others on this machine may read what signs forms."),
        not_whole=lazy_gettext("What signs forms is too short."),
        whole_again=lazy_gettext("Remove the file and restart the portal: a new one is made."),
    )


def certificate_key_findings(path: Path) -> Iterator[Finding]:
    """Look at the key of the certificate; a group of the system, such as ``ssl-cert``, may read it too."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.is_file() else None
    if mode is None or not os.access(path, os.R_OK):
        yield wrong(
            lazy_gettext("The portal cannot read the key of its certificate."),
            lazy_gettext(
                "Let the portal's user read the file that PORTAL_CERTIFICATE_KEY_FILE names, and nobody else."
            ),
            detail=str(path),
        )
    elif mode & 0o007:
        yield wrong(
            lazy_gettext("Everybody on this machine may read the key of the certificate."),
            lazy_gettext("Type: chmod o-rwx, and the file's name. Then have a new certificate made."),
            detail=f"{path} {mode:o}",
        )
    else:
        yield well(lazy_gettext("The key of the certificate is not readable by everybody."), detail=str(path))


def _of_a_secret(
    path: Path,
    *,
    exactly: int | None,
    good: LazyString,
    open_to_others: LazyString,
    not_whole: LazyString,
    whole_again: LazyString,
) -> Iterator[Finding]:
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid != os.geteuid():
        yield wrong(
            lazy_gettext("A secret file of the portal belongs to somebody else."),
            lazy_gettext("Call ./portal as the user that owns it, or give it back to that user with chown."),
            detail=str(path),
        )
    elif mode & 0o077:
        yield wrong(
            open_to_others,
            lazy_gettext(
                "Type: chmod 600, and the file's name. If others really use this machine, make it anew."
            ),
            detail=f"{path} {mode:o}",
        )
    elif found.st_size < SECRET_BYTES or exactly not in {None, found.st_size}:
        yield wrong(not_whole, whole_again, detail=str(path))
    else:
        yield well(good, detail=str(path))
