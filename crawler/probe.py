"""Looking at a site that nobody has declared: first at a few pages, then at the first page of each column that may list notices."""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.candidates import is_candidate, is_dedicated
from crawler.catalogue import spider_of
from crawler.columns import Column, column_key, columns_of, general_columns_of, likeliest, own_column, ways_of
from crawler.directory import is_whole_directory, office_of
from crawler.entries import SCRIPTED_DETAIL, decode_list
from crawler.errors import describe
from crawler.items import Entry, Page
from crawler.leads import leads_of
from crawler.links import LONGEST_COVER, is_file, prose_length, redirect_target
from crawler.markup import Markup
from crawler.recognise import Recognised, own_links, query_paging, recognise
from crawler.scripted import ScriptedList, scripted_lists
from crawler.sites import Site
from crawler.spiders.base import ListPage, SiteSpider, Walk
from crawler.urls import canonical_address, is_home, is_on_hosts, request_address, server_of, without_session

MOST_COLUMNS = 8
MOST_GENERAL = 8
"""Columns for many things that are looked at in search of an entry titled like a notice."""
GENERAL_PAGES = 2
"""Of each of them; so they cost sixteen requests at most."""
MOST_WAYS = 5
"""Pages opened in search of a column for nothing but notices, where none is linked from the pages seen."""
MOST_ENTRANCES = 4
MOST_COVER_LINKS = 3
"""Links on a home page that shows nothing but a way in; with more it is a home page."""
MOST_SAMPLES = 3
MOST_HOPS = 2
MOST_FOLLOWED = 8
"""Pages looked at where links are followed."""
MOST_FURTHER_PAGES = 4
"""Asked for in all columns together, as long as no entry may be a notice."""
MOST_FOREIGN_PAGES = 3
"""Looked at in a column whose rows all lead to other sites."""
BESIDE_A_PORTAL = ("gkmlpt", "json")
"""Families that share their host with another one's portal: the page asked for tells them, and its columns are theirs."""
PROBE_ID = "000000_probe"
# Each page that is looked at makes all of them be asked again.
_columns_of = lru_cache(maxsize=100)(columns_of)
_general_columns_of = lru_cache(maxsize=100)(general_columns_of)
_ways_of = lru_cache(maxsize=100)(ways_of)
_scripted_lists = lru_cache(maxsize=100)(scripted_lists)


@dataclass(frozen=True, slots=True)
class Seen:
    """One page that was looked at; without a status, ``error`` says why nothing answered."""

    url: str
    html: str = ""
    status: int | None = None
    error: str | None = None


