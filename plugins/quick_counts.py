"""What lists count: asked once a minute while the archive stays as it is, and of searches the catalogue instead of SQLite.

Datasette counts the rows and the facets of a list anew for each of its pages; all problems took it a fifth of a second. Of a
search for a common word SQLite would ask of each of 100,000 notices whether it is among those found; like the facets beside it,
that number may be a minute behind a crawl.
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Results

from zhenggai.conditions import known_notices
from zhenggai.searcher import searcher
from zhenggai.stamp import archive_stamp

# As Datasette counts the rows of a list, and the values of a facet: select [leaf] as value, count(*) as count from (…
COUNT = re.compile(r"\s*select (?:count\(\*\)|\S+ as value, count\(\*\) as count) from ")
SECONDS = 60
REMEMBERED = 200
"""Counts, the latest: each condition that a reader thinks of has its own."""


@hookimpl(tryfirst=True)  # inside own_sql.py: what a reader's own SQL says is not remembered
def startup(datasette: Datasette) -> None:
    """Answer counts without asking the archive, where it was asked before or need not be."""
    archive = datasette.databases.get("archive")
    if archive is None:
        return
    execute = archive.execute
    remembered: dict[tuple[Any, ...], tuple[float, Results]] = {}

    async def execute_or_remember(sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None, **options: Any) -> Results:
        params = params or {}  # Datasette's facets have an empty list where there are none
        if not COUNT.match(sql) or not isinstance(params, Mapping):
            return await execute(sql, params, **options)
        if " where " in sql and (known := await known_notices(searcher(datasette), sql, params)):
            return Results([(len(known[1]),)], truncated=False, description=[("count(*)",)])
        asked = (archive_stamp(archive.path), sql, *sorted(params.items()), *sorted(options.items()))
        counted, results = remembered.get(asked, (0.0, None))
        if results is None or time.monotonic() > counted + SECONDS:
            was_behind = searcher(datasette).is_behind()
            results = await execute(sql, params, **options)
            if not (was_behind or searcher(datasette).is_behind()):
                remembered[asked] = time.monotonic(), results
            for oldest in list(remembered)[:-REMEMBERED]:
                del remembered[oldest]
        return results

    archive.execute = execute_or_remember
