"""The entries of a list page: links that look like articles, with their title and date."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector
from w3lib.encoding import html_to_unicode
from w3lib.url import is_url

from crawler.clicks import PageScripts, is_code
from crawler.items import Entry
from crawler.markup import base_of
from crawler.rowdates import is_day, is_part, row_date, shows_date
from crawler.urls import canonical_address

# Some templates print the date inside the link: <a>关于…的通报 [2023-01-29]</a>, <a><span>2023-01-29</span>关于…</a>
DATE_AT_EDGE = re.compile(r"^[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*|[\[(（【\s]*\d{4}[-./]\d\d?[-./]\d\d?[\])）】\s]*$")
# What templates put around a title within its link: bullets, marks of what is new or has pictures, [党务公开].
ORNAMENT = re.compile(r"[\s·•∙●○■□◆◇▪▸►▶※★☆*>»›→|_-]+|(?:new|hot|热|新|图|荐|顶|置顶|图文|视频)!?", re.IGNORECASE)
LEADING_ORNAMENT = re.compile(r"^[\s·•∙●○■□◆◇▪▸►▶※★☆*>»›→|]+")
LABEL = re.compile(r"\s*[\[【]([^\[\]【】]{1,14})[\]】]\s*")
MARKS = {"置顶", "热点", "最新", "推荐", "图文", "视频", "组图"}
# <font>2023</font>年度工作总结: the number belongs to the title.
COUNTED = re.compile(r"[年月日号届次个名项条件批期度]")
RANK = re.compile(r"\s*\d{1,3}[.、]?\s*")
# 中共定边县人力资源和社会保… and the like: the list shows the beginning of the title.
CUT_MARK = re.compile(r"\s*(?:…|\.{2,}|．{2,}|·{3,}|。{2,})+\s*$")
WHOLE_TITLES = ("title", "aria-label", "data-title", "data-original-title", "alt", "value")
SHORTEST_STEM = 4
LONGEST_TITLE = 120
"""Characters; what is longer and begins like a title is a summary that repeats it."""
LONGEST_LABEL = 15
"""Characters; a longer link is no column's."""
EMPTY_SCRIPT = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?\s*;?", re.IGNORECASE)
COLUMN_END = re.compile(r"[\s_|—-]+")
BLOCKS = ("p", "div")
FULL_STOP = re.compile(r"[。；]")
PARTNERS = {"dd": "dt", "dt": "dd"}
DATE_HEAD = re.compile(r"日期|时间")
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
    base, page = base_of(html, url), Selector(text=html, type="html")
    entries: dict[str, Entry] = {}
    links, scripts = [link.root for link in page.xpath("//a[@href or @onclick]")], PageScripts(page)
    titles = {link: title_of(link) for link in links}
    rows = {link: _row(link, title) for link, title in titles.items() if len(title) >= SHORTEST_TITLE}
    alike = Counter(key for row in rows.values() for key in row.keys)
    names = {*COLUMN_END.split(column_name(html)), *(title for title in titles.values() if len(title) < LONGEST_LABEL)}
    for link, title in titles.items():
        row = rows.get(link, NO_ROW)
        is_row = row.is_sure or any(alike[key] > 1 for key in row.keys)
        target = _target(link)
        # A function is looked for where the link is a row's: pages have many buttons.
        named = (scripts.address_of(target) if is_row else None) if is_code(target) else target
        address = entry_address(named, base) if named else None
        if address and title and (is_row or (detail is not None and detail.search(address))):
            entries.setdefault(address, Entry(url=address, title=_without_label(title, names), date=row.date))
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
    shown = _shown(link)
    # title="点击查看" is no title; one that the text repeats or cuts short is.
    title = shown if len(shown) > len(named) and named not in shown else named or shown
    return _whole_title(link, title) if CUT_MARK.search(title) else title


def _shown(link: Any) -> str:
    """Return the title that a link shows, without what the template puts around it."""
    headings = [_text(inner) for inner in link.iter(*HEADINGS)]
    blocks = [_text(inner) for inner in link.iter(*BLOCKS) if not any(True for _ in inner.iterchildren(*BLOCKS))]
    if len(blocks) > 1 and any(map(FULL_STOP.search, blocks)):  # one of them is a summary
        headings += [block for block in blocks if not FULL_STOP.search(block) and not is_part(block)]
    heading = next((text for text in headings if len(text) >= SHORTEST_TITLE), None)
    return heading or _without_ornaments(list(link.itertext()))


