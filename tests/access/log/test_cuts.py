"""That a power cut takes nothing back of what was told of a log."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.access.log.cuts import Cuts
from tests.access.log.writers import Founded, found_school

#: ``./portal bench log_cuts`` has two hundred.
CUTS = 20

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="SQLite is found by its name on Linux")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A school that every machine begins with."""
    return found_school(tmp_path_factory.mktemp("founded"))


@linux_only
def test_no_power_cut_loses_an_entry_or_a_head(tmp_path: Path, founded: Founded) -> None:
    machine = Cuts(tmp_path, founded, seed=1)

    found = list(machine.after(CUTS))

    assert [one for one in found if one] == []
    assert len(found) == CUTS
    assert machine.amount["entries"] > CUTS
    assert machine.amount["heads"] > 0


@linux_only
def test_the_cuts_are_such_that_less_than_the_portals_syncing_loses_entries_and_heads(
    tmp_path: Path, founded: Founded
) -> None:
    seen = Counter[str]()

    for found in Cuts(tmp_path, founded, seed=1, synchronous="NORMAL").after(CUTS):
        seen.update(found.counted())
        if seen["lost"] and seen["off_the_tree"]:
            break

    assert seen["lost"] > 0
    assert seen["off_the_tree"] > 0
