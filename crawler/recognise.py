"""Which family of site software made a page: a pure function of pages and their addresses."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import yaml
from parsel import Selector

from crawler.markup import base_of
from crawler.paging import next_addresses
from crawler.software import Software
from crawler.urls import is_on_hosts, server_of, without_session

MARKS = Path(__file__).parent / "data" / "software.yml"
LONGEST_MARK = 60
PAGE_PARAMETER = re.compile(r"(?:cur(?:r(?:ent)?)?_?)?p(?:age)?_?(?:no|num|index|number|id)?|current", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Family:
    """The marks of one family."""

    software: Software
    html: tuple[re.Pattern[str], ...]
    address: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A family, and the words on the pages or in the addresses that gave it away."""

    software: Software
    marks: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """Return the families that have marks, in the order in which they are preferred."""
    declared: list[dict[str, Any]] = yaml.safe_load(MARKS.read_text(encoding="utf-8"))
    return tuple(
        Family(family["software"], tuple(map(re.compile, family["html"])), tuple(map(re.compile, family["address"]))) for family in declared
    )


def recognise(pages: Iterable[tuple[str, str]], but: Collection[str] = ()) -> Recognised | None:
    """Return the family with the most marks on the pages, given as (html, address); None where there is no mark at all.

    The families named in ``but`` are not thought of.
    """
    found = [family for family in _all_marks(pages) if family.software not in but]
    best = max(found, key=lambda family: len(family.marks), default=None)
    return best if best and best.marks else None


def recognise_other(declared: Software, pages: Iterable[tuple[str, str]]) -> Recognised | None:
    """Return the family that the pages show in place of the declared one; None where they have a mark of that, or none at all."""
    found = {family.software: family for family in _all_marks(pages)}
    # `query` has no marks of its own, and may be declared for whatever has an address for its pages.
    if declared not in found or found[declared].marks:
        return None
    best = max(found.values(), key=lambda family: len(family.marks))
    return best if best.marks else None


def _all_marks(pages: Iterable[tuple[str, str]]) -> list[Recognised]:
    seen = [(html, [url, *own_links(html, url)]) for html, url in pages]
    return [Recognised(family.software, tuple(_marks(family, seen))) for family in families()]


def _marks(family: Family, seen: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield, for each of the family's patterns that is found, the first words it is found in."""
    for pattern in family.html:
        if found := next(filter(None, (pattern.search(html) for html, _ in seen)), None):
            yield " ".join(found[0].split())[:LONGEST_MARK]
    for pattern in family.address:
        if found := next(filter(None, (pattern.search(address) for _, addresses in seen for address in addresses)), None):
            yield urlsplit(found.string)._replace(scheme="", netloc="").geturl()[:LONGEST_MARK]


def own_links(html: str, url: str) -> list[str]:
    """Return the addresses on the page's own host that the page links to."""
    base, hosts = base_of(html, url), frozenset({server_of(url)})
    links = Selector(text=html or "<p>", type="html").xpath("//a/@href").getall()
    return [address for href in links if (address := join(base, href, hosts))]


def join(base: str, href: str, hosts: frozenset[str]) -> str | None:
    """Return the absolute address of a link if it leads to one of the hosts, without session, or None."""
    try:
        address = without_session(urljoin(base, href.strip()))
        return address if address.startswith(("http://", "https://")) and is_on_hosts(address, hosts) else None
    except ValueError:  # "http://[年份]/" in a forgotten template
        return None


@dataclass(frozen=True, slots=True)
class QueryPaging:
    """How the `query` family gets on: ``?page={page}`` and the number of the first page; None where 下一页 is followed."""

    paging: str | None
    first_page: int | None


def query_paging(html: str, url: str) -> QueryPaging | None:
    """Return how a list page leads to its next one by a link; None where no link does."""
    base, url = base_of(html, url), without_session(url)
    own = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    hosts, linked = frozenset({server_of(url)}), False
    for target in next_addresses(html, base, 1):
        address = join(base, target, hosts)
        if address is None or address.partition("#")[0] == url:
            continue
        linked = True
        there = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        changed = [name for name in there if there[name] != own.get(name)]
        same = urlsplit(address).path == urlsplit(url).path and own.keys() <= there.keys()
        if same and len(changed) == 1 and PAGE_PARAMETER.fullmatch(changed[0]) and there[changed[0]] in ("1", "2"):
            return QueryPaging(f"?{changed[0]}={{page}}", 0 if there[changed[0]] == "1" else None)
    return QueryPaging(None, None) if linked else None


def own_paging(url: str) -> QueryPaging:
    """Return how the first page's own address tells which page it is: ``?page=1`` beside what else it asks for."""
    for name, value in parse_qsl(urlsplit(url).query):
        if PAGE_PARAMETER.fullmatch(name) and value in ("0", "1"):
            return QueryPaging(f"?{name}={{page}}", 0 if value == "0" else None)
    return QueryPaging(None, None)
