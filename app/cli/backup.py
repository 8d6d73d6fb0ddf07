"""``./portal backup``: a copy of everything that only somebody else can open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from access.acts import Actor
from access.backups import age
from access.backups.making import KEPT, PLAIN, Made, make_backup, scratch
from access.backups.opening import open_backup
from access.backups.recorded import let_go_of_journal, record_backup
from access.errors import Malformed, Refused, Unverified
from app.cli.desk import Desk, asked, os_user
from app.cli.new_files import new_files
from app.cli.progress import Told
from app.cli.unsaid import first_unsaid
from app.first_start import read_log_key, require_log_key

BACKUPS, RECIPIENT = "backups", "backup_recipient"
NO_RECIPIENT = (
    "no key to make backups for yet: ./portal backup key --to FILE makes one "
    "(还没有备份用的公钥:请先运行 ./portal backup key --to 文件)"
)
KEY_TEXT = """\
# 小窗 Littlewindow: the private half of the key for backups. 备份私钥:请离开本机保管。
# Whoever has this file and a backup can read all records of the school. Without it no
# backup can ever be opened. Keep two copies, away from this machine and away from the
# backups: one in the school's safe, one with the director. Public half 公钥:
# {public}
{private}
"""
KEY_TOLD = """\
{path} holds the private half of the key for backups. Now, before anything else:
1. copy it to two places away from this machine and from the backups, such as two USB sticks
   in two safes, or print it: it is one line of text;
2. remove it here: shred -u {path}
Without it no backup can be opened, by nobody. With it and a backup anybody reads all records.
The public half stays here, in {kept}: {public}
备份私钥在 {path}:请立即复制到两个离开本机的安全地方,然后在本机删除它。丢失它,任何备份都无法打开。"""

to = click.option(
    "--to",
    "directory",
    type=click.Path(path_type=Path),
    help="Where; backups in the data directory if unsaid.",
)
identity = click.option(
    "--identity", required=True, type=click.Path(path_type=Path), help="The file with the private half."
)


@click.group("backup", cls=first_unsaid("make"))
def command() -> None:
    """Backups that only somebody else can open.

    example: ./portal backup --to /mnt/usb/littlewindow
    """


@command.command("make")
@to
@click.option("--keep", type=click.IntRange(min=1), default=KEPT, show_default=True, help="So many stay.")
@asked
def make(desk: Desk, directory: Path | None, keep: int) -> None:
    """Make a backup, also while the portal runs: copied, proved, encrypted to a public key.

    "make" may be left out.

    example: ./portal backup --to /mnt/usb/littlewindow
    """
    settings, recipient = desk.settings, _recipient(desk)
    key = require_log_key(settings, desk.world)
    try:
        with Told("backup") as told:
            made = make_backup(
                desk.world,
                key,
                recipient=recipient,
                data_directory=settings.data_directory,
                directory=directory or settings.data_directory / BACKUPS,
                kept=keep,
                progress=told.tell,
            )
    except OSError as fault:
        raise Refused("backup:not_made", fault.strerror or str(fault)) from fault
    record_backup(
        desk.world, made.manifest, actor=Actor(None, os_user()), recipient=age.fingerprint(recipient)
    )
    let_go_of_journal(desk.world)
    desk.tell(_answer(made), f"made {made.path}, proved; only the private half of {recipient} opens it")


@command.command("key")
@click.option(
    "--to", "path", required=True, type=click.Path(path_type=Path), help="A new file, best on a stick."
)
@asked
def key(desk: Desk, path: Path) -> None:
    """Make the key for backups: the public half stays here, the private half is carried away.

    example: ./portal backup key --to /mnt/usb/backup-key.txt
    """
    settings = desk.settings
    kept = settings.data_directory / RECIPIENT
    if settings.backup_recipient:
        raise Refused("backup:recipient", "PORTAL_BACKUP_RECIPIENT names a key already")
    if path.resolve().is_relative_to(settings.data_directory.resolve()):
        raise Refused(
            "backup:key_here", "not in the data directory: whoever takes that could open its backups"
        )
    private, public = age.new_pair()
    with new_files(path, kept) as (secret, open_file):
        secret.write(KEY_TEXT.format(private=private, public=public).encode())
        open_file.write(f"{public}\n".encode())
    desk.tell(
        {"recipient": public, "private": str(path)}, KEY_TOLD.format(path=path, kept=kept, public=public)
    )


@command.command("verify")
@click.argument("backup", type=click.Path(path_type=Path))
@identity
@asked
def verify(desk: Desk, backup: Path, identity: Path) -> None:
    """Open a backup as a restore would, to the last byte, and check it; nothing is changed.

    example: ./portal backup verify littlewindow-20261201T010000Z.age --identity /mnt/usb/backup-key.txt
    """
    settings = desk.settings
    private, log_key = age.read_identity(identity), read_log_key(settings)
    with scratch(settings.data_directory) as place, Told("backup") as told, refused_backup():
        found = open_backup(backup, place / PLAIN, private=private, key=log_key, progress=told.tell)
    entries = {str(log): said.size for log, said in found.logs.items()}
    desk.tell(
        {
            "made_at": found.made_at.isoformat(),
            "revision": found.revision,
            "bytes": found.length,
            "logs": entries,
        },
        f"whole: of {found.made_at:%Y-%m-%d %H:%M} UTC, {found.length:,} bytes, "
        f"{sum(entries.values()):,} entries",
    )


@contextmanager
def refused_backup() -> Iterator[None]:
    """Turn what is wrong with a backup into a refusal."""
    try:
        yield
    except (Malformed, Unverified) as fault:
        raise Refused("backup:not_whole", str(fault)) from fault
    except OSError as fault:
        raise Refused("backup:not_written", fault.strerror or str(fault)) from fault


def _recipient(desk: Desk) -> str:
    settings = desk.settings
    kept = settings.data_directory / RECIPIENT
    if settings.backup_recipient:
        return settings.backup_recipient
    if not kept.exists():
        raise Refused("backup:no_recipient", NO_RECIPIENT)
    return kept.read_text("ascii").strip()


def _answer(made: Made) -> dict[str, Any]:
    return {
        "file": str(made.path),
        "bytes": made.path.stat().st_size,
        "logs": {
            str(log): {"size": said.size, "root": said.root} for log, said in made.manifest.logs.items()
        },
    }
