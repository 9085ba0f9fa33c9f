"""How single values look in tables: a name leads to its page, an address outside leads away without a trace.

Sums are set in groups of three digits, moments as readers tell the time; CSV and JSON have both as they are in the archive.
"""

import re
from sqlite3 import Row
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from jinja2 import Environment
from markupsafe import Markup

from zhenggai.display import beijing_time, grouped

# As the archive writes a moment: 2026-11-22T05:40:00Z.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

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

TEAM = "巡察组"
# What tells the notices of a team, each with the column of the row; where no full name is known, the name as written.
OF_TEAM = {"inspecting_body": "巡察机关", "inspecting_body_raw": "巡察机关_原文", "inspection_team": TEAM}


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Register the template filter ``grouped``."""
    env.filters["grouped"] = grouped


@hookimpl
def render_cell(row: Row, value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | str | None:
    """Link names and outside addresses, set sums and moments; leave every other value to Datasette."""
    if value is None or database != "archive":
        return None
    if isinstance(value, float):
        return grouped(value)
    if MOMENT.fullmatch(str(value)):
        return Markup('<time datetime="{}">{} +08:00</time>').format(value, beijing_time(str(value)))
    if column in ADDRESS_COLUMNS and str(value).startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(value)
    if column == TEAM and set(OF_TEAM.values()) <= set(row.keys()):
        told = {name: row[key] for name, key in OF_TEAM.items() if row[key] is not None}
        return Markup('<a href="{}?{}">{}</a>').format(datasette.urls.table(database, "notices"), urlencode(told), value)
    key, target = NAMES.get(column, (None, ""))
    if key in row.keys() and table in TITLED_TABLES:  # noqa: SIM118 (iterating a Row gives its values)
        return Markup('<a href="{}">{}</a>').format(datasette.urls.row(database, target, str(row[key])), value)
    return None
