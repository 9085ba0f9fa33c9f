"""SQL that readers write themselves runs apart: on threads of its own, and on connections that hold no e-mail address.

What is masked when it leaves (safe_exports.py) cannot be masked in an answer that SQL has reshaped: replace(value, '@', ' AT ').
On the connections of this plugin each table with prose is therefore hidden by a temporary view of its name, whose texts are masked.
However long such SQL takes, the threads that answer everything else are free; load_shedding.py bounds how much of it there is.
The charts of a dashboard ask for their data in the same way; what metadata.yml has them ask is no reader's own.
"""

import asyncio
import re
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import escape_sqlite

from zhenggai.bounded_sql import bound, counted
from zhenggai.masking import masked

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

ARGUMENTS = {"sql", "_where"}
"""Of an address, that hold SQL: a whole statement, or a condition, which may hold whole statements, too."""
THREADS = 2
LONGEST_ANSWER = 20_000_000
"""Characters of all values of an answer: two thousand texts have eight million, two thousand made by zeroblob had gigabytes."""
TOO_MUCH = (
    f"the answer has more than {LONGEST_ANSWER:,} characters; ask for fewer rows or columns, with LIMIT or substr()."
    f" 结果超过 {LONGEST_ANSWER:,} 字：请用 LIMIT 或 substr() 少取一些。"
)
# A name cannot be spelt in another way than by its letters, in whatever quotes: only so could the tables behind the views be reached,
# and only so the path of the archive.
REFUSED = re.compile(r"\b(?:main|pragma_database_list)\b", re.IGNORECASE | re.ASCII)
REFUSAL = "the word {} is not allowed in SQL here: name tables without a schema. 这里的 SQL 不能出现 {}：表名前不写库名。"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND rootpage > 0"
COLUMNS = "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid"
# Columns that rows are found by are names, dates, keys and addresses of pages; a view would cost them their index.
KEYS = """
SELECT columns.name FROM pragma_index_list(:table) AS indexes JOIN pragma_index_info(indexes.name) AS columns
UNION SELECT "from" FROM pragma_foreign_key_list(:table)
"""

IS_OWN: ContextVar[bool] = ContextVar("is_own", default=False)


class Apart(Database):  # type: ignore[misc]
    """The archive as readers' own SQL sees it."""

    def __init__(self, datasette: Datasette, archive: Database) -> None:
        super().__init__(datasette, path=archive.path, is_mutable=archive.is_mutable)
        self.name = archive.name
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="own-sql")
        self.local = threading.local()

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """Execute as Datasette does. Raises sqlite3.OperationalError for words that would lead behind the views."""
        if found := REFUSED.search(sql):
            raise sqlite3.OperationalError(REFUSAL.format(found[0], found[0]))
        try:
            return await super().execute(sql, *arguments, **{**options, "log_sql_errors": False})
        except sqlite3.ProgrammingError as error:  # _where=year=:p7, for which there is no value
            raise sqlite3.OperationalError(str(error)) from error

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Call a function with this thread's connection."""

        def call() -> Any:
            if not hasattr(self.local, "connection"):
                self.local.connection = self._open()
            self.local.connection.row_factory = counted(LONGEST_ANSWER, TOO_MUCH)
            return fn(self.local.connection)

        return await asyncio.get_running_loop().run_in_executor(self.threads, call)

    def _open(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = self.connect()
        self.ds._prepare_connection(connection, self.name)
        connection.create_function("zg_masked", 1, masked, deterministic=True)
        for view in _views(connection):
            connection.execute(view)
        bound(connection)
        return connection


def _views(connection: sqlite3.Connection) -> list[str]:
    """Return the statements that put a view before each table with prose."""
    views = []
    for (table,) in connection.execute(TABLES):
        keys = {name for (name,) in connection.execute(KEYS, {"table": table})}
        columns = [(name, kind == "TEXT" and not pk and name not in keys) for name, kind, pk in connection.execute(COLUMNS, [table])]
        if any(is_prose for _, is_prose in columns):
            # Compared with a number, a column of texts takes it for one; an expression does so only where it is cast.
            shown = [f"CAST(zg_masked({escape_sqlite(n)}) AS TEXT) AS {escape_sqlite(n)}" if p else escape_sqlite(n) for n, p in columns]
            name = escape_sqlite(table)
            views.append(f"CREATE TEMP VIEW {name} AS SELECT {', '.join(shown)} FROM main.{name}")  # noqa: S608 - names of our schema
    return views


@hookimpl
def startup(datasette: Datasette) -> None:
    """Let what a request with own SQL executes be executed apart."""
    archive = datasette.databases.get("archive")
    if archive is None:
        return
    apart, execute = Apart(datasette, archive), archive.execute

    async def execute_where_it_belongs(*arguments: Any, **options: Any) -> Any:
        return await (apart.execute if IS_OWN.get() else execute)(*arguments, **options)

    archive.execute = execute_where_it_belongs


@hookimpl(trylast=True)  # around those that may go by scope["own_sql"]
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Tell requests with own SQL from all others: by the arguments, since there is more than one way to write a path."""
    dashboards = datasette.plugin_config("datasette-dashboards") or {}
    charts = {("sql", chart["query"]) for dashboard in dashboards.values() for chart in dashboard["charts"].values()}

    def wrap(app: Asgi) -> Asgi:
        async def told_apart(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                arguments = parse_qsl(scope["query_string"].decode("latin-1"))
                is_own = any(argument[0] in ARGUMENTS and argument not in charts for argument in arguments)
                IS_OWN.set(is_own)
                scope = {**scope, "own_sql": is_own}
            await app(scope, receive, send)

        return told_apart

    return wrap
