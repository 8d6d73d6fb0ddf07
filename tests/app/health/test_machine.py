"""Swap, core dumps, directories, secret files and backups: each wrong in a real way."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.health.backup import OLD, backup_findings
from app.health.directories import data_findings, ram_findings
from app.health.finding import Finding, State
from app.health.machine import core_dump_finding, swap_finding, versions_finding
from app.health.secret_files import certificate_key_findings, form_secret_findings, key_findings
from app.ram import MOUNTS
from tests.e2e.small_disks import kept_full, small_disk, where_one_may_mount

NOW = datetime.now(UTC)
SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"


def worst(findings: Iterator[Finding]) -> Finding:
    """Return the one that matters most."""
    order = [State.WRONG, State.LOOK, State.UNKNOWN, State.WELL]
    return min(findings, key=lambda finding: order.index(finding.state))


@pytest.fixture
def tmp_path(disk: Path) -> Path:
    """What is looked into lies on a disk, where it is not said to lie in memory."""
    return disk


@pytest.fixture
def memory() -> Iterator[Path]:
    """A directory of one's own in memory."""
    with tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as place:
        yield Path(place)


# -- directories -----------------------------------------------------------------------


def test_directories_that_are_as_they_should_be_are_well(tmp_path: Path, memory: Path) -> None:
    tmp_path.chmod(0o700)

    assert worst(data_findings(tmp_path)).state is State.WELL
    assert worst(ram_findings(memory)).state is State.WELL


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o707])
def test_a_directory_open_to_others_is_wrong_and_is_left_as_it_is(
    tmp_path: Path, memory: Path, mode: int
) -> None:
    for place in (tmp_path, memory):
        place.chmod(mode)

    for found in (worst(data_findings(tmp_path)), worst(ram_findings(memory))):
        assert found.state is State.WRONG
        assert "open to others" in str(found.sentence)
        assert f"{mode:o}" in found.detail
    assert tmp_path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives away")
def test_a_directory_of_somebody_else_is_wrong(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, -1)

    assert "somebody else" in str(worst(data_findings(tmp_path)).sentence)


def test_records_in_memory_are_wrong(memory: Path) -> None:
    assert "gone when the machine restarts" in str(worst(data_findings(memory)).sentence)


def test_pictures_on_a_disk_are_wrong(tmp_path: Path) -> None:
    assert "not in memory" in str(worst(ram_findings(tmp_path)).sentence)


def test_a_data_directory_that_is_not_there_is_wrong_and_is_not_made(tmp_path: Path) -> None:
    assert worst(data_findings(tmp_path / "gone")).state is State.WRONG
    assert not (tmp_path / "gone").exists()


def test_a_ram_directory_that_is_not_there_yet_is_made_by_the_start_only(memory: Path) -> None:
    assert worst(ram_findings(memory / "littlewindow")).state is State.LOOK
    assert not (memory / "littlewindow").exists()


def test_a_mount_that_hides_a_disk_is_seen(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"tmpfs / tmpfs rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n")

    assert worst(ram_findings(tmp_path, mounts=mounts)).state is State.WRONG


@where_one_may_mount
def test_a_full_disk_is_wrong(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("disks")
    small = small_disk(place / "small", megabytes=300)
    disk = place / "mounts"
    disk.write_text(f"/dev/sda1 {small} ext4 rw 0 0\n")

    assert worst(data_findings(small, mounts=disk)).state is State.LOOK
    with kept_full(small):
        assert worst(data_findings(small, mounts=disk)).state is State.WRONG
        assert "0 MiB of room left" in str(worst(ram_findings(small)).sentence)
        assert worst(ram_findings(small)).state is State.WRONG
    assert worst(ram_findings(small)).state is State.WELL


# -- secret files ----------------------------------------------------------------------


def secret_file(directory: Path, *, size: int = 32, mode: int = 0o600) -> Path:
    path = directory / "secret"
    path.write_bytes(bytes(size))
    path.chmod(mode)
    return path


def test_secrets_that_only_the_portal_reads_are_well(tmp_path: Path) -> None:
    path = secret_file(tmp_path)

    assert worst(key_findings(path)).state is State.WELL
    assert worst(form_secret_findings(path)).state is State.WELL


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o601])
def test_a_secret_that_others_may_read_is_wrong(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode=mode)

    for found in (worst(key_findings(path)), worst(form_secret_findings(path))):
        assert found.state is State.WRONG
        assert "Others on this machine" in str(found.sentence)
        assert "chmod 600" in str(found.remedy)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_that_is_not_whole_is_wrong(tmp_path: Path, size: int) -> None:
    assert worst(key_findings(secret_file(tmp_path, size=size))).state is State.WRONG


