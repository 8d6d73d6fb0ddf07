"""What every recorder of an ending is given and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Recorded:
    """Whose log an ending belongs to, and the records it concerns."""

    #: None for the installation.
    school_id: int | None
    subject: dict[str, Any]


Target: TypeAlias = Mapping[str, Any]
Recorder: TypeAlias = Callable[[Connection, Target, datetime], Recorded]
