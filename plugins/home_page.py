"""What the home page shows: how much there is, what is newest, where to go on."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

NUMBERS = """
SELECT
    (SELECT count(*) FROM notices) AS notices,
    (SELECT count(*) FROM problems WHERE leaf) AS problems,
    (SELECT count(DISTINCT body_id) FROM notice_bodies WHERE role = '被巡察') AS bodies,
    (SELECT count(DISTINCT province) FROM notices) AS provinces,
    (SELECT count(*) FROM sites) AS sites,
    (SELECT count(*) FROM notices WHERE state IN ('missing', 'gone')) AS gone,
    (SELECT max(finished) FROM crawls) AS last_crawl,
    (SELECT count(*) FROM sites WHERE replica) AS replicas
"""
NEWEST = """
SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body, province, city, county, inspection_level, state
FROM notices ORDER BY published DESC, id DESC LIMIT 12
"""
YEARS = "SELECT year, count(*) AS notices FROM notices WHERE year IS NOT NULL GROUP BY year ORDER BY year DESC LIMIT 12"
PROVINCES = "SELECT province, count(*) AS notices FROM notices WHERE province IS NOT NULL GROUP BY province ORDER BY notices DESC LIMIT 40"


@hookimpl
def extra_template_vars(view_name: str, datasette: Datasette) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """Give the home page ``archive``: numbers, newest notices, years, provinces, queries; None where there is no archive yet."""
    if view_name != "index":
        return None

    async def load() -> dict[str, Any]:
        if "archive" not in datasette.databases:
            return {"archive": None}
        database = datasette.get_database("archive")
        return {
            "archive": {
                "numbers": (await database.execute(NUMBERS)).first(),
                "newest": (await database.execute(NEWEST)).rows,
                "years": (await database.execute(YEARS)).rows,
                "provinces": (await database.execute(PROVINCES)).rows,
                "queries": await datasette.get_canned_queries("archive", None),
                "tables": (datasette.metadata(key="tables", database="archive") or {}),
            }
        }

    return load
