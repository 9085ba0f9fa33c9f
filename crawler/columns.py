"""In which columns of a site notices may appear: by the names of the links on a page of it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from parsel import Selector
from w3lib.url import canonicalize_url

from crawler.candidates import is_candidate
from crawler.directory import categories_of
from crawler.entries import SCRIPTED_DETAIL, read_entries, title_of
from crawler.links import is_file
from crawler.markup import base_of
from crawler.recognise import join
from crawler.urls import is_home, server_of, without_index, without_session

WORDS = Path(__file__).parent / "data" / "columns.yml"
LONGEST_NAME = 14
"""Characters: 巡视巡察整改情况公开专栏; a longer one is an article's title."""
# 通知公告 更多>>, [更多], + MORE
ORNAMENT = re.compile(r"[\s\[\]【】<>《》‹›«»→+|.…·:：]+")
# 关于……的通报: short titles of articles.
ARTICLE_NAME = re.compile(r"关于|的(?:通报|公告|公示|通知)$")
# 首页 > 党务公开 >> 巡察整改 » 正文
STEP = re.compile(r"[>＞»›→]+")
NAME = re.compile(r"[\u4e00-\u9fff]{2}")
POSITION_DEPTH = 3
BLOCK_DEPTH = 5
"""The name of a column stands at most so many elements above its latest entries: li, ul, div, div, div."""
MOST_POSITIONS = 5
WAY = 100
UNLIKELY = 1000
"""Likelihoods: below WAY that of a column of notices, below UNLIKELY that of a page which leads to one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A link to what may be a column."""

    name: str
    url: str
    rank: int
    """Position of the word that its name has in the list of words, 0 the best; -1 where the page itself stands in the column."""


@cache
def _words() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded


def is_title(name: str) -> bool:
    """Tell whether a link that shows this leads to an article, and not to a column."""
    return len(name) > LONGEST_NAME or ARTICLE_NAME.search(name) is not None


def likelihood(name: str) -> int:
    """Return how likely a link of this name leads to notices: 0 the likeliest, WAY and more on the way to them, UNLIKELY otherwise."""
    if (position := _position(name, "names")) is not None:
        return position
    return UNLIKELY if (way := _position(name, "ways")) is None else WAY + way


def columns_of(html: str, url: str, own: str = "") -> list[Column]:
    """Return the columns that the page links to and that may list notices, the likeliest first, each address once.

    ``own`` is the name of a column that counts before all others, whatever it is called.
    """
    page = Selector(text=html or "<p>", type="html")
    articles = {entry["url"] for entry in read_entries(html or "<p>", url, None)}
    trail = _trail(page)
    linked = ((name_of(link), address, link is trail.own) for link, address in _links_to(page, html, url))
    categories = ((name, address, False) for name, address in categories_of(html, url))
    found: list[Column] = []
    for name, address, ends_trail in (*categories, *linked):
        is_own = ends_trail or (own != "" and name == own)
        rank = -1 if is_own else _rank(name)
        is_article = SCRIPTED_DETAIL.search(address) or (address in articles and not is_own)
        if rank is not None and not is_home(address) and not is_article:
            found.append(Column(name, address, rank))
    return likeliest(found)


def general_columns_of(html: str, url: str) -> list[Column]:
    """Return the columns that the page links to by a name which says nothing of notices, though some may stand there.

    Those first under whose name the page shows an entry titled like a notice.
    """
    page = Selector(text=html or "<p>", type="html")
    articles = {entry["url"] for entry in read_entries(html or "<p>", url, None)}
    linked = {link: address for link, address in _links_to(page, html, url) if _is_general(name_of(link))}
    columns = {
        link: address
        for link, address in linked.items()
        if not (is_home(address) or is_file(address) or address in articles or SCRIPTED_DETAIL.search(address))
    }
    above_notices = _above_notices(page, columns)
    ranked = ((name_of(link), address, 0 if link in above_notices else _general_rank(name_of(link))) for link, address in columns.items())
    return likeliest(Column(name, address, rank) for name, address, rank in ranked)


def _is_general(name: str) -> bool:
    is_likely = _rank(name) is not None or not _is_name(name) or NAME.search(name) is None
    return not is_likely and _position(name, "none") is None


def _general_rank(name: str) -> int:
    found = (_position(name, words) for words in ("ways", "general"))
    return next((1 + position for position in found if position is not None), UNLIKELY)


def _above_notices(page: Selector, columns: Collection[Any]) -> set[Any]:
    """Return the links to columns under which the page shows an entry titled like a notice: the nearest before it, or beside it."""
    found = set()
    order = {link: place for place, link in enumerate(page.root.iter("a"))}
    for notice in (link for link in order if is_title(name_of(link)) and is_candidate(title_of(link))):
        blocks = ([link for link in element.iter("a") if link in columns] for element in islice(notice.iterancestors(), BLOCK_DEPTH))
        if near := next(filter(None, blocks), None):
            found.add(next((link for link in reversed(near) if order[link] < order[notice]), near[0]))
    return found


