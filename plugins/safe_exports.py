"""What leaves as CSV or JSON: no text that a spreadsheet would run, no list of e-mail addresses."""

import csv
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

import datasette.views.base
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.renderer import json_renderer
from datasette.utils import CustomJSONEncoder, escape_sqlite, tilde_decode
from datasette.utils.asgi import AsgiStream, AsgiWriter, NotFound, Request, Response

from pipelines.tables import guarded
from zhenggai.masking import mask_emails, masked

ROWS_AT_ONCE = 1000
# Table names are quoted by Datasette's escape_sqlite; a row is found again by its rowid, which every table of the archive has.
NEXT_ROWS = "SELECT rowid AS _rowid, * FROM {} WHERE rowid > :after ORDER BY rowid LIMIT :limit"


class GuardedWriter:
    """Writes CSV as the csv module does; a text that begins like a formula gets an apostrophe before it."""

    def __init__(self, file: Any) -> None:
        self.writer = csv.writer(file)

    def writerow(self, row: Iterable[object]) -> Any:
        """Write one row; return what the file's ``write`` returns, which Datasette awaits."""
        return self.writer.writerow([mask_emails(guarded(value)) if isinstance(value, str) else value for value in row])


@hookimpl
def startup() -> None:
    """Let Datasette 0.65, which has no hook for this, write its CSV through the guarded writer."""
    datasette.views.base.csv = SimpleNamespace(writer=GuardedWriter)


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Replace Datasette's JSON by the same with masked addresses."""
    return {"extension": "json", "render": render_json}


def render_json(request: Request, args: Any, data: dict[str, Any], view_name: str) -> Response:
    """Answer as Datasette does. Raises what a facet refused (quick_facets.py)."""
    if refused := request.scope.get("zhenggai.refused_facet"):
        raise refused
    hidden = masked({key: value for key, value in data.items() if key != "rows"})
    if "rows" in data:
        # Rows of SQLite and of Datasette's own kind alike iterate over their values.
        hidden["rows"] = [masked(list(row)) for row in data["rows"]]
    return json_renderer(args, hidden, view_name)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve whole tables, a line of JSON for each row."""
    return [(r"^/archive/(?P<table>[^/]+)\.jsonl$", stream_lines)]


async def stream_lines(datasette: Datasette, request: Request) -> AsgiStream:
    """Stream the table; CSV has ``?_stream=1`` for this, JSON has nothing in Datasette."""
    table = tilde_decode(request.url_vars["table"])
    archive = datasette.databases.get("archive")
    if archive is None or table not in await archive.table_names() or table in await archive.hidden_table_names():
        raise NotFound(f"no table {table}")
    await datasette.ensure_permissions(request.actor, [("view-table", ("archive", table)), ("view-database", "archive"), "view-instance"])

    async def write(writer: AsgiWriter) -> None:
        async for lines in _lines(archive, table):
            await writer.write(lines)

    headers = {"content-disposition": f'attachment; filename="{table}.jsonl"'}
    return AsgiStream(write, headers=headers, content_type="application/x-ndjson; charset=utf-8")


async def _lines(archive: Database, table: str) -> AsyncIterator[str]:
    encoder = CustomJSONEncoder(ensure_ascii=False)
    after = -(1 << 62)
    while rows := (await archive.execute(NEXT_ROWS.format(escape_sqlite(table)), {"after": after, "limit": ROWS_AT_ONCE})).rows:
        records = [dict(row) for row in rows]
        after = records[-1]["_rowid"]
        yield "".join(f"{encoder.encode(masked({key: row[key] for key in row if key != '_rowid'}))}\n" for row in records)
