"""The day of publication as a page declares it to machines, where no reader sees it: JSON-LD, ``<time datetime>``, meta tags."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any

from dateutil.parser import isoparse
from lxml.html import HtmlElement

from pipelines.surroundings import FULL_STOP

BEIJING = timezone(timedelta(hours=8))
UNSET_DATE = "1970-01-01"
"""What a site writes whose date is empty."""
STANDARD_METAS = ("pubdate", "firstpublishedtime")
"""The government's own (国办发〔2017〕47号), and that of www.gov.cn."""
OTHER_METAS = (
    *("publishdate", "publish-date", "publish_date", "publishtime", "publish_time", "publishedtime", "article:published_time"),
    *("datepublished", "og:release_date", "dc.date.issued", "dcterms.issued"),
)
JSON_LD = re.compile(r"""<script\b[^>]*\btype\s*=\s*["']?application/ld\+json\b[^>]*>(?P<json>.*?)</script>""", re.IGNORECASE | re.DOTALL)
# A list of other articles has their days, and a sentence those that it speaks of.
NOT_ITS_OWN = ("li", "a", "aside", "nav", "footer")
# 2023-03-31, 20230331T0930+0800; a year alone (2023) or a month would be read as its first day.
WHOLE_DAY = re.compile(r"\s*\d{4}(-?)\d{2}\1\d{2}(?!\d)")


def declared_dates(html: str, page: HtmlElement, metas: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a page declares its day of publication to be, as written, and where; best first.

    Where it declares several days in one way, which of them is the article's cannot be told, and none is yielded.
    """
    yield from ((metas[name], f"meta {name}") for name in OTHER_METAS if name in metas)
    yield from ((written, "JSON-LD") for written in _agreed(list(_in_json_ld(html))))
    yield from ((written, "time element") for written in _agreed(list(_time_elements(page))))


def day_of(written: str) -> str | None:
    """Return the day of an ISO 8601 date or moment, at Beijing where the moment has an offset; None for anything else."""
    if not WHOLE_DAY.match(written):
        return None
    try:
        moment = isoparse(written.strip())
    except ValueError:
        return None
    return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date().isoformat()


def _agreed(found: list[str]) -> list[str]:
    """Return the first of these if all of them name one day."""
    days = {day_of(written) for written in found}
    return found[:1] if len(days) == 1 else []


def _in_json_ld(html: str) -> Iterator[str]:
    for script in JSON_LD.finditer(html):
        try:
            yield from _published_in(json.loads(script["json"]))
        except (ValueError, RecursionError):
            continue  # a comma too many: nobody can read what it declares


def _published_in(value: Any) -> Iterator[str]:
    """Yield every ``datePublished`` in what JSON says."""
    if isinstance(value, dict):
        written = value.get("datePublished")
        if isinstance(written, str):
            yield written
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _published_in(item)


def _time_elements(page: HtmlElement) -> Iterator[str]:
    for element in page.iter("time"):
        written, line = element.get("datetime"), element.getparent()
        is_own = line is not None and not FULL_STOP.search(line.text_content()) and next(element.iterancestors(*NOT_ITS_OWN), None) is None
        if written and is_own:
            yield written
