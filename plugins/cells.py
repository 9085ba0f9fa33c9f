"""How single values look in tables: a title leads to its notice, an address outside leads away without a trace."""

from sqlite3 import Row

from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup

# Columns that hold a notice's title, each with the column of the same row that holds the notice's id.
TITLE_COLUMNS = {"title": "id", "标题": "编号"}
ADDRESS_COLUMNS = ("url", "网址")
TITLED_TABLES = ("notices", None)


@hookimpl
def render_cell(row: Row, value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
    """Link titles and outside addresses; leave every other value to Datasette."""
    if not isinstance(value, str) or database != "archive":
        return None
    if column in ADDRESS_COLUMNS and value.startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(value)
    key = TITLE_COLUMNS.get(column)
    if key in row.keys() and table in TITLED_TABLES:  # noqa: SIM118 (iterating a Row gives its values)
        return Markup('<a href="{}">{}</a>').format(datasette.urls.row(database, "notices", str(row[key])), value)
    return None