@dataclass(slots=True)
class Survey:
    """What the first look came to; the first page is the one that was asked for."""

    pages: list[Seen] = field(default_factory=list)
    home: str = ""
    """The home page's address; in a host's folder where offices share the host."""
    front: list[str] = field(default_factory=list)
    """Addresses of the pages that make up the home page: itself, its frames, what its cover leads to."""

    @property
    def answered(self) -> list[tuple[str, str]]:
        """The pages with something on them, as (html, address)."""
        return [(page.html, page.url) for page in self.pages if page.status == 200]

    @property
    def fronts(self) -> list[tuple[str, str]]:
        """Those of the home page."""
        return [(html, url) for html, url in self.answered if url in self.front]

    def recognised(self, but: Collection[str] = ()) -> Recognised | None:
        """The family that the pages show, unless it is one of those named.

        Where nothing is known: `query` where a list leads to its next page by a link, `json` where a script asks for a list.
        """
        if found := self._shown(but):
            return found
        scripted = self.scripted() if "json" not in but else []
        return Recognised("json", (f"a script asks for {scripted[0].url}",)) if scripted else None

    def _shown(self, but: Collection[str] = ()) -> Recognised | None:
        alone = recognise(self.answered[:1], but)
        if alone is not None and alone.software in BESIDE_A_PORTAL:
            return alone
        if found := recognise(self.answered, but):
            return found
        paged = [url for html, url in self.answered if query_paging(html, url)] if "query" not in but else []
        return Recognised("query", (f"{paged[0]} links to its next page",)) if paged else None

    def scripted(self) -> list[ScriptedList]:
        """The lists for which the scripts of columns ask, the likeliest column first; all are counted in the way of the first."""
        places = {column_key(column.url): place for place, column in enumerate(self.columns())}
        listing = [(html, url) for html, url in self.answered if column_key(url) in places]
        ordered = sorted(listing, key=lambda page: places[column_key(page[1])])
        found = [lists[0] for lists in (_scripted_lists(html, url) for html, url in ordered) if lists]
        counted = [asked for asked in found if asked.paging] or found
        return [asked for asked in dict.fromkeys(counted) if asked.way == counted[0].way]

    def columns(self, software: str | None = None) -> list[Column]:
        """The columns that any of the pages links to, the likeliest first, and the first page itself where it may be one."""
        first = self.pages[0]
        own = own_column(first.html) if first.url not in self.front else ""
        itself = [Column(own, first.url, -1)] if self._may_list(first) else []
        seen = self.answered[:1] if software == "json" else self.answered
        found = likeliest([*itself, *(column for html, url in seen for column in _columns_of(html, url, own))])
        if software is None:
            return found
        in_directory = [column for column in found if office_of(column.url) is not None]
        if software == "gkmlpt":
            return in_directory or [Column("", f"{self.home}gkmlpt/index", -1)]
        return [column for column in found if column not in in_directory]

    def general_columns(self, software: str) -> list[Column]:
        """The other columns that the home page links to, the likeliest first; none for a family whose columns are told by a directory."""
        if software in BESIDE_A_PORTAL:
            return []
        known = {column_key(column.url) for column in self.columns()} | {column_key(url) for url in self.front}
        found = likeliest(column for html, url in self.fronts for column in _general_columns_of(html, url))
        return [column for column in found if column_key(column.url) not in known and office_of(column.url) is None]

    def _may_list(self, first: Seen) -> bool:
        is_front = first.url in self.front or column_key(first.url) == column_key(self.home) or is_whole_directory(first.url)
        return first.status == 200 and not is_front and not self.starts_at_article()

    def has_dedicated(self) -> bool:
        """Tell whether any column is for nothing but notices, by its name."""
        return any(is_dedicated(column.name) for column in self.columns())

    def ways(self) -> list[str]:
        """The addresses of the pages that may lead to such a column, the likeliest first."""
        found = likeliest(way for html, url in self.answered for way in _ways_of(html, url))
        return [way.url for way in found if office_of(way.url) is None and not is_file(way.url)]

    def starts(self) -> list[str]:
        """The addresses from which links can be followed: the page asked for, unless it is an article, and the home page."""
        asked = [] if self.starts_at_article() else [self.pages[0].url]
        leading = [
            page.url for page in self.pages if page.status == 200 and leads_of(page.html, page.url, frozenset({server_of(page.url)}))
        ]
        return [url for url in dict.fromkeys([*asked, self.home, *self.front[:1]]) if url in leading]

    def starts_at_article(self) -> bool:
        """Tell whether the page asked for is an article, by its address or its own words."""
        first, known = self.pages[0], recognise(self.answered)
        form = spider_of(known.software).detail if known else None
        if (form or SCRIPTED_DETAIL).search(first.url) or "ArticleTitle" in first.html:
            return True
        return self._shown() is None and prose_length(first.html) >= LONGEST_COVER


