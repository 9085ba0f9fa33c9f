"""The entries of a list page: links that look like articles, with their title and date."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector
from w3lib.encoding import html_to_unicode
from w3lib.url import is_url

from crawler.items import Entry
from crawler.markup import base_of
from crawler.urls import canonical_address

# 2023-01-29, 2023/1/29, 2023.01.29, 2023年1月29日
LIST_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)日?")
# A text of its own that is a date and nothing else: it is the row's, whatever dates its title and summary mention.
DATE_ALONE = re.compile(
    r"\W*(?:(?:发布|更新|成文)?(?:日期|时间)\W*)?((?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?)(?:[\sT]+\d\d?:\d\d(?::\d\d)?)?\W*"
)
# Some templates print the date inside the link: <a>关于…的通报 [2023-01-29]</a>, <a><span>2023-01-29</span>关于…</a>
DATE_AT_EDGE = re.compile(r"^[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*|[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*$")
# Rows that print the day alone, without a year: [01-29], 1月29日. They are rows; their date is not known.
SHORT_DATE = re.compile(r"(?<![\d./-])(?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])(?![\d./-])|(?<!\d)1?\d月[1-3]?\d日")
# The day in large figures before or after its month: <b>29</b><span>2023-01</span>, <i>2023.01</i><em>29</em>
DAY_FIRST = re.compile(r"(?<![\d./-])(\d{1,2})\s+((?:19|20)\d\d)[-./年](\d{1,2})月?+(?![\d./-])")
DAY_LAST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./年](\d{1,2})月?\s+(\d{1,2})日?+(?![\d./:-])")
# 中共定边县人力资源和社会保… and the like: the list shows the beginning of the title.
CUT_MARK = re.compile(r"\s*(?:…|\.{2,}|．{2,}|·{3,}|。{2,})+\s*$")
WHOLE_TITLES = ("title", "aria-label", "data-title", "data-original-title", "alt", "value")
SHORTEST_STEM = 4
LONGEST_TITLE = 120
"""Characters; what is longer and begins like a title is a summary that repeats it."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Scripts that print one article: show.php?id=3, /Home/detail?menuid=3060&newid=1081414, news_content.thtml?contentId=41405,
# and not info_list.asp?classid=5.
SCRIPTED_DETAIL = re.compile(
    r"(?:detail|show|view|read|display|content|article|info)(?!\w*list)\w*(?:\.\w+)?\?(?:.*&)?"
    r"(?:id|aid|nid|(?:news?|article|info|content|doc|resource)_?id)=[\w-]+",
    re.IGNORECASE,
)
WHITE_SPACE = re.compile(r"\s+")
# A footer has a link and a date too (最近更新：2019-10-31); rows of a list are rows by their tag, or have others beside them.
ROW_TAGS = {"li", "tr", "dd", "dt"}
LIST_TAGS = {"ul", "ol", "dl", "table", "tbody"}
PAGE_TAGS = {"body", "html"}
# An empty list says so: 暂无相关信息, 没有找到符合条件的记录.
EMPTY_WORDS = re.compile(r"暂无|没有|无相关|无数据|无记录|未找到|未查询到")
# Letters: the numbers in what is left of an XML answer are no message.
WORDS = re.compile(r"[^\W\d_]{2}")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")
LONGEST_MESSAGE = 60
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
    page = Selector(text=html, type="html")
    named = page.xpath("//meta[translate(@name, 'CLMN', 'clmn') = 'columnname']/@content").get()
    return (named or page.xpath("string(//title)").get() or "").strip()


def read_entries(html: str, url: str, detail: re.Pattern[str] | None) -> list[Entry]:
    """Return the page's entries in their order, each address once.

    An entry is a link whose address has the software's form of an article (``detail``), or that shares a row with a date.
    """
    base = base_of(html, url)
    entries: dict[str, Entry] = {}
    links = [link.root for link in Selector(text=html, type="html").xpath("//a[@href]")]
    rows = {link: _row(link, title) if len(title := title_of(link)) >= SHORTEST_TITLE else (None, None) for link in links}
    alike = Counter((row.getparent(), row.tag) for row, _ in rows.values() if row is not None)
    for link, (row, day) in rows.items():
        address, title = entry_address(link.get("href"), base), title_of(link)
        is_row = row is not None and (row.tag in ROW_TAGS or alike[row.getparent(), row.tag] > 1)
        if address and title and (is_row or (detail is not None and detail.search(address))):
            entries.setdefault(address, Entry(url=address, title=title, date=day))
    return list(entries.values())


