"""What leaves as CSV or JSON: no text that a spreadsheet would run, no list of e-mail addresses, and whole, or visibly broken off.

An export of everything takes minutes. All exports together have half of the time of the thread that answers everybody.
"""

import asyncio
import csv
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import datasette.views.base
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.renderer import json_renderer
from datasette.utils import CustomJSONEncoder, escape_sqlite, tilde_decode
from datasette.utils.asgi import AsgiStream, AsgiWriter, BadRequest, NotFound, Request, Response

from pipelines.tables import guarded
from zhenggai.masking import mask_emails, masked

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

ROWS_AT_ONCE = 1000
BLOCK = 64 * 1024
"""Characters that are sent at a time."""
WORKED = 0.02
"""Seconds after which an export gives way to those who read."""
STALLED = 60
"""Seconds after which one whose reader takes nothing is broken off."""
HARMLESS = ("_stream", "_dl")
WHOLE = "{asked}=: .jsonl 是整张表，要筛选，请用 CSV。.jsonl is the whole table; filtered: /archive/{table}.csv?_stream=1&{asked}=…"
# Table names are quoted by Datasette's escape_sqlite; a row is found again by its rowid, which every table of the archive has.
NEXT_ROWS = "SELECT rowid AS _rowid, * FROM {} WHERE rowid > :after ORDER BY rowid LIMIT :limit"


class ExportError(Exception):
    """An export that cannot go on; what was sent of it must not look whole."""


class Outlet:
    """What an export writes to: blocks are sent, and between them others are answered."""

    running = 0
    """Exports under way."""

    def __init__(self, writer: AsgiWriter) -> None:
        self.writer = writer
        self.waiting: list[str] = []
        self.length = 0
        self.begun = time.thread_time()

    async def write(self, error: str) -> None:
        """Raise ExportError: Datasette writes to it directly only what went wrong, below rows that are as good as any."""
        raise ExportError(error)

    async def put(self, text: str) -> None:
        """Add a text to the export."""
        self.waiting.append(text)
        self.length += len(text)
        if self.length > BLOCK:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits, then rest for as long as was worked, by all exports. Raises TimeoutError for a reader who takes nothing."""
        block, self.waiting, self.length = "".join(self.waiting), [], 0
        worked = time.thread_time() - self.begun
        await asyncio.wait_for(self.writer.write(block), STALLED)
        if worked > WORKED:
            await asyncio.sleep(worked * Outlet.running)
        self.begun = time.thread_time()


class Export(AsgiStream):  # type: ignore[misc]
    """An answer that is whole, or whose connection ends before it does, which every client tells from the end."""

    def __init__(self, write: Callable[[Outlet], Awaitable[None]], **options: Any) -> None:
        async def write_whole(writer: AsgiWriter) -> None:
            outlet = Outlet(writer)
            Outlet.running += 1
            try:
                await write(outlet)
                await outlet.flush()
            finally:
                Outlet.running -= 1

        super().__init__(write_whole, **options)


class Rows:
    """Where Datasette writes its rows of CSV, in the place of what counts their bytes."""

    def __init__(self, outlet: Outlet, _: int) -> None:
        self.outlet = outlet

    async def write(self, text: str) -> None:
        """Add a row."""
        await self.outlet.put(text)


class GuardedWriter:
    """Writes CSV as the csv module does; a text that begins like a formula gets an apostrophe before it."""

    def __init__(self, file: Any) -> None:
        self.writer = csv.writer(file)

    def writerow(self, row: Iterable[object]) -> Any:
        """Write one row; return what the file's ``write`` returns, which Datasette awaits."""
        return self.writer.writerow([mask_emails(guarded(value)) if isinstance(value, str) else value for value in row])


@hookimpl
def startup() -> None:
    """Let Datasette 0.65, which has no hook for this, write its CSV through the guarded writer, as an export."""
    datasette.views.base.csv = SimpleNamespace(writer=GuardedWriter)
    datasette.views.base.LimitedWriter = Rows
    datasette.views.base.AsgiStream = Export


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Let an export read as many rows at once as there may be, and end when its reader goes.

    By fifty, the last rows of a table were a second's search away.
    """

    def wrap(app: Asgi) -> Asgi:
        async def exported(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if not (scope["type"] == "http" and scope["path"].endswith((".csv", ".jsonl"))):
                await app(scope, receive, send)
                return
            asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
            if asked.get("_stream") and "_size" not in asked:
                scope = {**scope, "query_string": scope["query_string"] + b"&_size=max"}
            export, gone = asyncio.ensure_future(app(scope, receive, send)), asyncio.ensure_future(_gone(receive))
            await asyncio.wait({export, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not export.done():
                export.cancel()
                await asyncio.wait({export})
            elif error := export.exception():
                raise error

        return exported

    return wrap


async def _gone(receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


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


async def stream_lines(datasette: Datasette, request: Request) -> Export:
    """Stream the table; CSV has ``?_stream=1`` for this, JSON has nothing in Datasette."""
    table = tilde_decode(request.url_vars["table"])
    archive = datasette.databases.get("archive")
    if archive is None or table not in await archive.table_names() or table in await archive.hidden_table_names():
        raise NotFound(f"no table {table}")
    await datasette.ensure_permissions(request.actor, [("view-table", ("archive", table)), ("view-database", "archive"), "view-instance"])
    if asked := next((name for name in request.args if name not in HARMLESS), None):
        raise BadRequest(WHOLE.format(asked=asked, table=table))

    async def write(outlet: Outlet) -> None:
        async for line in _lines(archive, table):
            await outlet.put(line)

    headers = {"content-disposition": f'attachment; filename="{table}.jsonl"'}
    return Export(write, headers=headers, content_type="application/x-ndjson; charset=utf-8")


async def _lines(archive: Database, table: str) -> AsyncIterator[str]:
    encoder = CustomJSONEncoder(ensure_ascii=False)
    after = -(1 << 62)
    while rows := (await archive.execute(NEXT_ROWS.format(escape_sqlite(table)), {"after": after, "limit": ROWS_AT_ONCE})).rows:
        records = [dict(row) for row in rows]
        after = records[-1]["_rowid"]
        for row in records:
            yield f"{encoder.encode(masked({key: row[key] for key in row if key != '_rowid'}))}\n"
