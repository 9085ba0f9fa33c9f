"""Looking at a site that nobody has declared: first at a few pages, then at the first page of each column that may list notices."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.catalogue import spider_of
from crawler.columns import Column, columns_of
from crawler.entries import SCRIPTED_DETAIL, decode_list
from crawler.errors import describe
from crawler.items import Entry, Page
from crawler.leads import leads_of
from crawler.links import LONGEST_COVER, prose_length, redirect_target
from crawler.markup import Markup
from crawler.recognise import Recognised, query_paging, recognise
from crawler.sites import Site
from crawler.spiders.base import ListPage, SiteSpider
from crawler.urls import canonical_address, is_on_hosts, request_address, server_of, without_index

MOST_COLUMNS = 5
MOST_SAMPLES = 3
MOST_HOPS = 2
MOST_FOLLOWED = 8
"""Pages looked at where links are followed."""
MOST_FURTHER_PAGES = 4
"""Asked for in all columns together, as long as no entry may be a notice."""
BESIDE_A_PORTAL = ("gkmlpt", "json")
"""Families that share their host with another one's portal: the page asked for tells them, and its columns are theirs."""
PROBE_ID = "000000_probe"


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
    """The home page's address."""

    @property
    def answered(self) -> list[tuple[str, str]]:
        """The pages with something on them, as (html, address)."""
        return [(page.html, page.url) for page in self.pages if page.status == 200]

    def recognised(self) -> Recognised | None:
        """The family that the pages show; `query` where a list leads to its next page by a link, and nothing else is known."""
        alone = recognise(self.answered[:1])
        if alone is not None and alone.software in BESIDE_A_PORTAL:
            return alone
        if found := recognise(self.answered):
            return found
        paged = [url for html, url in self.answered if query_paging(html, url)]
        return Recognised("query", (f"{paged[0]} links to its next page",)) if paged else None

    def columns(self) -> list[Column]:
        """The columns that any of the pages links to, the likeliest first, and the first page itself where it may be one."""
        found: dict[str, Column] = {}
        first, software = self.pages[0], self.recognised()
        if first.status == 200 and not self.starts_at_article() and without_index(first.url) != self.home:
            found[without_index(first.url)] = Column("", first.url, -1)
        beside = software is not None and software.software in BESIDE_A_PORTAL
        for html, url in self.answered[:1] if beside else self.answered:
            for column in columns_of(html, url):
                key = without_index(column.url)
                if key not in found or column.rank < found[key].rank:
                    found[key] = column
        return sorted(found.values(), key=lambda column: column.rank)

    def starts(self) -> list[str]:
        """The addresses from which links can be followed: the page asked for, unless it is an article, and the home page."""
        asked = [] if self.starts_at_article() else [self.pages[0].url]
        leading = [
            page.url for page in self.pages if page.status == 200 and leads_of(page.html, page.url, frozenset({server_of(page.url)}))
        ]
        return [url for url in dict.fromkeys([*asked, self.home]) if url in leading]

    def starts_at_article(self) -> bool:
        """Tell whether the page asked for is an article, by its address or its own words."""
        first, known = self.pages[0], recognise(self.answered)
        form = spider_of(known.software).detail if known else None
        if (form or SCRIPTED_DETAIL).search(first.url) or "ArticleTitle" in first.html:
            return True
        return self.recognised() is None and prose_length(first.html) >= LONGEST_COVER


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
        self.survey.pages.append(_seen(first, fragment))
        self.survey.home = urljoin(first.url, "/")
        if first.url != self.survey.home:
            await self._visit(self.survey.home)
        for column in self.survey.columns()[:MOST_COLUMNS]:
            if self.survey.recognised() is not None:
                return
            if column.url not in {page.url for page in self.survey.pages}:
                await self._visit(column.url)

    async def _visit(self, url: str) -> None:
        try:
            response = await self._follow(await self._download(url))
        except Exception as error:  # whatever kept the page from answering is what is to be told of it
            self.survey.pages.append(Seen(url, error=describe(error)))
        else:
            self.survey.pages.append(_seen(response))

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
    return Seen(url, decode_list(response.body), response.status)


@dataclass(slots=True)
class Trial:
    """What the first pages of the columns came to."""

    entries: dict[str, int] = field(default_factory=dict)
    """How many articles of the site's own stand on the first page of each column, by the address in ``lists``, or that a link had."""
    names: dict[str, str] = field(default_factory=dict)
    """What the columns call themselves, by the address asked for."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    samples: list[Page] = field(default_factory=list)


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

    def _shortfall(self, page: ListPage) -> str | None:
        """A trial ends long before its list."""
        return None

    def _report_unread(self, walk: Any, reason: str) -> None:
        self.trial.faults.append((walk.address, reason))
        super()._report_unread(walk, reason)


class FirstPages(TrialSpider):
    """Reads only as far as each column's first entries, and fetches articles that may be notices."""

    further = MOST_FURTHER_PAGES
    """Pages after the first that may still be asked for."""

    def _next_request(self, page: ListPage) -> tuple[Request | None, str | None]:
        walk = page.walk
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

    def _start_of(self, url: str) -> str:
        return request_address(self.first_request(url))


def trial_spider(reading: type[Any], software: str, trial: Trial) -> type[SiteSpider]:
    """Return a family's spider that reads a site in this way: a `TrialSpider`, which is whole only together with a family."""
    family = spider_of(software)
    return type(f"{family.__name__}Trial", (reading, family), {"name": family.name, "trial": trial, "__doc__": family.__doc__})
