"""``python -m tests.access.trying DATABASE PERSON TIMES``: fail to sign in, and say what is answered.

A process of its own, so that it can be killed.
"""

import sys
import tempfile
import threading
from pathlib import Path

from access.failed_tries import FailedTries, Try
from access.networks import come_from
from tests.access.racing import TickingClock
from tests.conftest import MORNING, small_world

THREADS = 3


def main(database: str, person: int, times: int) -> None:
    """Fail *times* times in each thread, half of them at an account and half at none."""
    with (
        tempfile.TemporaryDirectory() as home,
        small_world(Path(home), TickingClock(MORNING), database) as world,
    ):
        tries, lock = FailedTries(world), threading.Lock()

        def fail() -> None:
            come_from("192.0.2.0/24")
            for number in range(times):
                tries.note(Try(person if number % 2 else None, "passphrase"), "Chrome, Android")
                with lock:
                    print("known" if number % 2 else "nobody", flush=True)

        threads = [threading.Thread(target=fail) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tries.write()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
