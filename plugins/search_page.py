"""The search page /archive/search: what was found, with the words in their sentences, and how it is spread."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import NotFound, Request
from datasette.views.base import DatasetteError
from markupsafe import Markup

from pipelines.search import fold, highlight, query_terms, segments, snippet, which_contain
from pipelines.search.facets import FACETS, Found, Value
from pipelines.search.folding import Span
from zhenggai.masking import mask_emails
from zhenggai.searcher import searcher

Record = dict[str, Any]

PERMISSIONS = [("view-table", ("archive", "notices")), ("view-database", "archive"), "view-instance"]
CACHE = 500
"""Kilobytes, a quarter of what SQLite would take: what the processor's own cache holds. Searches take a sixth less time."""
PAGE_SIZE = 20
FACET_SIZE = 12
"""Values of a facet that are shown."""
LONGEST_QUERY = 200
PAGE_NUMBER = re.compile(r"[1-9][0-9]*")
PROBLEMS_SHOWN = 3
PROBLEM_LENGTH = 90
"""Characters of a problem that are shown."""
TOO_LONG = "检索超时，请换一个更长的词再试。The search took too long; try a longer term."
LONG_QUERY = (
    "检索词有 {n} 个字，至多可以有 {most} 个；请只留最有特点的一段。The query has {n} characters, {most} is the most; keep what tells most."
)
NO_PAGE = "没有第 {page} 页，共 {pages} 页。There is no page {page}, of {pages}."
MARK = Markup('<mark class="hit">%s</mark>')
WORDS = Path(__file__).with_name("search.yml")

COLUMNS = {name: name for name in FACETS} | {"level": "inspection_level", "type": "inspection_types__arraycontains", "sector": "_sector"}
"""How the list of notices names what the facets filter by."""

