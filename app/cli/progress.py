"""How far something long has come, for whoever sits before it."""

import sys
from contextlib import ExitStack
from typing import Any

import click


class Told:
    """Tells on the error output how far something long has come; nothing where nobody looks on."""

    def __init__(self, what: str) -> None:
        self._label = what
        self._stack = ExitStack()
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def tell(self, done: int, of: int) -> None:
        """Take note of how many entries are done."""
        if self._bar is None:
            bar = click.progressbar(
                length=of, label=self._label, file=sys.stderr, hidden=not sys.stderr.isatty()
            )
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._done)
        self._done = done
