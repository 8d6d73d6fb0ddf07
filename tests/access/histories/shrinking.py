"""Which acts only take away, and from whom: said without asking the portal."""

from collections.abc import Set
from typing import Any

from tests.access.histories.doing import WEEKS
from tests.access.histories.model import Model
from tests.access.histories.school import PEOPLE

EVERYBODY = frozenset(PEOPLE)
NOBODY: Set[str] = frozenset()
#: What only ever takes away, whoever it is about.
RESTRICTING = frozenset(
    {
        *("revoke", "untie", "undelegate", "custody", "out", "sign_out", "close_person", "renamed"),
        *("draw", "dim", "deactivate", "lend", "close_day", "close_school", "watched", "begins"),
        # Not "ask_again": where all others are exempt, who is asked again and had agreed is the one.
        *("refuse", "guest", "duty", "staff_refuses", "asks_anew"),
        *("unconfirm", "nap", "narrow"),
    }
)
#: What takes away where it is stricter than before, or only from the family of a child.
SOMETIMES = frozenset({"hours", "budgets", "attendance", "unenrol", "leaves"})
MODES = ("off", "optional", "required")


def only_lose(model: Model, what: str, how: tuple[Any, ...], now: Any) -> Set[str]:
    """Return who sees no more after an act than before, whatever the act does else."""
    if what in {"unenrol", "leaves"}:
        # Others may gain: a child who is expected no longer keeps no room dark.
        return {who for who in PEOPLE if {way.child for way in model.ways[who]} == {how[0]}}
    if what == "custody":
        # Where a rule divides a family, another's devices take no place of one's own any more.
        return EVERYBODY if model.devices_at_once is None else NOBODY
    tightened = what in RESTRICTING or (what in SOMETIMES and is_stricter(model, what, how, now))
    return EVERYBODY if tightened else NOBODY


def is_stricter(model: Model, what: str, how: tuple[Any, ...], now: Any) -> bool:
    """Say whether a choice leaves no more than the one that stands."""
    if what == "attendance":
        return MODES.index(how[0]) >= MODES.index(model.attendance)
    if what == "budgets":
        return all(
            before is None or (after is not None and after <= before)
            for before, after in zip((model.day_minutes, model.devices_at_once), how, strict=True)
        )
    group, which = how
    standing = [w for w in model.windows[group] if w.on is None and w.holds(now)]
    open_before = minutes_of((w.weekday, w.starts, w.ends) for w in standing)
    return minutes_of(WEEKS[which]) <= open_before


def minutes_of(week: Any) -> set[tuple[int, int]]:
    """Return every minute of the week that is in one of these hours."""
    return {(day, minute) for day, starts, ends in week for minute in range(starts, ends)}
