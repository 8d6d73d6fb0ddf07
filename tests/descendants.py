"""What a process started, found from outside."""

from pathlib import Path


def descendants(pid: int) -> list[int]:
    """Return the living children of *pid*, theirs, and so on."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread or process that ended meanwhile
        for child in children:
            found += [child, *descendants(child)]
    return found


def command_line(pid: int) -> str:
    """Return the words *pid* was started with; none where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
