"""``python -m tests.access.log.kills ROUNDS``: kill who writes a log, at any instant, and look what is left.

Each round several processes write, and one reads heads; each is killed with SIGKILL at an instant of its own,
so that some go on beside what the others have left. What they told lies in a file that is only added to.
Then the database is opened: every second time where it lies, and every other time as a copy, so that the
writers of the next round find it, WAL and all, as it was left. A process of its own, because it forks.
"""

import argparse
import gc
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from access.clock import FrozenClock
from access.database import connect
from access.world import World
from tests.access.log.told import Broken, Told, broken
from tests.access.log.writers import Founded, Tell, found_school, publish, write
from tests.conftest import MORNING, small_world
from tests.made_once import make_once

WRITERS = 4
#: Each lives so long at most: a few dozen transactions.
LONGEST_SECONDS = 0.3
#: Of so many rounds the first moments count.
DIE_YOUNG = 1 / 5
#: On a machine that does much else.
BEGIN_SECONDS = 60.0
#: Whoever reads does not keep a core from those who write.
PAUSE_SECONDS = 0.005
#: After so many rounds they begin with another database, so that looking through it stays quick.
ROUNDS_OF_ONE = 20

#: Told what to do again and again until the process is killed.
Deed = Callable[[World, Tell, random.Random], None]


def rounds(number: int, seed: int, home: Path) -> Iterator[tuple[Broken, Told]]:
    """Yield, round by round, what is broken and what was told of the present database so far."""
    founded = found_school(home)
    _warm(founded, home)
    gc.freeze()
    chance = random.Random(seed)  # noqa: S311
    for one in range(number):
        if one % ROUNDS_OF_ONE == 0:
            place = Path(tempfile.mkdtemp(dir=home))
            shutil.copyfile(founded.path, place / "portal.db")
            (place / "told").touch()
        _kill_all(place, founded, chance)
        told = Told()
        for line in (place / "told").read_text().splitlines():
            told.hear(line)
        yield _looked_into(place, told, copied=bool(one % 2)), told
        if one % ROUNDS_OF_ONE == ROUNDS_OF_ONE - 1:
            shutil.rmtree(place)


def _looked_into(place: Path, told: Told, *, copied: bool) -> Broken:
    if not copied:
        return _opened(place / "portal.db", told)
    with tempfile.TemporaryDirectory(dir=place) as beside:
        for name in ("portal.db", "portal.db-wal"):
            if (place / name).exists():
                shutil.copyfile(place / name, Path(beside, name))
        return _opened(Path(beside, "portal.db"), told)


def _opened(path: Path, told: Told) -> Broken:
    engine = connect(f"sqlite:///{path}")
    found = broken(engine, told)
    engine.dispose()
    return found


def _kill_all(place: Path, founded: Founded, chance: random.Random) -> None:
    """Let some write and one read, and kill each at its time, counted from when all have begun.

    In some rounds it is counted from when the first is born, so that they die on opening the database too.
    """

    def writes(world: World, tell: Tell, own: random.Random) -> None:
        write(world, founded, tell, own)

    def reads(world: World, tell: Tell, _: random.Random) -> None:
        publish(world, founded, tell)
        time.sleep(PAUSE_SECONDS)

    opened, begun = os.pipe()
    living: list[int] = []
    try:
        for deed in [writes] * WRITERS + [reads]:
            living.append(_born(place, deed, chance.getrandbits(32), begun))
        if chance.random() > DIE_YOUNG:
            for _ in living:
                if not select.select([opened], [], [], BEGIN_SECONDS)[0]:
                    raise TimeoutError("a writer does not begin")
                os.read(opened, 1)
        began = time.monotonic()
        for at in sorted(chance.uniform(0, LONGEST_SECONDS) for _ in living):
            time.sleep(max(0.0, began + at - time.monotonic()))
            _kill(living.pop(chance.randrange(len(living))))
    finally:
        for pid in living:
            _kill(pid)
        os.close(opened)
        os.close(begun)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"a writer ended by itself: {status}")


def _born(place: Path, deed: Deed, seed: int, begun: int) -> int:
    """Start a process that says on *begun* that it is there, and then does nothing but *deed*."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        parent = os.getppid()
        with _world(place) as world, _telling(place / "told") as tell:
            chance = random.Random(seed)  # noqa: S311
            os.write(begun, b".")
            while os.getppid() == parent:
                deed(world, tell, chance)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(1)  # never back into what the parent does


@contextmanager
def _world(place: Path) -> Iterator[World]:
    own = place / f"parts-{os.getpid()}"
    own.mkdir()
    with small_world(own, FrozenClock(MORNING), f"sqlite:///{place / 'portal.db'}") as world:
        yield world


@contextmanager
def _telling(path: Path) -> Iterator[Tell]:
    """Give what adds a line to a file; it is the kernel's when that returns, and outlives the process."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def tell(line: str) -> None:
        os.write(file, f"{line}\n".encode())

    yield tell
    os.close(file)


def _warm(founded: Founded, home: Path) -> None:
    """Do each deed a few times, so that the processes begin with statements that are put together."""
    place = Path(tempfile.mkdtemp(dir=home))
    shutil.copyfile(founded.path, place / "portal.db")
    told = Told()
    with _world(place) as world:
        for one in range(30):
            write(world, founded, told.hear, random.Random(one))  # noqa: S311
            publish(world, founded, told.hear)
        assert not broken(world.database, told)


def main() -> int:
    """Print as one JSON object what was told and what is broken; fail where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    make_once()
    total, found = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="littlewindow-kills-", dir="/var/tmp") as home:
        for number, (wrong, told) in enumerate(rounds(chosen.rounds, chosen.seed, Path(home)), start=1):
            if number % ROUNDS_OF_ONE == 0 or number == chosen.rounds:
                total += told.amount()
            if wrong:
                print(f"round {number}: {wrong}", file=sys.stderr)
            found.update(wrong.counted())
    print(json.dumps({"kills": chosen.rounds * (WRITERS + 1), **total, **found}))
    return 1 if found.total() else 0


if __name__ == "__main__":
    sys.exit(main())
