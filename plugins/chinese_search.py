"""Search in Chinese in Datasette's own search boxes, and in SQL."""

from sqlite3 import Connection

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils.asgi import Request

from pipelines.search import contains, match_expression

# Tables whose rows are parts of a notice's text: of the notices that the index finds, only the rows that themselves contain the words.
PARTS = {"problems": "problem || char(10) || coalesce(measures, '')"}


# Last, so that it replaces the escape_fts that Datasette itself registers and puts around every ?_search=.
@hookimpl(trylast=True)
def prepare_connection(conn: Connection) -> None:
    """Register the search functions.

    ``escape_fts(query)`` and its documented name ``zg_match(query)`` return the FTS5 expression for a query:
    ``id IN (SELECT rowid FROM notice_search WHERE notice_search MATCH zg_match('低保'))``.
    ``zg_contains(text, query)`` tells whether any text contains every term of a query.
    """
    conn.create_function("escape_fts", 1, _match, deterministic=True)
    conn.create_function("zg_match", 1, _match, deterministic=True)
    conn.create_function("zg_contains", 2, _contains, deterministic=True)


@hookimpl
def filters_from_request(request: Request, database: str, table: str) -> FilterArguments | None:
    """Narrow a search in a table of parts of notices."""
    query = request.args.get("_search")
    if database != "archive" or table not in PARTS or not query:
        return None
    return FilterArguments([f"zg_contains({PARTS[table]}, :zg_query)"], {"zg_query": query})


def _match(query: object) -> str:
    return match_expression("" if query is None else str(query))


def _contains(text: object, query: object) -> bool:
    return text is not None and query is not None and contains(str(text), str(query))
