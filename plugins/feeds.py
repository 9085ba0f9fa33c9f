"""Atom for every search and filter of the notices, and for every query that lists notices with a time.

datasette-atom makes feeds of rows that have columns ``atom_…``; here rows of notices are given them.
"""

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from datasette.views.base import DatasetteError
from datasette_atom import REQUIRED_COLUMNS, render_atom
from feedgen.feed import FeedGenerator
from lxml import etree
from markupsafe import escape

from zhenggai.display import column_label, conditions_in_chinese
from zhenggai.masking import masked

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Record = dict[str, Any]

NOTICE_COLUMNS = {"id", "url", "title", "first_seen"}
QUERY_COLUMNS = {"编号", "标题"}
TIMES = ("最新版", "现状自", "首次采集")
"""Columns of the queries that say when something happened to a notice."""
CONTENT = ("published", "issuing_body", "province", "city", "county", "被巡察单位", "公布日期", "现状")
VERSIONS = "版本数"
ATOM = "{http://www.w3.org/2005/Atom}"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ORDER = re.compile(r"\s*sorted by \w+( descending)?$")
FEED = "/archive/notices.atom"
ASKED = "zhenggai.asked"
"""Where a request keeps its arguments as they were asked."""
LATEST_FIRST = "_sort_desc=first_seen"
QUICKLY = ("_nofacet=1", "_nocount=1")
"""A feed shows neither facets nor counts, which take most of the time."""
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries changed last: the time of asking would be news to its readers each time."""
TITLE = "整改通报档案"


@hookimpl(trylast=True)  # so that it replaces datasette-atom's own
def register_output_renderer() -> dict[str, Any]:
    """Offer feeds wherever rows are notices."""
    return {"extension": "atom", "render": render, "can_render": can_render}


def can_render(columns: list[str]) -> bool:
    """Tell whether a table or query has what a feed needs."""
    names = set(columns)
    return names >= REQUIRED_COLUMNS or names >= NOTICE_COLUMNS or (names >= QUERY_COLUMNS and not names.isdisjoint(TIMES))


def render(
    datasette: Datasette, request: Request, columns: list[str], rows: list[Any], database: str, query_name: str | None, data: Record
) -> Response:
    """Answer with the feed; one without entries where nothing is found."""
    entries = [
        entry for entry in (_entry(datasette, request, dict(zip(columns, row, strict=True))) for row in rows) if entry["atom_updated"]
    ]
    if can_render(columns) and not entries:
        return _complete(_empty(request), request, None)
    shown = _clean({"human_description_en": _conditions(datasette, request, data.get("human_description_en") or "")})
    names = list(entries[0]) if entries else columns
    table = "notices" if names != columns and not query_name else None
    try:
        feed = render_atom(datasette, request, TITLE, names, entries, database, table, query_name, "table", shown)
    except ValueError as error:
        # A reader's own SQL may give a time that is none, the reader's _feed_title characters that XML forbids.
        raise DatasetteError(f"no feed can be made of this: {error}", status=400) from error
    return _complete(feed, request, data.get("next_url"))


def _conditions(datasette: Datasette, request: Request, description: str) -> str:
    """Return what a feed is about, without its order, which is every feed's, in the reader's language."""
    conditions = ORDER.sub("", description.removeprefix("where "))
    if request.scope.get("language") == "en":
        return conditions
    columns = datasette.table_metadata("archive", "notices").get("columns", {})
    labels = {name: column_label(sentence, "zh") for name, sentence in columns.items()}
    return unescape(conditions_in_chinese(str(escape(conditions)), labels))


def _complete(feed: Response, request: Request, following: str | None) -> Response:
    """Return the feed with its own address, an author, without whom it is no Atom, and a link to the entries before it (RFC 5005).

    All its pages are one feed and have one id. By the link a reader that was away misses none.
    """
    tree = etree.fromstring(feed.body)
    language = "lang=en" if request.scope.get("language") == "en" else ""
    asked = request.scope.get(ASKED, request.query_string)
    whole = "&".join(part for part in asked.split("&") if not part.startswith("_next=") and part not in (LATEST_FIRST, *QUICKLY))
    here = request.url.partition("?")[0]
    tree.find(f"{ATOM}id").text = _address(here, whole, language)
    own = tree.find(f"{ATOM}link[@rel='self']")
    own.set("href", _address(here, asked, language))
    author = etree.Element(f"{ATOM}author")
    etree.SubElement(author, f"{ATOM}name").text = TITLE
    own.addnext(author)
    if following:
        own.addnext(etree.Element(f"{ATOM}link", rel="next", href=_address(*following.split("?", 1), language)))
    return Response(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"), content_type=feed.content_type)


def _address(path: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{path}?{query}" if query else path


def _entry(datasette: Datasette, request: Request, row: Record) -> Record:
    """Return a row as datasette-atom wants it, with an address that holds outside the site."""
    if row.keys() >= REQUIRED_COLUMNS:
        link = str(row.get("atom_link") or "")
        entry = {**row, "atom_link": datasette.absolute_url(request, link) if link.startswith("/") else link}
    else:
        number = row.get("id") or row.get("编号")
        link = datasette.absolute_url(request, datasette.urls.row("archive", "notices", str(number)))
        updated = row.get("first_seen") or next((row[name] for name in TIMES if row.get(name)), None)
        entry = {
            # A notice that changed once more is a new entry.
            "atom_id": link if "first_seen" in row else f"{link}#{updated}",
            "atom_title": row.get("title") or row.get("标题") or "（无标题）",
            "atom_updated": updated,
            "atom_link": link,
            "atom_content": " · ".join([*(str(row[name]) for name in CONTENT if row.get(name)), *_versions(row)]),
        }
    return _clean(entry)


def _versions(row: Record) -> list[str]:
    return [f"共 {row[VERSIONS]} 版"] if row.get(VERSIONS) else []


def _clean(record: Record) -> Record:
    """Return the record without e-mail addresses, and without the characters that XML forbids."""
    return {name: NOT_XML.sub("", value) if isinstance(value, str) else value for name, value in masked(record).items()}


def _empty(request: Request) -> Response:
    """Return a feed without entries; datasette-atom looks for the latest among them."""
    feed = FeedGenerator()
    feed.id(request.url)
    feed.title(TITLE)
    feed.link(href=request.url, rel="self")
    feed.updated(NEVER)
    return Response(feed.atom_str(pretty=True), content_type="application/xml; charset=utf-8")


@hookimpl
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Let the feed of the notices have the latest taken in first: the list itself is by date of publication."""

    def wrap(app: Asgi) -> Asgi:
        async def latest_first(scope: dict[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] == "http" and scope["path"] == FEED:
                query = scope["query_string"].decode("latin-1")
                order = [] if {"_sort", "_sort_desc"} & {name for name, _ in parse_qsl(query)} else [LATEST_FIRST]
                scope = {**scope, ASKED: query, "query_string": "&".join(filter(None, [query, *order, *QUICKLY])).encode("latin-1")}
            await app(scope, receive, send)

        return latest_first

    return wrap
