"""The page of one organisation: its names, the notices that name it by the part that it plays in them, and how long each thing took."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

Record = dict[str, Any]

YEAR = re.compile(r"\d{4}")
SHOWN = 500
"""Notices in one list of the page, the latest."""

BODY = "SELECT * FROM bodies WHERE id = :id"
NAMES = """
SELECT name, min(substr(published, 1, 4)) AS earliest, max(substr(published, 1, 4)) AS latest
FROM notice_bodies JOIN notices ON notices.id = notice_id WHERE body_id = :id GROUP BY name
"""
# Days can be reckoned only from dates that are exact to the day, which have ten characters.
INSPECTED = f"""
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
ORDER BY published DESC, notices.id DESC LIMIT {SHOWN}
"""  # noqa: S608 - our own number
# The year in which an inspection began; where a notice does not say, that in which it ended or its results were told.
INSPECTION_YEAR = "substr(coalesce(inspection_start, inspection_end, feedback_date), 1, 4)"
YEARS = f"""
SELECT {INSPECTION_YEAR} AS inspected_in, count(*) AS notices FROM notices
WHERE id IN (SELECT notice_id FROM notice_bodies WHERE body_id = :id AND role = '巡察') GROUP BY inspected_in ORDER BY inspected_in DESC
"""  # noqa: S608 - our own words
INSPECTING = f"""
SELECT notices.id, title, published, state, inspecting_body, inspection_team, round, {INSPECTION_YEAR} AS inspected_in,
    coalesce(inspected_body, inspected_body_raw) AS inspected,
    (SELECT body_id FROM notice_bodies WHERE notice_id = notices.id AND role = '被巡察' ORDER BY position LIMIT 1) AS inspected_id
FROM notices
WHERE id IN (SELECT notice_id FROM notice_bodies WHERE body_id = :id AND role = '巡察') AND (:year IS NULL OR inspected_in = :year)
ORDER BY inspected_in DESC, published DESC, notices.id DESC LIMIT {SHOWN}
"""  # noqa: S608 - our own words
# Most bodies publish the notices on themselves, which stand above.
ISSUED = f"""
SELECT id, title, published, coalesce(inspected_body, issuing_body) AS body, province, city, county, inspection_level, state,
    count(*) OVER () AS issued
FROM notices
WHERE id IN (SELECT notice_id FROM notice_bodies WHERE body_id = :id AND role = '公布'
    EXCEPT SELECT notice_id FROM notice_bodies WHERE body_id = :id AND role = '被巡察')
ORDER BY published DESC, id DESC LIMIT {SHOWN}
"""  # noqa: S608 - our own number


@hookimpl
def extra_template_vars(
    view_name: str, database: str, table: str, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[Record]] | None:
    """Give the row page of an organisation what it shows, as ``page``; ``?year=`` narrows what it inspected."""
    if (view_name, database, table) != ("row", "archive", "bodies"):
        return None
    asked = request.args.get("year") or ""
    parameters = {"id": tilde_decode(request.url_vars["pks"]), "year": asked if YEAR.fullmatch(asked) else None}

    async def select(sql: str) -> list[Record]:
        return [dict(row) for row in await datasette.get_database("archive").execute(sql, parameters)]

    async def load() -> Record:
        (body,) = await select(BODY)
        inspected = [{**row, "types": json.loads(row["inspection_types"] or "[]")} for row in await select(INSPECTED)]
        return {
            "page": {
                "body": body,
                "others": _other_names(body, await select(NAMES)),
                "inspected": inspected,
                "in_conflict": sum((row["days_to_publication"] or 0) < 0 for row in inspected),
                "years": await select(YEARS),
                "year": parameters["year"],
                "inspecting": await select(INSPECTING),
                "issued": await select(ISSUED),
                "shown": SHOWN,
            }
        }

    return load


def _other_names(body: Record, used: list[Record]) -> list[Record]:
    """Return the names beside the present one, each with the years of the notices that use it and that in which it went out of use."""
    years = {row["name"]: sorted({row["earliest"], row["latest"]}) for row in used if row["earliest"]}
    retired = dict(json.loads(body["former_names"] or "[]"))
    return [
        {"name": name, "years": "–".join(years.get(name, [])), "retired": retired.get(name)}
        for name in json.loads(body["names"] or "[]")
        if name != body["name"]
    ]
