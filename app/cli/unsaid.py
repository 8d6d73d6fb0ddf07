"""A noun whose first verb may be left unsaid: ``./portal backup`` for ``./portal backup make``."""

import click


class FirstUnsaid(click.Group):
    """A group that takes words which are none of its commands for those of its first."""

    first = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say the first verb where it was left out."""
        told = {*self.commands, *ctx.help_option_names}
        if not args or args[0] not in told:
            args = [self.first, *args]
        return super().parse_args(ctx, args)


def first_unsaid(first: str) -> type[FirstUnsaid]:
    """Return such a group, whose first verb is *first*."""
    return type("FirstUnsaid", (FirstUnsaid,), {"first": first})
