"""The first morning: 120 sign-ins in a minute while 60 watch, in bounded memory."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.living import LivingSchool, signed_in
from tests.e2e.processes import the_web
from tests.e2e.reader import Reader, all_following, boot
from tests.e2e.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.whole_machine]

WATCHING, SIGNING_IN = 60, 120
#: They come in groups, as from a bell: spread evenly, no two would ever meet.
AT_A_TIME = 12
#: So many devices of each guardian; fewer than one may have.
FAMILIES = 20
RUSH_SECONDS = 60.0
#: The last come this late, and must be in within the minute too.
COMING_SECONDS = 54.0
#: Whoever reads "in a moment" presses the button again so soon.
AGAIN_SECONDS = 1.0
#: Two hashes at once take 92 MiB, and each thread that ever worked keeps a little.
MEMORY_MIB = 160
#: The age at which a page says that its picture is old.
GAP_SECONDS = 3.0


@pytest.fixture(scope="module")
def names(school: LivingSchool) -> list[str]:
    """Return the sign-in names of twenty guardians."""
    return [school.guardian().sign_in_name for _ in range(FAMILIES)]


def resident_mib(pid: int) -> float:
    """Return what a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no such process")


def watch_memory(pids: list[int], stopping: threading.Event) -> Iterator[float]:
    """Yield what the processes hold together, until told to stop."""
    while not stopping.wait(0.2):
        yield sum(map(resident_mib, pids))


def test_a_rush_of_sign_ins_neither_fills_the_memory_nor_stops_the_picture(
    school: LivingSchool, names: list[str]
) -> None:
    crowd: dict[str, Reader] = {}
    for name in itertools.islice(itertools.cycle(names), WATCHING):
        reader, token = school.reader(name)
        crowd[reader.open(school.room_key, token)] = reader
    web = the_web(school.living)
    with all_following(crowd, as_the_page=True):
        until("everybody has a picture", lambda: all(r.taken for r in crowd.values()), 60)
        before, stopping, held = sum(map(resident_mib, web)), threading.Event(), [0.0]
        began = boot()
        with ThreadPoolExecutor(AT_A_TIME + 1) as pool:
            watched = pool.submit(lambda: held.extend(watch_memory(web, stopping)))
            try:
                list(pool.map(lambda n: sign_in(school, names, n, began), range(SIGNING_IN)))
            finally:
                stopping.set()
            watched.result()
        took = boot() - began
        until("the picture goes on", lambda: all(latest(r) > began + took for r in crowd.values()), 20)

    assert took <= RUSH_SECONDS
    assert max(held) - before <= MEMORY_MIB
    assert max(longest_gap(reader) for reader in crowd.values()) <= GAP_SECONDS + 1


def sign_in(school: LivingSchool, names: list[str], number: int, began: float) -> None:
    """Sign in at one's moment in the minute."""
    moment = began + number // AT_A_TIME * AT_A_TIME * COMING_SECONDS / SIGNING_IN
    waits_for(moment)
    while not is_in(school, names[number % FAMILIES]):
        waits_for(boot() + AGAIN_SECONDS)


def waits_for(moment: float) -> None:
    until("one's moment", lambda: boot() >= moment, RUSH_SECONDS)


def is_in(school: LivingSchool, name: str) -> bool:
    """Sign in; say whether that was done, or the portal asked to come again shortly."""
    try:
        signed_in(school.living.port, name)
    except AssertionError as told:
        if "503" not in str(told)[:20]:
            raise
        return False
    return True


def latest(reader: Reader) -> float:
    return reader.received[-1][0]


def longest_gap(reader: Reader) -> float:
    """Return the longest that nothing came."""
    times = [at for at, *_ in reader.received]
    return max(after - before for before, after in itertools.pairwise(times))
