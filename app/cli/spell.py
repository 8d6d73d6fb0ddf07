"""The options ``--from`` and ``--until`` of everything that is dated."""

from collections.abc import Callable
from typing import Any

import click


def dated(*, end_needed: bool) -> Callable[[Any], Any]:
    """Give a command a span in school time: ``[from, until)``."""

    def give(command: Any) -> Any:
        from_ = click.option("--from", "starts", metavar="WHEN", help="School time; now where not said.")
        until = click.option(
            "--until",
            "ends",
            metavar="WHEN",
            required=end_needed,
            help="School time: the first minute that no longer counts.",
        )
        return from_(until(command))

    return give