class SurveySpider(scrapy.Spider):
    """Looks at the page asked for and at the home page; at columns too, as long as nothing tells what software the site runs."""

    name = "survey"

    def __init__(self, site: Site, survey: Survey, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.survey = survey

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the page."""
        yield Request(self.site.url, callback=self.look, errback=self.failed, dont_filter=True)

    async def look(self, response: Response) -> None:
        """Look at the page, and around."""
        first = await self._follow(response)
        fragment = urlsplit(self.site.url).fragment
        seen = _seen(first, fragment)
        self.survey.pages.append(seen)
        self.survey.home = _office(seen) or urljoin(first.url, "/")
        await self._enter(seen)
        if (known := self.survey.recognised()) is not None and known.software == "gkmlpt":
            await self._visit(f"{self.survey.home}gkmlpt/index")
        elif known is None or known.software != "json" or self.survey.scripted():
            await self._look_for_columns()

    async def _enter(self, first: Seen) -> None:
        """Look at the home page, and at what it is made of, or leads to, where it shows nothing itself."""
        asked_for_home = is_home(self.site.url) or column_key(first.url) == column_key(self.survey.home)
        home = first if asked_for_home else await self._visit(self.survey.home)
        self.survey.front += dict.fromkeys([home.url, self.survey.home])
        if home.status == 200 and not _columns_of(home.html, home.url):
            for address in _entrances(home)[:MOST_ENTRANCES]:
                self.survey.front.append((await self._visit(address)).url)

    async def _look_for_columns(self) -> None:
        """Look at columns as long as nothing tells the software, and at what may lead to a column for notices alone."""
        for column in self.survey.columns()[:MOST_COLUMNS]:
            if self.survey.recognised() is None:
                await self._visit(column.url)
        opened: set[str] = set()
        while not self.survey.has_dedicated() and len(opened) < MOST_WAYS:
            if (way := next((url for url in self.survey.ways() if url not in opened), None)) is None:
                break
            opened.add(way)
            await self._visit(way)
        if (known := self.survey.recognised()) is not None and known.software == "json":
            for column in self.survey.columns()[:MOST_COLUMNS]:
                await self._visit(column.url)

    async def _visit(self, url: str) -> Seen:
        """Look at a page, if it was not looked at before."""
        if seen := next((page for page in self.survey.pages if _bare(page.url) == _bare(url)), None):
            return seen
        try:
            response = await self._follow(await self._download(url))
        except Exception as error:  # whatever kept the page from answering is what is to be told of it
            seen = Seen(url, error=describe(error))
        else:
            seen = _seen(response)
        self.survey.pages.append(seen)
        return seen

    async def _download(self, url: str) -> Response:
        return await self.crawler.engine.download_async(Request(url, dont_filter=True))

    async def _follow(self, response: Response) -> Response:
        """Go where a page redirects by script, on its own host."""
        for _ in range(MOST_HOPS):
            target = redirect_target(Markup(decode_list(response.body), response.url)) if response.body else None
            if target is None or not is_on_hosts(target, frozenset({server_of(response.url)})):
                break
            response = await self._download(target)
        return response

    def failed(self, failure: Failure) -> None:
        """Keep why the page did not answer."""
        self.survey.pages.append(Seen(self.site.url, error=describe(failure.value or RuntimeError("no answer, and no error"))))


def _seen(response: Response, fragment: str = "") -> Seen:
    url = f"{response.url}#{fragment}" if fragment and "#" not in response.url else response.url
    return Seen(without_session(url), decode_list(response.body), response.status)


def _bare(url: str) -> str:
    return without_session(url).partition("#")[0]


def _office(first: Seen) -> str | None:
    """Return the home page of the office whose directory the page belongs to, or which has a directory of its own below the page."""
    linked = (office_of(link) for link in own_links(first.html, first.url))
    return office_of(first.url) or next(
        (office for office in linked if office and first.url.startswith(office) and not is_home(office)), None
    )


def _entrances(home: Seen) -> list[str]:
    """Return the frames of a home page, and its links where it has but a few."""
    leads = leads_of(home.html, home.url, frozenset({server_of(home.url)}))
    linked = [lead.url for lead in leads if not lead.inner and not is_file(lead.url)]
    return [lead.url for lead in leads if lead.inner] + (linked if len(linked) <= MOST_COVER_LINKS else [])


@dataclass(slots=True)
class Trial:
    """What the first pages of the columns came to."""

    entries: dict[str, int] = field(default_factory=dict)
    """How many articles of the site's own stand on the first page of each column, by the address in ``lists``, or that a link had."""
    names: dict[str, str] = field(default_factory=dict)
    """What the columns call themselves, by the address asked for."""
    general: list[str] = field(default_factory=list)
    """Addresses in ``lists`` that count only where an entry is titled like a notice."""
    ordinary: dict[str, str] = field(default_factory=dict)
    """Why those do not count that were looked at, by their address."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    samples: list[Page] = field(default_factory=list)
    pages: list[Seen] = field(default_factory=list)
    """The first pages themselves."""


class TrialVisits:
    """A memory without anything in it but the article that was asked for."""

    def __init__(self, article: str | None) -> None:
        self.article = article

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The setting PROBE_ARTICLE names the article."""
        return cls(crawler.settings["PROBE_ARTICLE"])

    def is_due(self, url: str) -> bool:
        """Everything is new."""
        return True

    def is_listed(self, url: str) -> bool:
        """Nothing was listed before."""
        return False

    def is_article(self, url: str) -> bool:
        """Nothing was read before."""
        return False

    def is_walked(self, url: str) -> bool:
        """Nothing was walked before."""
        return False

    def is_barren(self, url: str) -> bool:
        """Nothing was looked at before."""
        return False

    def validators(self, url: str) -> dict[str, str]:
        """Nothing is known of any answer."""
        return {}

    def due_articles(self, site: str) -> Iterable[Mapping[str, str | None]]:
        """The article that was asked for."""
        return [{"url": canonical_address(self.article), "title": None, "date": None}] if self.article else []


class TrialSpider(SiteSpider):
    """A family's spider that keeps nothing but what a trial notes, and fetches a few articles."""

    trial: Trial

    def _article_requests(self, entries: Iterable[Entry]) -> Iterator[Request]:
        for entry in sorted(entries, key=lambda entry: "整改" not in entry["title"]):
            if len(self.requested) < MOST_SAMPLES:
                yield from super()._article_requests([entry])

    def _general(self, walk: Walk) -> str | None:
        """Return the address in ``lists`` of a column for many things, None for another column."""
        return next((url for url in self.trial.general if self._start_of(url) == walk.start), None)

    def _start_of(self, url: str) -> str:
        return request_address(self.first_request(url))

    def _shortfall(self, page: ListPage) -> str | None:
        """A trial ends long before its list."""
        return None

    def _report_unread(self, walk: Any, reason: str) -> None:
        if general := self._general(walk):
            self.trial.ordinary.setdefault(general, reason)
        else:
            self.trial.faults.append((walk.address, reason))
        super()._report_unread(walk, reason)


class FirstPages(TrialSpider):
    """Reads only as far as each column's first entries, and fetches articles that may be notices."""

    further = MOST_FURTHER_PAGES
    """Pages after the first that may still be asked for."""

    def _read_list(self, response: Response, walk: Walk) -> ListPage:
        page = super()._read_list(response, walk)
        if walk.further is None:
            self.trial.pages.append(Seen(page.url, page.html, page.status))
        return page

    def _next_request(self, page: ListPage) -> tuple[Request | None, str | None]:
        walk = page.walk
        if general := self._general(walk):
            return self._look_for_notices(page, general)
        if page.rows and not page.entries:  # a list of what other sites publish
            return super()._next_request(page) if walk.number < MOST_FOREIGN_PAGES else (None, None)
        if not page.entries:  # a shell, or a trial of the family's own
            return super()._next_request(page)
        if walk.start not in self.trial.names:
            self.trial.names[walk.start] = walk.column
            declared = [url for url in self.site.lists if self._start_of(url) == walk.start]
            self.trial.entries |= dict.fromkeys(declared or [walk.start], len(page.entries))
        if self.requested or not self.further:
            return None, None
        self.further -= 1
        return super()._next_request(page)

    def _look_for_notices(self, page: ListPage, general: str) -> tuple[Request | None, str | None]:
        walk = page.walk
        if any(is_candidate(entry["title"]) for entry in page.entries):
            self.trial.names[walk.start] = walk.column
            self.trial.entries[general] = len(page.entries)
            return None, None
        if page.entries:
            self.trial.ordinary[general] = f"{len(walk.seen)} entries on its first pages, none titled like a notice"
        return super()._next_request(page) if walk.number < GENERAL_PAGES else (None, None)


def trial_spider(reading: type[Any], software: str, trial: Trial) -> type[SiteSpider]:
    """Return a family's spider that reads a site in this way: a `TrialSpider`, which is whole only together with a family."""
    family = spider_of(software)
    return type(f"{family.__name__}Trial", (reading, family), {"name": family.name, "trial": trial, "__doc__": family.__doc__})
