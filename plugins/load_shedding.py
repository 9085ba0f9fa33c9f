"""A server that is asked too much says so at once, rather than letting everybody wait."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette

Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Any, Send], Awaitable[None]]

REQUESTS_AT_ONCE = 32
"""Requests being answered, the rest being refused; metadata.yml, plugins, load-shedding, requests_at_once sets another number."""
OWN_SQL_AT_ONCE = 4
"""Requests among them with SQL of the reader's own (own_sql.py): each may take sql_time_limit_ms; own_sql_at_once sets another number."""
EXPORTS_AT_ONCE = 2
"""Requests among them for whole tables (safe_exports.py), which take minutes; exports_at_once sets another number."""
RETRY_AFTER = b"5"
MOST_FACETS = 8
"""Facets that one address may ask for: each may take facet_time_limit_ms."""
CHEAP = ("/static/", "/-/static", "/robots.txt")
BUSY = "本站此刻请求过多，请稍后再试。 The server is busy; please try again in a few seconds.\n"
EXPORTING = "此刻已有人在导出整张表，请稍后再试。 Whole tables are being exported already; please try again in a while.\n"
TOO_MANY = "一次最多统计 {most} 列。 At most {most} facets at once.\n"


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Count the requests being answered."""
    limits = datasette.plugin_config("load-shedding") or {}
    limit = limits.get("requests_at_once", REQUESTS_AT_ONCE)
    own_limit = limits.get("own_sql_at_once", OWN_SQL_AT_ONCE)
    export_limit = limits.get("exports_at_once", EXPORTS_AT_ONCE)
    running = running_own = running_exports = 0

    def wrap(app: Asgi) -> Asgi:
        async def guarded(scope: dict[str, Any], receive: Any, send: Send) -> None:
            nonlocal running, running_own, running_exports
            own, export = int(scope.get("own_sql", False)), int(_is_export(scope))
            if scope["type"] != "http" or scope["path"].startswith(CHEAP):
                await app(scope, receive, send)
            elif running >= limit or (own and running_own >= own_limit):
                await _refuse(send, 503, BUSY, (b"retry-after", RETRY_AFTER))
            elif export and running_exports >= export_limit:
                await _refuse(send, 503, EXPORTING, (b"retry-after", RETRY_AFTER))
            elif _facets(scope) > MOST_FACETS:
                await _refuse(send, 400, TOO_MANY.format(most=MOST_FACETS))
            else:
                running, running_own, running_exports = running + 1, running_own + own, running_exports + export
                try:
                    await app(scope, receive, send)
                finally:
                    running, running_own, running_exports = running - 1, running_own - own, running_exports - export

        return guarded

    return wrap


def _is_export(scope: dict[str, Any]) -> bool:
    """Tell whether a whole table is asked for: every table as lines of JSON, or as CSV with _stream=."""
    path, query = scope.get("path", ""), scope.get("query_string", b"").decode("latin-1")
    return path.endswith(".jsonl") or (path.endswith(".csv") and any(name == "_stream" for name, _ in parse_qsl(query)))


def _facets(scope: dict[str, Any]) -> int:
    return sum(name.startswith("_facet") and name != "_facet_size" for name, _ in parse_qsl(scope["query_string"].decode("latin-1")))


async def _refuse(send: Send, status: int, message: str, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": message.encode()})
