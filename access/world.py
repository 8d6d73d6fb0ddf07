"""What every act needs, in one value: records, time, stop marks and secrets.

Built where parts are wired (``wsgi.py``, ``app/cli``, the tests) and handed in
everywhere else.
"""

from dataclasses import dataclass

from sqlalchemy import Engine

from access.clock import Clock
from access.stops import StopMarks
from access.vault import Vault


@dataclass(frozen=True, slots=True)
class World:
    """The parts that touch the world outside this process."""

    database: Engine
    clock: Clock
    stops: StopMarks
    vault: Vault
