"""How single values look in tables: a name leads to its page, an address outside leads away without a trace."""

from sqlite3 import Row

from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup

# Columns that hold a name, each with the column of the same row that holds the id, and the table that it is an id of.
NAMES = {
    "title": ("id", "notices"),
    "标题": ("编号", "notices"),
    "单位": ("单位编号", "bodies"),
    "网站": ("网站编号", "sites"),
    # The number itself is what is shown.
    "最早的通报": ("最早的通报", "notices"),
    "最近的通报": ("最近的通报", "notices"),
}
ADDRESS_COLUMNS = ("url", "网址")
TITLED_TABLES = ("notices", None)


@hookimpl
def render_cell(row: Row, value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
    """Link names and outside addresses; leave every other value to Datasette."""
    if value is None or database != "archive":
        return None
    if column in ADDRESS_COLUMNS and str(value).startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(value)
    key, target = NAMES.get(column, (None, ""))
    if key in row.keys() and table in TITLED_TABLES:  # noqa: SIM118 (iterating a Row gives its values)
        return Markup('<a href="{}">{}</a>').format(datasette.urls.row(database, target, str(row[key])), value)
    return None
