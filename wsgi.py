"""The web process: read the settings, build the real parts, serve.

What is pending in the journal is recorded, and viewings that a crash left open are
closed, before the first request is answered; where that cannot be done the process
ends and is started again.
"""

import os
import signal
import threading

from access.acts import replay
from access.failed_tries import FailedTries
from access.look_closings import sweep_looks
from access.looking import Looks
from access.presence import Presence
from access.viewing import Viewings, sweep
from app import create_app
from app.config import read_settings
from app.last_words import wait_for_the_end
from app.live.cutter import Cutter
from app.live.slots import Slots
from app.parts import build_segments, build_world, form_secret
from app.services import Services

settings = read_settings()
world = build_world(settings)
replay(world)
sweep(world, starting=True)
sweep_looks(world, starting=True)

viewings = Viewings(world)
presence = Presence(world)
looks = Looks(world)
tries = FailedTries(world)
slots = Slots(settings.media_slots)
cutter = Cutter(viewings, world.clock, slots=slots, ring_seconds=settings.ring_seconds)
look_cutter = Cutter(looks, world.clock, slots=slots, ring_seconds=settings.ring_seconds)
application = create_app(
    Services(
        world=world,
        segments=build_segments(settings),
        viewings=viewings,
        presence=presence,
        cutter=cutter,
        settings=settings,
        looks=looks,
        look_cutter=look_cutter,
        tries=tries,
    ),
    secret_key=form_secret(settings),
)

_stopping = threading.Event()


def start_threads() -> None:
    """Start what renews leases, what cuts, and what writes who is there; called once, in the worker."""
    threads = (
        ("leases", viewings.run),
        ("presence", presence.run),
        ("failed tries", tries.run),
        ("cutter", cutter.run),
        ("decisions", cutter.run_decisions),
        ("looks", looks.run),
        ("look cutter", look_cutter.run),
        ("look decisions", look_cutter.run_decisions),
    )
    for name, run in threads:
        threading.Thread(target=run, args=(_stopping,), name=name, daemon=True).start()
    if "PORTAL_RUNNER" in os.environ:  # who closes our standard input when it is time to end
        wait_for_the_end(0, (viewings, looks), _end)


def _end() -> None:
    """Write what is counted of failed tries, and have this process stopped."""
    try:
        tries.write_if_possible()
    finally:
        os.kill(os.getppid(), signal.SIGTERM)
