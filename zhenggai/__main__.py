"""The command line: one command a file, bearing its name."""

import os
import sqlite3
from importlib import import_module
from typing import Any

import click

from zhenggai.options import ARCHIVE_NAMED

COMMANDS = ("backup", "check", "crawl", "export", "merge", "probe", "read", "reread", "restore", "search", "serve", "status", "verify")


class Commands(click.Group):
    """Imports a command when it is asked for: a search need not wait for Scrapy, nor a crawl for Parquet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"zhenggai.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click.ClickException for an archive that turns out to be damaged, wherever that shows."""
        leave_closed_folder()
        try:
            return super().invoke(ctx)
        except sqlite3.DatabaseError as error:
            from pipelines.archive import damaged, is_damage  # not before: --help need not wait for the steps

            if not is_damage(error):
                raise
            raise click.ClickException(str(damaged(ctx.meta[ARCHIVE_NAMED], error))) from error


def leave_closed_folder() -> None:
    """Work from / where this user may not enter the folder in which the command was typed, such as /root under `runuser -u zhenggai`.

    Each process that multiprocessing begins enters the folder that was ours when it was imported, and dies where it may not.
    """
    if not os.access(".", os.X_OK):
        os.chdir("/")


@click.group(cls=Commands)
@click.version_option(package_name="zhenggai")
def main() -> None:
    """Archive 巡视巡察整改通报: the notices in which inspected party organisations report what they put right.

    \b
    Example: zhenggai crawl --all && zhenggai serve
    """


if __name__ == "__main__":
    main()
