"""What the home page shows: how much there is, what is newest, newly gone and newly edited, where to go on."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

Rows = list[dict[str, Any]]

PROVINCES = Path(__file__).parent.parent / "static" / "provinces.json"
"""The map: a tile for each province, with its place in a grid."""
SHADES = 4
"""Steps of colour on the map."""

SHOWN = """
SELECT notices.id, notices.title, published, coalesce(inspected_body, issuing_body) AS body,
    province, city, county, inspection_level, state
"""
LISTS = {
    "numbers": """
        SELECT
            (SELECT count(*) FROM notices) AS notices,
            (SELECT count(*) FROM problems WHERE leaf = 1) AS problems,
            (SELECT count(DISTINCT body_id) FROM notice_bodies WHERE role = '被巡察') AS bodies,
            (SELECT count(DISTINCT province) FROM notices) AS provinces,
            (SELECT count(*) FROM sites) AS sites,
            (SELECT count(*) FROM notices WHERE state IN ('missing', 'gone')) AS gone,
            (SELECT max(finished) FROM crawls) AS last_crawl,
            (SELECT count(*) FROM sites WHERE replica) AS replicas
    """,
    "newest": f"{SHOWN} FROM notices ORDER BY published DESC, id DESC LIMIT 10",
    "gone": f"{SHOWN}, last_seen FROM notices WHERE state IN ('missing', 'gone') ORDER BY last_seen DESC LIMIT 5",
    # The inner query is answered from the primary key's index; the texts of all versions are not read for it.
    "edited": f"""
        {SHOWN}, versions.version, versions.first_seen AS edited
        FROM versions JOIN notices ON notices.id = notice_id
        WHERE versions.rowid IN (SELECT rowid FROM versions WHERE version > 1) ORDER BY versions.first_seen DESC LIMIT 5
    """,  # noqa: S608 - our own words
    "years": "SELECT year, count(*) AS notices FROM notices WHERE year IS NOT NULL GROUP BY year ORDER BY year DESC LIMIT 12",
    "provinces": "SELECT province, count(*) AS notices FROM notices WHERE province IS NOT NULL GROUP BY province ORDER BY notices DESC",
}


@hookimpl
def extra_template_vars(view_name: str, datasette: Datasette) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """Give the home page ``archive``: numbers, lists, map, queries; None where there is no archive yet."""
    if view_name != "index":
        return None

    async def load() -> dict[str, Any]:
        if "archive" not in datasette.databases:
            return {"archive": None}
        return {
            "archive": {
                # Not under Datasette's limit for readers' own queries: over a million notices the counts take longer.
                **await datasette.get_database("archive").execute_fn(_count),
                "queries": await datasette.get_canned_queries("archive", None),
                "tables": (datasette.metadata(key="tables", database="archive") or {}),
                "dashboards": datasette.plugin_config("datasette-dashboards") or {},
            }
        }

    return load


def _count(connection: Connection) -> dict[str, Any]:
    lists: dict[str, Rows] = {name: [dict(row) for row in connection.execute(sql)] for name, sql in LISTS.items()}
    counts = {row["province"]: row["notices"] for row in lists["provinces"]}
    return {**lists, "numbers": lists["numbers"][0], "map": list(_tiles(counts))}


def _tiles(counts: dict[str, int]) -> Rows:
    """Return each province with its number of notices and the shade that it has on the map, 0 for none."""
    tiles = json.loads(PROVINCES.read_text("utf-8"))
    most = max(counts.values(), default=1)
    return [{**tile, "notices": counts.get(tile["name"], 0), "shade": -(-SHADES * counts.get(tile["name"], 0) // most)} for tile in tiles]
