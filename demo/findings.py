"""What a run of the demo found, read back from the archive and printed for people."""

import sqlite3
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

# One row a crawl of a site. `captures` has one row a fetch, be it a list page, an article or robots.txt.
RUN = """
    SELECT sites.name, crawls.listed, (SELECT count(*) FROM captures WHERE crawl_id = crawls.id) AS fetched, crawls.new
    FROM crawls JOIN sites ON sites.id = crawls.site
    WHERE crawls.id > ? ORDER BY sites.id
"""
NOTICES = """
    SELECT title, coalesce(inspected_body, inspected_body_raw) AS body, inspection_start, inspection_end, feedback_date
    FROM notices ORDER BY site, published
"""
UNKNOWN = "–"


def latest_crawl(db: Path) -> int:
    """Return the number of the archive's newest crawl; 0 before the first."""
    with closing(_connect(db)) as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM crawls").fetchone()[0])


def print_findings(db: Path, *, since: int, console: Console) -> None:
    """Print the crawls after number ``since``, and every notice of the archive with the facts read from it."""
    with closing(_connect(db)) as connection:
        run = connection.execute(RUN, [since]).fetchall()
        notices = connection.execute(NOTICES).fetchall()
        (rejected,) = connection.execute("SELECT count(*) FROM rejections").fetchone()
    console.print(_run_table(run))
    console.print(_notice_table(notices))
    console.print(
        f"{sum(row['fetched'] for row in run)} pages fetched in this run from {len(run)} sites; "
        f"the archive {db} holds {len(notices)} notices; {rejected} pages were read and judged to be something else.",
        soft_wrap=True,
    )


def _connect(db: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{db.resolve().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _run_table(run: list[sqlite3.Row]) -> Table:
    table = Table(title="This run", title_justify="left")
    table.add_column("site")
    for column in ("listed", "fetched", "new notices"):
        table.add_column(column, justify="right")
    for row in run:
        table.add_row(row["name"], *(str(row[column]) for column in ("listed", "fetched", "new")))
    return table


def _notice_table(notices: list[sqlite3.Row]) -> Table:
    table = Table(title="Notices in the archive", title_justify="left", show_lines=True)
    for column in ("title", "inspected body", "inspection", "feedback"):
        table.add_column(column, overflow="fold")
    for row in notices:
        period = f"{row['inspection_start'] or UNKNOWN} … {row['inspection_end'] or UNKNOWN}"
        table.add_row(row["title"], row["body"] or UNKNOWN, period, row["feedback_date"] or UNKNOWN)
    return table