def likeliest(found: Iterable[Column]) -> list[Column]:
    """Return each column once, whatever the spelling of its address, the likeliest first."""
    best: dict[str, Column] = {}
    for column in found:
        known = best.setdefault(column_key(column.url), column)
        if column.rank < known.rank:
            best[column_key(column.url)] = column
    return sorted(best.values(), key=lambda column: column.rank)


def ways_of(html: str, url: str) -> list[Column]:
    """Return the pages that the page links to and that lead to columns of notices rather than list any, the likeliest first."""
    page = Selector(text=html or "<p>", type="html")
    above = set(_trail(page).above)
    linked = ((name_of(link), address, link in above) for link, address in _links_to(page, html, url))
    ranked = ((name, address, -1 if is_above else _position(name, "ways")) for name, address, is_above in linked)
    return likeliest(Column(name, address, rank) for name, address, rank in ranked if rank is not None and not is_home(address))


def own_column(html: str) -> str:
    """Return the name of the column that a page says it stands in (当前位置：首页 > 通知公告 > 正文), or nothing."""
    page = Selector(text=html or "<p>", type="html")
    named = page.xpath("//meta[translate(@name, 'CLMN', 'clmn') = 'columnname']/@content").get()
    return _trail(page).name or ORNAMENT.sub("", named or "")


def column_key(url: str) -> str:
    """Return the same for all spellings of a column's address: with a session or without, ``/tzgg``, ``/tzgg/``, ``/tzgg/index.html``."""
    address = canonicalize_url(without_session(url), keep_fragments=True)
    return without_index(address.partition("://")[2]).rstrip("/")


def _links_to(page: Selector, html: str, url: str) -> Iterator[tuple[Any, str]]:
    """Yield the links to the page's own host, and their addresses. A fragment counts in a directory alone."""
    base, hosts = base_of(html, url), frozenset({server_of(url)})
    for link in (found.root for found in page.xpath("//a[@href]")):
        address = join(base, link.get("href"), hosts)
        if address is not None:
            yield link, address if "/gkmlpt/" in address else address.partition("#")[0]


def _rank(name: str) -> int | None:
    """Return the position of the first word in the name, or None where it has none or is no name of a column."""
    return _position(name, "names")


def _position(name: str, words: str) -> int | None:
    if not _is_name(name):
        return None
    return next((position for position, word in enumerate(_words()[words]) if word in name), None)


def _is_name(name: str) -> bool:
    return name != "" and not is_title(name)


def _text(element: Any) -> str:
    return ORNAMENT.sub("", "".join(element.itertext()))


def name_of(link: Any) -> str:
    """Return what the link shows; for 更多 what stands beside it."""
    shown = _text(link) or ORNAMENT.sub("", link.get("title") or "")
    if shown.lower() not in _words()["more"]:
        return shown
    beside = (_text(element).removesuffix(shown) for element in islice(link.iterancestors(), 2))
    return next(filter(None, beside), "")


@dataclass(frozen=True, slots=True)
class _Trail:
    """The line that says where a page stands in its site."""

    name: str = ""
    """Of the column."""
    own: Any = None
    """The link to the column, where there is one in the line."""
    above: tuple[Any, ...] = ()
    """The links to what the column belongs to."""


def _trail(page: Selector) -> _Trail:
    lines = (line.root for word in _words()["position"] for line in page.xpath("//body//*[text()[contains(., $word)]]", word=word))
    for line in lines:
        for element in islice((line, *line.iterancestors()), POSITION_DEPTH):
            links = _links(element)
            named = _named_in(element) or [_text(link) for link in links]
            if len(links) > MOST_POSITIONS:
                break  # the line says nothing more, and the next links are the page's
            if names := [name for name in named if _is_name(name) and name not in _words()["here"]]:
                linked = [link for link in reversed(links) if _text(link) in names]
                # A last step that is not linked is the column on some pages, and on others the article's title.
                is_linked = bool(linked) and (_text(linked[0]) == names[-1] or _rank(names[-1]) is None)
                return _Trail(names[-1], linked[0], tuple(linked[1:])) if is_linked else _Trail(names[-1], None, tuple(linked))
    return _Trail()


def _named_in(element: Any) -> list[str]:
    """Return the steps of a line 当前位置：首页 > 党务公开 > 巡察整改, the first left out."""
    return [ORNAMENT.sub("", step) for step in STEP.split("".join(element.itertext()))[1:]]


def _links(element: Any) -> list[Any]:
    return [link for link in element.iter("a") if link.get("href") and _text(link) not in _words()["home"]]
