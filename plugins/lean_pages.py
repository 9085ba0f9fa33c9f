"""What Datasette works out for every page though it cannot have changed, or is not shown, left out.

Half of the time that a list took, and nine tenths of the home page's, went into the first two; a third of what was left of a
list's into cells that it does not show, and a sixth of the rest into twenty questions about the table's columns.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from copy import copy
from functools import cache, partial
from typing import Any

import datasette_render_markdown
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.plugins import pm
from datasette.utils import escape_sqlite
from datasette.views import table as table_view
from datasette.views.row import display_columns_and_rows

from zhenggai.stamp import Stamp, archive_stamp

READ = ("id", "title", "published", "inspected_body", "issuing_body", "province", "city", "county", "inspection_level", "state")
"""The columns, of some forty, of which templates/_table-archive-notices.html takes the values."""
ABOUT_TABLES = (
    "table_exists",
    "table_columns",
    "table_column_details",
    "primary_keys",
    "label_column_for_table",
    "foreign_keys_for_table",
    "get_table_definition",
)
"""What Datasette asks the archive for a list's page, some of it five times over: each time another thread's turn."""


@hookimpl
def startup(datasette: Datasette) -> None:
    """Read who may see a table from metadata.yml once, ask of no cell whether it is Markdown, and make none that is not shown.

    Datasette 0.65 copies the whole of the metadata for each table that it asks about, twice. datasette-render-markdown
    came with datasette-dashboards; no column is Markdown, whatever a reader's SQL calls it. What it does for the
    templates of dashboards is in place before this. Datasette asks every plugin about every cell of a list's rows.
    """
    datasette._table_permission_allows = cache(datasette._table_permission_allows)
    if pm.is_registered(datasette_render_markdown):
        pm.unregister(datasette_render_markdown)
    table_view.display_columns_and_rows = _make_shown
    if archive := datasette.databases.get("archive"):
        for name in ABOUT_TABLES:
            setattr(archive, name, _remembered(archive, getattr(archive, name)))
        archive.table_counts = partial(_count_shown, archive)


def _remembered(archive: Database, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return what asks the archive only once, until it has changed."""
    known: tuple[Stamp, dict[tuple[Any, ...], Any]] = ((), {})

    async def answer(*about: Any) -> Any:
        nonlocal known
        stamp = archive_stamp(archive.path)
        if stamp != known[0]:
            known = stamp, {}
        answers = known[1]  # not those of an archive that has changed meanwhile
        if about not in answers:
            answers[about] = await ask(*about)
        return copy(answers[about])  # a list may be added to by who asked

    return answer


async def _count_shown(archive: Database, limit: int = 10) -> dict[str, int | None]:
    """Return how many rows the tables have, as far as ``limit`` milliseconds let it be counted; of hidden ones, None.

    No limit interrupts a count, and of the search index it read a gigabyte.
    """
    counts: dict[str, int | None] = dict.fromkeys(await archive.table_names())
    for name in counts.keys() - set(await archive.hidden_table_names()):
        with suppress(QueryInterrupted):
            found = await archive.execute(f"SELECT count(*) FROM {escape_sqlite(name)}", custom_time_limit=limit)  # noqa: S608 - a table's name
            counts[name] = found.single_value()
    return counts


async def _make_shown(
    datasette: Datasette, database: str, table: str, description: Sequence[Any], rows: Sequence[Any], **options: Any
) -> tuple[list[Any], list[Any]]:
    """Return what Datasette's own function does; of a list of notices all columns, and of each row the values that are shown."""
    if table != "notices":
        return await display_columns_and_rows(datasette, database, table, description, rows, **options)
    columns, _ = await display_columns_and_rows(datasette, database, table, description, [], **options)
    read = [column[0] for column in description if column[0] in READ]
    return columns, [{name: row[name] for name in read} for row in rows]