def test_a_form_secret_that_is_too_short_is_wrong(tmp_path: Path) -> None:
    assert worst(form_secret_findings(secret_file(tmp_path, size=31))).state is State.WRONG


def test_a_lost_key_is_wrong_and_a_form_secret_is_made_anew(tmp_path: Path) -> None:
    assert worst(key_findings(tmp_path / "gone")).state is State.WRONG
    assert worst(form_secret_findings(tmp_path / "gone")).state is State.WELL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives away")
def test_a_secret_of_somebody_else_is_wrong(tmp_path: Path) -> None:
    path = secret_file(tmp_path)
    os.chown(path, 65534, -1)

    assert "somebody else" in str(worst(key_findings(path)).sentence)


@pytest.mark.parametrize(
    ("mode", "state"),
    [(0o400, State.WELL), (0o640, State.WELL), (0o644, State.WRONG), (0o601, State.WRONG)],
)
def test_the_key_of_the_certificate_is_not_for_everybody(tmp_path: Path, mode: int, state: State) -> None:
    assert worst(certificate_key_findings(secret_file(tmp_path, mode=mode))).state is state


def test_a_certificate_without_its_key_is_wrong(tmp_path: Path) -> None:
    assert worst(certificate_key_findings(tmp_path / "gone")).state is State.WRONG


# -- swap, core dumps, versions --------------------------------------------------------


def test_swap_on_a_disk_in_clear_is_wrong_unless_the_memory_is_kept_out_of_it(tmp_path: Path) -> None:
    swaps, mounts = tmp_path / "swaps", tmp_path / "mounts"
    swaps.write_text(f"{SWAPS}/dev/sda5 partition 8 0 -2\n/dev/zram0 partition 8 0 5\n")
    mounts.write_text("tmpfs / tmpfs rw 0 0\n")

    found = swap_finding(tmp_path, mounts=mounts, swaps=swaps)

    assert (found.state, found.detail) == (State.WRONG, "/dev/sda5")
    mounts.write_text("tmpfs / tmpfs rw,noswap 0 0\n")
    assert swap_finding(tmp_path, mounts=mounts, swaps=swaps).state is State.WELL
    mounts.write_text("tmpfs / tmpfs rw 0 0\n")
    swaps.write_text(SWAPS)
    assert swap_finding(tmp_path, mounts=mounts, swaps=swaps).state is State.WELL


def test_a_system_that_does_not_tell_its_mounts_is_not_known(tmp_path: Path) -> None:
    assert swap_finding(tmp_path, mounts=tmp_path / "none").state is State.UNKNOWN
    assert MOUNTS.exists()


def test_core_dumps_are_worth_a_look() -> None:
    assert core_dump_finding(0).state is State.WELL
    assert core_dump_finding(-1).state is State.LOOK
    assert core_dump_finding(4096).state is State.LOOK


@pytest.mark.parametrize("ffmpeg", ["8.1.1", "8.0", "7.1.9", "n8.1.1", "unheard of", ""])
def test_a_video_library_with_known_holes_is_wrong(ffmpeg: str) -> None:
    assert versions_finding(ffmpeg).state is State.WRONG


@pytest.mark.parametrize("ffmpeg", [None, "8.1.2", "8.1.10", "n9.0", "8.2-dirty"])
def test_what_is_installed_here_and_what_is_newer_is_well(ffmpeg: str | None) -> None:
    found = versions_finding(ffmpeg)

    assert found.state is State.WELL
    assert "Littlewindow 0." in str(found.sentence)


# -- backups ---------------------------------------------------------------------------


def test_no_backup_and_an_old_one_are_worth_a_look(tmp_path: Path) -> None:
    assert "No backup" in str(worst(backup_findings(tmp_path, NOW)).sentence)
    (tmp_path / "backups" / "night").mkdir(parents=True)
    assert worst(backup_findings(tmp_path, NOW)).state is State.LOOK

    copy = tmp_path / "backups" / "night" / "portal.db"
    copy.touch()
    for age, state in ((timedelta(), State.WELL), (OLD, State.WELL), (OLD + timedelta(hours=1), State.LOOK)):
        at = (NOW - age).timestamp()
        os.utime(copy, (at, at))
        assert worst(backup_findings(tmp_path, NOW)).state is state

    (tmp_path / "copies").mkdir()
    shutil.copy(copy, tmp_path / "copies" / "before-an-upgrade.db")
    assert "0 days ago" in str(worst(backup_findings(tmp_path, datetime.now(UTC))).sentence)
