"""The page of one site: how it fares, what was collected from it, and how its last crawls went."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

from pipelines.crawls import CUT_SHORT
from pipelines.divisions import territory_of

Record = dict[str, Any]

LISTS = {
    "site": "SELECT * FROM sites WHERE id = :id",
    "notices": "SELECT state, count(*) AS notices FROM notices WHERE site = :id GROUP BY state ORDER BY notices DESC",
    "pages": "SELECT state, count(*) AS pages FROM pages WHERE site = :id GROUP BY state ORDER BY pages DESC",
    "years": "SELECT year, count(*) AS notices FROM notices WHERE site = :id AND year IS NOT NULL GROUP BY year ORDER BY year DESC",
    "rejections": "SELECT reason, count(*) AS pages FROM rejections WHERE site = :id GROUP BY reason ORDER BY pages DESC LIMIT 10",
    "crawls": "SELECT * FROM crawls WHERE site = :id ORDER BY id DESC LIMIT 10",
    "newest": """
        SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body, province, city, county, inspection_level, state
        FROM notices WHERE site = :id ORDER BY published DESC, id DESC LIMIT 10
    """,
}


@hookimpl
def extra_template_vars(
    view_name: str, database: str, table: str, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[Record]] | None:
    """Give the row page of a site what it shows, as ``page``."""
    if (view_name, database, table) != ("row", "archive", "sites"):
        return None

    async def load() -> Record:
        archive = datasette.get_database("archive")
        lists = {
            name: [dict(row) for row in await archive.execute(sql, {"id": tilde_decode(request.url_vars["pks"])})]
            for name, sql in LISTS.items()
        }
        (site,) = lists["site"]
        place = territory_of(site["division_code"], site["area"])
        names = [name for name in (place.province, place.city, place.county) if name] if place else []
        ended = [crawl for crawl in lists["crawls"] if crawl["finish_reason"] and crawl["finish_reason"] not in CUT_SHORT]
        return {"page": {**lists, "site": site, "place": names, "last": ended[0] if ended else {}}}

    return load
