"""The search page /archive/search: what was found, newest first, with the words in their sentences."""

import asyncio
import re
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request

from pipelines.search import highlight, match_expression, query_terms, segments, snippet

PERMISSIONS = [("view-table", ("archive", "notices")), ("view-database", "archive"), "view-instance"]
PAGE_SIZE = 20
LONGEST_QUERY = 200
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")

COUNT = "SELECT count(*) FROM notices_fts WHERE notices_fts MATCH :expression"
FOUND = """
SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body, province, city, county, inspection_level, state, text
FROM notices LEFT JOIN texts ON notice_id = id
WHERE id IN (SELECT rowid FROM notices_fts WHERE notices_fts MATCH :expression)
ORDER BY published DESC, id DESC LIMIT :limit OFFSET :offset
"""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the page."""
    return [(r"^/archive/search$", search_page)]


async def search_page(datasette: Datasette, request: Request) -> Response:
    """Answer ``?q=`` (several terms: all of them; “…” for a phrase) and ``&page=``."""
    if "archive" not in datasette.databases:
        raise NotFound("there is no archive yet")
    await datasette.ensure_permissions(request.actor, PERMISSIONS)
    query = (request.args.get("q") or "").strip()[:LONGEST_QUERY]
    number = request.args.get("page") or ""
    page = int(number) if PAGE_NUMBER.fullmatch(number) else 1
    context = {"query": query, "terms": query_terms(query), "page": page, **await _find(datasette, query, page)}
    return Response.html(await datasette.render_template("search.html", context, request, view_name="search"))


async def _find(datasette: Datasette, query: str, page: int) -> dict[str, Any]:
    database = datasette.get_database("archive")
    expression = match_expression(query)
    total = (await database.execute(COUNT, {"expression": expression})).single_value()
    rows = (await database.execute(FOUND, {"expression": expression, "limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE})).rows
    hits = await asyncio.to_thread(lambda: [_hit(dict(row), query) for row in rows])
    return {"total": total, "pages": -(-total // PAGE_SIZE), "hits": hits}


def _hit(row: dict[str, Any], query: str) -> dict[str, Any]:
    title, text = row["title"] or "（无标题）", row.pop("text") or ""
    return {**row, "title": segments(title, highlight(title, query)), "snippet": segments(*snippet(text, query))}
