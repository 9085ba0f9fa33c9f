"""The entries of a list page: links that look like articles, with their title and date."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from parsel import Selector
from w3lib.encoding import html_to_unicode
from w3lib.html import get_base_url
from w3lib.url import is_url

from crawler.items import Entry
from crawler.urls import canonical_address

# 2023-01-29, 2023/1/29, 2023.01.29, 2023年1月29日
LIST_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)日?")
# Some templates print the date inside the link: <a>关于…的通报 [2023-01-29]</a>, <a><span>2023-01-29</span>关于…</a>
DATE_AT_EDGE = re.compile(r"^[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*|[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*$")
WHITE_SPACE = re.compile(r"\s+")
# A footer has a link and a date too (最近更新：2019-10-31); rows of a list are rows by their tag, or have others beside them.
ROW_TAGS = {"li", "tr", "dd", "dt"}
LIST_TAGS = {"ul", "ol", "dl", "table", "tbody", "body", "html"}
SHORTEST_TITLE = 5
"""Characters; 首页 and 网站地图 are no articles."""
ROW_DEPTH = 4
"""A row is at most so many elements above its link: a, h4, div, li."""
ROW_LINKS = 3
"""A row has its article's link and perhaps one to its column and one to its file; more is a whole list."""


def decode_list(body: bytes) -> str:
    """Return the characters of a list page: UTF-8 if they are, else as the page declares (gb2312 is read as GB18030).

    The HTTP header is not asked: of all declarations it is the one most often wrong.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return html_to_unicode(None, body, default_encoding="gb18030")[1]


def column_name(html: str) -> str:
    """Return what the list page calls its column: the meta tag ColumnName, else the title element."""
    page = Selector(text=html)
    named = page.xpath("//meta[translate(@name, 'CLMN', 'clmn') = 'columnname']/@content").get()
    return (named or page.xpath("string(//title)").get() or "").strip()


def read_entries(html: str, url: str, detail: re.Pattern[str] | None) -> list[Entry]:
    """Return the page's entries in their order, each address once.

    An entry is a link whose address has the software's form of an article (``detail``), or that shares a row with a date.
    """
    base = get_base_url(html, url)
    entries: dict[str, Entry] = {}
    links = [link.root for link in Selector(text=html).xpath("//a[@href]")]
    rows = {link: _row(link, title) if len(title := _title(link)) >= SHORTEST_TITLE else (None, None) for link in links}
    alike = Counter((row.getparent(), row.tag) for row, _ in rows.values() if row is not None)
    for link, (row, day) in rows.items():
        address, title = _address(link.get("href"), base), _title(link)
        is_row = row is not None and (row.tag in ROW_TAGS or alike[row.getparent(), row.tag] > 1)
        if address and title and (is_row or (detail is not None and detail.search(address))):
            entries.setdefault(address, Entry(url=address, title=title, date=day))
    return list(entries.values())


def _address(href: str, base: str) -> str | None:
    """Return the canonical address of a link, or None for javascript:, mailto: and what is no address."""
    try:
        address = urljoin(base, href.strip())
        return canonical_address(address) if is_url(address) and address.startswith("http") else None
    except ValueError:  # "http://[年份]/" in a forgotten template
        return None


def _text(element: Any) -> str:
    return WHITE_SPACE.sub(" ", "".join(element.itertext())).strip()


def _title(link: Any) -> str:
    """Return the whole title from @title, else the link's text, which lists often cut short."""
    named = WHITE_SPACE.sub(" ", link.get("title") or "").strip()
    return named or DATE_AT_EDGE.sub("", _text(link))


def _row(link: Any, title: str) -> tuple[Any, str | None]:
    """Return the element that is the link's row in a list, and the date beside the title in it; or None twice."""
    shown = DATE_AT_EDGE.sub("", _text(link))
    row, day = None, None
    for element in islice(_self_and_ancestors(link), ROW_DEPTH):
        others = [other for other in element.iter("a") if other.get("href") and other.get("href") != link.get("href")]
        if element.tag in LIST_TAGS or len(others) >= ROW_LINKS or any(len(_title(other)) > len(title) for other in others):
            break
        if row is None:
            day = read_date(_text(element).replace(title, " ").replace(shown or title, " "))
        if day and (row is None or element.tag in ROW_TAGS):
            row = element
    return row, day


def _self_and_ancestors(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()


def read_date(text: str) -> str | None:
    """Return the first whole date in the text in ISO 8601, or None."""
    for found in LIST_DATE.finditer(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:  # 2023-02-30
            continue
    return None
