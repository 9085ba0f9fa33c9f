"""Lists that are answered in JSON: where the rows are, what they are called, when they appeared."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Any
from urllib.parse import urljoin

from w3lib.html import remove_tags, replace_entities

from crawler.errors import UnreadableListError
from crawler.items import Entry
from crawler.rowdates import read_date
from crawler.urls import canonical_address

# callback({"total": 3, …});
CALLBACK = re.compile(r"^\s*[\w$.]+\((.*)\)\s*;?\s*$", re.DOTALL)
PLACE = re.compile(r"\{([^{}]+)\}")
EPOCH = re.compile(r"\d{9,10}(?:\d{3})?")
BEIJING = timezone(timedelta(hours=8))

# What the families seen call things; compared in lower case, the better name first. `source.` is a search engine's wrapping.
TITLES = ("title", "doctitle", "articletitle", "infotitle", "showtitle", "subject", "name")
ADDRESSES = ("url", "urls.pc", "docpuburl", "puburl", "href", "link", "articleurl", "infourl", "linkurl", "post_url", "path")
DATES = (
    "publishedtimestr",
    "display_publish_time",
    "publishtime",
    "publish_time",
    "publisheddate",
    "pubdate",
    "publishdate",
    "publishedtime",
    "releasetime",
    "docreltime",
    "docpubtime",
    "pubtime",
    "trs_time",
    "infodate",
    "showdate",
    "date",
    "time",
    "createtime",
    "create_time",
    "created_at",
    "createdate",
)
GOOD_CODES = ("0", "1", "200")
TOTALS = ("total", "totalcount", "totalrecord", "totalrecords", "totalnum", "recordcount", "total_count", "count")
LONGEST_QUOTE = 60
WRAPPINGS = ("", "source.", "_source.")


@dataclass(frozen=True, slots=True)
class Form:
    """Steps (``data.results``) to the parts of an answer; None for what is to be found by its name."""

    rows: str | None = None
    title: str | None = None
    address: str | None = None
    date: str | None = None
    total: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a list's answer holds."""

    entries: list[Entry]
    total: int | None
    """Rows on all pages together."""


def read_json(text: str) -> Any:
    """Return the value of an answer in JSON or JSONP. Raises UnreadableListError, also where the answer says that it failed."""
    wrapped = CALLBACK.match(text)
    try:
        value = json.loads(wrapped[1] if wrapped else text)
    except ValueError as error:
        raise UnreadableListError("the list answers no JSON") from error
    if isinstance(value, dict) and value.get("success") in (False, "false"):
        raise UnreadableListError(f"the list answers that it failed: {value.get('message') or value.get('msg') or 'success is false'}")
    return value


def read_answer(text: str, base: str, form: Form | None = None) -> Answer:
    """Return the entries of an answer, in their order, each address once. Raises UnreadableListError."""
    form = form or Form()
    value = read_json(text)
    rows = _rows(value, form)
    entries: dict[str, Entry] = {}
    for row in rows:
        if (address := _address(row, base, form)) and (title := _title(row, form)):
            entries.setdefault(address, Entry(url=address, title=title, date=_date(_find(row, form.date, DATES))))
    total = step_into(value, form.total) if form.total else next(_named(value, TOTALS), None)
    return Answer(list(entries.values()), int(str(total)) if str(total).isdigit() else None)


def step_into(value: Any, steps: str) -> Any:
    """Follow steps such as ``data.results`` or ``urls.pc``; a string that is JSON itself is entered too. None where they lead nowhere."""
    for step in steps.split("."):
        if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            names = {str(name).lower(): name for name in reversed(value)}
            value = value.get(step, value.get(names.get(step.lower(), step)))
        else:
            return None
    return value


def _rows(value: Any, form: Form) -> list[Any]:
    if form.rows is not None:
        rows = step_into(value, form.rows)
        if not isinstance(rows, list):
            raise UnreadableListError(f"the answer has no list at {form.rows}")
        return rows
    lists = list(_lists(value))
    if not lists and not _says_well(value):
        raise UnreadableListError(f"the answer holds no list: {json.dumps(value, ensure_ascii=False)[:LONGEST_QUOTE]}")
    return max((rows for rows in lists if rows and _is_row(rows[0], form)), key=len, default=[])


def _says_well(value: Any) -> bool:
    """Past the last page some answer ``{"code": 200, "data": null}``."""
    return isinstance(value, dict) and (value.get("success") is True or str(value.get("code")) in GOOD_CODES)


def _is_row(row: Any, form: Form) -> bool:
    has_address = form.address is not None or _find(row, None, ADDRESSES) is not None
    return isinstance(row, dict) and has_address and _find(row, form.title, TITLES) is not None


def _lists(value: Any) -> Iterator[list[Any]]:
    """Yield every list in the value."""
    if isinstance(value, list):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(part)


def _named(value: Any, names: Iterable[str]) -> Iterator[Any]:
    """Yield the values under these names in the objects of an answer, the outer objects first; its rows are not looked into."""
    level = [value]
    while level:
        for part in level:
            for name in names:
                if (found := step_into(part, name)) is not None:
                    yield found
        level = [inner for part in level if isinstance(part, dict) for inner in part.values() if isinstance(inner, dict)]


def _find(row: Any, steps: str | None, names: Iterable[str]) -> Any:
    if steps is not None:
        return step_into(row, steps)
    found = (step_into(row, wrapping + name) for name in names for wrapping in WRAPPINGS)
    return next((value for value in found if isinstance(value, str | int | float) and value != ""), None)


def _address(row: Any, base: str, form: Form) -> str | None:
    if form.address is not None and "{" in form.address:
        address = PLACE.sub(lambda place: str(step_into(row, place[1])), form.address)
    else:
        found = _find(row, form.address, ADDRESSES)
        address = found.strip() if isinstance(found, str) else ""
    try:
        joined = urljoin(base, address)
        return canonical_address(joined) if address and joined.startswith("http") else None
    except ValueError:
        return None


def _title(row: Any, form: Form) -> str:
    """Titles in search results carry their marks: 关于<em>巡察</em>整改情况的通报."""
    found = _find(row, form.title, TITLES)
    return " ".join(replace_entities(remove_tags(found)).split()) if isinstance(found, str) else ""


def _date(value: Any) -> str | None:
    """Return the day in ISO 8601: of a written date, or of seconds or milliseconds since 1970, at Beijing."""
    text = str(int(value) if isinstance(value, float) and isfinite(value) else value).strip()
    if EPOCH.fullmatch(text):
        seconds = int(text) // (1000 if len(text) > 10 else 1)
        return f"{datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING):%Y-%m-%d}"
    # 20230129, 20230129093000
    compact = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?", text)
    return read_date("-".join(compact.groups()) if compact else text)
