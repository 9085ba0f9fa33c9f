"""Where a page leads within its site: its links, its frames, and the addresses that its scripts plainly name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parsel import Selector
from scrapy.settings.default_settings import URLLENGTH_LIMIT
from w3lib.url import url_query_cleaner

from crawler.clicks import addresses_in
from crawler.columns import is_title, name_of
from crawler.entries import CUT_MARK, entry_address, title_of
from crawler.links import redirect_target
from crawler.markup import Markup, base_of
from crawler.urls import is_on_hosts

# What leads to the pages before and after, or turns a calendar's leaf: 上一页, 3, 第3页, 末页, 下个月. A year (2023) is none of these.
TURNING = re.compile(
    r"首页|返回首页|尾页|末页|最[后末]一?页|[上下前后]一?[页頁]|第?\d{1,3}页?|\d{1,2}日|[上下]一?个?月|prev(?:ious)?|next|first|last|go",
    re.IGNORECASE,
)
# A session or a moment in a query makes a new address of the same page at each visit.
VOLATILE_PARAMETERS = ("sid", "sessionid", "session_id", "ASP.NET_SessionId", "token", "rnd", "rand", "random", "timestamp", "_")
# A whole page may be clicked upon (<body onclick>); a cell or a button that is a link shows a few words.
LINKS = "//a[@href or @onclick] | //area[@href] | //*[@onclick][not(self::a)][string-length(normalize-space()) <= 60]"
FRAMES = "//frame/@src | //iframe/@src"


@dataclass(frozen=True, slots=True)
class Lead:
    """An address of the site that a page leads to, and what the link to it shows."""

    url: str
    """Canonical, without session."""
    name: str = ""
    title: str | None = None
    """The whole title, where the link shows one, and not the name of a column."""
    inner: bool = False
    """It is a part of the page itself: a frame, or what the page redirects to."""


def leads_of(html: str, url: str, hosts: frozenset[str]) -> list[Lead]:
    """Return where the page leads on these hosts and below them, each address once; what turns pages is left out.

    ``url`` is the page's address.
    """
    page = Selector(text=html or "<p>", type="html")
    base = base_of(html, url)
    leads: dict[str, Lead] = {}
    for lead in (*_inner_leads(page, html, url), *_linked(page)):
        address = _address(lead.url, base)
        if address is not None and is_on_hosts(address, hosts):
            leads.setdefault(address, Lead(address, lead.name, lead.title, lead.inner))
    return list(leads.values())


def _inner_leads(page: Selector, html: str, url: str) -> Iterator[Lead]:
    for source in page.xpath(FRAMES).getall():
        yield Lead(source, inner=True)
    if target := redirect_target(Markup(html or "<p>", url)):
        yield Lead(target, inner=True)


def _linked(page: Selector) -> Iterator[Lead]:
    for link in (found.root for found in page.xpath(LINKS)):
        shown = " ".join("".join(link.itertext()).split())
        name = name_of(link) or _picture_text(link)
        # An arrow alone turns the page; a picture shows no words at all.
        if TURNING.fullmatch(name) or (shown and not name):
            continue
        for target in _targets(link):
            yield Lead(target, name, _whole_title(link, shown, name))


def _targets(link: Any) -> Iterator[str]:
    """Yield the link's address, and those that its script names."""
    href = link.get("href") or ""
    if href and not href.strip().lower().startswith("javascript:"):
        yield href
    for script in (href, link.get("onclick") or ""):
        yield from addresses_in(script)


def _picture_text(link: Any) -> str:
    pictures = link.iter("img", "area")
    return next((text for picture in pictures if (text := (picture.get("alt") or picture.get("title") or "").strip())), "")


def _whole_title(link: Any, shown: str, name: str) -> str | None:
    """Return the title that a link shows, whole or cut short; a column's link may well explain itself in @title."""
    whole = title_of(link)
    goes_on = bool(CUT_MARK.search(shown)) or whole.startswith(shown)
    if is_title(name) or (whole != shown and goes_on and is_title(whole)):
        return whole or name
    return None


def _address(href: str, base: str) -> str | None:
    address = entry_address(href, base)
    if address is None or len(address) > URLLENGTH_LIMIT:
        return None
    return url_query_cleaner(address, VOLATILE_PARAMETERS, remove=True, unique=False)
