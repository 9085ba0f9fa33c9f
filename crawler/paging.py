"""How a list page says where the next one is, and how many there are: the ways in which templates write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from parsel import Selector

from crawler.clicks import PageScripts, is_code

LINKS = "//a[@href or @onclick] | //*[self::button or self::input or self::span or self::li][@onclick]"
# <select onchange="location.href=this.value"><option value="index_2.html">第2页</option>
CHOICES = "//select[contains(@onchange, 'location')]/option[@value]"
PAGE_CHOICE = re.compile(r"第?\d+页?")
NEXT_WORDS = {"下一页", "下页", "后一页", "后页", "下一頁", "next", "nextpage"}
# »: the next page where it stands alone; as an ornament it stands beside the words ("下一页 >", "[下一页]").
NEXT_SIGNS = {">", "›", "»", "→"}
ORNAMENT = re.compile(r"[\s\[\]【】<>‹›«»→←|]+")
LAST_WORDS = {"尾页", "末页", "最后一页", "最后页", "最末页", "末頁"}
NEXT_CLASSES = {"next", "p_next", "nextpage", "next-page", "page-next", "layui-laypage-next"}

# createPageHTML(63, 0, "index", "shtml") · createPage(9, 0, "index","html") · createPageHTML('paging', 63, 1, 'index', 'html', 940)
PAGE_CALL = re.compile(r"createPage(?:HTML)?\(\s*(?:['\"][^'\"]*['\"]\s*,\s*)?(\d+)(?:\s*,\s*(\d+))?")
# createPageHTML(countPage, currentPage, "index", "html"): numbers in variables, names in the call
CALL_NAMES = re.compile(r"createPage(?:HTML)?\([^)]*?['\"]([\w./-]+)['\"]\s*,\s*['\"](s?html?|jhtml|jsp|aspx?)['\"]")
# Shanghai: $("#page").pagination("setPage", 1, 322)
SET_PAGE = re.compile(r"pagination\(\s*['\"]setPage['\"]\s*,\s*(\d+)\s*,\s*(\d+)")
# var countPage=56; · pageCount:9 · data-total-pages="9" · totalPage = "9"
PAGE_COUNT = re.compile(
    r"(?:count[_-]?page|page[_-]?count|total[_-]?pages?|max[_-]?page(?:num)?)['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE
)
# var currentPage=0; and not currentPage=10
CURRENT_PAGE = re.compile(r"(?:current[_-]?page|cur[_-]?page|page[_-]?index)['\"]?\s*[:=]\s*['\"]?([01])(?!\d)", re.IGNORECASE)
# 共9页 · 共计9页 · 总页数：9 · 共137条 9页 · 共1432条 1/144 · 共45条记录 1/4页 · 页次：1/9 · 页码：1/4 · 第1页/共9页
# 1/4页 · 1/4 上一页 下一页, and not 03/15, a day of the last row
PAGES_IN_WORDS = re.compile(
    r"共计?\s*(\d+)\s*页|总页[数码]\s*[:：]?\s*(\d+)|共\s*\d+\s*条[^\d页]{0,8}(\d+)\s*页(?!\s*次)"
    r"|(?:条(?:记录|信息|数据)?|页次|页码|页数|第)\s*[:：]?\s*\d+\s*/\s*(\d+)"
    r"|(?<![\d/.-])[1-9]\d*\s*/\s*(\d+)\s*页|(?<![\d/.-])1\s*/\s*(\d+)\s[^\d/]{0,12}下一?页"
)
NUMBER_IN_FILE = re.compile(r"([\w-]+?)_(\d+)\.(\w+)$")


@dataclass(frozen=True, slots=True)
class Announced:
    """What a first list page says of its column's pages; None for what it does not say."""

    total: int | None
    current: int | None
    """The number that the first page gives itself, 0 or 1."""
    name: str | None
    """File name of the pages without number and extension: ``index``."""
    extension: str | None
    last: int | None
    """The number in the name of the last page, where a link leads to it."""


def announced(html: str) -> Announced:
    """Return what the page says, from the surest place that says it."""
    call, names, set_page = PAGE_CALL.search(html), CALL_NAMES.search(html), SET_PAGE.search(html)
    in_file = NUMBER_IN_FILE.search(_last_link(html) or "")
    counted, current = PAGE_COUNT.search(html), CURRENT_PAGE.search(html)
    last = int(in_file[2]) if in_file else None
    total = int(call[1]) if call else int(set_page[2]) if set_page else int(counted[1]) if counted else _total_in_words(html)
    first = call[2] if call else set_page[1] if set_page else current[1] if current else None
    return Announced(
        total=total,
        current=int(first) if first in ("0", "1") else None,
        name=names[1] if names else in_file[1] if in_file else None,
        extension=names[2] if names else in_file[3] if in_file else None,
        last=last,
    )


