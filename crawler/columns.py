"""In which columns of a site notices may appear: by the names of the links on a page of it."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from parsel import Selector
from w3lib.html import get_base_url

from crawler.entries import SCRIPTED_DETAIL, read_entries
from crawler.recognise import join
from crawler.urls import is_home, server_of

WORDS = Path(__file__).parent / "data" / "columns.yml"
LONGEST_NAME = 14
"""Characters: 巡视巡察整改情况公开专栏; a longer one is an article's title."""
# 通知公告 更多>>, [更多], + MORE
ORNAMENT = re.compile(r"[\s\[\]【】<>《》‹›«»→+|.…·:：]+")
# 关于……的通报: short titles of articles.
ARTICLE_NAME = re.compile(r"关于|的(?:通报|公告|公示|通知)$")
POSITION_DEPTH = 3
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
    if is_title(name):
        return UNLIKELY
    ways = (WAY + position for position, word in enumerate(_words()["ways"]) if word in name)
    position = _position(name)
    return next(ways, UNLIKELY) if position is None else position


def columns_of(html: str, url: str) -> list[Column]:
    """Return the columns that the page links to and that may list notices, the likeliest first, each address once."""
    page = Selector(text=html or "<p>", type="html")
    base, hosts = get_base_url(html, url), frozenset({server_of(url)})
    articles = {entry["url"] for entry in read_entries(html or "<p>", url, None)}
    best: dict[str, Column] = {}
    own = _own_column(page)
    for link in (link.root for link in page.xpath("//a[@href]")):
        address = join(base, link.get("href"), hosts)
        if address is None or is_home(address) or address in articles or SCRIPTED_DETAIL.search(address):
            continue
        name = name_of(link)
        rank = -1 if link is own else _rank(name)
        address = address.partition("#")[0] if "/gkmlpt/" not in address else address
        if rank is not None and (address not in best or rank < best[address].rank):
            best[address] = Column(name, address, rank)
    return sorted(best.values(), key=lambda column: column.rank)


def _rank(name: str) -> int | None:
    """Return the position of the first word in the name, or None where it has none or is no name of a column."""
    return _position(name) if name and not is_title(name) else None


def _position(name: str) -> int | None:
    return next((position for position, word in enumerate(_words()["names"]) if word in name), None)


def _text(element: Any) -> str:
    return ORNAMENT.sub("", "".join(element.itertext()))


def name_of(link: Any) -> str:
    """Return what the link shows; for 更多 what stands beside it."""
    shown = _text(link) or ORNAMENT.sub("", link.get("title") or "")
    if shown.lower() not in _words()["more"]:
        return shown
    beside = (_text(element).removesuffix(shown) for element in islice(link.iterancestors(), 2))
    return next(filter(None, beside), "")


def _own_column(page: Selector) -> Any:
    """Return the link to the column that a page says it stands in (当前位置：首页 > 通知公告 > 正文), or None."""
    lines = (line.root for word in _words()["position"] for line in page.xpath("//body//*[text()[contains(., $word)]]", word=word))
    for line in lines:
        for element in islice((line, *line.iterancestors()), POSITION_DEPTH):
            if links := _links(element):
                # The line may say the column's name alone, and the next links are the page's.
                return links[-1] if len(links) <= MOST_POSITIONS else None
    return None


def _links(element: Any) -> list[Any]:
    return [link for link in element.iter("a") if link.get("href") and _text(link) not in _words()["home"]]
