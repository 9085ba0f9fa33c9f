"""Lists whose pages follow one another: rows that are alike in the column sorted by stand in the same order on every page.

Datasette sorts the first page of a list by that column alone, and all pages behind it by the keys of the rows, too. Of notices
that were taken in at the same moment, more than fit on the first page, the feed that readers walk to its end lost all the others.
"""

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import escape_sqlite

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

# As Datasette writes it: select id, [in] from notices where "year" = :p0 order by first_seen desc limit 51
FIRST_PAGE = re.compile(
    r"(?P<rows>select .*? from (?P<table>\[[^\]]+\]|\w+) .*)"
    r"order by (?P<column>\[[^\]]+\]|\w+)(?P<direction>(?: desc)?) (?P<limit>limit \d+)",
    re.DOTALL,
)

IS_LIST: ContextVar[bool] = ContextVar("is_list", default=False)


@hookimpl(trylast=True)  # around own_sql.py, for lists with conditions of a reader's own
def startup(datasette: Datasette) -> None:
    """Add the keys to the order of what a list executes."""
    archive = datasette.databases.get("archive")
    if archive is None:
        return
    execute = archive.execute

    async def execute_in_order(sql: str, *arguments: Any, **options: Any) -> Any:
        if IS_LIST.get() and (found := FIRST_PAGE.fullmatch(sql.strip())):
            keys = [escape_sqlite(key) for key in await archive.primary_keys(found["table"].strip("[]"))] or ["rowid"]
            order = [f"{found['column']}{found['direction']}", *(key for key in keys if key != found["column"])]
            sql = f"{found['rows']}order by {', '.join(order)} {found['limit']}"
        return await execute(sql, *arguments, **options)

    archive.execute = execute_in_order


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Tell lists from statements that readers write."""

    def wrap(app: Asgi) -> Asgi:
        async def told(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                IS_LIST.set(all(name != "sql" for name, _ in parse_qsl(scope["query_string"].decode("latin-1"))))
            await app(scope, receive, send)

        return told

    return wrap
