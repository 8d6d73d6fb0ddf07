"""When the newest picture that each viewing could have was filmed.

A camera that died leaves an empty ring; the age of what the phone still shows then
counts from here.
"""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import cast

from flask import Flask, current_app

#: Viewings remembered; the longest unasked are let go.
REMEMBERED = 4096

EXTENSION = "littlewindow.newest"


class NewestPictures:
    """Safe to use from several threads; lost with the process, and then says waiting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._filmed: OrderedDict[str, datetime] = OrderedDict()

    def newest(self, viewing_key: str, filmed: datetime | None) -> datetime | None:
        """Return when the newest picture was filmed, *filmed* being that in the ring now."""
        with self._lock:
            known = self._filmed.pop(viewing_key, None)
            latest = max((instant for instant in (known, filmed) if instant), default=None)
            if latest is not None:
                self._filmed[viewing_key] = latest
            if len(self._filmed) > REMEMBERED:
                self._filmed.popitem(last=False)
            return latest

    def forget(self, viewing_key: str) -> None:
        """Let go of a viewing that is over."""
        with self._lock:
            self._filmed.pop(viewing_key, None)


def init_app(app: Flask) -> None:
    """Give *app* its own memory."""
    app.extensions[EXTENSION] = NewestPictures()


def newest_pictures() -> NewestPictures:
    """Return the memory of the application that answers this request."""
    return cast("NewestPictures", current_app.extensions[EXTENSION])
