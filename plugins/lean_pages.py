"""What Datasette works out for every page though it cannot have changed, or is not shown, left out.

Half of the time that a list took, and nine tenths of the home page's, went into the first two; a third of what was left of a
list's into cells of columns that it does not show.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import datasette_render_markdown
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import CustomRow
from datasette.views import table as table_view
from datasette.views.row import display_columns_and_rows

SHOWN = ("id", "title")
READ = ("published", "inspected_body", "issuing_body", "province", "city", "county", "inspection_level", "state")
"""The columns, of some forty, whose cells templates/_table-archive-notices.html shows, and those of which it takes the values."""


@hookimpl
def startup(datasette: Datasette) -> None:
    """Read who may see a table from metadata.yml once, ask of no cell whether it is Markdown, and make those alone that are shown.

    Datasette 0.65 copies the whole of the metadata for each table that it asks about, twice. datasette-render-markdown
    came with datasette-dashboards; no column is Markdown, whatever a reader's SQL calls it. What it does for the
    templates of dashboards is in place before this. Datasette asks every plugin about every cell of a list's rows.
    """
    datasette._table_permission_allows = cache(datasette._table_permission_allows)
    if pm.is_registered(datasette_render_markdown):
        pm.unregister(datasette_render_markdown)
    table_view.display_columns_and_rows = _make_shown


async def _make_shown(
    datasette: Datasette, database: str, table: str, description: Sequence[Any], rows: Sequence[Any], **options: Any
) -> tuple[list[Any], list[Any]]:
    """Return what Datasette's own function does; of a list of notices all columns, and the cells that are shown."""
    if table != "notices":
        return await display_columns_and_rows(datasette, database, table, description, rows, **options)
    columns, _ = await display_columns_and_rows(datasette, database, table, description, [], **options)
    shown = [column for column in description if column[0] in SHOWN]
    names, read = [column[0] for column in shown], [column[0] for column in description if column[0] in READ]
    titled = [CustomRow(names, {name: row[name] for name in names}) for row in rows]
    _, made = await display_columns_and_rows(datasette, database, table, shown, titled, **options)
    for cells, row in zip(made, rows, strict=True):
        cells.cells += [{"column": name, "raw": row[name]} for name in read]
    return columns, made
