"""Where an article goes on: the address it redirects to by script, the later pages of its body, its files.

Addresses and their form only; what the pages say is not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urljoin, urlsplit

from parsel import Selector
from scrapy.linkextractors import IGNORED_EXTENSIONS
from scrapy.utils.url import url_has_any_extension
from w3lib.url import safe_url_string

from crawler.markup import Markup, refresh_of
from crawler.urls import canonical_address, is_home, parts_of

LONGEST_REDIRECT = 300
"""Characters to be seen on a page that is nothing but a redirect: 页面已迁移，5秒后自动跳转."""
LONGEST_REFRESH = 30
"""Seconds; a page that reloads later than that is a page."""
# location.href = '/a.html'; window.location.replace("a.html"); top.location='a.html'. Not '/a?u=' + location.href.
SCRIPT_REDIRECT = re.compile(
    r"""(?<![\w.])(?:(?:window|self|top|parent|document)\.)?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*(["'])(?P<url>[^"'<>\\]+)\1\s*\)?\s*(?:[;}\n\r]|$)"""
)
# A challenge sets a cookie by script and reloads; a mobile version is asked for by the browser's name.
NO_REDIRECT = re.compile(r"document\.cookie|navigator\.|\$_ts|history\.")
# function goHome(){location.href='/'}: beside a cover with an attachment it is a button, and the page has not gone home.
CONDITION = re.compile(r"\b(?:if|function|switch)\b|=>|\?|&&|\|\|")


PART_PARAMETERS = {"page", "p", "pageno", "pagenum", "pageindex", "currentpage", "pagenumber"}
# What the address of every later page has: a_2.html, a.html?page=2. Most links have neither, and need no closer look.
PART_MARK = re.compile(r"(?:_|-|p)\d{1,2}\.\w+\s*(?:[?#]|$)|[?&]\w+=\d{1,2}\s*(?:[&#]|$)", re.IGNORECASE)
PART_SUFFIX = re.compile(r"(?:_|-|_?p|-p)(\d{1,2})")
# createPageHTML(3, 0, "t20230101_1", "html"): the pager of a TRS body, in script only.
SCRIPT_PAGER = re.compile(
    r"""createPageHTML\(\s*(?P<count>\d{1,2})\s*,\s*\d+\s*,\s*["'](?P<stem>[^"']+)["']\s*,\s*["'](?P<ending>\w+)["']"""
)
# show-12-345-1.html, show-12-345-2.html: phpcms counts from 1, and the number stands in the first page's address, too.
COUNTED_STEM = re.compile(r"(?P<stem>.*/show-\d+-\d+-)1$")
COUNTED_SUFFIX = re.compile(r"(?!1$)(\d{1,2})")

FILE = r"\.(?:pdf|docx?|rtf|wps|ofd)"
FILE_NAME = re.compile(rf"{FILE}$", re.IGNORECASE)
# Beside a notice, and never one.
NO_NOTICE = re.compile(r"\.(?:xlsx?|et|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|mp[34])$", re.IGNORECASE)
# download.jsp?…wbfileid=, downfile.jsp?filename=, /attach/download?id=, DownloadAttachUrl: the name is known once it answers.
GATEWAY = re.compile(r"(?:down(?:load|file)|wbfileid=|attach(?:ment)?[/=]|fileid=|filename=)[^#]*", re.IGNORECASE)
GATEWAY_QUERY = re.compile(r"\?.*=|/\d+$|/[0-9a-f]{16,}$", re.IGNORECASE)
ATTACHMENT_LABEL = re.compile(rf"^\s*附件|{FILE}\s*(?:[\[(（].*)?$", re.IGNORECASE)
# showVsbpdfIframe("/__local/…/a.pdf", …), PDFObject.embed('a.pdf'), var url = "a.docx"
QUOTED_FILE = re.compile(rf"""["'](?P<url>[^"'<>\s]+{FILE})(?:\?[^"'<>\s]*)?["']""", re.IGNORECASE)
EMBEDDING = (("iframe", "src"), ("embed", "src"), ("object", "data"), ("frame", "src"))
# top.html, left.asp, share_count.jsp, map.html: what a frame shows around a text or beside it, and never the text.
SURROUNDING = re.compile(
    r"(?:^|[_-])(?:top|head(?:er)?|banner|logo|left|right|menu|nav|foot(?:er)?|bottom|search|login|share|count(?:er)?|tongji|hits?|click|comments?"
    r"|pinglun|weather|tianqi|map|viewer)\d*(?:[_.-]|$)",
    re.IGNORECASE,
)
HIDDEN_FRAME = re.compile(r"display:none|(?<![\d.])(?:width|height):[01](?:px)?(?:;|$)", re.IGNORECASE)
# What a page with files has somewhere; one without needs no closer look.
FILE_HINT = re.compile(
    rf"<(?:iframe|embed|object|frame)\b|{FILE}|附件|down(?:load|file)|wbfileid=|attach(?:ment)?[/=]|fileid=|filename=", re.IGNORECASE
)
FRAME_HINT = re.compile(r"<i?frame\b", re.IGNORECASE)
# pdf.js: viewer.html?file=/a.pdf
VIEWER_PARAMETERS = ("file", "url", "src", "pdf", "path")
IGNORED = [f".{ending}" for ending in IGNORED_EXTENSIONS]
FULL_STOP = re.compile(r"[。；]")
LONGEST_COVER = 1000
"""Characters of prose on the whole page; one with more is read without what is attached to it."""
MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an article leads to, and the text of the link."""

    url: str
    label: str = ""
    by_script: bool = False
    """A script of the page asks for it, and says so (`crawler.units`)."""
    framed: bool = False
    """The page shows it in a frame; ``label`` is its address as written there."""


def redirect_target(markup: Markup) -> str | None:
    """Return the address to which a page sends the reader by script or meta refresh, if it does nothing else; or None.

    To the home page every site leads by some button or other, so that a script goes there only where it goes without condition.
    """
    refresh = refresh_of(markup.html, markup.url)
    if refresh is None and "location" not in markup.html:
        return None
    page, url = markup.tree, markup.url
    scripts = page.root.xpath("//script[not(@src)]/text()")
    found = None if any(map(NO_REDIRECT.search, scripts)) else next(filter(None, map(SCRIPT_REDIRECT.search, scripts)), None)
    if (found is None and refresh is None) or not _is_bare(page, found["url"] if found else None):
        return None
    if refresh is not None and refresh[0] <= LONGEST_REFRESH:
        return _unless_itself(refresh[1], url)
    target = _join(markup.base, found["url"]) if found else None
    if found is None or target is None:
        return None
    return None if is_home(target) and CONDITION.search(found.string) else _unless_itself(target, url)


def _is_bare(page: Selector, target: str | None) -> bool:
    """Tell whether the page shows next to nothing, and embeds no file but what it redirects to."""
    seen = "".join(page.root.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]"))
    return len("".join(seen.split())) <= LONGEST_REDIRECT and not set(_embedded(page)) - {target}


def _unless_itself(target: str, url: str) -> str | None:
    return None if parts_of(target).scheme not in ("http", "https") or _known(target) == _known(url) else target


def _known(url: str) -> str | None:
    try:
        return canonical_address(url)
    except ValueError:
        return None


def further_parts(page: Markup, url: str) -> list[str]:
    """Return the addresses of the later pages of an article's body that this page links, in their order.

    ``url`` is that of the article's first page. A later page has its address and a number: ``a_2.html``, ``a.html?page=2``.
    """
    links = (_join(page.base, href) for href in page.tree.root.xpath("//a/@href") if PART_MARK.search(href))
    numbered: dict[int, str] = {}
    for link in [link for link in links if link] + list(_scripted_parts(page.html, url)):
        number = part_number(link, url)
        if number is not None:
            numbered.setdefault(number, link)
    return [numbered[number] for number in sorted(numbered)]


def _scripted_parts(html: str, url: str) -> Iterator[str]:
    for pager in SCRIPT_PAGER.finditer(html):
        for number in range(1, int(pager["count"])):
            yield urljoin(url, f"{pager['stem']}_{number}.{pager['ending']}")


def part_number(link: str, url: str) -> int | None:
    """Return the number of the later page that a link of the article at ``url`` leads to, or None."""
    here, there = urlsplit(url), urlsplit(link)
    if here.hostname != there.hostname or here.port != there.port:
        return None
    if here.path == there.path:
        return _number_in_query(here.query, there.query)
    if here.query != there.query:
        return None
    return _number_in_path(here.path, there.path)


def _number_in_path(here: str, there: str) -> int | None:
    """Return the number of the later page at the second path, if it has the first one's name and ending."""
    stem, dot, ending = here.rpartition(".")
    if not dot or not stem.rpartition("/")[2]:
        return None
    suffix = PART_SUFFIX
    if counted := COUNTED_STEM.fullmatch(stem):
        stem, suffix = counted["stem"], COUNTED_SUFFIX
    if not there.startswith(stem) or not there.endswith(dot + ending):
        return None
    found = suffix.fullmatch(there[len(stem) : -len(dot + ending)])
    return int(found[1]) if found else None


def _number_in_query(here: str, there: str) -> int | None:
    """Return the number of the page that the second query asks for, if it is the first one's but for that."""
    own, other = dict(parse_qsl(here)), dict(parse_qsl(there))
    changed = [name for name in {*own, *other} if own.get(name) != other.get(name)]
    # ?p=12 may be the article's own number, and ?p=13 another article.
    if len(changed) != 1 or changed[0].lower() not in PART_PARAMETERS or own.get(changed[0], "1") != "1":
        return None
    number = other.get(changed[0], "")
    return int(number) if re.fullmatch(r"[1-9]\d?", number) and number != "1" else None


def files_of(markup: Markup) -> list[Link]:
    """Return the files that may hold the text of a page which has little of its own: embedded ones first, each once."""
    page = markup.tree
    if not FILE_HINT.search(unquote(markup.html)) or _prose(page) > LONGEST_COVER:
        return []
    links: dict[str, Link] = {}
    for href, label in [*((href, "") for href in _embedded(page)), *_linked(page)]:
        address = _join(markup.base, href)
        if address and address not in links and address != markup.url and not NO_NOTICE.search(urlsplit(address).path):
            links[address] = Link(address, label)
    return list(links.values())[:MOST_FILES]


def frames_of(markup: Markup) -> list[Link]:
    """Return the pages that a page with little text of its own shows in frames, and that may hold the text: each once."""
    if not FRAME_HINT.search(markup.html) or _prose(markup.tree) > LONGEST_COVER:
        return []
    links: dict[str, Link] = {}
    for frame in markup.tree.root.xpath("//iframe[@src] | //frame[@src]"):
        address = _join(markup.base, frame.get("src"))
        if address and address != markup.url and not _is_hidden(frame) and _may_hold_text(address):
            links.setdefault(address, Link(address, frame.get("src"), framed=True))
    return list(links.values())


def _may_hold_text(address: str) -> bool:
    """Tell whether a frame of this address may hold a text; what is a file, or shows one, is asked for as such."""
    return not (is_home(address) or _file_shown(address) or SURROUNDING.search(urlsplit(address).path.rpartition("/")[2]))


def _is_hidden(frame: Any) -> bool:
    style = "".join((frame.get("style") or "").split())
    return HIDDEN_FRAME.search(style) is not None or any(frame.get(side) in ("0", "1") for side in ("width", "height"))


def is_file(url: str) -> bool:
    """Tell whether an address is that of a file, or of a script that hands one out: no page to follow links on."""
    path = unquote(urlsplit(url).path)
    return bool(FILE_NAME.search(path) or NO_NOTICE.search(path) or url_has_any_extension(url, IGNORED) or _is_gateway(url))


def prose_length(html: str) -> int:
    """Count the characters of the page's prose."""
    return _prose(Selector(text=html, type="html"))


def _prose(page: Selector) -> int:
    """Count the characters that stand in pieces of text with a full stop; navigation has none."""
    pieces = page.root.xpath("//body//text()[not(parent::script or parent::style)]")
    return sum(len("".join(piece.split())) for piece in pieces if FULL_STOP.search(piece))


def _embedded(page: Selector) -> list[str]:
    """Addresses of files that the page shows in itself."""
    shown = [value for tag, name in EMBEDDING for value in page.root.xpath(f"//{tag}/@{name}")]
    quoted = [found["url"] for script in page.root.xpath("//script/text()") for found in QUOTED_FILE.finditer(script)]
    return [address for value in [*shown, *quoted] if (address := _file_shown(value)) is not None]


def _file_shown(value: str) -> str | None:
    """Return the address of the file that a frame's address stands for: itself, or what it hands to a viewer."""
    parts = parts_of(value)
    if FILE_NAME.search(parts.path):
        return value
    query = parse_qs(parts.query)
    handed = (query[name][0] for name in VIEWER_PARAMETERS if name in query)
    named = next((address for address in handed if FILE_NAME.search(parts_of(address).path) or _is_gateway(address)), None)
    return named or (value if _is_gateway(value) else None)


def _linked(page: Selector) -> Iterator[tuple[str, str]]:
    for link in page.root.iter("a"):
        href, label = link.get("href", ""), " ".join(("".join(link.itertext()) or link.get("title", "")).split())
        if ATTACHMENT_LABEL.search(label) or _names_file(href) or _is_gateway(href):
            yield href, label


def _names_file(href: str) -> bool:
    parts = parts_of(href)
    return bool(FILE_NAME.search(unquote(parts.path)) or FILE_NAME.search(parts.query))


def _is_gateway(address: str) -> bool:
    return bool(GATEWAY.search(address) and GATEWAY_QUERY.search(address))


def _join(base: str, href: Any) -> str | None:
    """Return the absolute address as it is asked for (附件.pdf percent-encoded, no fragment), or None for what is no address of the web."""
    try:
        address = urljoin(base, str(href).strip()).partition("#")[0]
        return safe_url_string(address) if urlsplit(address).scheme in ("http", "https") and urlsplit(address).hostname else None
    except ValueError:
        return None