def _total_in_words(html: str) -> int | None:
    text = " ".join(Selector(text=html, type="html").xpath("//body//text()[not(parent::script or parent::style)]").getall())
    found = PAGES_IN_WORDS.search(text)
    return int(next(filter(None, found.groups()))) if found else None


def _words(link: Any) -> str:
    """What a link shows: its text, else its title or a button's value, else the description of its picture."""
    said = "".join(link.itertext()).strip() or link.get("title") or (link.get("value") if link.tag == "input" else None)
    return said or next((image.get("alt") or "" for image in link.iter("img")), "")


def _core(words: str) -> str:
    return ORNAMENT.sub("", words).lower()


def _last_link(html: str) -> str | None:
    links = [link.root for link in Selector(text=html, type="html").xpath("//a[@href]")]
    return next((link.get("href").strip() for link in links if _core(_words(link)) in LAST_WORDS), None)


def next_links(html: str, number: int) -> Iterator[str]:
    """Yield what the links to the page after this one (number ``number``) lead to, the surest first; some are scripts."""
    yield from _next_links(Selector(text=html, type="html"), number)


def _next_links(page: Selector, number: int) -> Iterator[str]:
    links = [link.root for link in page.xpath(LINKS)]
    shown = [(link, _words(link).strip()) for link in links]
    sure = [link for link, words in shown if _core(words) in NEXT_WORDS or link.get("rel") == "next"]
    signs = [link for link, words in shown if words in NEXT_SIGNS or (not words and _classes(link) & NEXT_CLASSES)]
    # <span class="p_next"><a>…: the class name is the software's own where the words are the site's
    marked = [link for link, _ in shown if link.getparent() is not None and "p_next" in _classes(link.getparent())]
    numbered = [
        link for link, words in shown if _core(words) == str(number + 1) and (_stands_in_pager(link, number) or _names(link, number + 1))
    ]
    for link in [*sure, *marked, *numbered, *signs]:
        for target in (link.get("href"), link.get("onclick")):
            if target and target.strip():
                yield target.strip()
    for value, words in ((option.root.get("value").strip(), _core(_words(option.root))) for option in page.xpath(CHOICES)):
        if PAGE_CHOICE.fullmatch(words) and int(re.sub(r"\D", "", words)) == number + 1 and not value.isdigit():
            yield value


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "").split())


def _stands_in_pager(link: Any, number: int) -> bool:
    """The number of the page itself stands near the link to the next: ``1 2 3``."""
    near = link.getparent() if link.getparent() is not None else link
    near = near.getparent() if near.getparent() is not None else near
    return str(number) in [text.strip(" []【】") for text in near.itertext()]


def _names(link: Any, number: int) -> bool:
    """The link's script is handed the number of the page: ``__doPostBack('Pager','2')``."""
    return any(_is_handed(link.get(name) or "", number) for name in ("href", "onclick"))


def _is_handed(script: str, number: int) -> bool:
    return re.search(rf"[(,]\s*['\"]?(?:Page\$)?{number}['\"]?\s*[,)]", script) is not None


def next_addresses(html: str, base: str, number: int) -> Iterator[str]:
    """Yield the addresses of the page after this one, the surest first, those that a script of the page makes among them."""
    page = Selector(text=html, type="html")
    scripts = PageScripts(page)
    for target in _next_links(page, number):
        named = scripts.address_of(target) if is_code(target) else target
        if named is None or named.startswith("#"):
            continue
        try:
            address = urljoin(base, named)
        except ValueError:  # "http://[下一页]/" in a forgotten template
            continue
        if address.startswith("http"):
            yield address


def next_address(html: str, base: str, number: int) -> str | None:
    """Return the address of the page after this one, or None where no link leads to it."""
    return next(next_addresses(html, base, number), None)


def unread_link(html: str, number: int) -> str | None:
    """Return the script that a link hands the number of the page after this one, whatever it makes of it; None where no link does."""
    return next((target for target in next_links(html, number) if is_code(target) and _is_handed(target, number + 1)), None)
