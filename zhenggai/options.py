"""Options that several commands share."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

ARCHIVE_NAMED = "zhenggai.archive"
"""Under which a context's ``meta`` has the path of the archive that a command was given."""
Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]


def archive_option(help_text: str) -> Option[Any]:
    """Return the option ``--db``; the command gets the archive's path as ``db``."""

    def keep(ctx: click.Context, _parameter: click.Parameter, db: Path) -> Path:
        ctx.meta[ARCHIVE_NAMED] = db
        return db

    path = click.Path(path_type=Path)
    return click.option("--db", type=path, default=Path("archive.db"), show_default=True, help=help_text, callback=keep)


def sites_option(help_text: str) -> Option[Any]:
    """Return the option ``--sites``; the command gets the directory of the sites' YAML files as ``directory``."""
    from crawler.sites import SITES_DIR  # half a second, which commands without the option need not wait for

    path = click.Path(path_type=Path)
    return click.option("--sites", "directory", type=path, default=SITES_DIR, help=f"{help_text}  [default: crawler/sites]")


def cluster_option(command: Command) -> Command:
    """Add the option ``--cluster``; the command gets the scheduler's address as ``cluster``, or None."""
    return click.option("--cluster", metavar="ADDRESS", help="Do it on the Dask cluster whose scheduler is at this address.")(command)


def share_option(command: Command) -> Command:
    """Add the option ``--share``; the command gets the address of the folder of segments as ``share``, or None for the default."""
    return click.option(
        "--share",
        metavar="ADDRESS",
        help="Folder in which a cluster's segments lie, or any address that fsspec knows (s3://…, sftp://…)."
        "  [default: share beside the archive]",
    )(command)


def on_cluster(module: str) -> Any:
    """Return a module that needs the extra `cluster`. Raises click.ClickException where that is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{error.name} is not installed, which a cluster needs: pip install -e '.[cluster]'") from error
