"""The page /archive/status: how each site does, and which need a person and why, as ``zhenggai status`` prints it."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from sqlite_utils import Database

from pipelines.health import SiteFigures, fallen_fields, figures_of_sites, reasons
from pipelines.monitors import Monitors, MonitorsError, Thresholds, load_monitors, monitors_path
from pipelines.visits import utc_now

PAGE_SIZE = 100
"""Sites on one page; those that need a person come first."""
PAGE_NUMBER = re.compile(r"[1-9]\d{0,3}")
PERMISSIONS = [("view-database", "archive"), "view-instance"]


@dataclass(frozen=True, slots=True)
class Row:
    """One site, as the page shows it."""

    figures: SiteFigures
    reasons: list[str]
    """Names of the thresholds that were passed; the page has the words."""
    fallen: dict[str, Any]
    """Fields that are read less often than they were, each with its shares."""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the page."""
    return [(r"^/archive/status$", status_page)]


async def status_page(datasette: Datasette, request: Request) -> Response:
    """Answer with all sites that were ever crawled, ``page=`` of them; by the thresholds beside the archive, or else by the defaults."""
    if "archive" not in datasette.databases:
        raise NotFound("there is no archive yet")
    await datasette.ensure_permissions(request.actor, PERMISSIONS)
    archive = datasette.get_database("archive")
    try:
        monitors, broken = load_monitors(monitors_path(Path(archive.path))), False
    except MonitorsError:
        # What is wrong with the file is the operator's to read: `zhenggai status` says it.
        monitors, broken = Monitors(), True
    rows = await archive.execute_fn(partial(_rows, monitors=monitors))
    asked = request.args.get("page") or ""
    number = int(asked) if PAGE_NUMBER.fullmatch(asked) else 1
    context = {
        "shown": rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        "sites": len(rows),
        "needing": sum(bool(row.reasons) for row in rows),
        "last_crawl": max((row.figures.last_crawl or "" for row in rows), default=""),
        "last_new_notice": max((row.figures.last_new_notice or "" for row in rows), default=""),
        "thresholds": monitors.thresholds,
        "monitors_broken": broken,
        "number": number,
        "pages": -(-len(rows) // PAGE_SIZE),
    }
    return Response.html(await datasette.render_template("status.html", context, request, view_name="status"))


def _rows(connection: Connection, *, monitors: Monitors) -> list[Row]:
    """Return all sites, those that need a person first."""
    rows = [_row(figures, monitors.thresholds_of(figures.site)) for figures in figures_of_sites(Database(connection), monitors, utc_now())]
    return sorted(rows, key=lambda row: not row.reasons)


def _row(figures: SiteFigures, thresholds: Thresholds) -> Row:
    return Row(figures, [reason.threshold for reason in reasons(figures, thresholds)], fallen_fields(figures, thresholds))
