"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]


def archive_option(help_text: str) -> Option[Any]:
    """Return the option ``--db``; the command gets the archive's path as ``db``."""
    return click.option("--db", type=click.Path(path_type=Path), default=Path("archive.db"), show_default=True, help=help_text)


def sites_option(help_text: str) -> Option[Any]:
    """Return the option ``--sites``; the command gets the directory of the sites' YAML files as ``directory``."""
    from crawler.sites import SITES_DIR  # half a second, which commands without the option need not wait for

    path = click.Path(path_type=Path)
    return click.option("--sites", "directory", type=path, default=SITES_DIR, help=f"{help_text}  [default: crawler/sites]")