SHOWN = """
SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body, province, city, county, inspection_level, state, text
FROM notices LEFT JOIN texts ON notice_id = id WHERE id = ?
"""
PROBLEMS = """
SELECT notice_id, position, coalesce(depth, 1), coalesce(number, ''), leaf, coalesce(problem, '') || char(10) || coalesce(measures, '')
FROM problems WHERE notice_id IN (SELECT value FROM json_each(?)) ORDER BY notice_id, position
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for."""

    query: str
    filters: dict[str, str]
    by_relevance: bool
    page: int

    def feed(self) -> str:
        """Return the query string by which the list of notices, and so its feed, has the same notices."""
        return "?" + urlencode({"_search": self.query} | {COLUMNS[name]: value for name, value in self.filters.items()})

    @classmethod
    def read(cls, request: Request) -> "Wanted":
        """Read the address. Raises DatasetteError for a query that is too long and for a page that there cannot be."""
        number, query = request.args.get("page") or "1", (request.args.get("q") or "").strip()
        if len(query) > LONGEST_QUERY:
            raise DatasetteError(LONG_QUERY.format(n=len(query), most=LONGEST_QUERY), status=400)
        if not PAGE_NUMBER.fullmatch(number):
            raise DatasetteError(f"page={number} 不是页码。That is no number of a page.", status=400)
        return cls(
            query=query,
            filters={name: value for name in FACETS if (value := request.args.get(name))},
            by_relevance=request.args.get("sort") == "relevance",
            page=int(number),
        )

    def address(self, **changes: str | None) -> str:
        """Return the query string of this search, changed; on its first page unless ``page`` says otherwise."""
        parts = {"q": self.query, **self.filters, "sort": "relevance" if self.by_relevance else None, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Keep little of the archive in SQLite's memory: a search reads more of the index than that could hold, and little stays near."""
    if database == "archive":
        conn.execute(f"PRAGMA cache_size = -{CACHE}")


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Read the catalogue, and make the table by which texts are folded, before the first reader waits for them."""

    async def load() -> None:
        if "archive" in datasette.databases and await datasette.get_database("archive").table_exists("search_keys"):
            await searcher(datasette).current()
            fold("")

    return load


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the page."""
    return [(r"^/archive/search$", search_page)]


async def search_page(datasette: Datasette, request: Request) -> Response:
    """Answer ``?q=`` (several terms: all of them; “…” for a phrase), ``sort=relevance``, ``page=`` and a value of each facet."""
    if "archive" not in datasette.databases:
        raise NotFound("there is no archive yet")
    await datasette.ensure_permissions(request.actor, PERMISSIONS)
    wanted = Wanted.read(request)
    try:
        found, hits = await _search(datasette, wanted)
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        raise DatasetteError(TOO_LONG, status=503) from error
    pages = -(-found.total // PAGE_SIZE)
    if wanted.page > max(pages, 1):
        raise DatasetteError(NO_PAGE.format(page=wanted.page, pages=pages), status=404)
    context = {
        "wanted": wanted,
        "query": wanted.query,
        "terms": query_terms(wanted.query),
        "total": found.total,
        "pages": pages,
        "first": (wanted.page - 1) * PAGE_SIZE + 1,
        "hits": hits,
        "facets": [_facet(name, wanted, counts) for name, counts in found.facets.items()],
        "words": _words(),
    }
    return Response.html(await datasette.render_template("search.html", context, request, view_name="search"))


async def _search(datasette: Datasette, wanted: Wanted) -> tuple[Found, list[Record]]:
    """Return what was found, and the notices of the page."""
    catalogue, positions = await searcher(datasette).search(wanted.query, by_relevance=wanted.by_relevance)
    found = catalogue.divide(positions, wanted.filters, slice((wanted.page - 1) * PAGE_SIZE, wanted.page * PAGE_SIZE))

    def read(connection: sqlite3.Connection) -> list[Record]:
        with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
            problems = _problems(connection, found.numbers, wanted.query)
            return [{**_hit(connection, number, wanted.query), "problems": problems[number]} for number in found.numbers]

    return found, await datasette.get_database("archive").execute_fn(read)


@cache
def _words() -> Record:
    words: Record = yaml.safe_load(WORDS.read_text("utf-8"))
    return words


def _facet(name: str, wanted: Wanted, counts: dict[Value, int]) -> Record:
    """Return the values of a facet with the searches that they lead to; of years the newest stand first."""
    chosen = wanted.filters.get(name)
    if name == "year":
        counts = dict(sorted(counts.items(), reverse=True))
    shown = list(counts.items())[:FACET_SIZE]
    return {
        "name": name,
        "values": [{"value": str(value), "count": number, "address": wanted.address(**{name: str(value)})} for value, number in shown],
        "more": len(counts) - len(shown),
        "chosen": chosen,
        "without": wanted.address(**{name: None}),
    }


def _hit(connection: sqlite3.Connection, number: int, query: str) -> Record:
    row = dict(connection.execute(SHOWN, [number]).fetchone())
    # Results are a list: e-mail addresses are hidden, letter for letter, so that the hits stand where they stood.
    text, title = mask_emails(row.pop("text") or ""), mask_emails(row["title"] or "")
    return {
        **row,
        "title": _marked(title, highlight(title, query)) if title else None,
        "snippet": _marked(*snippet(text, query)),
    }


def _problems(connection: sqlite3.Connection, numbers: list[int], query: str) -> defaultdict[int, list[Record]]:
    """Return of each notice the first problems that contain every term, in their statement or in what was done about it."""
    rows = connection.execute(PROBLEMS, [json.dumps(numbers)]).fetchall()
    found: defaultdict[int, list[Record]] = defaultdict(list)
    above: dict[int, str] = {}
    last = None
    for (number, position, depth, label, leaf, whole), is_hit in zip(rows, which_contain([row[-1] for row in rows], query), strict=True):
        # （三） 1.: what its groups and the problem itself are called; there is a 1. in every group.
        above = {level: name for level, name in above.items() if number == last and level < depth} | {depth: label}
        last = number
        if is_hit and leaf and len(found[number]) < PROBLEMS_SHOWN:
            shown = _marked(*snippet(mask_emails(whole), query, PROBLEM_LENGTH))
            found[number].append({"position": position, "number": " ".join(filter(None, above.values())), "snippet": shown})
    return found


def _marked(text: str, spans: Iterable[Span]) -> Markup:
    """Return the text for a page; a macro for each would take longer than all else on it."""
    return Markup().join(MARK % piece if is_hit else piece for piece, is_hit in segments(text, spans))