def message_in(html: str) -> str | None:
    """Return the beginning of what an answer says that has no link at all, and so is no list: 系统维护中，请稍后再试.

    None for a list that is empty, or says that it is; and for JSON, which says by itself whether it failed.
    """
    page = Selector(text=html or "<p>", type="html")
    if html.lstrip().startswith(("{", "[")) or page.xpath("//a[@href]"):
        return None
    said = " ".join(" ".join(page.xpath("//body//text()[not(parent::script or parent::style)]").getall()).split())
    says_nothing = not WORDS.search(said) or EMPTY_WORDS.search(said) or CONTROL_CHARACTER.search(said)
    return None if says_nothing else said[:LONGEST_MESSAGE]


def entry_address(href: str, base: str) -> str | None:
    """Return the canonical address of a link, or None for javascript:, mailto: and what is no address."""
    try:
        address = urljoin(base, href.strip())
        return canonical_address(address) if is_url(address) and address.startswith("http") else None
    except ValueError:  # "http://[年份]/" in a forgotten template
        return None


def _text(element: Any) -> str:
    return WHITE_SPACE.sub(" ", "".join(element.itertext())).strip()


def title_of(link: Any) -> str:
    """Return the whole title from @title, else a heading within the link, else its text, which lists often cut short."""
    named = WHITE_SPACE.sub(" ", link.get("title") or "").strip()
    heading = next((text for inner in link.iter(*HEADINGS) if len(text := _text(inner)) >= SHORTEST_TITLE), None)
    shown = heading or DATE_AT_EDGE.sub("", _text(link))
    # title="点击查看" is no title; one that the text repeats or cuts short is.
    title = shown if len(shown) > len(named) and named not in shown else named or shown
    return _whole_title(link, title) if CUT_MARK.search(title) else title


def _whole_title(link: Any, cut: str) -> str:
    """Return the title that a list has somewhere in the row of a link which shows only its beginning, else the beginning."""
    stem = CUT_MARK.sub("", cut)
    for element in islice(_self_and_ancestors(link), ROW_DEPTH):
        if element.tag in PAGE_TAGS or element.tag in LIST_TAGS or len(stem) < SHORTEST_STEM:
            break
        for said in _said_in(element):
            text = WHITE_SPACE.sub(" ", said).strip()
            if text.startswith(stem) and len(stem) < len(text) <= LONGEST_TITLE and not CUT_MARK.search(text):
                return text
        if element.tag in ROW_TAGS:
            break
    return cut


def _said_in(element: Any) -> Iterator[str]:
    """Yield the texts in an element, each by itself, and what its attributes say."""
    for inner in element.iter(etree.Element):
        yield from (inner.get(name) for name in WHOLE_TITLES if inner.get(name))
    yield from element.itertext()


def _row(link: Any, title: str) -> tuple[Any, str | None]:
    """Return the element that is the link's row in a list, and the date beside the title in it; None for what there is not.

    A row shows a date, be it only month and day.
    """
    shown = DATE_AT_EDGE.sub("", _text(link))
    row, day, mentioned = None, None, None
    for element in islice(_self_and_ancestors(link), ROW_DEPTH):
        # Three decide; a list or a page has hundreds.
        others = list(islice(_other_links(element, link), ROW_LINKS))
        # Longxun and some tables of cells make a list of every row: <ul><li><a>…</a></li><li>2023-01-29</li></ul>
        is_list = element.tag in LIST_TAGS
        if (
            element.tag in PAGE_TAGS
            or (is_list and others)
            or len(others) >= ROW_LINKS
            or any(len(title_of(other)) > len(title) for other in others)
        ):
            break
        if row is None or (day is None and row.tag not in ROW_TAGS):
            beside = _text(element).replace(title, " ").replace(shown or title, " ")
            day = _own_date(element, title)
            mentioned = mentioned or read_date(beside)
            if row is None and (day or mentioned or SHORT_DATE.search(beside)):
                row = element
        if row is not None and element.tag in ROW_TAGS:
            row = element
        if is_list:
            break
    return row, day or mentioned


def _other_links(element: Any, link: Any) -> Iterator[Any]:
    return (other for other in element.iter("a") if other.get("href") and other.get("href") != link.get("href"))


def _own_date(element: Any, title: str) -> str | None:
    """Return the date that stands in an element of its own, or in two: that of the row, whatever dates its summary mentions."""
    alone = " ".join(found[1] for text in element.itertext() if (found := DATE_ALONE.fullmatch(text)))
    return read_date(alone) or _split_date(" ".join(element.itertext()).replace(title, " "))


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


def _split_date(text: str) -> str | None:
    """Return a date whose day and month stand in elements of their own, in ISO 8601, or None."""
    parts = [(year, month, day) for day, year, month in DAY_FIRST.findall(text)] or DAY_LAST.findall(text)
    return read_date("-".join(parts[0])) if parts else None
