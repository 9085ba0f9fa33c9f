"""The page /about: how the archive is made, what its columns mean, what it cannot do, whom to write to."""

import re
from collections.abc import Iterator
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request

Record = dict[str, Any]

WEB_ADDRESS = re.compile(r"https?://\S+")
MAIL_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
VERSIONS = "SELECT rules, trafilatura, count(*) AS notices FROM notices GROUP BY rules, trafilatura ORDER BY notices DESC"
COLUMNS = """
SELECT tables.name AS "table", columns.name AS column, columns.type, columns.pk, keys."table" AS refers_to
FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
LEFT JOIN pragma_foreign_key_list(tables.name) AS keys ON keys."from" = columns.name
WHERE tables.type = 'table' ORDER BY tables.rowid, columns.cid
"""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the page."""
    return [(r"^/about$", about_page)]


async def about_page(datasette: Datasette, request: Request) -> Response:
    """Answer with the method, the data dictionary of the archive that is served, the limits and the address for corrections."""
    await datasette.ensure_permissions(request.actor, ["view-instance"])
    archive = datasette.databases.get("archive")
    context = {
        "dictionary": list(_dictionary(datasette, await _columns(archive))) if archive else [],
        "versions": [dict(row) for row in await archive.execute(VERSIONS)] if archive else [],
        "metadata": datasette.metadata() or {},
        "contact": _contact((datasette.plugin_config("about-page") or {}).get("contact") or ""),
    }
    return Response.html(await datasette.render_template("about.html", context, request, view_name="about"))


def _contact(text: str) -> Record:
    """Return whom to write to as the operator named it, with where that leads: nowhere, unless it is an address."""
    if WEB_ADDRESS.fullmatch(text):
        return {"text": text, "address": text}
    return {"text": text, "address": f"mailto:{text}" if MAIL_ADDRESS.fullmatch(text) else None}


async def _columns(archive: Database) -> dict[str, list[Record]]:
    """Return the columns of each table of the schema."""
    tables: dict[str, list[Record]] = {}
    for row in await archive.execute(COLUMNS):
        tables.setdefault(row["table"], []).append(dict(row))
    return tables


def _dictionary(datasette: Datasette, schema: dict[str, list[Record]]) -> Iterator[Record]:
    """Yield the tables for readers, in metadata.yml's order, each column with its type and its sentence."""
    for name, table in (datasette.metadata(key="tables", database="archive") or {}).items():
        if not table.get("hidden") and name in schema:
            sentences = table.get("columns", {})
            columns = [{**column, "sentence": sentences.get(column["column"])} for column in schema[name]]
            yield {"name": name, "title": table.get("title", name), "description": table.get("description"), "columns": columns}