def _without_ornaments(texts: list[str]) -> str:
    """Return what a link's texts say together, without the ornaments, dates and labels that have elements of their own at its ends."""
    longest = max((len(text.strip()) for text in texts if not is_day(text)), default=0)
    while len(texts) > 1 and _is_beside_title(texts[0], longest) and not COUNTED.match(texts[1]):
        texts = texts[1:]
    while len(texts) > 1 and _is_beside_title(texts[-1], longest):
        texts = texts[:-1]
    said = DATE_AT_EDGE.sub("", WHITE_SPACE.sub(" ", "".join(texts)).strip())
    return LEADING_ORNAMENT.sub("", said)


def _is_beside_title(text: str, longest: int) -> bool:
    if len(text.strip()) == longest and longest >= SHORTEST_TITLE:
        return False
    forms = (ORNAMENT, RANK, LABEL)
    return not text.strip() or is_part(text.strip()) or any(form.fullmatch(text.strip()) for form in forms)


def _without_label(title: str, names: Collection[str]) -> str:
    """Return a title without the name of its column, where that stands before it in brackets: [党务公开]中共…"""
    label = LABEL.match(title)
    is_label = label is not None and (label[1] in MARKS or label[1] in names) and len(title) - label.end() >= SHORTEST_TITLE
    return title[label.end() :] if label and is_label else title


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


@dataclass(frozen=True, slots=True)
class _Row:
    """What shares a row with a link."""

    date: str | None = None
    is_sure: bool = False
    """It is a row of a list by its tag; others are rows if there is another beside them."""
    keys: tuple[tuple[Any, ...], ...] = ()
    """What is the same for the rows of one list: the parent of the row, or of what is wrapped around it."""


NO_ROW = _Row()


def _row(link: Any, title: str) -> _Row:
    """Return the link's row in a list: the element above it that shows a date, be it only month and day."""
    row, day = None, None
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
            beside = list(_beside(element, title, _shown(link)))
            day = row_date(beside)
            if row is None and (day or shows_date(beside)):
                row = element
        if row is not None and element.tag in ROW_TAGS:
            row = element
        if is_list:
            break
    return NO_ROW if row is None else _Row(day, row.tag in ROW_TAGS, tuple(_keys(row, link)))


def _keys(row: Any, link: Any) -> Iterator[tuple[Any, ...]]:
    """Yield what tells the list of a row, and of what is wrapped around that row alone: <div class="card"><div>…</div></div>."""
    yield row.getparent(), row.tag
    for element in islice(row.iterancestors(), ROW_DEPTH):
        if element.tag in PAGE_TAGS or next(_other_links(element, link), None) is not None:
            break
        yield element.getparent(), element.tag, element.get("class")


def _beside(element: Any, title: str, shown: str) -> Iterator[str]:
    """Yield the texts of a row that are not its title, a cell's after what the table's head calls it."""
    parts = [element]
    if element.tag in PARTNERS:  # <dl><dt>2023-01-29</dt><dd><a>…</a></dd>…</dl>
        partner = element.getprevious() if element.tag == "dd" else element.getnext()
        if partner is not None and partner.tag == PARTNERS[element.tag] and partner.find(".//a") is None:
            parts.append(partner)
    heads = _heads(element) if element.tag == "tr" else {}
    for part in heads or parts:
        if heads.get(part):
            yield f"{heads[part]}：{_text(part)}"
            continue
        for text in part.itertext():
            left = WHITE_SPACE.sub(" ", text).replace(title, " ").replace(shown or title, " ").strip()
            if left and not (len(left) >= SHORTEST_TITLE and (left in title or left in shown) and not is_part(left)):
                yield left


def _heads(row: Any) -> dict[Any, str]:
    """Return the cells of a table's row with what its head calls them, if that is a date; nothing where the table has no such head."""
    table = next(row.iterancestors("table"), None)
    first = next(table.iter("tr"), None) if table is not None else None
    cells = list(row.iterchildren("td", "th"))
    named = (
        [] if first is None or first is row or first.find(".//a") is not None else [_text(cell) for cell in first.iterchildren("td", "th")]
    )
    if len(named) != len(cells) or not any(map(DATE_HEAD.search, named)):
        return {}
    return {cell: name if DATE_HEAD.search(name) else "" for cell, name in zip(cells, named, strict=True)}


def _other_links(element: Any, link: Any) -> Iterator[Any]:
    return (other for other in element.iter("a") if _target(other) and _target(other) != _target(link))


def _target(link: Any) -> str:
    """Return the link's address, or the script that stands in its place: href="#" onclick="show(12)"."""
    href, script = (link.get("href") or "").strip(), link.get("onclick") or ""
    return script if script and (not href or href.startswith("#") or EMPTY_SCRIPT.fullmatch(href)) else href


def _self_and_ancestors(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()
