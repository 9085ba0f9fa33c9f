"""One mistyped address does not fill the log, and no error tells the reader what only the operator should know."""

import sqlite3
import traceback
from collections.abc import Awaitable

import datasette.handle_exception
import datasette.views.row
from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.utils.asgi import Base400, NotFound, Request
from datasette.views.base import DatasetteError
from datasette.views.table import _sql_params_pks

UNFORESEEN = "The server failed at this. 本站出错了，运营者会看到记录。"
NOT_FOUND = "这个地址没有网页，或者网址写错了。"
RECORD_NOT_FOUND = "Record not found"
DATASETTES = ("404", "Database not found", "Table not found", RECORD_NOT_FOUND)
"""Its words for that, whatever was asked for."""
INTERRUPTED = "This took too long; look for words in the search box, or add a condition. 查询超时：找字词请用检索框，或者再加条件。"
BY_INDEX = "id IN (SELECT rowid FROM notice_search WHERE notice_search MATCH zg_match('低保'))"
OWN_INTERRUPTED = (
    "This query took too long; narrow it with WHERE or LIMIT. 查询超时：请缩小范围，如加上条件或 LIMIT。"
    f" Look for words in the index, not in all texts (在索引中找字词，不要逐份扫描正文): {BY_INDEX}."
    " Whole tables come without SQL (整张表不必写 SQL): /archive/texts.csv?_stream=1, /archive/texts.jsonl."
)


@hookimpl
def startup() -> None:
    """Keep Datasette from printing every 404 and every faulty query.

    Where rich is installed it prints the whole traceback with all local variables, even of
    errors that it answers properly. Unforeseen errors are still printed, plainly. What a function of ours refuses in a
    reader's SQL (zg_match of a book) is the reader's, too.
    """
    datasette.handle_exception.rich = None
    datasette.views.row._sql_params_pks = _sql_of_row
    sqlite3.enable_callback_tracebacks(False)  # noqa: FBT003 (has no names)


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Awaitable[Response] | None:
    """Answer unforeseen errors, whose words may name files, interrupted queries, whose message brings a script, and wrong addresses.

    What Datasette calls an error of the server without being asked to (?_sort=nope) is the reader's.
    """
    if isinstance(exception, QueryInterrupted) or (isinstance(exception, DatasetteError) and exception.title == "SQL Interrupted"):
        return _answer(datasette, request, OWN_INTERRUPTED if request.scope.get("own_sql") else INTERRUPTED, 400)
    if isinstance(exception, NotFound) and exception.args[0].startswith(DATASETTES) and not request.path.endswith(".json"):
        return _answer(datasette, request, NOT_FOUND, 404)
    if isinstance(exception, DatasetteError) and exception.status == 500:
        return _answer(datasette, request, exception.message, 400)
    if isinstance(exception, (Base400, DatasetteError)):
        return None
    traceback.print_exception(exception)
    return _answer(datasette, request, UNFORESEEN, 500)


async def _sql_of_row(archive: Database, table: str, values: list[str]) -> tuple[str, dict[str, str], list[str]]:
    """Return what Datasette does. Raises NotFound for more or fewer values than the key of the table has columns."""
    sql, parameters, keys = await _sql_params_pks(archive, table, values)
    if len(keys) != len(values):
        raise NotFound(RECORD_NOT_FOUND)
    return sql, parameters, keys


async def _answer(datasette: Datasette, request: Request, message: str, status: int) -> Response:
    error = {"ok": False, "error": message, "status": status, "title": None}
    if request.path.endswith(".json"):
        return Response.json(error, status=status)
    template = datasette.jinja_env.get_template("error.html")
    page = await template.render_async({**error, "urls": datasette.urls, "app_css_hash": datasette.app_css_hash()})
    return Response.html(page, status=status)
