"""The log of a run for machines: one JSON object a line."""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

import click

from crawler.disk import append_whole
from pipelines.visits import MOMENT, utc_now


class LogError(Exception):
    """The log cannot be written; the message names the file."""


class JsonLine(logging.Formatter):
    """A record as time, level, run, site, url, reason and message; what a record does not say is null."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run = run

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an exception's traceback stands in it as ``traceback``."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).strftime(MOMENT),
            "level": record.levelname,
            "run": self.run,
            "site": _site_of(record),
            "url": _url_of(record),
            "reason": getattr(record, "reason", None),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class JsonLog(WatchedFileHandler):
    """Appends whole lines, or nothing: a disk that is full costs lines, and neither half a line nor a traceback for each."""

    stream: FileIO | None  # type: ignore[assignment]

    def __init__(self, path: Path, run: str) -> None:
        super().__init__(path)
        self.setLevel(logging.INFO)
        self.setFormatter(JsonLine(run))
        self.lost = 0
        """Lines that could not be written."""
        self.fault: OSError | None = None
        """Why, at the first of them."""

    def _open(self) -> FileIO:  # type: ignore[override]
        # Unbuffered: what could not be written is not tried again when the file is closed.
        return Path(self.baseFilename).open("ab", buffering=0)

    def emit(self, record: logging.LogRecord) -> None:
        """Append the record's line."""
        try:
            self.reopenIfNeeded()
            if self.stream is None:
                self.stream = self._open()
                self._statstream()
            append_whole(self.stream, f"{self.format(record)}\n".encode(errors="backslashreplace"))
        except OSError as error:
            self.lost += 1
            self.fault = self.fault or error


@contextmanager
def log_to(path: Path | None) -> Iterator[None]:
    """Append whatever is logged inside, from INFO on, to the file at ``path``, if there is one. Raises LogError.

    The file may be moved away at any time, as logrotate does: the next line begins another. Where lines cannot be written,
    what is inside goes on, and standard error says at the end how many are missing, and why.
    """
    if path is None:
        yield
        return
    try:
        handler = JsonLog(path, f"{utc_now()}-{os.getpid()}")
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}; name another file with --log") from error
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
        if handler.fault:
            click.echo(f"{path}: {handler.fault.strerror}; {handler.lost} lines are missing there: make room, or see to that", err=True)


@contextmanager
def only_what_is_read() -> Iterator[None]:
    """Make no records that all handlers throw away: Scrapy makes three of every page, and leaves the level to the handlers."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(min((handler.level for handler in root.handlers), default=before))
    try:
        yield
    finally:
        root.setLevel(before)


def append_to_log(path: Path | None, lines: str) -> None:
    """Append what another process logged to the file at ``path``, if there is one: all of it or nothing. Raises LogError."""
    if path is not None:
        try:
            with path.open("ab", buffering=0) as log:
                append_whole(log, lines.encode())
        except OSError as error:
            raise LogError(f"{path}: {error.strerror}; name another file with --log") from error


def _site_of(record: logging.LogRecord) -> str | None:
    """Scrapy names the spider with every record of its own; a spider of ours has a site."""
    site = getattr(getattr(record, "spider", None), "site", None)
    return getattr(site, "id", None)


def _url_of(record: logging.LogRecord) -> str | None:
    """The address that a record is about: its own, or that of the request which Scrapy put into its arguments."""
    request = record.args.get("request") if isinstance(record.args, Mapping) else None
    return getattr(record, "url", None) or getattr(request, "url", None)
