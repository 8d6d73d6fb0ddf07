"""What must happen every few seconds, whoever watches: nothing here serves a picture.

Endings that could not be recorded are recorded, viewings that a crash left open are
closed, refusals and failed tries that were counted get their entry, what cameras did is written
down, and when nothing could be; how far the logs have come is signed, and once a day what two people decided
to erase is erased; copies that their people downloaded a week ago go.
A database that does not answer is asked again; nothing is lost meanwhile.
"""

import logging
import queue
import threading
from collections.abc import Callable
from datetime import datetime

from access.acts import replay
from access.database import reading
from access.epochs import end_epoch
from access.erasing_due import Erasing
from access.errors import LogUnavailable, RecordsUnavailable
from access.gaps import Gaps
from access.log.quotes import quote_logs
from access.log.signing import LogKey, sign_grown_logs
from access.look_closings import sweep_looks
from access.outages import record_camera_state
from access.refusals import close_refusal_counts
from access.seen import Seen
from access.sign_ins import outlived_marks
from access.subject_due import let_go_downloaded
from access.tries_told import tell_tries
from access.viewing import sweep
from access.world import World

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0

#: Share of the table of stop marks that is kept free.
MARKS_ROOM = 0.5

#: What a runner that does not answer may keep waiting to be written.
MOST_WAITING = 10_000


class Jobs:
    """The thread of the periodic jobs, and the queue of what is still to be written."""

    def __init__(self, world: World, seen: Seen | None = None, log_key: LogKey | None = None) -> None:
        self._world = world
        self._seen = seen
        self._log_key = log_key
        self._gaps = Gaps(world)
        self._erasing = Erasing(world)
        self._waiting: queue.Queue[Callable[[], object]] = queue.Queue(MOST_WAITING)
        self._unwritten: Callable[[], object] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, once, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self.once()

    def camera_state(self, camera_key: str, state: str, at: datetime) -> None:
        """Write down that a camera came to *state*; never waits."""
        self._later(lambda: record_camera_state(self._world, camera_key, state, at))

    def epoch_ended(self, epoch: int) -> None:
        """Write down that an epoch is over; never waits."""
        self._later(lambda: end_epoch(self._world, epoch))

    def once(self) -> None:
        """Do every job once; what fails for want of a database is done at the next turn."""
        began = self._world.clock.now()
        jobs = (
            self._write_waiting,
            lambda: replay(self._world),
            lambda: sweep(self._world),
            lambda: sweep_looks(self._world),
            lambda: close_refusal_counts(self._world),
            lambda: tell_tries(self._world),
            self._make_room_for_marks,
        )
        done = [self._does(job) for job in jobs]
        self._does(lambda: self._gaps.note(began, answered=all(done)))
        self._does(self.note_seen)
        self._does(self._sign_logs)
        self._does(self._erasing.turn)
        self._does(lambda: let_go_downloaded(self._world))

    def _does(self, job: Callable[[], object]) -> bool:
        """Do one job; say whether records and log answered."""
        try:
            job()
        except (RecordsUnavailable, LogUnavailable, OSError) as fault:
            told = fault if isinstance(fault, LogUnavailable) else type(fault).__name__
            logger.warning("jobs: %s; again in %.0f s", told, EVERY_SECONDS)
            return isinstance(fault, OSError)
        return True

    def note_seen(self) -> None:
        """Keep the last entry of each log where a copy of the database does not have it."""
        if self._seen is not None:
            with reading(self._world.database) as connection:
                self._seen.note(connection)

    def _sign_logs(self) -> None:
        """Have the logs quote each other, and keep a checkpoint of each that is whole, while it grows."""
        if self._log_key is None or not self._world.clock.believable():
            return
        now = self._world.clock.now()
        with reading(self._world.database) as connection:
            lost = self._seen.missing(connection) if self._seen is not None else []
        if lost:
            raise LogUnavailable(f"logs {lost} have not what was seen of them: nothing is signed")
        sign_grown_logs(self._world.database, self._log_key, now)
        quote_logs(self._world.database, now)

    def _make_room_for_marks(self) -> None:
        """Drop events that matter no more: a table of stop marks that is full stops everything."""
        if self._world.stops.room() < MARKS_ROOM:
            self._world.stops.compact(outlived=outlived_marks(self._world))

    def _later(self, write: Callable[[], object]) -> None:
        try:
            self._waiting.put_nowait(write)
        except queue.Full:
            logger.warning("jobs: %d camera states wait to be written; one is dropped", MOST_WAITING)

    def _write_waiting(self) -> None:
        """Write in order; what could not be written stays first."""
        while self._unwritten or not self._waiting.empty():
            self._unwritten = self._unwritten or self._waiting.get_nowait()
            self._unwritten()
            self._unwritten = None

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            try:
                self.once()
            except Exception as fault:  # the thread must live on: the next turn may do better
                logger.warning("jobs: %s", type(fault).__name__)
