"""Which page is looked at next where links are followed, and where that ends: depth, number of pages, traps."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request

from crawler.columns import UNLIKELY, WAY, likelihood
from crawler.leads import Lead
from crawler.links import is_file
from crawler.urls import host_of, without_index

MOST_BARREN = 20
"""So many pages of one form in a row that show nothing new, and no more of that form are looked at: a calendar, the ways of
sorting a list, the numbers of ordinary articles."""
MOST_NAMED = 3
CANDIDATE = -1
"""Comes before every column: a link that shows a title of what we look for."""
LAST = UNLIKELY + 1
"""The later pages of columns whose name tells nothing."""
# /zwgk/zwgk/ occurs; /a/b/a/b/a/b/ is a relative link that goes round.
REPEATED_STEPS = re.compile(r"((?:/[^/]+)+?)\1\1(?=/|$)")
# 20230129, 3, 0a1b2c3d4e5f, (S(kx1v0k45d0j2ihq5nbzx1i45)): what differs between pages of one form.
COUNTED = re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\(S\(\w+\)\)|\d+", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """A page of the site, and how it was found."""

    url: str
    name: str = ""
    """What the link to it shows."""
    depth: int = 0
    """Links between it and the start; those to the next page of a list, and frames, do not count."""
    rank: int = UNLIKELY
    """`likelihood` of the name; CANDIDATE for a title of what we look for."""
    place: int = 0
    """It was the so-manyth to be found."""
    start: bool = False
    """Declared by the site's YAML."""
    begun: bool = False
    """It was handed out to be looked at."""
    lists: bool = False
    """It lists something that no page before it did."""

    @property
    def is_column(self) -> bool:
        """Its name is that of a column which may list notices, or its title that of a notice."""
        return self.rank < WAY


def page_key(url: str) -> str:
    """Return what one page's addresses have in common: no scheme and its port, no ``www.``, no ``index.html``."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{host_of(url)}{port}{without_index(parts.path)}?{parts.query}"


def path_form(url: str) -> str:
    """Return the path with ``#`` for what counts or names: ``/info/#/#.htm``."""
    return COUNTED.sub("#", urlsplit(url).path)


def address_form(url: str) -> str:
    """Return the form that addresses of one kind share: their path's, and the names in their query: ``/list.php?cid=&page=``."""
    names = sorted({name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)})
    return path_form(url) + ("?" + "&".join(f"{name}=" for name in names) if names else "")


