"""The page of one organisation: its names, all notices on it over time, and how long each thing took."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

Record = dict[str, Any]

BODY = "SELECT * FROM bodies WHERE id = :id"
# Days can be reckoned only from dates that are exact to the day, which have ten characters.
NOTICES = """
SELECT notices.id, title, published, inspecting_body, inspection_team, inspection_types, round, inspection_start, inspection_end,
    feedback_date, state, money_recovered_yuan, persons_disciplined, province, city, county, inspection_level,
    iif(length(feedback_date) = 10 AND length(published) = 10, CAST(julianday(published) - julianday(feedback_date) AS INTEGER), NULL)
        AS days_to_publication,
    iif(length(published) = 10 AND length(earlier) = 10, CAST(julianday(published) - julianday(earlier) AS INTEGER), NULL)
        AS days_since_earlier,
    (SELECT count(*) FROM problems WHERE notice_id = notices.id AND leaf = 1) AS problems
FROM (
    SELECT *, lag(published) OVER (ORDER BY published) AS earlier
    FROM notices WHERE id IN (SELECT notice_id FROM notice_bodies WHERE body_id = :id AND role = '被巡察')
) AS notices
ORDER BY published DESC, notices.id DESC LIMIT 500
"""


@hookimpl
def extra_template_vars(
    view_name: str, database: str, table: str, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[Record]] | None:
    """Give the row page of an organisation what it shows, as ``page``."""
    if (view_name, database, table) != ("row", "archive", "bodies"):
        return None

    async def load() -> Record:
        parameters = {"id": request.url_vars["pks"]}
        archive = datasette.get_database("archive")
        body = dict((await archive.execute(BODY, parameters)).first())
        notices = [
            {**dict(row), "types": json.loads(row["inspection_types"] or "[]")} for row in await archive.execute(NOTICES, parameters)
        ]
        others = [name for name in json.loads(body["names"] or "[]") if name != body["name"]]
        return {"page": {"body": body, "others": others, "notices": notices}}

    return load
