"""What Datasette works out anew for every page though it cannot have changed, worked out once.

Half of the time that a list took, and nine tenths of the home page's, went into these two.
"""

from functools import cache

import datasette_render_markdown
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm


@hookimpl
def startup(datasette: Datasette) -> None:
    """Read who may see a table from metadata.yml once, and ask of no cell whether it is Markdown.

    Datasette 0.65 copies the whole of the metadata for each table that it asks about, twice. datasette-render-markdown
    came with datasette-dashboards; no column is Markdown, whatever a reader's SQL calls it. What it does for the
    templates of dashboards is in place before this.
    """
    datasette._table_permission_allows = cache(datasette._table_permission_allows)
    if pm.is_registered(datasette_render_markdown):
        pm.unregister(datasette_render_markdown)
