"""What the home page shows: how much there is, what is newest, newly gone and newly edited, where to go on."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.search.facets import Value
from zhenggai.searcher import searcher

Rows = list[dict[str, Any]]

PROVINCES = Path(__file__).parent.parent / "static" / "provinces.json"
"""The map: a tile for each province, with its place in a grid."""
SHADES = 4
"""Steps of colour on the map."""
YEARS = 12
"""Years that are shown, the latest."""

SHOWN = """
SELECT notices.id, notices.title, published, coalesce(inspected_body, issuing_body) AS body,
    province, city, county, inspection_level, state
"""
LISTS = {
    "numbers": """
        SELECT
            (SELECT count(*) FROM notices) AS notices,
            (SELECT number FROM tallies WHERE name = 'problems') AS problems,
            (SELECT count(DISTINCT body_id) FROM notice_bodies WHERE role = '被巡察') AS bodies,
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
}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Serve the page in the stead of Datasette's own, which looks at every table and counts it."""
    return [(r"^/$", home_page)]


async def home_page(datasette: Datasette, request: Request) -> Response:
    """Answer with numbers, lists, map and queries; where there is no archive yet, with how to make one."""
    await datasette.ensure_permissions(request.actor, ["view-instance"])
    context = {"archive": await _archive(datasette), "metadata": datasette.metadata() or {}}
    return Response.html(await datasette.render_template("index.html", context, request, view_name="index"))


async def _archive(datasette: Datasette) -> dict[str, Any] | None:
    archive = datasette.databases.get("archive")
    if archive is None or not await archive.table_exists("search_keys"):
        return None
    catalogue = await searcher(datasette).current()
    counts = {name: catalogue.count(name, catalogue.everything()) for name in ("province", "year")}
    # Not under Datasette's limit for readers' own queries: over a million notices the counts take longer.
    lists = await archive.execute_fn(_read)
    return {
        **lists,
        "numbers": {**lists["numbers"][0], "provinces": len(counts["province"])},
        "provinces": [{"province": name, "notices": number} for name, number in counts["province"].items()],
        "years": [{"year": year, "notices": number} for year, number in sorted(counts["year"].items(), reverse=True)[:YEARS]],
        "map": list(_tiles(counts["province"])),
        "queries": await datasette.get_canned_queries("archive", None),
        "tables": (datasette.metadata(key="tables", database="archive") or {}),
        "dashboards": datasette.plugin_config("datasette-dashboards") or {},
    }


def _read(connection: Connection) -> dict[str, Rows]:
    return {name: [dict(row) for row in connection.execute(sql)] for name, sql in LISTS.items()}


def _tiles(counts: Mapping[Value, int]) -> Rows:
    """Return each province with its number of notices and the shade that it has on the map, 0 for none."""
    most = max(counts.values(), default=1)
    return [
        {**tile, "notices": counts.get(tile["name"], 0), "shade": -(-SHADES * counts.get(tile["name"], 0) // most)} for tile in _provinces()
    ]


@cache
def _provinces() -> Rows:
    tiles: Rows = json.loads(PROVINCES.read_text("utf-8"))
    return tiles
