"""Search in Chinese in Datasette's own search boxes, and in SQL."""

from collections.abc import Awaitable, Callable, Generator
from functools import partial
from sqlite3 import Connection, OperationalError
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils import await_me_maybe, escape_sqlite
from datasette.utils.asgi import BadRequest, Request

from pipelines.search import contains, match_expression
from pipelines.search.terms import LONGEST_QUERY, bounded
from zhenggai.searcher import searcher

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

# Tables whose rows are parts of a notice's text: of the notices that the index finds, only the rows that themselves contain the words.
PARTS = {"problems": "problem || char(10) || coalesce(measures, '')", "texts": "text"}
SECTOR = """
SELECT sector FROM notice_bodies LEFT JOIN bodies ON bodies.id = body_id
WHERE notice_bodies.notice_id = notices.id AND role = '被巡察' ORDER BY notice_bodies.position LIMIT 1
"""
UNCOUNTED = {f"/archive/{table}" for table in PARTS}
NO_COUNT = {"_nocount": "1", "_nofacet": "1"}
# Datasette's own condition for ?_search=.
STOCK = "{} in (select rowid from notice_search where notice_search match escape_fts(:search))"
LONG_QUERY = "_search= 有 {n} 个字，至多可以有 {most} 个。_search= has {n} characters, {most} is the most; keep what tells most."
COMMON = 1000
"""From so many notices on, rows are looked up among those found, rather than found one by one."""
COUNTED = 300
"""In the problems of so many notices the words are looked for and counted; in more, a page of them is shown without their number."""


# Last, so that it replaces the escape_fts that Datasette itself registers and puts around every ?_search=.
@hookimpl(trylast=True)
def prepare_connection(conn: Connection, database: str, datasette: Datasette) -> None:
    """Register the search functions.

    ``escape_fts(query)`` and its documented name ``zg_match(query)`` return the FTS5 expression for a query:
    ``id IN (SELECT rowid FROM notice_search WHERE notice_search MATCH zg_match('低保'))``.
    ``zg_found(query, id)`` tells whether the notice of this number contains every term of a query, which is quicker for words
    that most notices contain; ``zg_contains(text, query)`` tells it of any text.
    """
    conn.create_function("escape_fts", 1, _match, deterministic=True)
    conn.create_function("zg_match", 1, _match, deterministic=True)
    conn.create_function("zg_contains", 2, _contains, deterministic=True)
    if database == "archive":
        conn.create_function("zg_found", 2, partial(searcher(datasette).holds, conn))


@hookimpl(hookwrapper=True)
def filters_from_request(request: Request, database: str, table: str, datasette: Datasette) -> Generator[None, Any, None]:
    """Ask for common words in the quicker way, and narrow a search in a table of parts of notices."""
    outcome = yield
    query = request.args.get("_search")
    if database != "archive" or not query:
        return
    # Called one after the other: a coroutine made here would never be awaited where one before it raises.
    filters = [partial(_quickened, filters, query, table, datasette) for filters in outcome.get_result()]
    if table in PARTS:
        filters.append(FilterArguments([f"zg_contains({PARTS[table]}, :zg_query)"], {"zg_query": query}))
    outcome.force_result(filters)


@hookimpl(specname="filters_from_request", trylast=True)  # so that its search box stands where Datasette's own says there is none
def search_in_rows(request: Request, database: str, table: str, datasette: Datasette) -> Callable[[], Awaitable[FilterArguments | None]]:
    """Give every other table a search box: its rows are looked through one by one, as long as the time limit lets them."""

    async def search() -> FilterArguments | None:
        described = datasette.table_metadata(database, table)
        if database != "archive" or described.get("hidden") or "fts_table" in described:
            return None
        if any(name.startswith("_search_") for name in request.args):
            raise BadRequest("a table without an index is searched by _search= in all its columns of text, not by _search_COLUMN=")
        query = request.args.get("_search") or ""
        columns = [column.name for column in await datasette.get_database(database).table_column_details(table) if column.type == "TEXT"]
        if query and not columns:
            raise BadRequest(f"the table {table} has no text that _search= could search")
        shown = {"supports_search": bool(columns), "search": query}
        if not query:
            return FilterArguments([], extra_context=shown)
        row = " || char(10) || ".join(f"coalesce({escape_sqlite(name)}, '')" for name in columns)
        return FilterArguments([f"zg_contains({row}, :zg_query)"], {"zg_query": query}, [f'search matches "{query}"'], shown)

    return search


async def _quickened(filters: Any, query: str, table: str, datasette: Datasette) -> FilterArguments | None:
    if len(query) > LONGEST_QUERY:
        raise BadRequest(LONG_QUERY.format(n=len(query), most=LONGEST_QUERY))
    arguments: FilterArguments | None = await await_me_maybe(filters)
    key = escape_sqlite(datasette.table_metadata("archive", table).get("fts_pk", "rowid"))
    if arguments and arguments.where_clauses == [STOCK.format(key)] and await _count(datasette, query) >= COMMON:
        arguments.where_clauses = [f"zg_found(:search, {key})"]
    return arguments


async def _is_common(datasette: Datasette, query: str) -> bool:
    """Tell whether a word stands in so many notices that its problems are not counted; whatever is wrong with it, the list says."""
    try:
        return len(query) > LONGEST_QUERY or await _count(datasette, query) > COUNTED
    except OperationalError:
        return True


async def _count(datasette: Datasette, query: str) -> int:
    _, found = await searcher(datasette).search(query)
    return len(found)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Let nobody wait for the number of the problems that contain a common word: it is in a million of them."""

    def wrap(app: Asgi) -> Asgi:
        async def uncounted(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and scope["path"].split(".")[0] in UNCOUNTED and "archive" in datasette.databases:
                arguments = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
                query = dict(arguments).get("_search")
                if query and await _is_common(datasette, query):
                    asked = [argument for argument in arguments if argument[0] not in NO_COUNT]
                    scope = {**scope, "query_string": urlencode([*asked, *NO_COUNT.items()]).encode()}
            await app(scope, receive, send)

        return uncounted

    return wrap


@hookimpl(specname="filters_from_request")
def sector_of_notices(request: Request, database: str, table: str) -> FilterArguments | None:
    """Let ``_sector=`` narrow the list of notices, and so its feed: that of the first inspected body, as the search page has it."""
    sector = request.args.get("_sector")
    if (database, table) != ("archive", "notices") or not sector:
        return None
    return FilterArguments([f"({SECTOR}) = :zg_sector"], {"zg_sector": sector}, [f'sector = "{sector}"'])


def _match(query: object) -> str:
    return match_expression("" if query is None else bounded(str(query)))


def _contains(text: object, query: object) -> bool:
    return text is not None and query is not None and contains(str(text), str(query))