class Frontier:
    """The pages met and not yet looked at. What earlier crawls found barren, or read as an article that is not due, is passed over."""

    def __init__(
        self, *, most_links: int, most_pages: int, longest_column: int, is_barren: Callable[[str], bool], is_read: Callable[[str], bool]
    ) -> None:
        self.most_links = most_links
        self.most_pages = most_pages
        self.longest_column = longest_column
        self.is_barren = is_barren
        self.is_read = is_read
        self.looked_at = 0
        """Pages handed out, less those that turned out to be articles."""
        self._met: dict[str, Found] = {}
        self._too_deep: set[str] = set()
        self._too_long: set[str] = set()
        self._given_up: list[Found] = []
        self._forbidden: list[str] = []
        self._waiting: list[tuple[int, int, int, int, Found, Request | None]] = []
        self._barren: Counter[tuple[str, bool]] = Counter()
        """Pages of a form, with a column's name or without, that showed nothing new: those since the last that did."""
        self._places = count()

    def begin(self, url: str) -> Found:
        """Note a start page, which is looked at before all others."""
        self.looked_at += 1
        found = self._met[page_key(url)] = Found(url, start=True, begun=True)
        return found

    def meet(self, lead: Lead, depth: int) -> bool:
        """Put the page that a link leads to in line; tell whether it is news: not met before, and of no form that was given up."""
        if is_file(lead.url) or REPEATED_STEPS.search(urlsplit(lead.url).path):
            return False
        key, rank = page_key(lead.url), likelihood(lead.name)
        if known := self._met.get(key):
            self._meet_again(known, lead.name, rank, depth)
            return False
        if depth > self.most_links:
            is_new = key not in self._too_deep
            self._too_deep.add(key)
            return is_new
        found = self._met[key] = Found(lead.url, lead.name, depth, rank, next(self._places))
        self._too_deep.discard(key)
        self.wait(found)
        return not self._is_given_up(found)

    def _meet_again(self, known: Found, name: str, rank: int, depth: int) -> None:
        """A picture leads to the column, too, and says nothing; the nearest and the likeliest of its links counts."""
        known.depth = min(known.depth, depth)
        if rank < known.rank and not known.begun:
            known.name, known.rank = name, rank
            self.wait(known)

    def meet_candidate(self, url: str, title: str) -> None:
        """Put what is titled like a notice in line: an article as a rule, or a page that lists many, and then another beginning."""
        key = page_key(url)
        if key not in self._met:
            self._met[key] = Found(url, title, rank=CANDIDATE, place=next(self._places))
            self.wait(self._met[key])

    def wait(self, found: Found, request: Request | None = None, number: int = 1) -> None:
        """Put a page in line; ``request`` asks for a later page of its list, the one of this number; None for the first."""
        # A likely column is read to its end at once; the others, one after the other, when the whole site is known. What a bound
        # cuts off is thereby one column, and the next crawl, which asks for two pages of those before it, gets further.
        rank = found.rank if request is None or found.is_column else LAST
        heappush(self._waiting, (rank, found.depth, found.place, number, found, request))

    def ends(self, found: Found, number: int) -> bool:
        """Tell whether a column is not read behind its page of this number."""
        if number >= self.longest_column:
            self._too_long.add(found.url)
        return number >= self.longest_column

    def next(self) -> tuple[Found, Request | None] | None:
        """Return the page to be looked at now, with the request if it is a later page of its list; None where it ends."""
        while self._waiting and self.looked_at < self.most_pages:
            *_, found, request = heappop(self._waiting)
            if request is None and (found.begun or self._is_passed_over(found)):
                continue
            self.looked_at += 1
            found.begun = True
            return found, request
        return None

    def _is_passed_over(self, found: Found) -> bool:
        if self._is_given_up(found):
            self._given_up.append(found)
            return True
        if not self._rests(found):
            return False
        if not found.is_column:
            self.judge(found, is_fruitful=False)
        return True

    def _rests(self, found: Found) -> bool:
        """Tell whether earlier crawls know enough of a page. A column that is empty today may list a notice tomorrow."""
        return self.is_read(found.url) or ((found.rank == CANDIDATE or not found.is_column) and self.is_barren(found.url))

    def judge(self, found: Found, *, is_fruitful: bool) -> None:
        """Note whether a page showed anything new: a row, or a link to a page of another form."""
        form = address_form(found.url), found.is_column
        # Candidates are articles as a rule, which says nothing of the columns that share their form (/index.php?id=).
        if found.rank != CANDIDATE:
            self._barren[form] = 0 if is_fruitful else self._barren[form] + 1

    def forbid(self, found: Found) -> None:
        """Note a page that robots.txt forbids; only of a column it is worth telling."""
        if found.is_column:
            self._forbidden.append(found.url)

    def _is_given_up(self, found: Found) -> bool:
        return found.rank != CANDIDATE and self._barren[address_form(found.url), found.is_column] >= MOST_BARREN

    def left(self) -> str | None:
        """Say which pages were left, and at which bound; None where the whole site was looked at."""
        waiting = {found.url for *_, found, request in self._waiting if request is not None or self._is_left(found)}
        forms = dict.fromkeys(address_form(found.url) for found in self._given_up)
        parts = {
            f"pages more than {self.most_links} links from the start: {len(self._too_deep)} (LINKS_DEPTH)": self._too_deep,
            f"pages or columns left when {self.most_pages} pages had been looked at: {len(waiting)} (LINKS_PAGES)": waiting,
            f"columns read no further than page {self.longest_column}: {len(self._too_long)} (LINKS_COLUMN)": self._too_long,
            f"pages left out since {MOST_BARREN} of their form in a row showed nothing new: {len(self._given_up)} ({_some(forms)})": forms,
            f"columns that robots.txt forbids: {len(self._forbidden)} ({_some(self._forbidden)})": self._forbidden,
        }
        return "; ".join(part for part, left in parts.items() if left) or None

    def _is_left(self, found: Found) -> bool:
        return not found.begun and not self._is_given_up(found) and not self._rests(found)


def _some(names: Iterable[str]) -> str:
    """Return the first few names in one line."""
    first = list(islice(names, MOST_NAMED + 1))
    return ", ".join(first[:MOST_NAMED] + ["…"] * (len(first) > MOST_NAMED))
